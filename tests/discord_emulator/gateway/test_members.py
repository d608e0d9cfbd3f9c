"""Op 8 and op 31: https://discord.com/developers/docs/events/gateway-events#request-guild-members"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from discord_emulator import Application, Emulator, Guild, Settings
from discord_emulator.gateway.intents import Intent

from .client import Socket, connected

PRIVILEGED = int(Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES)


@pytest.fixture
async def server() -> AsyncIterator[Emulator]:
    async with Emulator(seed=8, settings=Settings(identify_window=0.0)) as emulator:
        yield emulator


@pytest.fixture
def application(server: Emulator) -> Application:
    return server.add_application("Counter", privileged_intents=PRIVILEGED)


@pytest.fixture
def guild(server: Emulator, application: Application) -> Guild:
    guild = server.add_guild("Crowd")
    guild.install(application)
    for number in range(1_200):
        guild.add_member(f"Person {number}")
    return guild


async def chunks(socket: Socket, guild: Guild, **asked: Any) -> list[dict[str, Any]]:
    await socket.send(8, {"guild_id": str(guild.id), **asked})
    return [event["d"] for event in await socket.events() if event["t"] == "GUILD_MEMBERS_CHUNK"]


async def test_the_whole_list_in_chunks_once_in_30_seconds(
    server: Emulator, application: Application, guild: Guild
) -> None:
    async with connected(server) as socket:
        await socket.identified(application, intents=1 | PRIVILEGED)
        await socket.events()
        first, second = await chunks(socket, guild, query="", limit=0, presences=True, nonce="n" * 32)
        assert (len(first["members"]), len(second["members"])) == (1_000, 202)
        assert (first["chunk_index"], second["chunk_index"], first["chunk_count"]) == (0, 1, 2)
        assert (first["nonce"], first["presences"], first["not_found"]) == ("n" * 32, [], [])
        await socket.send(8, {"guild_id": str(guild.id), "query": "", "limit": 0, "nonce": "again"})
        limited = await socket.until("RATE_LIMITED")
        assert limited["d"]["opcode"] == 8
        assert 29 < limited["d"]["retry_after"] <= 30
        assert limited["d"]["meta"] == {"guild_id": str(guild.id), "nonce": "again"}
        assert len(await chunks(socket, guild, query="person 1", limit=0)) == 1, "only whole lists are limited"
        server.advance(30)
        assert len(await chunks(socket, guild, query="", limit=0)) == 2


async def test_what_is_asked_for_is_capped(server: Emulator, application: Application, guild: Guild) -> None:
    async with connected(server) as socket:
        await socket.identified(application)
        await socket.events()
        (by_name,) = await chunks(socket, guild, query="person", limit=1_000, presences=True)
        assert len(by_name["members"]) == 100
        assert "presences" not in by_name, "without the intent"
        ids = [str(member) for member in list(guild.members)[:150]]
        (by_id,) = await chunks(socket, guild, user_ids=ids, nonce="n" * 33)
        assert [member["user"]["id"] for member in by_id["members"]] == ids[:100]
        assert "nonce" not in by_id, "too long"
        (nobody,) = await chunks(socket, guild, user_ids="1", limit=0)
        assert (nobody["members"], nobody["not_found"]) == ([], ["1"])


async def test_the_whole_list_needs_the_intent(server: Emulator, application: Application, guild: Guild) -> None:
    for limit in (0, 5):
        async with connected(server) as socket:
            await socket.identified(application)
            with server.expecting("gateway"):
                await socket.send(8, {"guild_id": str(guild.id), "query": "", "limit": limit})
                assert await socket.closed() == 4014


async def test_servers_one_is_not_in_say_nothing(server: Emulator, application: Application, guild: Guild) -> None:
    other = server.add_guild("Elsewhere")
    async with connected(server) as socket:
        await socket.identified(application)
        await socket.events()
        assert await chunks(socket, other, query="o", limit=1) == []
        await socket.send(31, {"guild_ids": [str(other.id), str(guild.id)]})
        sounds = await socket.events()
        assert [(event["t"], event["d"]["guild_id"]) for event in sounds] == [("SOUNDBOARD_SOUNDS", str(guild.id))]


async def test_who_is_named_in_guild_create(server: Emulator, application: Application, guild: Guild) -> None:
    role = guild.add_role("Regulars")
    guild.add_member("Rita", roles=[role])
    for intents, threshold, named in ((1, 50, 1), (1 | PRIVILEGED, 50, 2), (1 | 1 << 1, 250, 1)):
        async with connected(server) as socket:
            await socket.identified(application, intents=intents, large_threshold=threshold)
            created = await socket.until("GUILD_CREATE")
            assert len(created["d"]["members"]) == named, intents
            assert created["d"]["member_count"] == 1_203
