"""Invites and emojis: small things that a server owns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from .users import User


@dataclass(eq=False, slots=True)
class Invite:
    """A link into a server. ``max_age`` in seconds; 0 means no end for it and for ``max_uses``."""

    code: str
    channel_id: int
    inviter: User
    created_at: datetime
    expires_at: datetime | None
    max_age: int
    max_uses: int = 0
    temporary: bool = False
    uses: int = 0


@dataclass(eq=False, slots=True)
class Emoji:
    """A custom emoji, of a server or of an application. ``role_ids`` limit who may use it."""

    id: int
    name: str
    creator: User
    animated: bool = False
    role_ids: list[int] = field(default_factory=list)

    @property
    def mention(self) -> str:
        """How it is written in a message."""
        return f"<{'a' if self.animated else ''}:{self.name}:{self.id}>"
