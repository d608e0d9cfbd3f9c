"""Junk for the routes of servers: it is refused in Discord's way and never a fault of the emulator itself."""

from __future__ import annotations

import random
import re
from typing import Any

import aiohttp
import pytest

from discord_emulator.rest import RESOURCES
from discord_emulator.rest.routing import Route

from .conftest import Stand
from .moderation import own_role

DEEP: dict[str, Any] = {"id": {"id": []}, "position": "first", "parent_id": [], "lock_permissions": 3}
VALUES: list[Any] = [
    "",
    "x" * 3000,
    -1,
    2**70,
    1.5,
    True,
    [],
    [None],
    [[]],
    {},
    {"a": {"b": 1}},
    "\ud800".encode("utf-8", "replace").decode(),
]
KEYS = (
    "name", "topic", "type", "parent_id", "permission_overwrites", "permissions", "colors", "position", "nick", "roles",
    "mute", "channel_id", "communication_disabled_until", "flags", "user_ids", "delete_message_seconds", "max_age",
    "image", "scheduled_start_time", "scheduled_end_time", "entity_type", "entity_metadata", "recurrence_rule",
    "status", "privacy_level", "guild_scheduled_event_id", "suppress", "request_to_speak_timestamp", "features",
    "afk_channel_id", "icon", "username", "avatar", "rtc_region", "allow", "deny",
)  # fmt: skip
PLACES = re.compile(
    r"/(guilds|stage-instances|invites|voice|sticker|soundboard|users/@me"
    r"|channels/{channel_id}($|/permissions|/invites|/voice))"
)
ROUTES = [route for route in RESOURCES if PLACES.match(route.template) and "threads" not in route.template]


def junk(chance: random.Random) -> list[dict[str, Any]]:
    """Bodies with several wrong values at once."""
    return [{key: chance.choice(VALUES) for key in chance.sample(KEYS, 3)} for _ in range(12)]


def path_of(route: Route, stand: Stand, *, real: bool) -> str:
    """The route with ids of things that are there, or of none."""
    stage = stand.guild.stages[0]
    known = {
        "guild_id": stand.guild.id,
        "channel_id": stage.id,
        "user_id": stand.ada.id,
        "role_id": own_role(stand).id,
        "overwrite_id": stand.guild.id,
        "event_id": next(iter(stand.guild.events)),
        "emoji_id": 5,
        "sticker_id": 5,
        "code": "nowhere",
    }
    return re.sub(r"\{(\w+)\}", lambda match: str(known[match.group(1)] if real else 2**64), route.template)


@pytest.mark.junk
@pytest.mark.parametrize("real", [True, False])
async def test_junk_is_refused_in_discords_way(stand: Stand, real: bool) -> None:
    stand.discord.settings.rate_limits = False
    stand.guild.set_permissions(own_role(stand), "administrator")
    stage = stand.guild.add_stage_channel("room")
    await stand.ada.join(stage)
    now = stand.discord.world.clock.now()
    await stand.host.schedule_event("Reading", now.replace(year=now.year + 1), stage)
    chance = random.Random(5)
    headers = {"Authorization": f"Bot {stand.application.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for route in ROUTES:
            if route.method == "DELETE":
                continue
            bodies = [None] if route.method == "GET" else [None, [], [DEEP], [1], "text", *junk(chance)]
            for body in bodies:
                query = {"limit": "9" * 40, "before": "soon", "query": "x" * 500} if body is None else {}
                url = stand.discord.api_base + path_of(route, stand, real=real)
                async with session.request(route.method, url, json=body, params=query) as answer:
                    assert answer.status < 500
                    await answer.read()
    faults = [violation for violation in stand.discord.violations if violation.kind == "emulator fault"]
    assert "\n".join(fault.detail[-400:] for fault in faults[:5]) == ""
