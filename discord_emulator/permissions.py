"""Discord's permission bits and how roles and channel overwrites combine.

https://discord.com/developers/docs/topics/permissions
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import IntFlag
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model.channels import Channel
    from .model.guild import GuildState
    from .model.members import Member


class Permission(IntFlag):
    """The bitwise permission flags."""

    CREATE_INSTANT_INVITE = 1 << 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_AUDIT_LOG = 1 << 7
    PRIORITY_SPEAKER = 1 << 8
    STREAM = 1 << 9
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    VIEW_GUILD_INSIGHTS = 1 << 19
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    MUTE_MEMBERS = 1 << 22
    DEAFEN_MEMBERS = 1 << 23
    MOVE_MEMBERS = 1 << 24
    USE_VAD = 1 << 25
    CHANGE_NICKNAME = 1 << 26
    MANAGE_NICKNAMES = 1 << 27
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    MANAGE_GUILD_EXPRESSIONS = 1 << 30
    USE_APPLICATION_COMMANDS = 1 << 31
    REQUEST_TO_SPEAK = 1 << 32
    MANAGE_EVENTS = 1 << 33
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    USE_EXTERNAL_STICKERS = 1 << 37
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EMBEDDED_ACTIVITIES = 1 << 39
    MODERATE_MEMBERS = 1 << 40
    VIEW_CREATOR_MONETIZATION_ANALYTICS = 1 << 41
    USE_SOUNDBOARD = 1 << 42
    CREATE_GUILD_EXPRESSIONS = 1 << 43
    CREATE_EVENTS = 1 << 44
    USE_EXTERNAL_SOUNDS = 1 << 45
    SEND_VOICE_MESSAGES = 1 << 46
    SET_VOICE_CHANNEL_STATUS = 1 << 48
    SEND_POLLS = 1 << 49
    USE_EXTERNAL_APPS = 1 << 50
    PIN_MESSAGES = 1 << 51
    BYPASS_SLOWMODE = 1 << 52

    # Tests of a bit are the emulator's commonest act; making a member of each result took a sixth of its time.
    __and__ = __rand__ = int.__and__  # pyright: ignore[reportAssignmentType]


ALL = sum(Permission)
STAGE_MODERATOR = Permission.MANAGE_CHANNELS | Permission.MUTE_MEMBERS | Permission.MOVE_MEMBERS
# What @everyone may do in a fresh server.
EVERYONE_DEFAULT = (
    Permission.CREATE_INSTANT_INVITE
    | Permission.ADD_REACTIONS
    | Permission.STREAM
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.CONNECT
    | Permission.SPEAK
    | Permission.USE_VAD
    | Permission.CHANGE_NICKNAME
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.REQUEST_TO_SPEAK
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.CREATE_PRIVATE_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.USE_SOUNDBOARD
    | Permission.SET_VOICE_CHANNEL_STATUS
)
_DENIED_WITHOUT_SEND = (
    Permission.MENTION_EVERYONE | Permission.SEND_TTS_MESSAGES | Permission.ATTACH_FILES | Permission.EMBED_LINKS
)
# Who may not connect to a voice or stage channel cannot use or manage it either.
_DENIED_WITHOUT_CONNECT = (
    Permission.MANAGE_CHANNELS
    | Permission.MANAGE_ROLES
    | Permission.PRIORITY_SPEAKER
    | Permission.STREAM
    | Permission.CONNECT
    | Permission.SPEAK
    | Permission.MUTE_MEMBERS
    | Permission.DEAFEN_MEMBERS
    | Permission.MOVE_MEMBERS
    | Permission.USE_VAD
    | Permission.REQUEST_TO_SPEAK
    | Permission.USE_EMBEDDED_ACTIVITIES
    | Permission.USE_SOUNDBOARD
    | Permission.SET_VOICE_CHANNEL_STATUS
    | Permission.CREATE_EVENTS
    | Permission.MANAGE_EVENTS
)
# What an application and a person may do where only the two of them are.
DIRECT_MESSAGE = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.SEND_VOICE_MESSAGES
    | Permission.SEND_POLLS
    | Permission.PIN_MESSAGES
)
_LEFT_IN_TIMEOUT = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY


def as_permissions(value: int | str | Iterable[str]) -> int:
    """Permission bits from an integer, one name or several (``"manage_channels"``).

    Raises ``ValueError`` that names an unknown permission.
    """
    if isinstance(value, int):
        return int(value)
    bits = 0
    for name in [value] if isinstance(value, str) else value:
        try:
            bits |= Permission[name.upper()]
        except KeyError:
            raise ValueError(f"no such permission: {name}") from None
    return int(bits)


def names(bits: int) -> list[str]:
    """The names of the permissions in ``bits``, lower case."""
    return [permission.name.lower() for permission in Permission if permission & bits and permission.name]


def guild_permissions(member: Member, now: datetime) -> int:
    """What ``member`` may do in the server as a whole."""
    guild = member.guild
    if member.id == guild.owner_id:
        return ALL
    bits = guild.default_role.permissions
    for role in member.roles:
        bits |= role.permissions
    if bits & Permission.ADMINISTRATOR:
        return ALL
    return bits & _LEFT_IN_TIMEOUT if member.timed_out(now) else bits


def channel_permissions(member: Member, channel: Channel, now: datetime) -> int:
    """What ``member`` may do in ``channel``: overwrites applied, implicit denials taken away.

    A private thread is nothing to those who are neither in it nor manage threads.
    """
    if channel.guild is None:
        return int(DIRECT_MESSAGE) if member.user in channel.recipients else 0
    place = channel.parent if channel.is_thread and channel.parent else channel
    bits = guild_permissions(member, now)
    if bits == ALL:
        return bits
    guild = member.guild
    bits = _apply(bits, place, [guild.id])
    bits = _apply(bits, place, [role.id for role in member.roles if role.id != guild.id])
    bits = _apply(bits, place, [member.id])
    if not bits & Permission.VIEW_CHANNEL:
        return 0
    if place.is_vocal and not bits & Permission.CONNECT:
        bits &= ~int(_DENIED_WITHOUT_CONNECT)
    can_send = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    if not bits & can_send:
        bits &= ~int(_DENIED_WITHOUT_SEND)
    invited = channel.thread is None or member.id in channel.thread.members
    if channel.is_private_thread and not invited and not bits & Permission.MANAGE_THREADS:
        return 0
    return bits & _LEFT_IN_TIMEOUT if member.timed_out(now) else bits


def _apply(bits: int, channel: Channel, targets: list[int]) -> int:
    allow = deny = 0
    for target in targets:
        overwrite = channel.overwrites.get(target)
        if overwrite is not None:
            allow |= overwrite.allow
            deny |= overwrite.deny
    return (bits & ~deny) | allow


def outranks(actor: Member, target: Member) -> bool:
    """Whether ``actor`` stands above ``target`` in the role hierarchy."""
    guild = actor.guild
    if target.id == guild.owner_id:
        return False
    return actor.id == guild.owner_id or actor.rank > target.rank


def may_hand_out(guild: GuildState, actor: Member, role_id: int) -> bool:
    """Whether the role ``role_id`` is below every doubt: known, not managed, under ``actor``'s highest role."""
    role = guild.roles.get(role_id)
    if role is None or role.managed or role.id == guild.id:
        return False
    return actor.id == guild.owner_id or role.rank < actor.rank
