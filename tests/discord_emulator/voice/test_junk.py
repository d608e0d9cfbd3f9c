"""Junk on the voice websocket and on UDP: the right close or silence, and everybody else goes on."""

from __future__ import annotations

import asyncio
import json
import random
import struct
from typing import Any

import aiohttp
import pytest

from discord_emulator.voice import VoiceServer
from tests.discord_emulator.voice.client import GUILD, Clients
from tests.discord_emulator.voice.conftest import Crowd

ADA, INTRUDER = 101, 77
FRAMES = [bytes((0xF8, number)) for number in range(20)]
SILENCE = [b"\xf8\xff\xfe"] * 5
REFUSALS = {4001, 4002, 4003, 4004, 4005, 4006, 4012, 4016, 4020}
ODD_VALUES: list[Any] = [
    None, True, False, -1, 0, 1, 2**16, 2**31, 2**64, 1e308, "", "0", "-1", "١", "\ud800", "x" * 2000, [], [[]], {},
    {"mode": []}, float("nan"),
]  # fmt: skip
FIELDS = ("server_id", "user_id", "session_id", "token", "max_dave_protocol_version", "seq_ack", "t", "protocol",
          "data", "mode", "address", "port", "speaking", "ssrc", "delay", "transition_id")  # fmt: skip


async def ended(websocket: aiohttp.ClientWebSocketResponse) -> int | None:
    async with asyncio.timeout(5):
        while (await websocket.receive()).type is aiohttp.WSMsgType.TEXT:
            pass
    return websocket.close_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"op": true, "d": {}}', 4002),
        ('{"op": 0.0, "d": {}}', 4002),
        ("[" * 4000, 4002),
        ('{"op": ' + "9" * 4080 + "}", 4001),
        ('{"op": 3, "d": {"t": 1, "seq_ack": -1}}' + " " * 4096, 4002),
        ('{"op": 3, "d": {"t": "x", "seq_ack": 0}}', 4020),
        ('{"op": 3, "d": {"t": 1, "seq_ack": null}}', 4020),
        ('{"op": 7, "d": {"server_id": "１", "session_id": "", "token": ""}}', 4002),
        ('{"op": 7, "d": {"server_id": 1e400, "session_id": "", "token": ""}}', 4002),
        ('{"op": 2, "d": {}}', 4001),
        ('{"op": 22, "d": {}}', 4001),
        (b"", 4002),
        (b"\x1akey package", 4003),
    ],
)
async def test_each_kind_of_junk_closes_with_its_code(clients: Clients, text: str | bytes, code: int) -> None:
    client = clients.new()
    await client.open()
    await client.expect(8)
    if isinstance(text, str):
        await client.ws.send_str(text)
    else:
        await client.ws.send_bytes(text)
    assert await client.close_code() == code


@pytest.mark.parametrize(
    ("op", "data", "code"),
    [
        (3, {"t": 1, "seq_ack": 5}, 4020),
        (3, {"t": 1, "seq_ack": -2}, 4020),
        (5, {"speaking": 8, "ssrc": None}, 4020),
        (5, {"speaking": True, "ssrc": None}, 4002),
        (23, {}, 4002),
        (31, {"transition_id": "1"}, 4002),
        (7, {}, 4005),
    ],
)
async def test_junk_of_somebody_who_is_let_in_ends_their_session(
    server: VoiceServer, clients: Clients, op: int, data: dict[str, Any], code: int
) -> None:
    client = clients.new()
    await client.connect()
    if "ssrc" in data:
        data = data | {"ssrc": client.ssrc}
    await client.send(op, data)
    assert await client.close_code() == code
    assert not server.is_connected(GUILD, client.user_id)


@pytest.mark.parametrize(("data", "code"), [(b"\x63", 4001), (b"\x1b", 4001), (b"", 4002)])
async def test_binary_messages_that_no_client_sends_end_the_session(clients: Clients, data: bytes, code: int) -> None:
    client = clients.new()
    await client.connect()
    await client.ws.send_bytes(data)
    assert await client.close_code() == code


