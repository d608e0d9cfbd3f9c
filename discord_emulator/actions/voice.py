"""Joining, moving in and leaving voice and stage channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord_emulator.errors import ApiError, missing_access, missing_permissions, unknown
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.belongings import Emoji
from discord_emulator.model.channels import Channel
from discord_emulator.model.members import Member, VoiceState
from discord_emulator.model.users import Application
from discord_emulator.payloads import people as payloads
from discord_emulator.permissions import Permission
from discord_emulator.voice.protocol import CloseCode

from . import event_life, stage_instances, voice_status

if TYPE_CHECKING:
    from discord_emulator.gateway.session import Session
    from discord_emulator.world import World

# "animation_type" of an effect that needs no Nitro, and how many there are of it.
_BASIC_ANIMATION = 1
_BASIC_ANIMATIONS = 21


def announce(world: World, member: Member, state: VoiceState | None = None) -> None:
    """Sends VOICE_STATE_UPDATE; ``state`` is the last one of somebody who has just left."""
    left = member.voice is None
    shown = state or member.voice
    if shown is None:
        return
    body = payloads.voice_state(member, shown, connected=not left)
    world.hub.to_guild(member.guild, "VOICE_STATE_UPDATE", body, Intent.GUILD_VOICE_STATES)
    _look_after(world, shown.channel)


def _look_after(world: World, channel: Channel) -> None:
    """A live stage minds who speaks, a running event who is there."""
    stage_instances.watch(world, channel)
    event_life.watch(world, channel)
    voice_status.watch(world, channel)


def check_may_join(world: World, member: Member, channel: Channel) -> None:
    """Raises 50001 or 50013 unless ``member`` may see the channel, connect to it and find a place there."""
    granted = world.permissions(member, channel)
    if not granted & Permission.VIEW_CHANNEL:
        raise missing_access()
    if not granted & Permission.CONNECT:
        raise missing_permissions()
    present = len(member.guild.in_channel(channel))
    if channel.user_limit and present >= channel.user_limit and not granted & Permission.MOVE_MEMBERS:
        raise ApiError(403, 50013, "The channel is full")


def _arrival(world: World, member: Member, channel: Channel, session_id: str) -> VoiceState:
    may_speak = bool(world.permissions(member, channel) & Permission.SPEAK)
    return VoiceState(channel, session_id, suppress=channel.is_stage or not may_speak)


def join(world: World, member: Member, channel: Channel) -> None:
    """A person connects to a channel: on a stage as audience. Raises as :func:`check_may_join`."""
    if not channel.is_vocal:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    check_may_join(world, member, channel)
    before = member.voice
    state = _arrival(world, member, channel, world.new_token(32))
    if before is not None:
        state.self_mute, state.self_deaf = before.self_mute, before.self_deaf
    member.voice = state
    world.voice.enter(member, state)
    announce(world, member)
    if before is not None:
        _look_after(world, before.channel)


def leave(world: World, member: Member, code: CloseCode = CloseCode.DISCONNECTED) -> None:
    """Somebody leaves voice, or is sent away (a bot with ``code``). Nothing happens to who is not there."""
    state, member.voice = member.voice, None
    if state is None:
        return
    announce(world, member, state)
    world.voice.leave(member, code)


def check_move(world: World, actor: Member, member: Member, channel: Channel) -> None:
    """Raises 40032 if ``member`` is not in voice, 50013 unless ``actor`` may move members and connect to ``channel``.

    The member's own permissions and the channel's limit do not count.
    """
    if member.voice is None:
        raise ApiError(400, 40032, "Target user is not connected to voice.")
    if not channel.is_vocal or channel.guild is not member.guild:
        raise unknown("Channel", 10003)
    needed = Permission.MOVE_MEMBERS | Permission.CONNECT
    if world.permissions(actor, channel) & needed != needed:
        raise missing_permissions()
    if not world.permissions(actor, member.voice.channel) & Permission.MOVE_MEMBERS:
        raise missing_permissions()


def place(world: World, member: Member, channel: Channel) -> None:
    """Puts somebody who is in voice into another channel, whoever may be there."""
    before = member.voice
    if before is None:
        raise ValueError(f"{member!r} is not in voice")
    state = _arrival(world, member, channel, before.session_id)
    state.self_mute, state.self_deaf = before.self_mute, before.self_deaf
    member.voice = state
    announce(world, member)
    _look_after(world, before.channel)
    world.voice.move(member, channel.id)
    if member.user.bot:
        send_server(world, member, state)


def connect_bot(
    world: World, session: Session, *, guild_id: int, channel_id: int | None, self_mute: bool, self_deaf: bool
) -> None:
    """A bot's gateway command 4: join, move, change own mute, or leave (``channel_id`` ``None``).

    Like Discord, a refusal is silent; here it is recorded as a violation.
    """
    guild = world.guilds.get(guild_id)
    member = None if guild is None else guild.members.get(session.application.bot.id)
    if guild is None or member is None:
        world.record.violate("missing access", f"voice state update for server {guild_id}")
        return
    if channel_id is None:
        leave(world, member)
        return
    channel = guild.channels.get(channel_id)
    if channel is None or not channel.is_vocal:
        world.record.violate("invalid call", f"voice state update for channel {channel_id}, which takes no voice")
        return
    current = member.voice
    if current is not None and current.channel is channel and current.session_id == session.id:
        current.self_mute, current.self_deaf = self_mute, self_deaf
        announce(world, member)
        return
    try:
        check_may_join(world, member, channel)
    except ApiError as error:
        world.record.violate("missing permission", f"joining {channel!r}: {error.message}", error.code)
        return
    state = _arrival(world, member, channel, session.id)
    state.self_mute, state.self_deaf = self_mute, self_deaf
    member.voice = state
    announce(world, member)
    if current is not None:
        _look_after(world, current.channel)
        world.voice.move(member, channel.id)
    send_server(world, member, state)


def send_server(world: World, member: Member, state: VoiceState) -> None:
    """Tells a bot where to connect to (VOICE_SERVER_UPDATE) once a voice server was found and knows of it.

    The endpoint is null while the channel's call waits for a voice server.
    """
    token = world.new_token(32)
    if state.channel.id in world.voice.without_server:
        _tell_server(world, member, token, None)
        return

    def tell() -> None:
        if member.voice is not state or state.channel.id in world.voice.without_server:
            return
        _tell_server(world, member, token, world.voice.server.endpoint(state.channel.id))

    world.voice.admit(member, state, token, lambda: world.later(world.settings.voice_server_delay, tell))


def change_server(world: World, channel: Channel, seconds_without: float | None = None) -> None:
    """The call of a channel moves to another voice server; its bots are told where it is.

    With ``seconds_without`` the old one fails first: until then VOICE_SERVER_UPDATE says that there is none.
    """
    world.voice.relocate(channel)
    if seconds_without is not None:
        world.voice.without_server.add(channel.id)
        world.later(seconds_without, lambda: _allocate(world, channel))
    _tell_bots(world, channel)
    world.voice.end_stale(channel)


def _allocate(world: World, channel: Channel) -> None:
    world.voice.without_server.discard(channel.id)
    _tell_bots(world, channel)


def _tell_bots(world: World, channel: Channel) -> None:
    for member in [] if channel.guild is None else channel.guild.in_voice:
        if member.user.bot and member.voice is not None and member.voice.channel is channel:
            send_server(world, member, member.voice)


def _tell_server(world: World, member: Member, token: str, endpoint: str | None) -> None:
    update = {"guild_id": str(member.guild.id), "token": token, "endpoint": endpoint}
    for application in world.applications.values():
        if application.bot is member.user:
            world.hub.to_application(application, "VOICE_SERVER_UPDATE", update, member.guild.id)


def session_ended(world: World, session: Session) -> None:
    """The gateway session is over: the voice connections that were asked for through it end too."""
    for guild in world.guilds.values():
        member = guild.members.get(session.application.bot.id)
        if member is not None and member.voice is not None and member.voice.session_id == session.id:
            leave(world, member)


def set_own_switches(
    world: World, member: Member, *, self_mute: bool | None = None, self_deaf: bool | None = None
) -> None:
    """A person mutes or deafens themselves; raises 40032 outside voice."""
    if member.voice is None:
        raise ApiError(400, 40032, "Target user is not connected to voice.")
    if self_mute is not None:
        member.voice.self_mute = self_mute
    if self_deaf is not None:
        member.voice.self_deaf = self_deaf
    announce(world, member)


def send_effect(world: World, member: Member, emoji: str | Emoji) -> None:
    """A person reacts in the voice channel they are in; the bots connected to it are told.

    https://discord.com/developers/docs/events/gateway-events#voice-channel-effect-send. Raises 40032 outside voice,
    50013 for who may not speak, nor ask to, there: Discord does not say who may, a guess.
    """
    if member.voice is None:
        raise ApiError(400, 40032, "Target user is not connected to voice.")
    channel = member.voice.channel
    if not world.permissions(member, channel) & (Permission.SPEAK | Permission.REQUEST_TO_SPEAK):
        raise missing_permissions()
    shown = (
        {"id": None, "name": emoji, "animated": False}
        if isinstance(emoji, str)
        else {"id": str(emoji.id), "name": emoji.name, "animated": emoji.animated}
    )
    body = {
        "channel_id": str(channel.id),
        "guild_id": str(member.guild.id),
        "user_id": str(member.id),
        "emoji": shown,
        "animation_type": _BASIC_ANIMATION,
        "animation_id": world.random.randrange(_BASIC_ANIMATIONS),
    }

    def is_there(application: Application) -> bool:
        bot = member.guild.members.get(application.bot.id)
        return bot is not None and bot.voice is not None and bot.voice.channel is channel

    world.hub.to_guild(member.guild, "VOICE_CHANNEL_EFFECT_SEND", body, Intent.GUILD_VOICE_STATES, only=is_there)
