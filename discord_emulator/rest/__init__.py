"""REST, version 10: https://discord.com/developers/docs/reference"""

from __future__ import annotations

from . import (
    channels,
    commands,
    events,
    guilds,
    identity,
    interactions,
    invites,
    members,
    messages,
    soundboard,
    stages,
    threads,
)
from .routing import Route

__all__ = ["RESOURCES"]

_TABLES = (
    identity,
    commands,
    interactions,
    messages,
    channels,
    invites,
    threads,
    guilds,
    members,
    stages,
    events,
    soundboard,
)
# Routes with a fixed part where others have a parameter (``@me``) come first.
RESOURCES: list[Route] = sorted(
    (route for table in _TABLES for route in table.routes.entries), key=lambda route: route.template.count("{")
)
