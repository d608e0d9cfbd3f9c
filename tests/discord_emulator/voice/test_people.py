"""How people speak: files, pace, pauses, interruptions, and bad networks."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise
from pathlib import Path

import pytest

from discord_emulator.voice import Network, OggError, VoiceServer
from tests.discord_emulator.voice.client import GUILD, OTHER_STAGE, Clients
from tests.discord_emulator.voice.conftest import Crowd
from tests.discord_emulator.voice.sound import sine_file

ADA = 101
FRAMES = [bytes((0xF8, number)) for number in range(20)]


async def test_a_file_is_heard_frame_by_frame_in_real_time(tmp_path: Path, clients: Clients, crowd: Crowd) -> None:
    path, packets = sine_file(tmp_path / "tone.ogg", seconds=0.5)
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)
    began = time.time()
    spoken, heard = await asyncio.gather(ada.speak(path), client.hear_all(len(packets)))
    assert [packet.opus for packet in heard] == packets
    assert spoken.packets == len(packets)
    assert spoken.seconds == pytest.approx(len(packets) * 0.02)
    lasted = spoken.last_packet_at - spoken.first_packet_at
    assert lasted == pytest.approx((len(packets) - 1) * 0.02, abs=0.25)
    assert began <= spoken.first_packet_at < spoken.last_packet_at <= time.time()
    assert heard[-1].at - heard[0].at == pytest.approx(lasted, abs=0.25)


async def test_pace_does_not_drift_when_the_process_is_held_up(clients: Clients, crowd: Crowd) -> None:
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)
    hearing = asyncio.create_task(client.hear_all(20))
    talking = asyncio.create_task(ada.send_packets(FRAMES))
    await asyncio.sleep(0.05)
    time.sleep(0.3)  # noqa: ASYNC251 - the hold-up
    spoken, heard = await talking, await hearing
    assert [packet.opus for packet in heard] == FRAMES
    assert spoken.last_packet_at - spoken.first_packet_at < 19 * 0.02 + 0.2


async def test_part_of_a_file_can_be_chosen(tmp_path: Path, clients: Clients, crowd: Crowd) -> None:
    path, packets = sine_file(tmp_path / "tone.ogg", seconds=0.5)
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)
    spoken, heard = await asyncio.gather(ada.speak(str(path), skip=0.2, seconds=0.1), client.hear_all(5))
    assert [packet.opus for packet in heard] == packets[10:15]
    assert spoken.packets == 5


async def test_a_file_without_opus_is_refused(tmp_path: Path, crowd: Crowd) -> None:
    path = tmp_path / "words.txt"
    path.write_text("not a sound", encoding="utf-8")
    with pytest.raises(OggError):
        await crowd.enter(ADA).speak(path)


async def test_sequence_goes_on_and_timestamps_count_the_pause_between_clips(clients: Clients, crowd: Crowd) -> None:
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)
    await ada.send_packets(FRAMES[:2])
    before = (await client.hear_all(7))[-1]
    await asyncio.sleep(0.1)
    await ada.send_packets(FRAMES[:2])
    after = await client.hear()
    assert (after.sequence - before.sequence) % 65536 == 1
    pause = (after.timestamp - before.timestamp) % 2**32
    assert pause % 960 == 0
    assert 960 + 0.08 * 48_000 <= pause <= 960 + 2 * 48_000


async def test_clips_at_once_are_said_one_after_the_other(clients: Clients, crowd: Crowd) -> None:
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)
    first, second = await asyncio.gather(ada.send_packets(FRAMES[:3]), ada.send_packets(FRAMES[3:6]))
    assert first.last_packet_at < second.first_packet_at
    said = [packet.opus for packet in await client.hear_all(16)]
    assert said[:3] == FRAMES[:3]
    assert said[8:11] == FRAMES[3:6]


async def test_an_interrupted_clip_is_followed_without_a_gap_in_numbers(clients: Clients, crowd: Crowd) -> None:
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)
    talking = asyncio.create_task(ada.send_packets([FRAMES[0]] * 500))
    heard = await client.hear_all(3)
    talking.cancel()
    await asyncio.gather(talking, return_exceptions=True)
    await ada.send_packets([FRAMES[1]])
    while heard[-1].opus != FRAMES[1]:
        heard.append(await client.hear())
    steps = {(after.sequence - before.sequence) % 65536 for before, after in pairwise(heard)}
    assert steps == {1}


async def test_who_leaves_while_speaking_falls_silent(clients: Clients, crowd: Crowd) -> None:
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)
    talking = asyncio.create_task(ada.send_packets(FRAMES * 20))
    await client.hear_all(3)
    await ada.close()
    spoken = await talking
    assert 3 <= spoken.packets < 200
    assert spoken.seconds == pytest.approx(spoken.packets * 0.02)
    with pytest.raises(RuntimeError, match="not in voice"):
        await ada.send_packets(FRAMES)


async def test_who_is_moved_while_speaking_goes_on_with_a_new_ssrc(
    server: VoiceServer, clients: Clients, crowd: Crowd
) -> None:
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(channel_id=OTHER_STAGE)
    former_ssrc = ada.ssrc
    talking = asyncio.create_task(ada.send_packets(FRAMES * 20))
    await asyncio.sleep(0.05)
    assert await client.waiting() == []
    await server.move(guild_id=GUILD, user_id=ADA, channel_id=OTHER_STAGE)
    heard = await client.hear()
    assert heard.ssrc == ada.ssrc != former_ssrc
    await client.expect(11)
    assert await client.expect(5) == {"user_id": str(ADA), "ssrc": ada.ssrc, "speaking": 1}
    await ada.close()
    await talking


async def test_entering_again_replaces_the_voice_before(clients: Clients, crowd: Crowd) -> None:
    former = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)
    later = crowd.enter(ADA)
    assert former.closed
    assert former.ssrc != later.ssrc
    await client.expect(13)
    await client.expect(11)
    await former.close()
    _, heard = await asyncio.gather(later.send_packets(FRAMES[:1]), client.hear())
    assert heard.ssrc == later.ssrc


async def test_a_bad_network_loses_doubles_and_reorders(clients: Clients, crowd: Crowd) -> None:
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)
    network = Network(loss=0.3, duplication=0.3, reorder=0.3, seed=4)
    spoken = await ada.send_packets(FRAMES, network=network)
    heard = [client.decrypt(data) for data in await client.waiting()]
    fate = network.carry([((number + 1) * 0.02, number) for number in range(len(FRAMES) + 5)])
    first = heard[0].sequence - fate[0][1]
    assert [(packet.sequence - first) % 65536 for packet in heard] == [number for _, number in fate]
    assert spoken.packets == len({number for _, number in fate if number < len(FRAMES)})
    assert spoken.packets < len(FRAMES) < len(heard)
