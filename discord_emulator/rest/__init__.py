"""REST, version 10: https://discord.com/developers/docs/reference"""

from __future__ import annotations

from . import (
    audit_log,
    bans,
    channels,
    commands,
    events,
    expressions,
    guilds,
    identity,
    interactions,
    invites,
    members,
    messages,
    pins,
    polls,
    reactions,
    roles,
    stages,
    threads,
    webhooks,
)
from .routing import Route

__all__ = ["RESOURCES"]

_TABLES = (
    identity,
    commands,
    interactions,
    webhooks,
    messages,
    reactions,
    pins,
    polls,
    channels,
    invites,
    threads,
    guilds,
    roles,
    bans,
    members,
    stages,
    events,
    expressions,
    audit_log,
)
# Routes with a fixed part where others have a parameter (``@me``) come first.
RESOURCES: list[Route] = sorted(
    (route for table in _TABLES for route in table.routes.entries), key=lambda route: route.template.count("{")
)
