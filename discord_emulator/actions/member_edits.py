"""What a moderator may change of a member: https://discord.com/developers/docs/resources/guild#modify-guild-member"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from discord_emulator.errors import ApiError, missing_permissions, unknown
from discord_emulator.model.audit_log import Actor, AuditLogAction
from discord_emulator.model.channels import Channel
from discord_emulator.model.members import Member
from discord_emulator.permissions import Permission, may_hand_out, outranks
from discord_emulator.snowflake import as_snowflake

from . import audit_log, members, voice

if TYPE_CHECKING:
    from discord_emulator.world import World

_PROFILE = {"nick", "mute", "deaf", "communication_disabled_until", "flags"}
_IN_VOICE = {"mute", "deaf", "channel_id"}


def edit(world: World, actor: Member, member: Member, body: dict[str, Any], by: Actor) -> None:
    """Changes nick, roles, mute, deaf, channel and timeout; all are checked before the first is done.

    ``body`` has passed :func:`check_member_edit`. Raises 50013, 40032 outside voice, 10011 and 10003 for a role or
    channel that is not there.
    """
    _check(world, actor, member, body)
    if body.keys() & _PROFILE:
        members.set_profile(world, member, body, _moment(body.get("communication_disabled_until")), by)
    if "roles" in body:
        members.set_roles(world, member, _role_ids(body), by)
    if "channel_id" in body and member.voice is not None:
        _move(world, actor, member, body["channel_id"], by)


def _check(world: World, actor: Member, member: Member, body: dict[str, Any]) -> None:
    granted = granted_there = world.permissions_in_guild(actor)
    if member.voice is not None:
        granted_there = world.permissions(actor, member.voice.channel)
    elif body.keys() & _IN_VOICE:
        raise ApiError(400, 40032, "Target user is not connected to voice.")
    needed = {
        "nick": (Permission.MANAGE_NICKNAMES, granted),
        "roles": (Permission.MANAGE_ROLES, granted),
        "communication_disabled_until": (Permission.MODERATE_MEMBERS, granted),
        "mute": (Permission.MUTE_MEMBERS, granted_there),
        "deaf": (Permission.DEAFEN_MEMBERS, granted_there),
        "channel_id": (Permission.MOVE_MEMBERS, granted_there),
        "flags": (Permission.MANAGE_GUILD, granted),
    }
    if any(key in body and not bits & permission for key, (permission, bits) in needed.items()):
        raise missing_permissions()
    if "nick" in body and member is not actor and not outranks(actor, member):
        raise missing_permissions()
    if "communication_disabled_until" in body:
        _check_timeout(world, actor, member, body["communication_disabled_until"])
    if "roles" in body:
        for role_id in _role_ids(body) ^ member.role_ids:
            _check_role(actor, role_id)
    if body.get("channel_id") is not None:
        voice.check_move(world, actor, member, _destination(actor, body["channel_id"]))


def _check_timeout(world: World, actor: Member, member: Member, until: str | None) -> None:
    """Nobody times out themselves, somebody higher, or an administrator."""
    if not outranks(actor, member):
        raise missing_permissions()
    if until is not None and world.permissions_in_guild(member) & Permission.ADMINISTRATOR:
        raise missing_permissions()


def change_role(world: World, actor: Member, member: Member, role_id: int, by: Actor, *, give: bool) -> None:
    """Gives one role or takes it away. Raises 10011, or 50013 from below, for managed roles and ``@everyone``."""
    if not world.permissions_in_guild(actor) & Permission.MANAGE_ROLES:
        raise missing_permissions()
    _check_role(actor, role_id)
    members.set_roles(world, member, member.role_ids | {role_id} if give else member.role_ids - {role_id}, by)


def _check_role(actor: Member, role_id: int) -> None:
    if role_id not in actor.guild.roles:
        raise unknown("Role", 10011)
    if not may_hand_out(actor.guild, actor, role_id):
        raise missing_permissions()


def _role_ids(body: dict[str, Any]) -> set[int]:
    return {as_snowflake(role_id, "roles") for role_id in body["roles"] or []}


def _moment(written: str | None) -> datetime | None:
    if written is None:
        return None
    moment = datetime.fromisoformat(written)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _destination(actor: Member, channel_id: object) -> Channel:
    channel = actor.guild.channels.get(as_snowflake(channel_id, "channel_id"))
    if channel is None:
        raise unknown("Channel", 10003)
    return channel


def _move(world: World, actor: Member, member: Member, channel_id: object, by: Actor) -> None:
    guild = member.guild
    if channel_id is None:
        voice.leave(world, member)
        audit_log.record(world, guild, by, AuditLogAction.MEMBER_DISCONNECT, None, options={"count": "1"})
        return
    channel = _destination(actor, channel_id)
    if member.voice is not None and member.voice.channel is not channel:
        voice.place(world, member, channel)
        options = {"channel_id": str(channel.id), "count": "1"}
        audit_log.record(world, guild, by, AuditLogAction.MEMBER_MOVE, None, options=options)
