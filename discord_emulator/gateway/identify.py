"""How a session begins and is taken up again: https://discord.com/developers/docs/events/gateway#identifying"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord_emulator.actions.thread_state import shown_to
from discord_emulator.payloads.people import application_flags, own_user
from discord_emulator.payloads.places import guild_create
from discord_emulator.permissions import Permission

from .closing import CloseCode, GatewayClose
from .fields import Fields
from .intents import ALL_INTENTS, PRIVILEGED, Intent
from .presence import check_presence
from .session import Session, end_session

if TYPE_CHECKING:
    from discord_emulator.model.guild import GuildState
    from discord_emulator.model.members import Member
    from discord_emulator.model.users import Application
    from discord_emulator.world import World

    from .connection import Connection

_LARGE_THRESHOLDS = range(50, 251)


def identify(connection: Connection, fields: Fields) -> None:
    """Op 2: starts a session; READY, then every server as GUILD_CREATE."""
    world = connection.world
    if connection.session is not None:
        raise GatewayClose(CloseCode.ALREADY_AUTHENTICATED)
    application = _authenticate(world, fields)
    shard = _shard(fields)
    intents = _intents(application, fields)
    properties = fields.fields("properties")
    for name in ("os", "browser", "device"):
        properties.text(name)
    if fields.get("presence") is not None:
        check_presence(fields.fields("presence"))
    session = Session(world.new_token(32), application, intents, shard or (0, 1), world.record)
    session.compresses_payloads = fields.flag("compress", default=False)
    if "large_threshold" in fields:
        session.large_threshold = fields.number("large_threshold")
        if session.large_threshold not in _LARGE_THRESHOLDS:
            raise GatewayClose(CloseCode.DECODE_ERROR, "large_threshold")
    guilds = _guilds_of(world, session)
    if len(guilds) > world.settings.guilds_per_shard:
        raise GatewayClose(CloseCode.SHARDING_REQUIRED)
    if not world.hub.starts.spend(application):
        _exhausted(world, application)
    if not world.hub.starts.in_turn(application, session.shard[0]):
        connection.send({"op": 9, "d": False})
        return
    world.hub.sessions[session.id] = session
    session.connection, connection.session = connection, session
    _greet(world, session, guilds, shard)


def _authenticate(world: World, fields: Fields) -> Application:
    application = world.application_of(fields.text("token").removeprefix("Bot "))
    if application is None:
        raise GatewayClose(CloseCode.AUTHENTICATION_FAILED)
    return application


def _shard(fields: Fields) -> tuple[int, int] | None:
    shard = fields.get("shard")
    if shard is None:
        return None
    if not isinstance(shard, list) or [type(part) for part in shard] != [int, int] or not 0 <= shard[0] < shard[1]:
        raise GatewayClose(CloseCode.INVALID_SHARD)
    return shard[0], shard[1]


def _intents(application: Application, fields: Fields) -> int:
    intents = fields.number("intents")
    if intents < 0 or intents & ~ALL_INTENTS:
        raise GatewayClose(CloseCode.INVALID_INTENTS)
    if intents & PRIVILEGED & ~application.privileged_intents:
        raise GatewayClose(CloseCode.DISALLOWED_INTENTS)
    return intents


def _exhausted(world: World, application: Application) -> None:
    """What an IDENTIFY beyond the day's budget costs: every session of the bot, and its token.

    https://discord.com/developers/docs/events/gateway#identifying
    """
    for session in world.hub.of(application):
        connection = session.connection
        end_session(world, session)
        if connection is not None:
            connection.close(CloseCode.AUTHENTICATION_FAILED)
    application.token = world.new_bot_token(application.bot.id)
    raise GatewayClose(CloseCode.AUTHENTICATION_FAILED, "Session start limit reached: the token was reset.")


def _guilds_of(world: World, session: Session) -> list[GuildState]:
    return [
        guild
        for guild in world.guilds.values()
        if session.application.id in guild.applications and session.covers(guild.id)
    ]


def _greet(world: World, session: Session, guilds: list[GuildState], shard: tuple[int, int] | None) -> None:
    application = session.application
    ready: dict[str, Any] = {
        "v": 10,
        "user": own_user(application.bot),
        "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
        "session_id": session.id,
        "resume_gateway_url": world.gateway_url,
        "session_type": "normal",
        "application": {"id": str(application.id), "flags": application_flags(application)},
        "private_channels": [],
        "presences": [],
        "relationships": [],
        "user_settings": {},
        "_trace": [],
    }
    if shard is not None:
        ready["shard"] = list(shard)
    session.dispatch("READY", ready)
    session.ready = True
    if session.wants(Intent.GUILDS):
        for guild in guilds:
            if guild.available:
                session.dispatch("GUILD_CREATE", describe(world, session, guild) | {"unavailable": False})
    world.changes.announce()


def describe(world: World, session: Session, guild: GuildState) -> dict[str, Any]:
    """GUILD_CREATE for a session, with the active threads that the bot can see.

    Without the presences intent only the bot and those in voice are named; with it everybody, or in a large server
    those with a role, a nickname or a voice.
    https://discord.com/developers/docs/events/gateway-events#request-guild-members
    """
    me = guild.members[session.application.bot.id]
    named = list(guild.members.values())
    if not session.wants(Intent.GUILD_PRESENCES):
        named = [me, *(someone for someone in guild.in_voice if someone is not me)]
    elif len(named) > session.large_threshold:
        named = [someone for someone in named if someone is me or _stands_out(someone)]
    body = guild_create(guild, named, me.joined_at)
    if not session.wants(Intent.GUILD_VOICE_STATES):
        body["voice_states"] = []
    body["threads"] = [
        shown_to(thread, me.id)
        for thread in guild.threads.values()
        if thread.thread and not thread.thread.archived and world.permissions(me, thread) & Permission.VIEW_CHANNEL
    ]
    return body


def _stands_out(someone: Member) -> bool:
    return bool(someone.roles) or someone.nick is not None or someone.voice is not None


def resume(connection: Connection, fields: Fields) -> None:
    """Op 6: replays what was missed, then RESUMED; op 9 if the session is gone, 4007 for a sequence never sent."""
    world = connection.world
    if connection.session is not None:
        raise GatewayClose(CloseCode.ALREADY_AUTHENTICATED)
    application = _authenticate(world, fields)
    session_id, sequence = fields.text("session_id"), fields.number("seq")
    session = world.hub.sessions.get(session_id)
    if session is None or session.application is not application:
        connection.send({"op": 9, "d": False})
        return
    if not 0 <= sequence <= session.sequence:
        end_session(world, session)
        raise GatewayClose(CloseCode.INVALID_SEQUENCE)
    missed = session.replay(sequence)
    if missed is None:
        end_session(world, session)
        connection.send({"op": 9, "d": False})
        return
    if session.connection is not None:
        session.connection.close(CloseCode.UNKNOWN_ERROR, "The session was resumed elsewhere.")
    session.connection, connection.session = connection, session
    for text in missed:
        connection.send_text(text)
    session.dispatch("RESUMED", {"_trace": []})
