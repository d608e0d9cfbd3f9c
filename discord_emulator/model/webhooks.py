"""Webhooks of channels: https://discord.com/developers/docs/resources/webhook"""

from __future__ import annotations

from dataclasses import dataclass

from .channels import Channel
from .users import User


@dataclass(eq=False, slots=True)
class Webhook:
    """An incoming webhook. ``application_id`` is set when an application made it, ``avatar`` is an image's hash."""

    id: int
    channel: Channel
    name: str
    token: str
    creator: User
    avatar: str | None = None
    application_id: int | None = None

    def author(self, name: str | None = None, avatar: str | None = None) -> User:
        """Who its messages are by: the webhook, or for one message whom ``name`` and ``avatar`` (a hash) say."""
        shown = name or self.name
        return User(self.id, shown, bot=True, discriminator="0000", handle=shown, avatar=avatar or self.avatar)
