"""Rate limits as a client meets them: https://discord.com/developers/docs/topics/rate-limits"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from discord_emulator import Application, Channel, Emulator, Guild, Settings


@dataclass
class Caller:
    """A bot that calls without any regard for limits. Its clock stands still unless it is advanced."""

    server: Emulator
    application: Application
    guild: Guild
    chat: Channel
    session: aiohttp.ClientSession

    async def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Answer:
        async with self.session.request(method, self.server.api_base + path, json=body) as response:
            is_json = response.content_type == "application/json"
            content = await response.json() if is_json and response.status != 204 else await response.text()
            return Answer(response.status, response.headers, content)

    async def post(self, channel: Channel | None = None) -> Answer:
        return await self.call("POST", f"/channels/{(channel or self.chat).id}/messages", {"content": "hi"})


@dataclass
class Answer:
    status: int
    headers: Any
    body: Any


@asynccontextmanager
async def calling(settings: Settings | None = None) -> AsyncIterator[Caller]:
    began = time.time()
    async with Emulator(seed=11, clock=lambda: began, settings=settings) as server:
        application = server.add_application("Hasty")
        guild = server.add_guild("Home", community=True)
        guild.install(application, permissions=8)
        headers = {"Authorization": f"Bot {application.token}"}
        async with aiohttp.ClientSession(headers=headers) as session:
            yield Caller(server, application, guild, guild.add_text_channel("general"), session)


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    async with calling() as hasty:
        yield hasty


async def test_headers_count_down_and_the_next_call_is_refused(caller: Caller) -> None:
    remaining = []
    for _ in range(5):
        answer = await caller.post()
        assert answer.status == 200
        assert "X-RateLimit-Scope" not in answer.headers
        remaining.append(answer.headers["X-RateLimit-Remaining"])
    assert remaining == ["4", "3", "2", "1", "0"]
    caller.server.advance(1.25)
    refused = await caller.post()
    assert refused.status == 429
    assert refused.body == {"message": "You are being rate limited.", "code": 0, "retry_after": 3.75, "global": False}
    headers = refused.headers
    assert (headers["Retry-After"], headers["X-RateLimit-Reset-After"]) == ("4", "3.750")
    assert (headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]) == ("5", "0")
    assert headers["X-RateLimit-Scope"] == "user"
    assert headers["Via"]
    assert float(headers["X-RateLimit-Reset"]) == pytest.approx(caller.server.world.clock() + 3.75, abs=0.002)
    caller.server.advance(3.75)
    assert (await caller.post()).status == 200


async def test_channels_have_buckets_of_their_own_under_one_name(caller: Caller) -> None:
    other = caller.guild.add_text_channel("other")
    first, second = await caller.post(), await caller.post(other)
    assert first.headers["X-RateLimit-Bucket"] == second.headers["X-RateLimit-Bucket"]
    assert first.headers["X-RateLimit-Remaining"] == second.headers["X-RateLimit-Remaining"] == "4"


async def test_another_bot_has_buckets_of_its_own(caller: Caller) -> None:
    other = caller.server.add_application("Calm")
    caller.guild.install(other, permissions=8)
    for _ in range(6):
        await caller.post()
    caller.session.headers["Authorization"] = f"Bot {other.token}"
    assert (await caller.post()).headers["X-RateLimit-Remaining"] == "4"


async def test_giving_and_taking_reactions_share_a_bucket(caller: Caller) -> None:
    message = (await caller.post()).body["id"]
    path = f"/channels/{caller.chat.id}/messages/{message}/reactions/%F0%9F%91%8F/@me"
    given = await caller.call("PUT", path)
    refused = await caller.call("DELETE", path)
    assert (given.status, refused.status, refused.body["retry_after"]) == (204, 429, 0.25)
    assert given.headers["X-RateLimit-Bucket"] == refused.headers["X-RateLimit-Bucket"]
    caller.server.advance(0.25)
    assert (await caller.call("DELETE", path)).status == 204


async def test_deleting_is_limited_apart_and_by_age(caller: Caller) -> None:
    messages = []
    for _ in range(2):
        messages += [(await caller.post()).body["id"] for _ in range(5)]
        caller.server.advance(5)
    posting = (await caller.post()).headers["X-RateLimit-Bucket"]

    async def delete() -> Answer:
        return await caller.call("DELETE", f"/channels/{caller.chat.id}/messages/{messages.pop()}")

    buckets = {posting: 0}
    for age in (0, 60, 15 * 86_400):
        caller.server.advance(age)
        answer = await delete()
        assert answer.status == 204
        buckets[answer.headers["X-RateLimit-Bucket"]] = int(answer.headers["X-RateLimit-Limit"])
    assert list(buckets.values()) == [0, 3, 5, 30]


async def test_renaming_is_limited_for_everybody_together(caller: Caller) -> None:
    path = f"/channels/{caller.chat.id}"
    assert (await caller.call("PATCH", path, {"name": "a"})).status == 200
    assert (await caller.call("PATCH", path, {"topic": "b"})).status == 200
    assert (await caller.call("PATCH", path, {"topic": "b", "nsfw": False})).status == 200, "no change"
    other = caller.server.add_application("Calm")
    caller.guild.install(other, permissions=8)
    caller.session.headers["Authorization"] = f"Bot {other.token}"
    refused = await caller.call("PATCH", path, {"name": "c"})
    assert (refused.status, refused.headers["X-RateLimit-Scope"]) == (429, "shared")
    assert refused.body == {
        "message": "The resource is being rate limited.",
        "code": 0,
        "retry_after": 600.0,
        "global": False,
    }
    assert refused.headers["X-RateLimit-Remaining"] != "0", "nothing in the headers tells of this limit"
    assert caller.server.invalid_requests == {}, "shared refusals do not count towards a ban"
    caller.server.advance(600)
    assert (await caller.call("PATCH", path, {"name": "c"})).status == 200


async def test_the_51st_call_of_a_second_is_refused_on_every_route(caller: Caller) -> None:
    for _ in range(50):
        assert (await caller.call("GET", "/users/@me")).status == 200
    refused = await caller.call("GET", f"/channels/{caller.chat.id}")
    assert (refused.status, refused.body["global"], refused.body["retry_after"]) == (429, True, 1.0)
    assert (refused.headers["X-RateLimit-Global"], refused.headers["X-RateLimit-Scope"]) == ("true", "global")
    assert "X-RateLimit-Bucket" not in refused.headers
    caller.server.advance(1)
    assert (await caller.call("GET", f"/channels/{caller.chat.id}")).status == 200


async def test_interactions_know_no_global_limit(caller: Caller) -> None:
    for _ in range(51):
        await caller.call("GET", "/users/@me")
    with caller.server.expecting("late answer"):
        late = await caller.call("POST", "/interactions/1/abc/callback", {"type": 5})
    assert (late.status, late.body["code"]) == (404, 10062)
    # A webhook that is none of an interaction's is bound by it like any other call.
    assert (await caller.call("POST", f"/webhooks/{caller.application.id}/abc", {"content": "a"})).status == 429


async def test_buckets_of_dead_tokens_are_forgotten(caller: Caller) -> None:
    limits = caller.server._frame.limits
    for number in range(5_000):
        limits.count(
            "caller", "POST", "/webhooks/{application_id}/{token}", {"token": str(number)}, for_interaction=True
        )
        caller.server.advance(0.01)
    assert len(limits._buckets) < 2_500


async def test_too_many_invalid_requests_ban_the_address() -> None:
    async with calling(Settings(invalid_requests=20, ban_seconds=300)) as caller:
        caller.session.headers["Authorization"] = "Bot nobody"
        for _ in range(19):
            assert (await caller.call("GET", "/users/@me")).status == 401
        assert caller.server.invalid_requests == {"127.0.0.1": 19}
        caller.server.advance(599)
        assert caller.server.invalid_requests.total() == 19
        caller.server.advance(1)
        assert caller.server.invalid_requests == {}, "ten minutes later they no longer count"
        with caller.server.expecting("address ban"):
            for _ in range(20):
                await caller.call("GET", "/users/@me")
        caller.session.headers["Authorization"] = f"Bot {caller.application.token}"
        for method, path in (("GET", "/users/@me"), ("GET", "/gateway"), ("POST", "/interactions/1/a/callback")):
            banned = await caller.call(method, path)
            assert banned.status == 429
            assert "Via" not in banned.headers
            assert banned.headers["Content-Type"].startswith("text/html")
            assert banned.headers["Retry-After"] == "300"
            assert banned.body.startswith("<!DOCTYPE html>")
        assert caller.server.calls[-1].status == 429
        caller.server.advance(300)
        assert (await caller.call("GET", "/users/@me")).status == 200


async def test_refusals_for_lack_of_permission_count_and_missing_things_do_not(caller: Caller) -> None:
    with caller.server.expecting("missing access"):
        elsewhere = caller.server.add_guild("Elsewhere").add_text_channel("private")
        assert (await caller.post(elsewhere)).status == 403
    assert (await caller.call("GET", "/channels/1")).status == 404
    for _ in range(6):
        await caller.post()
    assert caller.server.invalid_requests == {"127.0.0.1": 2}
