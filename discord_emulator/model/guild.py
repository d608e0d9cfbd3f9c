"""Servers, their roles, stage instances and scheduled events."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

from .audit_log import AuditLogEntry
from .belongings import Emoji, Invite
from .channels import Channel, ChannelType
from .members import Member
from .users import Application


@dataclass(eq=False, slots=True)
class Role:
    """A role. ``bot_id`` is set for the managed role that came with a bot."""

    id: int
    name: str
    permissions: int = 0
    position: int = 1
    colour: int = 0
    hoist: bool = False
    mentionable: bool = False
    bot_id: int | None = None

    @property
    def managed(self) -> bool:
        return self.bot_id is not None

    @property
    def mention(self) -> str:
        return f"<@&{self.id}>"

    @property
    def rank(self) -> tuple[int, int]:
        """Orders roles as Discord does: by position, and the older one wins a tie."""
        return (self.position, -self.id)


@dataclass(eq=False, slots=True)
class StageInstance:
    """A live stage. ``event_id`` is the scheduled event it began with, ``silent_since`` when the last speaker went."""

    id: int
    guild_id: int
    channel_id: int
    topic: str
    privacy_level: int = 2
    event_id: int | None = None
    silent_since: datetime | None = None


class EventStatus(IntEnum):
    """https://discord.com/developers/docs/resources/guild-scheduled-event (event status)"""

    SCHEDULED = 1
    ACTIVE = 2
    COMPLETED = 3
    CANCELLED = 4


class EventEntity(IntEnum):
    """Where a scheduled event takes place."""

    STAGE = 1
    VOICE = 2
    EXTERNAL = 3


@dataclass(eq=False, slots=True)
class ScheduledEvent:
    """A server event. ``interested`` holds the ids of who subscribed, ``empty_since`` when the last one left it."""

    id: int
    guild_id: int
    creator_id: int
    name: str
    starts_at: datetime
    entity_type: EventEntity
    channel_id: int | None = None
    description: str | None = None
    ends_at: datetime | None = None
    location: str | None = None
    status: EventStatus = EventStatus.SCHEDULED
    privacy_level: int = 2
    recurrence_rule: dict[str, Any] | None = None
    image: str | None = None
    entity_id: int | None = None
    interested: set[int] = field(default_factory=set)
    empty_since: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still to come or going on."""
        return self.status in (EventStatus.SCHEDULED, EventStatus.ACTIVE)


@dataclass(eq=False)
class GuildState:
    """A server's data and look-ups."""

    id: int
    name: str
    owner_id: int = 0
    community: bool = False
    locale: str = "en-US"
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    threads: dict[int, Channel] = field(default_factory=dict)
    stage_instances: dict[int, StageInstance] = field(default_factory=dict)
    events: dict[int, ScheduledEvent] = field(default_factory=dict)
    bans: dict[int, str | None] = field(default_factory=dict)
    applications: dict[int, Application] = field(default_factory=dict)
    invites: dict[str, Invite] = field(default_factory=dict)
    emojis: dict[int, Emoji] = field(default_factory=dict)
    audit_log: list[AuditLogEntry] = field(default_factory=list)
    profile: dict[str, Any] = field(default_factory=dict)
    """What the server's settings say, by the keys of the guild object, where it differs from a fresh server."""
    available: bool = True

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r} {self.id}>"

    @property
    def features(self) -> list[str]:
        return ["COMMUNITY", "NEWS"] if self.community else []

    @property
    def needed_channel_ids(self) -> set[int]:
        """The channels that a Community cannot be without."""
        keys = ("rules_channel_id", "public_updates_channel_id")
        return {int(self.profile[key]) for key in keys if self.community and self.profile.get(key)}

    @property
    def default_role(self) -> Role:
        """``@everyone``, whose id is the server's."""
        return self.roles[self.id]

    def in_channel(self, channel: Channel) -> list[Member]:
        """Everyone connected to one voice or stage channel."""
        return [member for member in self.in_voice if member.voice is not None and member.voice.channel is channel]

    @property
    def in_voice(self) -> list[Member]:
        """Everyone connected to a voice or stage channel."""
        return [member for member in self.members.values() if member.voice is not None]

    @property
    def stages(self) -> list[Channel]:
        """The stage channels that stand now, oldest first."""
        return [channel for channel in self.channels.values() if channel.type == ChannelType.STAGE]

    def stage_instance(self, channel: Channel | int) -> StageInstance | None:
        """The live stage in ``channel`` (or its id), if any."""
        channel_id = channel if isinstance(channel, int) else channel.id
        return self.stage_instances.get(channel_id)

    def channel(self, name: str) -> Channel:
        """The channel with this name; raises ``LookupError`` with the names there are."""
        for channel in (*self.channels.values(), *self.threads.values()):
            if channel.name == name:
                return channel
        known = ", ".join(channel.name for channel in self.channels.values())
        raise LookupError(f"no channel named {name!r}; there are: {known}")
