"""IDENTIFY: its budget, its pace, shards, several bots, and what it may ask for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from discord_emulator import Application, Emulator, Settings

from .client import connected, identify


@pytest.fixture
async def server() -> AsyncIterator[Emulator]:
    async with Emulator(seed=5, settings=Settings(identify_window=0.0)) as emulator:
        yield emulator


async def start_limit(server: Emulator, application: Application) -> dict[str, Any]:
    headers = {"Authorization": f"Bot {application.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(f"{server.api_base}/gateway/bot") as answer,
    ):
        assert answer.status == 200
        return await answer.json()


async def test_the_budget_of_a_day() -> None:
    async with Emulator(settings=Settings(identify_window=0.0, session_starts=3)) as server:
        application = server.add_application("Restless")
        assert (await start_limit(server, application))["session_start_limit"]["remaining"] == 3
        async with connected(server) as first:
            ready = await first.identified(application)
            await first.socket.close(code=4000)
        async with connected(server) as again:
            await again.send(6, {"token": application.token, "session_id": ready["d"]["session_id"], "seq": 1})
            await again.until("RESUMED")
        limit = (await start_limit(server, application))["session_start_limit"]
        assert (limit["total"], limit["remaining"]) == (3, 2), "RESUME does not count"
        assert 86_000_000 < limit["reset_after"] <= 86_400_000
        server.advance(86_400)
        assert (await start_limit(server, application))["session_start_limit"]["remaining"] == 3


async def test_beyond_the_budget_the_token_is_reset_and_every_session_ends() -> None:
    async with Emulator(settings=Settings(identify_window=0.0, session_starts=1)) as server:
        application, other = server.add_application("Restless"), server.add_application("Calm")
        before = application.token
        async with connected(server) as running, connected(server) as calm, connected(server) as one_too_many:
            await running.identified(application)
            await calm.identified(other)
            with server.expecting("gateway"):
                await one_too_many.send(2, identify(before))
                assert await one_too_many.closed() == 4004
            assert await running.closed() == 4004
            assert await calm.events() == []
        assert application.token != before
        assert application.environment()["DISCORD_TOKEN"] == application.token
        async with connected(server) as stale:
            with server.expecting("gateway"):
                await stale.send(2, identify(before))
                assert await stale.closed() == 4004


async def test_shards_start_at_the_pace_of_their_key() -> None:
    async with Emulator(settings=Settings(max_concurrency=2)) as server:
        application = server.add_application("Sharded")
        outcomes: list[int] = []
        for number in (0, 1, 2, 3):
            async with connected(server) as socket:
                await socket.opcode(10)
                await socket.send(2, identify(application.token, shard=[number, 4]))
                outcomes.append((await socket.next())["op"])
        assert outcomes == [0, 0, 9, 9]
        server.advance(5)
        for number in (2, 3):
            async with connected(server) as socket:
                await socket.identified(application, shard=[number, 4])


async def test_servers_and_direct_messages_go_to_their_shard(server: Emulator) -> None:
    application = server.add_application("Sharded")
    guilds = []
    while {guild.id >> 22 & 1 for guild in guilds} != {0, 1}:
        guilds.append(server.add_guild(f"Guild {len(guilds)}"))
        guilds[-1].install(application, permissions=8)
        server.advance(0.001)
    person = guilds[0].add_member("Ada")
    intents = 1 | 1 << 9 | 1 << 12
    async with connected(server) as even, connected(server) as odd:
        sockets = (even, odd)
        for number, socket in enumerate(sockets):
            ready = await socket.identified(application, intents=intents, shard=[number, 2])
            assert ready["d"]["shard"] == [number, 2]
            theirs = {str(guild.id) for guild in guilds if (guild.id >> 22) % 2 == number}
            assert {guild["id"] for guild in ready["d"]["guilds"]} == theirs
            assert {event["d"]["id"] for event in await socket.events()} == theirs
        for guild in guilds:
            guild.add_text_channel("new")
            seen = [[event["t"] for event in await socket.events()] for socket in sockets]
            assert seen[(guild.id >> 22) % 2] == ["CHANNEL_CREATE"]
            assert seen[1 - (guild.id >> 22) % 2] == []
        headers = {"Authorization": f"Bot {application.token}"}
        async with aiohttp.ClientSession(headers=headers) as session:
            async with session.post(f"{server.api_base}/users/@me/channels", json={"recipient_id": person.id}) as made:
                channel = (await made.json())["id"]
            async with session.post(f"{server.api_base}/channels/{channel}/messages", json={"content": "psst"}) as sent:
                assert sent.status == 200
        assert "MESSAGE_CREATE" in [event["t"] for event in await even.events()]
        assert await odd.events() == []


async def test_too_many_servers_for_one_shard() -> None:
    async with Emulator(settings=Settings(identify_window=0.0, guilds_per_shard=2)) as server:
        application = server.add_application("Big")
        for number in range(3):
            server.add_guild(f"Guild {number}").install(application)
        async with connected(server) as socket:
            with server.expecting("gateway"):
                await socket.send(2, identify(application.token))
                assert await socket.closed() == 4011


async def test_the_recommended_number_of_shards_grows_with_the_servers(server: Emulator) -> None:
    application = server.add_application("Big")
    assert (await start_limit(server, application))["shards"] == 1
    assert server.world.hub.starts.describe(application, 2_501)["shards"] == 3


@pytest.mark.parametrize(
    "shard", [[2, 2], [-1, 2], [0, 0], [0], [0, 1, 2], "01", {"a": 1}, [True, 2], ["0", "1"], [0.0, 1]]
)
async def test_invalid_shards(server: Emulator, shard: object) -> None:
    application = server.add_application("Odd")
    async with connected(server) as socket:
        with server.expecting("gateway"):
            await socket.send(2, identify(application.token, shard=shard))
            assert await socket.closed() == 4010


@pytest.mark.parametrize(
    ("intents", "code"),
    [(1 << 1, 4014), (1 << 8, 4014), (1 << 15, 4014), (1 << 17, 4013), (1 << 40, 4013), (-1, 4013), ("1", 4002)],
)
async def test_intents_that_are_not_granted(server: Emulator, intents: object, code: int) -> None:
    application = server.add_application("Curious")
    async with connected(server) as socket:
        with server.expecting("gateway"):
            await socket.send(2, {**identify(application.token), "intents": intents})
            assert await socket.closed() == code


async def test_several_bots_at_once_hear_only_of_their_servers(server: Emulator) -> None:
    one, two = server.add_application("One"), server.add_application("Two")
    shared, alone = server.add_guild("Shared"), server.add_guild("Alone")
    shared.install(one), shared.install(two), alone.install(two)
    async with connected(server) as first, connected(server) as second:
        assert len((await first.identified(one))["d"]["guilds"]) == 1
        assert len((await second.identified(two))["d"]["guilds"]) == 2
        await first.events(), await second.events()
        shared.add_text_channel("both")
        alone.add_text_channel("only-two")
        assert [event["d"]["name"] for event in await first.events()] == ["both"]
        assert [event["d"]["name"] for event in await second.events()] == ["both", "only-two"]


async def test_compressed_payloads(server: Emulator) -> None:
    application = server.add_application("Small pipe")
    server.add_guild("Home").install(application)
    async with connected(server) as socket:
        ready = await socket.identified(application, compress=True)
        await socket.until("GUILD_CREATE")
        assert socket.compressed >= 1
        await socket.socket.close(code=4000)
    async with connected(server) as plain:
        await plain.identified(application)
        await plain.until("GUILD_CREATE")
        assert plain.compressed == 0
    async with connected(server) as again:
        await again.send(6, {"token": application.token, "session_id": ready["d"]["session_id"], "seq": 1})
        await again.until("RESUMED")
        assert again.compressed == 1, "GUILD_CREATE is replayed compressed, RESUMED is too short"
