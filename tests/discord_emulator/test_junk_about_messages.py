"""Whatever a client sends: a clear refusal, never a fault of the emulator."""

from __future__ import annotations

import re
from typing import Any

import aiohttp
import pytest

from discord_emulator.actions import webhooks
from discord_emulator.model.audit_log import Actor
from discord_emulator.rest import RESOURCES

from .conftest import Stand

ABOUT_MESSAGES = re.compile(
    r"/messages|/threads|/thread-members|/pins|/polls|/webhooks|/commands|/typing|/interactions"
)
JUNK: list[Any] = [
    None,
    [],
    [5],
    "text",
    {},
    {"content": 5, "embeds": 5, "components": 5, "attachments": {}, "flags": "x", "poll": [], "nonce": {}},
    {"content": "x", "message_reference": {"type": 1}, "allowed_mentions": {"parse": 5, "users": {}}},
    {"content": "x", "embeds": [None, {"image": 5}], "components": [{"type": "x"}, 5], "attachments": [5]},
    {"name": {}, "type": "x", "message": [], "applied_tags": "x", "options": 5, "channel_id": []},
    {"name": "x", "type": 11, "message": {"components": [{"type": 1, "components": 5}], "flags": 1 << 15}},
    {"name": "x", "description": "x", "options": [{"type": 3}, 5], "avatar": 5, "username": [], "thread_name": 7},
    {"type": 4, "data": 5},
    {"messages": ["x", {}]},
    {"archived": "x", "locked": 5, "auto_archive_duration": "x", "rate_limit_per_user": []},
    [{"name": "x", "type": []}, {"name": 5, "options": {}}],
]
QUERY = "?limit=x&before=y&after=z&around=q&wait=maybe&thread_id=t&type=t&with_member=x"


@pytest.fixture
async def ids(stand: Stand) -> dict[str, str]:
    """What stands for the parameters of a path: things that exist."""
    stand.discord.settings.rate_limits = False
    stand.permit("administrator")
    webhook = webhooks.create(stand.discord.world, stand.chat, Actor(stand.host.user), {"name": "Hook"})
    message = await stand.host.post(stand.chat, "x")
    return {
        "channel_id": str(stand.chat.id),
        "guild_id": str(stand.guild.id),
        "message_id": str(message.id),
        "message": str(message.id),
        "webhook_id": str(webhook.id),
        "token": webhook.token,
        "application_id": str(stand.application.id),
        "user_id": str(stand.ada.id),
        "emoji": "%F0%9F%91%8F",
    }


@pytest.mark.junk
@pytest.mark.parametrize("place", ["text", "forum", "thread"])
async def test_junk_is_refused_and_breaks_nothing(stand: Stand, ids: dict[str, str], place: str) -> None:
    if place == "forum":
        ids["channel_id"] = str(stand.guild.add_forum_channel("forum", tags=["tag"]).id)
    elif place == "thread":
        ids["channel_id"] = str((await stand.host.start_thread(stand.chat, "thread")).id)
    routes = [route for route in RESOURCES if ABOUT_MESSAGES.search(route.template) and route.method != "DELETE"]
    assert len(routes) > 30
    headers = {"Authorization": f"Bot {stand.application.token}"}
    statuses: set[int] = set()
    plain = [(body, "") for body in JUNK]
    with stand.discord.expecting() as provoked:
        async with aiohttp.ClientSession(headers=headers) as session:
            for route in routes:
                path = re.sub(r"\{(\w+)\}", lambda match: ids.get(match.group(1), "1"), route.template)
                calls = [(None, QUERY)] if route.method == "GET" else [({"content": "x"}, QUERY), *plain]
                for body, query in calls:
                    url = stand.discord.api_base + path + query
                    async with session.request(route.method, url, json=body) as response:
                        statuses.add(response.status)
    faults = [violation.detail for violation in provoked if violation.kind == "emulator fault"]
    assert faults == []
    assert max(statuses) < 500
