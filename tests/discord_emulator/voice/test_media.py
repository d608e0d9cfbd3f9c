"""The UDP media server: discovery, forwarding, and everything it must not forward."""

from __future__ import annotations

import asyncio
import random
import struct

import pytest

from discord_emulator.voice import VoiceServer
from discord_emulator.voice.datagrams import Address, DatagramSocket
from tests.discord_emulator.voice.client import GCM, OTHER_STAGE, XCHACHA, Clients
from tests.discord_emulator.voice.conftest import Crowd, VoiceStates

ADA, BEN = 101, 102
SILENCE = b"\xf8\xff\xfe"


def frames(count: int, seed: int = 1) -> list[bytes]:
    """Packets with the TOC byte of a 20 ms frame and random contents of all usual lengths."""
    chance = random.Random(seed)
    return [b"\xf8" + chance.randbytes(chance.randint(0, 300)) for _ in range(count)]


@pytest.mark.parametrize("mode", [GCM, XCHACHA])
async def test_frames_arrive_unchanged_in_either_mode(clients: Clients, crowd: Crowd, mode: str) -> None:
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(mode, present=True)
    said = frames(12)
    spoken, heard = await asyncio.gather(ada.send_packets(said), client.hear_all(len(said) + 5))
    assert [packet.opus for packet in heard] == said + [SILENCE] * 5
    assert spoken.packets == len(said)
    assert {packet.ssrc for packet in heard} == {ada.ssrc}
    first = heard[0]
    assert [packet.sequence for packet in heard] == [(first.sequence + i) % 65536 for i in range(17)]
    assert [packet.timestamp for packet in heard] == [(first.timestamp + 960 * i) % 2**32 for i in range(17)]
    assert [packet.nonce for packet in heard] == list(range(17))
    assert all(packet.extension[0] == 0x10 for packet in heard)


async def test_every_receiver_has_its_own_key_mode_and_nonces(clients: Clients, crowd: Crowd) -> None:
    ada, ben = crowd.enter(ADA), crowd.enter(BEN)
    first, second = clients.new(), clients.new(user_id=31)
    await first.connect(GCM, present=True)
    await asyncio.gather(ada.send_packets(frames(1)), first.hear_all(6))
    await second.connect(XCHACHA, present=True)
    assert first.key != second.key
    said = frames(2)
    _, at_first, at_second = await asyncio.gather(ben.send_packets(said), first.hear_all(7), second.hear_all(7))
    assert [packet.header for packet in at_first] == [packet.header for packet in at_second]
    assert [packet.opus for packet in at_first] == [packet.opus for packet in at_second]
    assert at_first[0].nonce == 6
    assert at_second[0].nonce == 0


async def test_a_suppressed_person_is_dropped_and_counted_until_let_speak(
    server: VoiceServer, clients: Clients, crowd: Crowd, states: VoiceStates
) -> None:
    ada = crowd.enter(ADA)
    states.suppressed.add(ADA)
    client = clients.new()
    await client.connect(present=True)
    await ada.send_packets(frames(3))
    assert await client.waiting() == []
    assert server.counters.dropped_suppressed == 8
    assert server.counters.forwarded == 0
    states.suppressed.clear()
    said = frames(2)
    await asyncio.gather(ada.send_packets(said), client.hear_all(7))
    assert server.counters.forwarded == 7


async def test_a_person_let_speak_in_mid_sentence_is_announced_and_heard(
    clients: Clients, crowd: Crowd, states: VoiceStates
) -> None:
    ada = crowd.enter(ADA)
    states.suppressed.add(ADA)
    client = clients.new()
    await client.connect(present=True)
    talking = asyncio.create_task(ada.send_packets(frames(500)))
    await asyncio.sleep(0.05)
    assert await client.waiting() == []
    states.suppressed.clear()
    assert (await client.hear()).ssrc == ada.ssrc
    assert (await client.expect(5))["ssrc"] == ada.ssrc
    talking.cancel()


async def test_nothing_reaches_the_deafened_other_channels_or_the_speaker(
    server: VoiceServer, clients: Clients, crowd: Crowd, states: VoiceStates
) -> None:
    ada = crowd.enter(ADA)
    deafened, elsewhere = clients.new(), clients.new(user_id=31)
    states.deafened.add(deafened.user_id)
    await deafened.connect(present=True)
    await elsewhere.connect(channel_id=OTHER_STAGE)
    await ada.send_packets(frames(2))
    assert await deafened.waiting() == []
    assert await elsewhere.waiting() == []
    assert server.counters.accepted == 7
    assert server.counters.forwarded == 0


