"""Members: https://discord.com/developers/docs/resources/guild#modify-guild-member"""

from __future__ import annotations

from discord_emulator.actions import member_edits, members
from discord_emulator.errors import FormErrors, missing_access, missing_permissions, unknown
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.guild import GuildState
from discord_emulator.model.members import Member
from discord_emulator.payloads import people
from discord_emulator.permissions import Permission
from discord_emulator.validation.resources import check_member_edit

from .access import actor
from .routing import Answer, Request, Routes, nothing

routes = Routes()
_MEMBERS = "/guilds/{guild_id}/members"
_MEMBER = _MEMBERS + "/{user_id}"
_ROLE = _MEMBER + "/roles/{role_id}"


def _find(request: Request, guild: GuildState) -> Member:
    member = guild.members.get(request.id("user_id"))
    if member is None:
        raise unknown("Member", 10007)
    return member


@routes.on("GET", _MEMBERS)
def listing(request: Request) -> Answer:
    """All members, by id; needs the members intent switched on for the application."""
    guild, _ = request.guild()
    if not request.application.privileged_intents & Intent.GUILD_MEMBERS:
        raise missing_access()
    after, limit = request.number("after"), request.number("limit", 1, least=1, most=1000)
    found = [guild.members[user_id] for user_id in sorted(guild.members) if user_id > after]
    return Answer([people.member(member) for member in found[:limit]])


@routes.on("GET", _MEMBERS + "/search")
def search(request: Request) -> Answer:
    """Those whose nick or user name begins with ``query``, whatever the case."""
    guild, _ = request.guild()
    limit = request.number("limit", 1, least=1, most=1000)
    wanted = request.query.get("query", "").casefold()
    if not 1 <= len(wanted) <= 100:
        form = FormErrors()
        form.add(("query",), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
        form.raise_if_any()
    found = [
        member
        for member in guild.members.values()
        if member.name.casefold().startswith(wanted) or member.user.username.startswith(wanted)
    ]
    return Answer([people.member(member) for member in found[:limit]])


@routes.on("GET", _MEMBER)
def read(request: Request) -> Answer:
    guild, _ = request.guild()
    return Answer(people.member(_find(request, guild)))


@routes.on("PATCH", _MEMBERS + "/@me")
def change_self(request: Request) -> Answer:
    _, me = request.guild()
    body = request.fields()
    check_member_edit(body, is_self=True)
    if "nick" in body:
        granted = request.world.permissions_in_guild(me)
        if not granted & (Permission.CHANGE_NICKNAME | Permission.MANAGE_NICKNAMES):
            raise missing_permissions()
        members.set_profile(request.world, me, {"nick": body["nick"]}, None, actor(request))
    return Answer(people.member(me))


@routes.on("PATCH", _MEMBER)
def change(request: Request) -> Answer:
    guild, me = request.guild()
    member = _find(request, guild)
    check_member_edit(request.fields(), now=request.world.clock.now())
    member_edits.edit(request.world, me, member, request.fields(), actor(request))
    return Answer(people.member(member))


@routes.on("DELETE", _MEMBER)
def kick(request: Request) -> Answer:
    guild, me = request.guild()
    members.kick(request.world, me, _find(request, guild), actor(request))
    return nothing()


@routes.on("PUT", _ROLE)
def add_role(request: Request) -> Answer:
    return _change_role(request, give=True)


@routes.on("DELETE", _ROLE)
def remove_role(request: Request) -> Answer:
    return _change_role(request, give=False)


def _change_role(request: Request, *, give: bool) -> Answer:
    guild, me = request.guild()
    member = _find(request, guild)
    member_edits.change_role(request.world, me, member, request.id("role_id"), actor(request), give=give)
    return nothing()
