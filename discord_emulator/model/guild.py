"""Servers, their roles, stage instances and scheduled events."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

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
    """A live stage. ``event_id`` is the scheduled event it began with."""

    id: int
    guild_id: int
    channel_id: int
    topic: str
    privacy_level: int = 2
    event_id: int | None = None


@dataclass(eq=False, slots=True)
class ScheduledEvent:
    """A server event. ``status``: 1 scheduled, 2 active, 3 completed, 4 cancelled."""

    id: int
    guild_id: int
    creator_id: int
    name: str
    starts_at: datetime
    entity_type: int
    channel_id: int | None = None
    description: str | None = None
    ends_at: datetime | None = None
    location: str | None = None
    status: int = 1
    privacy_level: int = 2


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
    available: bool = True

    @property
    def features(self) -> list[str]:
        return ["COMMUNITY", "NEWS"] if self.community else []

    @property
    def default_role(self) -> Role:
        """``@everyone``, whose id is the server's."""
        return self.roles[self.id]

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
