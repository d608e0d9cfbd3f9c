"""Channels of every kind: text, voice, category, stage, thread, direct message."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .guild import GuildState
    from .messages import Message
    from .users import User


class ChannelType(IntEnum):
    """https://discord.com/developers/docs/resources/channel#channel-object-channel-types"""

    TEXT = 0
    DIRECT_MESSAGE = 1
    VOICE = 2
    CATEGORY = 4
    NEWS = 5
    NEWS_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    STAGE = 13
    FORUM = 15
    MEDIA = 16


VOCAL = frozenset({ChannelType.VOICE, ChannelType.STAGE})
THREADS = frozenset({ChannelType.NEWS_THREAD, ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD})
# Channels that hold posts (threads) and no messages of their own.
FORUMS = frozenset({ChannelType.FORUM, ChannelType.MEDIA})


@dataclass(eq=False, slots=True)
class Overwrite:
    """What a role (``type`` 0) or a member (1) is allowed or denied in a channel."""

    id: int
    type: int
    allow: int = 0
    deny: int = 0


@dataclass(eq=False, slots=True)
class ThreadDetails:
    """What only threads have. ``active_at`` is the last activity, ``watched`` that a look at it is planned."""

    owner_id: int
    created_at: datetime
    archived_at: datetime
    archived: bool = False
    locked: bool = False
    invitable: bool = True
    auto_archive_minutes: int = 4320
    members: dict[int, datetime] = field(default_factory=dict)
    messages_ever: int = 0
    active_at: datetime | None = None
    watched: bool = False
    tag_ids: list[int] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class ForumTag:
    """A tag that posts in a forum can bear; ``moderated`` ones are for those who manage threads."""

    id: int
    name: str
    moderated: bool = False
    emoji_id: int | None = None
    emoji_name: str | None = None


@dataclass(eq=False)
class Channel:
    """A channel. ``guild`` is ``None`` in direct messages; ``recipients`` is empty elsewhere."""

    id: int
    type: ChannelType
    guild: GuildState | None
    name: str = ""
    position: int = 0
    parent_id: int | None = None
    topic: str | None = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    nsfw: bool = False
    bitrate: int = 64_000
    user_limit: int = 0
    rtc_region: str | None = None
    video_quality_mode: int | None = None
    voice_status: str | None = None
    slowmode_seconds: int = 0
    messages: dict[int, Message] = field(default_factory=dict)
    ephemerals: dict[int, Message] = field(default_factory=dict)
    last_message_id: int | None = None
    last_pin_at: datetime | None = None
    tags: dict[int, ForumTag] = field(default_factory=dict)
    needs_tag: bool = False
    slowmode_of_threads_seconds: int = 0
    recipients: list[User] = field(default_factory=list)
    thread: ThreadDetails | None = None

    @property
    def is_vocal(self) -> bool:
        """Whether people can connect to it."""
        return self.type in VOCAL

    @property
    def is_thread(self) -> bool:
        return self.type in THREADS

    @property
    def is_private_thread(self) -> bool:
        return self.type == ChannelType.PRIVATE_THREAD

    @property
    def is_forum(self) -> bool:
        """Whether it holds posts instead of messages."""
        return self.type in FORUMS

    @property
    def is_stage(self) -> bool:
        return self.type == ChannelType.STAGE

    @property
    def holds_messages(self) -> bool:
        return self.type != ChannelType.CATEGORY and not self.is_forum

    @property
    def parent(self) -> Channel | None:
        """The category, or the channel a thread hangs on."""
        if self.guild is None or self.parent_id is None:
            return None
        return self.guild.channels.get(self.parent_id)

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"

    def __repr__(self) -> str:
        return f"<Channel {self.type.name.lower()} {self.name!r} {self.id}>"
