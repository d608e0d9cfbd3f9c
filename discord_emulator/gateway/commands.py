"""What a client may send: https://discord.com/developers/docs/events/gateway-events#send-events"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from discord_emulator.actions.voice import connect_bot
from discord_emulator.payloads.people import application_flags, member, own_user
from discord_emulator.payloads.places import guild_create
from discord_emulator.snowflake import as_snowflake

from .intents import ALL_INTENTS, PRIVILEGED, Intent
from .session import Session

if TYPE_CHECKING:
    from discord_emulator.model.guild import GuildState
    from discord_emulator.model.members import Member
    from discord_emulator.world import World

    from .connection import Connection

_MEMBERS_A_CHUNK = 1_000
_ASKED_BY_ID = 100


class GatewayClose(Exception):
    """Ends a connection: https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway"""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        # A closing frame has room for 123 bytes of reason (RFC 6455, 5.5); with more it is no frame at all.
        self.reason = reason.encode()[:123].decode(errors="ignore")


def identify(connection: Connection, body: dict[str, Any]) -> None:
    """Op 2: starts a session; READY, then every server as GUILD_CREATE."""
    world = connection.world
    if connection.session is not None:
        raise GatewayClose(4005, "Already authenticated.")
    application = world.application_of(str(body["token"]).removeprefix("Bot "))
    if application is None:
        raise GatewayClose(4004, "Authentication failed.")
    number, count = body.get("shard") or (0, 1)
    if not 0 <= number < count:
        raise GatewayClose(4010, "Invalid shard.")
    intents = body["intents"]
    if not isinstance(intents, int) or intents & ~ALL_INTENTS:
        raise GatewayClose(4013, "Invalid intent(s).")
    if intents & PRIVILEGED & ~application.privileged_intents:
        raise GatewayClose(4014, "Disallowed intent(s).")
    if not {"os", "browser", "device"} <= body["properties"].keys():
        raise GatewayClose(4002, "Error while decoding payload: properties")
    if not world.hub.may_identify(application, number):
        connection.send({"op": 9, "d": False})
        return
    session = Session(world.new_token(32), application, intents, (number, count), world.record)
    world.hub.sessions[session.id] = session
    session.connection, connection.session = connection, session
    _greet(world, session)


def _greet(world: World, session: Session) -> None:
    application = session.application
    guilds = [
        guild for guild in world.guilds.values() if application.id in guild.applications and session.covers(guild.id)
    ]
    ready = {
        "v": 10,
        "user": own_user(application.bot),
        "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
        "session_id": session.id,
        "resume_gateway_url": world.gateway_url,
        "session_type": "normal",
        "shard": list(session.shard),
        "application": {"id": str(application.id), "flags": application_flags(application)},
        "private_channels": [],
        "presences": [],
        "relationships": [],
        "user_settings": {},
        "_trace": [],
    }
    session.dispatch("READY", ready)
    session.ready = True
    if session.wants(Intent.GUILDS):
        for guild in guilds:
            if guild.available:
                session.dispatch("GUILD_CREATE", describe(session, guild) | {"unavailable": False})
    world.changes.announce()


def describe(session: Session, guild: GuildState) -> dict[str, Any]:
    """GUILD_CREATE for a session: without the members intent only the bot and those in voice are named."""
    me = guild.members[session.application.bot.id]
    if session.wants(Intent.GUILD_MEMBERS):
        named = list(guild.members.values())
    else:
        named = [me, *(someone for someone in guild.in_voice if someone is not me)]
    body = guild_create(guild, named, me.joined_at)
    if not session.wants(Intent.GUILD_VOICE_STATES):
        body["voice_states"] = []
    return body


def resume(connection: Connection, body: dict[str, Any]) -> None:
    """Op 6: replays what was missed, then RESUMED; op 9 if the session is gone."""
    world = connection.world
    application = world.application_of(str(body["token"]).removeprefix("Bot "))
    if application is None:
        raise GatewayClose(4004, "Authentication failed.")
    session = world.hub.sessions.get(str(body["session_id"]))
    missed = None
    if session is not None and session.application is application:
        missed = session.replay(int(body["seq"]))
    if session is None or missed is None:
        connection.send({"op": 9, "d": False})
        return
    if session.connection is not None:
        session.connection.close(4000, "The session was resumed elsewhere.")
    session.connection, connection.session = connection, session
    for text in missed:
        connection.send_text(text)
    session.dispatch("RESUMED", {"_trace": []})


def update_presence(connection: Connection, body: dict[str, Any]) -> None:
    """Op 3: nobody here looks at presences; the shape is checked."""
    if body["status"] not in ("online", "dnd", "idle", "invisible", "offline"):
        raise GatewayClose(4002, "Error while decoding payload: status")
    if not isinstance(body["activities"], list) or not isinstance(body["afk"], bool):
        raise GatewayClose(4002, "Error while decoding payload: activities")


def update_voice_state(connection: Connection, body: dict[str, Any]) -> None:
    """Op 4: joins, moves or leaves a voice channel."""
    session = _session_of(connection)
    channel_id = body["channel_id"]
    connect_bot(
        connection.world,
        session,
        guild_id=as_snowflake(body["guild_id"]),
        channel_id=None if channel_id is None else as_snowflake(channel_id),
        self_mute=bool(body["self_mute"]),
        self_deaf=bool(body["self_deaf"]),
    )


def request_members(connection: Connection, body: dict[str, Any]) -> None:
    """Op 8: members by id or by the beginning of their name; the whole list needs the members intent."""
    session = _session_of(connection)
    guild = connection.world.guilds.get(as_snowflake(body["guild_id"]))
    if guild is None or session.application.id not in guild.applications:
        return
    found, missing = _asked_for(session, guild, body)
    chunks = [found[start : start + _MEMBERS_A_CHUNK] for start in range(0, len(found), _MEMBERS_A_CHUNK)] or [[]]
    for index, chunk in enumerate(chunks):
        answer: dict[str, Any] = {
            "guild_id": str(guild.id),
            "members": [member(someone) for someone in chunk],
            "chunk_index": index,
            "chunk_count": len(chunks),
            "not_found": missing,
        }
        if "nonce" in body:
            answer["nonce"] = body["nonce"]
        session.dispatch("GUILD_MEMBERS_CHUNK", answer)


def _asked_for(session: Session, guild: GuildState, body: dict[str, Any]) -> tuple[list[Member], list[str]]:
    if "user_ids" in body:
        asked = body["user_ids"] if isinstance(body["user_ids"], list) else [body["user_ids"]]
        ids = [as_snowflake(user_id) for user_id in asked[:_ASKED_BY_ID]]
        found = [guild.members[user_id] for user_id in ids if user_id in guild.members]
        return found, [str(user_id) for user_id in ids if user_id not in guild.members]
    query, limit = body["query"].casefold(), body["limit"]
    if not query and not limit and not session.wants(Intent.GUILD_MEMBERS):
        raise GatewayClose(4014, "Disallowed intent(s).")
    named = [someone for someone in guild.members.values() if someone.name.casefold().startswith(query)]
    return named[: limit or None], []


def _session_of(connection: Connection) -> Session:
    if connection.session is None:
        raise GatewayClose(4003, "Not authenticated.")
    return connection.session


COMMANDS: dict[int, Callable[[Connection, Any], None]] = {
    2: identify,
    3: update_presence,
    4: update_voice_state,
    6: resume,
    8: request_members,
}
