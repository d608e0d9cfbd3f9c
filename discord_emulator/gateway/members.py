"""Members on request: https://discord.com/developers/docs/events/gateway-events#request-guild-members"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord_emulator.payloads.people import member

from .closing import CloseCode, GatewayClose
from .fields import Fields
from .intents import Intent
from .pace import Pace

if TYPE_CHECKING:
    from discord_emulator.model.guild import GuildState
    from discord_emulator.model.members import Member

    from .connection import Connection
    from .session import Session

_MEMBERS_A_CHUNK = 1_000
_MOST_FOUND = 100
_LONGEST_NONCE = 32
_OPCODE = 8


def request_members(connection: Connection, session: Session, fields: Fields) -> None:
    """Op 8: members by id or by the beginning of their name; the whole list needs the members intent.

    The whole list of a server is given once in 30 s; sooner, RATE_LIMITED says how long to wait.
    https://discord.com/developers/docs/change-log#introducing-rate-limit-when-requesting-all-guild-members
    """
    world = connection.world
    guild = world.guilds.get(fields.snowflake("guild_id"))
    by_id = fields.get("user_ids") is not None
    query, limit = ("", 0) if by_id else (fields.text("query"), fields.number("limit"))
    if limit < 0:
        raise GatewayClose(CloseCode.DECODE_ERROR, "limit")
    wants_presences = fields.flag("presences", default=False) and session.wants(Intent.GUILD_PRESENCES)
    if not by_id and not query and not session.wants(Intent.GUILD_MEMBERS):
        raise GatewayClose(CloseCode.DISALLOWED_INTENTS)
    if guild is None or session.application.id not in guild.applications or not session.covers(guild.id):
        return
    more: dict[str, Any] = {}
    nonce = fields.get("nonce")
    if isinstance(nonce, str) and len(nonce.encode()) <= _LONGEST_NONCE:
        more["nonce"] = nonce
    if not by_id and not query and not limit:
        key = (session.application.id, guild.id)
        pace = world.hub.member_lists.setdefault(key, Pace(world.clock, 1, world.settings.member_list_window))
        if not pace.take():
            meta = {"guild_id": str(guild.id), **more}
            session.dispatch("RATE_LIMITED", {"opcode": _OPCODE, "retry_after": round(pace.wait(), 3), "meta": meta})
            return
    if wants_presences:
        # Nobody here has a presence, and Discord lists none for those who are offline.
        more["presences"] = []
    found, missing = _by_id(guild, fields.snowflakes("user_ids")) if by_id else (_by_name(guild, query, limit), [])
    _send(session, guild, found, {"not_found": missing, **more})


def _by_id(guild: GuildState, asked: list[int]) -> tuple[list[Member], list[str]]:
    ids = list(dict.fromkeys(asked))[:_MOST_FOUND]
    found = [guild.members[user_id] for user_id in ids if user_id in guild.members]
    return found, [str(user_id) for user_id in ids if user_id not in guild.members]


def _by_name(guild: GuildState, query: str, limit: int) -> list[Member]:
    everybody = list(guild.members.values())
    if not query:
        return everybody[: limit or None]
    prefix = query.casefold()
    named = [
        someone
        for someone in everybody
        if someone.name.casefold().startswith(prefix) or someone.user.username.startswith(prefix)
    ]
    return named[: min(limit or _MOST_FOUND, _MOST_FOUND)]


def _send(session: Session, guild: GuildState, found: list[Member], more: dict[str, Any]) -> None:
    chunks = [found[start : start + _MEMBERS_A_CHUNK] for start in range(0, len(found), _MEMBERS_A_CHUNK)] or [[]]
    for index, chunk in enumerate(chunks):
        body = {
            "guild_id": str(guild.id),
            "members": [member(someone) for someone in chunk],
            "chunk_index": index,
            "chunk_count": len(chunks),
            **more,
        }
        session.dispatch("GUILD_MEMBERS_CHUNK", body)
