"""Members of a server and their voice states."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from .users import User

if TYPE_CHECKING:
    from .channels import Channel
    from .guild import GuildState, Role


@dataclass(eq=False, slots=True)
class VoiceState:
    """Where someone is in voice. Server mute and deaf belong to the member: they outlive the connection."""

    channel: Channel
    session_id: str
    suppress: bool = False
    request_to_speak_timestamp: datetime | None = None
    self_mute: bool = False
    self_deaf: bool = False
    self_video: bool = False

    @property
    def position(self) -> str | None:
        """``listening``, ``hand up``, ``invited`` or ``on stage``; ``None`` outside stages."""
        if not self.channel.is_stage:
            return None
        asked = self.request_to_speak_timestamp is not None
        if self.suppress:
            return "hand up" if asked else "listening"
        return "invited" if asked else "on stage"


@dataclass(eq=False)
class Member:
    """A user in a server."""

    guild: GuildState
    user: User
    joined_at: datetime
    nick: str | None = None
    role_ids: set[int] = field(default_factory=set)
    server_mute: bool = False
    server_deaf: bool = False
    timeout_until: datetime | None = None
    flags: int = 0
    voice: VoiceState | None = None

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def name(self) -> str:
        """The name shown in the server."""
        return self.nick or self.user.name

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    @property
    def roles(self) -> list[Role]:
        """The roles held, without ``@everyone``."""
        return [self.guild.roles[role_id] for role_id in self.role_ids if role_id in self.guild.roles]

    @property
    def rank(self) -> tuple[int, int]:
        """The rank of the highest role held."""
        return max((role.rank for role in self.roles), default=self.guild.default_role.rank)

    @property
    def voice_state(self) -> VoiceState | None:
        """Where they are in voice, or ``None``."""
        return self.voice

    @property
    def voice_position(self) -> str | None:
        """``listening``, ``hand up``, ``invited``, ``on stage``, or ``None`` outside stages."""
        return None if self.voice is None else self.voice.position

    def timed_out(self, now: datetime) -> bool:
        """Whether a timeout keeps them from taking part."""
        return self.timeout_until is not None and self.timeout_until > now

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r} {self.id}>"
