"""Black holes and slow lines between one client and the voice server."""

from __future__ import annotations

import asyncio

import pytest

from discord_emulator.voice import Direction, VoiceServer
from tests.discord_emulator.voice.client import BOT, GUILD, Client, Clients
from tests.discord_emulator.voice.conftest import Crowd

ADA = 101
FRAMES = [bytes((0xF8, number)) for number in range(3)]
KEEPALIVE = b"\x13\x37\xca\xfe" + bytes(4)


async def waiting(client: Client) -> list[bytes]:
    """The datagrams that come within a while."""
    found: list[bytes] = []
    try:
        async with asyncio.timeout(0.1):
            while True:
                found.append(await asyncio.get_running_loop().sock_recv(client.udp, 2048))
    except TimeoutError:
        return found


async def test_a_black_hole_swallows_what_goes_to_the_client(
    server: VoiceServer, clients: Clients, crowd: Crowd
) -> None:
    ada = crowd.enter(ADA)
    client, other = clients.new(), clients.new(user_id=31)
    await client.connect(present=True)
    await other.connect(present=True)
    server.black_hole(guild_id=GUILD, user_id=BOT, seconds=60, direction=Direction.TO_CLIENT)
    await asyncio.gather(ada.speak(FRAMES), other.hear_all(8))
    await client.udp_send(KEEPALIVE)
    assert await waiting(client) == []
    assert (server.counters.black_holed_out, server.counters.black_holed_in) == (9, 0)
    assert server.counters.keepalives == 1
    server.black_hole(guild_id=GUILD, user_id=BOT, seconds=0)
    await asyncio.gather(ada.speak(FRAMES), client.hear_all(8))


async def test_a_black_hole_swallows_what_comes_from_the_client(
    server: VoiceServer, clients: Clients, crowd: Crowd
) -> None:
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)
    server.black_hole(guild_id=GUILD, user_id=BOT, seconds=60, direction=Direction.FROM_CLIENT)
    await client.udp_send(KEEPALIVE)
    await client.say(1, b"swallowed")
    assert await waiting(client) == []
    assert server.counters.black_holed_in == 2
    assert server.counters.packets_in == 0
    await asyncio.gather(ada.speak(FRAMES), client.hear_all(8))


async def test_a_black_hole_closes_by_itself_and_outlives_a_session(server: VoiceServer, clients: Clients) -> None:
    client = clients.new()
    await client.connect()
    server.black_hole(guild_id=GUILD, user_id=BOT, seconds=0.3)
    await client.connect()
    await client.udp_send(KEEPALIVE)
    assert await waiting(client) == []
    await asyncio.sleep(0.3)
    await client.udp_send(KEEPALIVE)
    assert await client.datagram() == KEEPALIVE


async def test_discovery_falls_into_a_black_hole_too(server: VoiceServer, clients: Clients) -> None:
    client, elsewhere = clients.new(), clients.new(user_id=31)
    await client.connect()
    elsewhere.udp.connect(client.udp.getpeername())
    server.black_hole(guild_id=GUILD, user_id=BOT, seconds=60, direction=Direction.FROM_CLIENT)
    await elsewhere.udp_send(b"\x00\x01\x00\x46" + client.ssrc.to_bytes(4, "big") + bytes(66))
    assert await waiting(elsewhere) == []
    assert server.counters.discoveries == 0


async def test_a_slow_line_delays_both_ways(server: VoiceServer, clients: Clients, crowd: Crowd) -> None:
    loop = asyncio.get_running_loop()
    crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)
    server.delay(guild_id=GUILD, user_id=BOT, seconds=0.1)
    began = loop.time()
    await client.udp_send(KEEPALIVE)
    assert await client.datagram() == KEEPALIVE
    assert loop.time() - began >= 0.2


async def test_what_is_under_way_at_the_end_goes_nowhere(server: VoiceServer, clients: Clients, crowd: Crowd) -> None:
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)
    server.delay(guild_id=GUILD, user_id=BOT, seconds=30)
    await ada.speak(FRAMES)
    await server.stop()
    assert server.counters.forwarded == 0
    with pytest.raises(RuntimeError, match="not in voice"):
        await ada.speak(FRAMES)
