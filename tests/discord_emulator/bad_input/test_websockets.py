"""Junk on the gateway, the voice gateway and the UDP port."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
import pytest

from discord_emulator import Emulator, Settings

from ..gateway.client import identify
from .support import still_serves
from .test_http import JUNK, at_home

# A bot may identify as often as it likes, and junk is not what gets an address or a token into trouble here.
LENIENT = Settings(identify_window=0.0, session_starts=10**6)


@pytest.fixture
async def server() -> AsyncIterator[Emulator]:
    async with Emulator(seed=3, settings=LENIENT) as emulator:
        yield emulator


@asynccontextmanager
async def gateway(server: Emulator) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(server.gateway_url + "?v=10&encoding=json") as connection,
    ):
        assert (await connection.receive_json(timeout=5))["op"] == 10
        yield connection


GATEWAY_BEAT, VOICE_BEAT = {"op": 1, "d": None}, {"op": 3, "d": {"t": 1}}
ACKNOWLEDGED = {1: 11, 3: 6}


async def close_code(connection: aiohttp.ClientWebSocketResponse, beat: dict[str, Any] = GATEWAY_BEAT) -> int | None:
    """The code the emulator closes with; ``None`` if it still answers a heartbeat."""
    with suppress(ConnectionError):
        await connection.send_json(beat)
    while (message := await connection.receive(timeout=5)).type == aiohttp.WSMsgType.TEXT:
        if message.json()["op"] == ACKNOWLEDGED[beat["op"]]:
            return None
    return connection.close_code


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "[]", "1", '"op"', "{}", '{"op":2,"d":NaN}', "[" * 4_000, '{"op":2,"d":"\\ud800"}', "\x00",
     '{"op":1,"d":"a"}', '{"op":1,"d":true}', '{"op":1,"d":1.5}', '{"op":2}', '{"op":2,"d":[]}', "x" * 5_000],
)  # fmt: skip
async def test_unreadable_payloads_are_4002(server: Emulator, text: str) -> None:
    async with gateway(server) as connection:
        await connection.send_str(text)
        assert await close_code(connection) == 4002
    await still_serves(server)


@pytest.mark.parametrize("opcode", [99, -1, "2", None, [], {}, [2], 2.5, 1.0, True, 10**18])
async def test_unknown_opcodes_are_4001(server: Emulator, opcode: Any) -> None:
    async with gateway(server) as connection:
        await connection.send_json({"op": opcode, "d": {}})
        assert await close_code(connection) == 4001
    await still_serves(server)


@pytest.mark.parametrize("seed", range(4))
async def test_no_payload_is_a_fault_of_the_emulator(server: Emulator, seed: int) -> None:
    chance = random.Random(seed)
    application, channel = at_home(server)
    guild = next(iter(server.world.guilds))
    junk = [*JUNK, guild, str(guild), channel, [guild], application.token]
    for _ in range(40):
        async with gateway(server) as connection:
            if chance.random() < 0.7:
                await connection.send_json({"op": 2, "d": identify(application.token)})
            opcode = chance.choice([1, 2, 3, 4, 6, 8, 31])
            data = identify(application.token) if opcode == 2 else KNOWN[opcode](guild, channel, application)
            for key in chance.sample(sorted(data), min(len(data), chance.randrange(1, 3))):
                data[key] = chance.choice(junk)
            payload = json.dumps({"op": opcode, "d": data})
            await connection.send_str(payload)
            assert await close_code(connection) in {None, 4001, 4002, 4003, 4004, 4005, 4007, 4010, 4013, 4014}, payload
    await still_serves(server)


KNOWN: dict[int, Any] = {
    1: lambda guild, channel, app: {"a": 1},
    3: lambda guild, channel, app: {"since": None, "activities": [], "status": "online", "afk": False},
    4: lambda guild, channel, app: {
        "guild_id": guild,
        "channel_id": channel,
        "self_mute": False,
        "self_deaf": False,
    },
    6: lambda guild, channel, app: {"token": app.token, "session_id": "a", "seq": 1},
    8: lambda guild, channel, app: {
        "guild_id": guild,
        "query": "a",
        "limit": 0,
        "nonce": "n",
        "presences": True,
        "user_ids": None,
    },
    31: lambda guild, channel, app: {"guild_ids": [guild]},
}


@pytest.mark.parametrize("frame", [b"\x81\x05abc", b"\xff" * 50, b"\x88\x7d" + bytes(125), b"\x89\xfe\xff\xff"])
async def test_broken_frames_close_the_socket(server: Emulator, frame: bytes) -> None:
    host, port = server.gateway_url.removeprefix("ws://").split("/")[0].split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"GET /gateway?v=10 HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    await reader.readuntil(b"heartbeat_interval")
    writer.write(frame)
    writer.write_eof()
    await asyncio.wait_for(reader.read(), 5)
    writer.close()
    await writer.wait_closed()
    await still_serves(server)


@pytest.mark.parametrize("query", ["", "?v=9", "?v=10&encoding=etf", "?v=10&encoding=%FF", "?v=10&compress=rar", "?v="])
async def test_other_protocols_are_refused_at_the_door(server: Emulator, query: str) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(server.gateway_url + query) as connection:
        message = await connection.receive(timeout=5)
        assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 4012)
    await still_serves(server)


@pytest.mark.parametrize("seed", range(3))
async def test_the_voice_gateway_survives_junk(server: Emulator, seed: int) -> None:
    chance = random.Random(seed)
    trusting = ssl.create_default_context(cafile=str(server.ca_file))
    texts = [
        json.dumps({"op": chance.choice([0, 1, 3, 5, 7, 12, 99, "a", None]), "d": chance.choice(JUNK)}) for _ in "abcd"
    ]
    texts += ["{", "[" * 50_000, '{"op":0,"d":{"server_id":1e999}}', '{"op":3,"d":{"t":NaN}}']
    texts += [json.dumps({"op": 0, "d": {"server_id": value, "user_id": value}}) for value in JUNK]
    async with aiohttp.ClientSession() as session:
        for text in texts:
            url = f"wss://{server.world.voice.server.endpoint(0)}/?v=8"
            async with session.ws_connect(url, ssl=trusting) as connection:
                await connection.send_str(text)
                await connection.send_bytes(chance.randbytes(30))
                assert await close_code(connection, VOICE_BEAT) not in {1006, 1011}, text[:100]
    await still_serves(server)


@pytest.mark.parametrize("seed", range(3))
async def test_the_voice_port_survives_what_is_not_tls(server: Emulator, seed: int) -> None:
    host, port = server.world.voice.server.endpoint(0).split(":")
    for size in (1, 5, 300, 5_000):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(random.Random(seed).randbytes(size))
        with suppress(ConnectionError, TimeoutError):
            await asyncio.wait_for(reader.read(), 0.2)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
    await still_serves(server)


@pytest.mark.parametrize("seed", range(3))
async def test_the_media_port_survives_junk(server: Emulator, seed: int) -> None:
    chance = random.Random(seed)
    media = next(iter(server.world.voice.server._sites)).media.address
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        for _ in range(2_000):
            head = chance.choice([b"", b"\x00\x01\x00\x46", b"\x90\x78", b"\x80\xc9", b"\x9f\x78", b"\x13\x37\xca\xfe"])
            client.sendto(head + chance.randbytes(chance.choice([0, 1, 8, 12, 70, 74, 200, 1_400])), media)
            if chance.random() < 0.02:
                await asyncio.sleep(0)
        await asyncio.sleep(0.05)
    await still_serves(server)
