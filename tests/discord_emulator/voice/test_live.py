"""People who speak from a live source or from packets in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest

from discord_emulator.voice import Network
from tests.discord_emulator.voice.client import Clients
from tests.discord_emulator.voice.conftest import Crowd

ADA = 101
FRAMES = [bytes((0xF8, number)) for number in range(10)]
SILENCE = [b"\xf8\xff\xfe"] * 5


async def at_once(packets: list[bytes]) -> AsyncIterator[bytes]:
    for packet in packets:
        yield packet


async def test_live_speech_is_never_ahead_of_real_time(clients: Clients, crowd: Crowd) -> None:
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)
    taken: list[float] = []

    async def microphone() -> AsyncIterator[bytes]:
        for packet in FRAMES:
            taken.append(asyncio.get_running_loop().time())
            yield packet

    spoken, heard = await asyncio.gather(ada.speak(microphone()), client.hear_all(15))
    assert [packet.opus for packet in heard] == FRAMES + SILENCE
    assert (spoken.packets, spoken.sent.silence) == (10, 5)
    assert spoken.seconds == pytest.approx(0.2)
    assert spoken.last_packet_at - spoken.first_packet_at == pytest.approx(0.18, abs=0.1)
    assert taken[-1] - taken[0] >= 0.15
    first = heard[0]
    assert [packet.timestamp - first.timestamp for packet in heard] == [960 * n for n in range(15)]


async def test_a_stall_ends_one_talk_spurt_and_begins_another(clients: Clients, crowd: Crowd) -> None:
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)
    go_on = asyncio.Event()

    async def microphone() -> AsyncIterator[bytes]:
        for packet in FRAMES[:3]:
            yield packet
        await go_on.wait()
        for packet in FRAMES[3:5]:
            yield packet

    talking = asyncio.create_task(ada.speak(microphone()))
    before = await client.hear_all(8)
    assert [packet.opus for packet in before] == FRAMES[:3] + SILENCE
    await asyncio.sleep(0.1)
    assert ada.speaking == 0
    go_on.set()
    after = await client.hear_all(7)
    spoken = await talking
    assert [packet.opus for packet in after] == FRAMES[3:5] + SILENCE
    assert (spoken.packets, spoken.sent.silence) == (5, 10)
    pause = after[0].timestamp - before[-1].timestamp
    assert pause % 960 == 0
    assert pause >= 960 + 0.08 * 48_000
    assert {b.sequence - a.sequence for a, b in pairwise(before + after)} <= {1, 1 - 65536}


async def test_a_late_packet_within_a_talk_spurt_is_made_up_for(clients: Clients, crowd: Crowd) -> None:
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)

    async def microphone() -> AsyncIterator[bytes]:
        for number, packet in enumerate(FRAMES):
            if number == 5:
                await asyncio.sleep(0.06)
            yield packet

    await ada.speak(microphone())
    heard = await client.hear_all(15)
    assert [packet.opus for packet in heard] == FRAMES + SILENCE
    assert {b.timestamp - a.timestamp for a, b in pairwise(heard)} == {960}


async def test_who_leaves_needs_no_more_live_packets(clients: Clients, crowd: Crowd) -> None:
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)
    ended = asyncio.Event()

    async def microphone() -> AsyncIterator[bytes]:
        try:
            for packet in FRAMES[:2]:
                yield packet
            await asyncio.Event().wait()
        finally:
            ended.set()

    talking = asyncio.create_task(ada.speak(microphone()))
    await client.hear_all(7)
    ada.leave()
    async with asyncio.timeout(2):
        spoken = await talking
        await ended.wait()
    assert spoken.packets == 2


async def test_a_source_that_fails_or_gives_no_opus_ends_the_talk(clients: Clients, crowd: Crowd) -> None:
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)

    async def broken() -> AsyncIterator[bytes]:
        yield FRAMES[0]
        raise OSError("unplugged")

    with pytest.raises(OSError, match="unplugged"):
        await ada.speak(broken())
    with pytest.raises(ValueError, match="at least one"):
        await ada.speak(at_once([b""]))
    with pytest.raises(ValueError, match="at least one"):
        await ada.speak([FRAMES[0], b""])
    with pytest.raises(ValueError, match="cut"):
        await ada.speak(at_once(FRAMES), skip=1.0)
    assert ada.speaking == 0
    await client.waiting()
    await asyncio.gather(ada.speak(FRAMES[:1]), client.hear())


async def test_packets_in_memory_can_be_cut(clients: Clients, crowd: Crowd) -> None:
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)
    await ada.speak(iter(FRAMES), skip=0.04, seconds=0.06)
    assert [packet.opus for packet in await client.hear_all(8)] == FRAMES[2:5] + SILENCE


async def test_live_speech_goes_through_a_bad_network_too(clients: Clients, crowd: Crowd) -> None:
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)
    spoken = await ada.speak(at_once(FRAMES), network=Network(loss=0.3, garbage=0.3, seed=2))
    assert spoken.sent.lost > 0
    assert spoken.sent.garbage > 0
    assert len(await client.waiting()) == spoken.sent.datagrams
