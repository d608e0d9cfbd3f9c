"""The server itself: https://discord.com/developers/docs/resources/guild"""

from __future__ import annotations

from discord_emulator.actions import guilds as actions
from discord_emulator.payloads import places
from discord_emulator.permissions import Permission
from discord_emulator.regions import REGIONS
from discord_emulator.validation.guilds import check_guild

from .access import actor, require_in_guild
from .routing import Answer, Request, Routes

routes = Routes()
_GUILD = "/guilds/{guild_id}"


@routes.on("GET", _GUILD)
def read(request: Request) -> Answer:
    guild, _ = request.guild()
    body = places.guild(guild)
    if request.flag("with_counts"):
        body |= {"approximate_member_count": len(guild.members), "approximate_presence_count": 0}
    return Answer(body)


@routes.on("PATCH", _GUILD)
def change(request: Request) -> Answer:
    guild, me = require_in_guild(request, Permission.MANAGE_GUILD)
    body = request.fields()
    check_guild(body)
    actions.change(request.world, me, body, actor(request))
    return Answer(places.guild(guild))


@routes.on("GET", _GUILD + "/regions")
def own_regions(request: Request) -> Answer:
    request.guild()
    return Answer(_regions())


@routes.on("GET", "/voice/regions")
def regions(request: Request) -> Answer:
    return Answer(_regions())


def _regions() -> list[dict[str, object]]:
    return [
        {"id": key, "name": name, "custom": False, "deprecated": False, "optimal": key == "rotterdam"}
        for key, name in REGIONS.items()
    ]