async def test_a_client_that_plays_sound_is_heard_by_the_other_client(server: VoiceServer, clients: Clients) -> None:
    listener, player = clients.new(), clients.new(user_id=31)
    await listener.connect(GCM)
    await player.connect(XCHACHA, present=True)
    await player.say(1, b"too early")
    assert await listener.waiting() == []
    assert server.counters.dropped_unannounced == 1
    await listener.expect(11)
    await player.send(5, {"speaking": 0, "delay": 0, "ssrc": player.ssrc})
    await player.send(3, {"t": 1})
    await player.expect(6)
    await player.say(2, b"overtakes its op 5")
    data = await listener.datagram()
    assert await listener.expect(5) == {"user_id": "31", "ssrc": player.ssrc, "speaking": 1}
    assert struct.unpack_from(">BBHII", data) == (0x80, 0x78, 2, 2 * 960, player.ssrc)
    assert await player.waiting() == []


async def test_an_ssrc_of_somebody_else_or_nobody_is_not_forwarded(
    server: VoiceServer, clients: Clients, crowd: Crowd
) -> None:
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)
    await client.say(1, b"forged", ssrc=ada.ssrc)
    await client.say(2, b"nobody", ssrc=1)
    assert await client.waiting() == []
    assert server.counters.unauthenticated == 1
    assert server.counters.unknown_ssrc == 1
    assert server.counters.forwarded == 0


async def test_discovery_answers_with_the_source_address(server: VoiceServer, clients: Clients) -> None:
    client = clients.new()
    await client.connect()
    await asyncio.get_running_loop().sock_sendall(client.udp, struct.pack(">HHI66x", 1, 70, client.ssrc))
    answer = await client.datagram()
    kind, length, ssrc, address, port = struct.unpack(">HHI64sH", answer)
    assert (kind, length, ssrc) == (2, 70, client.ssrc)
    assert (address.rstrip(b"\0").decode(), port) == client.udp.getsockname()
    assert server.counters.discoveries == 1


async def test_only_keepalives_of_discords_own_clients_come_back(server: VoiceServer, clients: Clients) -> None:
    client = clients.new()
    await client.connect()
    await asyncio.get_running_loop().sock_sendall(client.udp, (5).to_bytes(8, "little"))
    await asyncio.get_running_loop().sock_sendall(client.udp, b"\x13\x37\xca\xfe" + bytes(4))
    assert await client.datagram() == b"\x13\x37\xca\xfe" + bytes(4)
    assert server.counters.keepalives == 2


async def test_junk_is_counted_and_harms_nobody(server: VoiceServer, clients: Clients, crowd: Crowd) -> None:
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)
    junk = [bytes(size) for size in range(13) if size != 8]
    junk += [b"\x80" * 11, b"\x90\x78" + bytes(20), b"\x8f\x78" + bytes(60), b"\x00\x01\x00\x45" + bytes(70)]
    for data in [*junk, b"\x80\xc8" + bytes(40)]:
        await asyncio.get_running_loop().sock_sendall(client.udp, data)
    assert await client.waiting() == []
    assert server.counters.malformed == len(junk)
    assert server.counters.rtcp == 1
    said = frames(1)
    _, heard = await asyncio.gather(ada.send_packets(said), client.hear())
    assert heard.opus == said[0]


async def test_twenty_speakers_at_once_are_heard_whole_and_in_time(clients: Clients, crowd: Crowd) -> None:
    people = [crowd.enter(200 + number) for number in range(20)]
    client = clients.new()
    await client.connect(present=True)
    said = {person.ssrc: frames(25, seed) for seed, person in enumerate(people)}
    started = asyncio.get_running_loop().time()
    hearing = asyncio.create_task(client.hear_all(20 * 30))
    await asyncio.gather(*(person.send_packets(said[person.ssrc]) for person in people))
    heard = await hearing
    assert heard[-1].at - started < 2.5
    for ssrc, packets in said.items():
        assert [packet.opus for packet in heard if packet.ssrc == ssrc] == packets + [SILENCE] * 5


async def test_a_client_is_followed_to_the_port_it_authenticates_from(clients: Clients, crowd: Crowd) -> None:
    ada = crowd.enter(ADA)
    client, elsewhere = clients.new(), clients.new()
    await client.connect(present=True)
    elsewhere.udp.connect(client.udp.getpeername())
    elsewhere.ssrc, elsewhere.key, elsewhere.mode = client.ssrc, client.key, client.mode
    await elsewhere.say(1, b"from a new port")
    await asyncio.gather(ada.send_packets(frames(1)), elsewhere.hear())
    assert await client.waiting() == []


async def test_a_loop_that_cannot_watch_sockets_still_receives(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise NotImplementedError

    monkeypatch.setattr(asyncio.get_running_loop(), "add_reader", refuse)
    arrived: asyncio.Queue[tuple[bytes, Address]] = asyncio.Queue()
    receiver = DatagramSocket(lambda data, source: arrived.put_nowait((data, source)))
    address = await receiver.open("127.0.0.1")
    assert receiver.send(b"to myself", address)
    async with asyncio.timeout(5):
        assert await arrived.get() == (b"to myself", address)
    receiver.close()
    receiver.close()
    assert not receiver.send(b"closed", address)