async def test_a_message_that_is_huge_is_not_read_and_leaves_no_session(server: VoiceServer, clients: Clients) -> None:
    client = clients.new()
    await client.connect()
    watcher = clients.new(user_id=31)
    await watcher.connect(present=True)
    sending = asyncio.create_task(client.ws.send_bytes(bytes(1 << 20)))
    # The close may be lost with the connection, whose other end has not taken in everything.
    assert await client.close_code() in (1009, 1006)
    await asyncio.gather(sending, return_exceptions=True)
    assert await watcher.expect(13) == {"user_id": str(client.user_id)}
    assert not server.is_connected(GUILD, client.user_id)


def message(chance: random.Random) -> str | bytes:
    """Something that begins like a voice message."""
    kind = chance.randrange(4)
    if kind == 0:
        return chance.randbytes(chance.randrange(60))
    if kind == 1:
        return "".join(chance.choices('{}[]":,0op1d2 \n\\u', k=chance.randrange(60)))
    data = {name: chance.choice(ODD_VALUES) for name in chance.sample(FIELDS, chance.randrange(len(FIELDS)))}
    op = chance.choice([*range(32), -1, 2**40, "0", None, True])
    return json.dumps({"op": op, "d": data if kind == 2 else chance.choice(ODD_VALUES)})


@pytest.mark.parametrize("known", [False, True])
async def test_no_message_harms_anybody_else(
    server: VoiceServer, clients: Clients, crowd: Crowd, *, known: bool
) -> None:
    chance = random.Random(20 + known)
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)
    talking = asyncio.create_task(ada.speak(FRAMES * 2))
    hearing = asyncio.create_task(client.hear_all(45))
    codes: set[int | None] = set()
    for _ in range(60):
        intruder = clients.new(user_id=INTRUDER)
        if known:
            await intruder.connect(present=True)
        else:
            await intruder.open()
        for _ in range(5):
            junk = message(chance)
            if intruder.ws.closed:
                break
            await (intruder.ws.send_bytes(junk) if isinstance(junk, bytes) else intruder.ws.send_str(junk))
        codes.add(await ended(intruder.ws))
        await intruder.close()
    assert codes <= REFUSALS
    assert len(codes) >= 3
    await talking
    assert [packet.opus for packet in await hearing] == FRAMES * 2 + SILENCE
    assert not server.is_connected(GUILD, INTRUDER)
    assert server.is_connected(GUILD, client.user_id)


def datagram(chance: random.Random, ssrc: int) -> bytes:
    """Something that begins like a voice datagram."""
    kind = chance.randrange(5)
    if kind == 0:
        return chance.randbytes(chance.choice((0, 1, 7, 9, 11, 12, 13, 31, 74, 1400)))
    if kind == 1:
        return struct.pack(">HHI", chance.randrange(4), chance.choice((0, 70, 65535)), ssrc) + chance.randbytes(66)
    first = chance.choice((0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xB0, 0xBF, 0x40, 0xFF))
    second = chance.choice((0x78, 0xF8, 0x65, 72, 200, 201, 204, 205))
    header = struct.pack(">BBHII", first, second, chance.getrandbits(16), chance.getrandbits(32), ssrc)
    return header + chance.randbytes(chance.randrange(200))


async def test_no_datagram_harms_anybody(server: VoiceServer, clients: Clients, crowd: Crowd) -> None:
    chance = random.Random(22)
    ada = crowd.enter(ADA)
    client, intruder = clients.new(), clients.new(user_id=INTRUDER)
    await client.connect(present=True)
    await intruder.connect(present=True)
    talking = asyncio.create_task(ada.speak(FRAMES))
    hearing = asyncio.create_task(client.hear_all(25))
    for _ in range(2000):
        await intruder.udp_send(datagram(chance, chance.choice((ada.ssrc, client.ssrc, intruder.ssrc, 5))))
    await talking
    assert [packet.opus for packet in await hearing] == FRAMES + SILENCE
    await intruder.waiting()
    seen = server.counters
    reasons = (seen.malformed, seen.rtcp, seen.unknown_ssrc, seen.unauthenticated, seen.discoveries)
    assert min(reasons) > 0
    assert sum(reasons) == 2000
    assert seen.forwarded == 2 * 25
