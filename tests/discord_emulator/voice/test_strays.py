"""What a bad network puts between voice packets, and what it does to them: seeded, counted, and harmless to others."""

from __future__ import annotations

import asyncio
import struct
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest

from discord_emulator.voice import Network, Spoken, VoiceServer
from discord_emulator.voice.network import Stray
from tests.discord_emulator.voice.client import GCM, XCHACHA, Client, Clients
from tests.discord_emulator.voice.conftest import Crowd

ADA, BEN = 101, 102
# By their first byte (RFC 6716 §3.1) these last 2.5 ms each, so that a talk is over soon.
FRAMES = [bytes((0xE0, number)) for number in range(40)]
SILENCE = [b"\xf8\xff\xfe"] * 5


@dataclass
class Listened:
    """What came of one speaker's datagrams, by kind, and the sound in them."""

    kinds: Counter[str] = field(default_factory=Counter)
    opus: list[bytes] = field(default_factory=list)
    sequences: list[int] = field(default_factory=list)
    sources: list[int] = field(default_factory=list)


def sort(client: Client, datagrams: list[bytes]) -> Listened:
    """Tells datagrams apart as a careful receiver does."""
    found = Listened()
    for data in datagrams:
        kind = client.kind(data)
        if kind == "voice":
            heard = client.unpack(data)
            kind = heard.kind
            if kind == "voice":
                repeated = heard.sequence in found.sequences
                kind = "repeated" if repeated else "voice"
                found.kinds.update(heard.marks)
                found.sequences.append(heard.sequence)
                found.sources.append(heard.ssrc)
                if not repeated:
                    found.opus.append(heard.opus)
        found.kinds[kind] += 1
    return found


def only(stray: Stray, share: float) -> Network:
    shares: dict[str, Any] = {stray.value: share}
    return Network(**shares, seed=3)


async def talk(clients: Clients, crowd: Crowd, network: Network, mode: str = GCM) -> tuple[Spoken, Listened]:
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(mode, present=True)
    spoken = await ada.speak(FRAMES, network=network)
    datagrams = await client.waiting()
    assert len(datagrams) == spoken.sent.datagrams
    return spoken, sort(client, datagrams)


@pytest.mark.parametrize("mode", [GCM, XCHACHA])
@pytest.mark.parametrize("stray", [stray for stray in Stray if stray is not Stray.REPLAY])
async def test_strays_are_counted_and_the_sound_stays_whole(
    clients: Clients, crowd: Crowd, stray: Stray, mode: str
) -> None:
    spoken, listened = await talk(clients, crowd, only(stray, 0.5), mode)
    count = getattr(spoken.sent, stray.value)
    assert 10 < count < 35
    assert spoken.sent.strays == count
    assert listened.kinds[stray.value] == count
    assert listened.opus == FRAMES + SILENCE
    assert spoken.packets == len(FRAMES)


async def test_earlier_packets_come_once_more(clients: Clients, crowd: Crowd) -> None:
    spoken, listened = await talk(clients, crowd, Network(replay=0.5, seed=3))
    assert listened.kinds["repeated"] == spoken.sent.replay > 10
    assert listened.opus == FRAMES + SILENCE


async def test_packets_take_unusual_shapes(clients: Clients, crowd: Crowd) -> None:
    network = Network(padding=0.5, contributors=0.3, marker=0.2, seed=3)
    spoken, listened = await talk(clients, crowd, network)
    sent = spoken.sent
    assert listened.opus == FRAMES + SILENCE
    shapes = {"padded": sent.padded, "contributed": sent.contributed, "marked": sent.marked}
    assert {name: listened.kinds[name] for name in shapes} == shapes
    assert min(shapes.values()) > 0


async def test_the_path_is_counted_too(clients: Clients, crowd: Crowd) -> None:
    network = Network(loss=0.2, duplication=0.2, reorder=0.2, latency=0.02, jitter=0.01, seed=3)
    spoken, listened = await talk(clients, crowd, network)
    sent = spoken.sent
    assert sent.lost > 0
    assert sent.reordered > 0
    assert sent.speech + sent.silence == len(FRAMES) + 5 - sent.lost + sent.doubled
    assert listened.kinds["repeated"] == sent.doubled > 0
    assert listened.kinds["voice"] == len(FRAMES) + 5 - sent.lost


async def test_the_seed_decides_it_all(clients: Clients, crowd: Crowd) -> None:
    shares: dict[str, Any] = dict.fromkeys((stray.value for stray in Stray), 0.2)
    network = Network(**shares, loss=0.2, padding=0.2, seed=5)
    spoken, again, other = [
        (await talk(clients, crowd, network))[0].sent
        for network in (network, network, Network(**shares, loss=0.2, padding=0.2, seed=6))
    ]
    assert spoken == again
    assert spoken != other


async def test_a_changed_source_is_announced_before_its_packets(clients: Clients, crowd: Crowd) -> None:
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)
    spoken = await ada.speak(FRAMES, network=Network(source_change=0.1, seed=3))
    listened = sort(client, await client.waiting())
    announced = [(await client.expect(5))["ssrc"] for _ in range(spoken.sent.source_changes + 1)]
    assert spoken.sent.source_changes >= 2
    assert list(dict.fromkeys(listened.sources)) == announced
    assert listened.opus == FRAMES + SILENCE


async def test_a_changed_source_can_stay_unknown_until_the_next_talk(clients: Clients, crowd: Crowd) -> None:
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)
    first = ada.ssrc
    await ada.speak(FRAMES, network=Network(source_change=0.1, announced=False, seed=3))
    listened = sort(client, await client.waiting())
    assert len(set(listened.sources)) >= 3
    assert (await client.expect(5))["ssrc"] == first
    await client.send(3, {"t": 1, "seq_ack": client.sequence})
    await client.expect(6)
    await ada.speak(FRAMES[:1])
    assert (await client.expect(5))["ssrc"] == ada.ssrc


async def test_one_speakers_bad_network_leaves_the_others_untouched(
    server: VoiceServer, clients: Clients, crowd: Crowd
) -> None:
    ada, ben = crowd.enter(ADA), crowd.enter(BEN)
    client = clients.new()
    await client.connect(present=True)
    shares: dict[str, Any] = dict.fromkeys((stray.value for stray in Stray), 0.5)
    bad = Network(**shares, loss=0.3, duplication=0.3, reorder=0.3, padding=0.3, source_change=0.1, seed=8)
    spoken, good = await asyncio.gather(ada.speak(FRAMES, network=bad), ben.speak(FRAMES))
    datagrams = await client.waiting()
    assert len(datagrams) == spoken.sent.datagrams + good.sent.datagrams == server.counters.forwarded
    of_ben = [data for data in datagrams if data[8:12] == struct.pack(">I", ben.ssrc)]
    assert [client.decrypt(data).opus for data in of_ben] == FRAMES + SILENCE
    assert good.sent.strays == good.sent.lost == 0


@pytest.mark.parametrize("wrong", [{"loss": 1.5}, {"rtcp": -0.1}, {"jitter": -1.0}, {"padding": 2}])
def test_shares_and_times_have_limits(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Network(**wrong)
