from __future__ import annotations

import asyncio
import threading

import discord
import pytest

from discord_emulator import Application
from spaces.errors import DiscordUnavailable, NotFound
from tests.voice.conftest import Room
from voice import client as client_module
from voice import session as session_module
from voice.cipher import AES_GCM, MODES, XCHACHA20
from voice.client import StageVoiceClient
from voice.rtp import SILENCE

pytestmark = pytest.mark.emulator

SPEECH_END = (SILENCE,) * 5


async def test_only_who_consents_is_heard_and_to_the_byte(room: Room) -> None:
    ada, ben = await room.speaker("Ada"), await room.speaker("Ben")
    await room.join(ada)
    ada_clip, ada_frames = room.clip(1.2)
    ben_clip, ben_frames = room.clip(1.0, 200)

    spoken, _ = await asyncio.gather(ada.speak(ada_clip), ben.speak(ben_clip))
    [utterance] = await room.hear(1)

    assert utterance.frames == ada_frames + SPEECH_END
    assert (utterance.space_id, utterance.person_id) == (room.space.id, ada.id)
    assert utterance.last_packet_at.timestamp() == pytest.approx(spoken.last_packet_at + 0.1, abs=0.2)
    assert utterance.started_at.timestamp() == pytest.approx(spoken.first_packet_at, abs=0.2)
    counters = room.listener.counters(room.guild.id)
    assert counters is not None
    assert counters.decrypted == len(ada_frames) + 5
    assert counters.refused == len(ben_frames) + 5
    assert (counters.failed, counters.malformed) == (0, 0)


@pytest.mark.parametrize(("offered", "chosen"), [(MODES, AES_GCM), (MODES[::-1], AES_GCM), ((XCHACHA20,), XCHACHA20)])
async def test_aes_gcm_is_chosen_wherever_it_is_offered(room: Room, offered: tuple[str, ...], chosen: str) -> None:
    room.emulator.settings.voice_modes = offered
    ada = await room.speaker("Ada")
    await room.join(ada)
    assert voice_client(room).mode == chosen

    clip, frames = room.clip(0.4)
    await ada.speak(clip)
    [utterance] = await room.hear(1)
    assert utterance.frames == frames + SPEECH_END


async def test_refusing_in_mid_sentence_takes_effect_at_once(room: Room) -> None:
    ada = await room.speaker("Ada")
    await room.join(ada)
    clip, _ = room.clip(1.5)

    speaking = asyncio.create_task(ada.speak(clip))
    await until_decrypted(room, 20)
    room.listener.refuse(room.guild.id, ada.id)
    decrypted = decrypted_so_far(room)
    await speaking
    await asyncio.sleep(0.7)  # a pause would have ended the utterance by now

    assert decrypted_so_far(room) == decrypted
    assert room.heard == []


async def test_allowing_in_mid_sentence_hears_from_there_on(room: Room) -> None:
    ada = await room.speaker("Ada")
    await room.join()
    clip, frames = room.clip(1.5)

    speaking = asyncio.create_task(ada.speak(clip))
    await asyncio.sleep(0.6)
    room.listener.allow(room.guild.id, ada.id)
    await speaking
    [utterance] = await room.hear(1)

    heard = len(utterance.frames) - 5
    assert 20 < heard < 60
    assert utterance.frames == frames[-heard:] + SPEECH_END


async def test_leaving_hands_on_the_last_words_and_leaves_nothing_behind(room: Room) -> None:
    tasks = asyncio.all_tasks()
    ada = await room.speaker("Ada")
    await room.join(ada)
    udp = voice_client(room)._connection.socket
    clip, frames = room.clip(1.0)
    speaking = asyncio.create_task(ada.speak(clip))
    await until_decrypted(room, 30)

    await room.listener.leave(room.guild.id)

    [utterance] = room.heard
    assert utterance.frames == frames[: len(utterance.frames)]
    assert len(utterance.frames) >= 30
    assert room.client.voice_clients == []
    assert room.listener.counters(room.guild.id) is None
    assert udp.fileno() == -1
    await speaking
    assert room.bot_channel is None
    await until_no_voice_threads(room)
    left = {task for task in asyncio.all_tasks() - tasks if task is not asyncio.current_task() and ours(task)}
    assert left == set()
    await room.listener.leave(room.guild.id)


async def test_joining_again_works_and_counts_anew(room: Room) -> None:
    ada = await room.speaker("Ada")
    clip, frames = room.clip(0.4)
    for turn in (1, 2):
        await room.join(ada)
        await ada.speak(clip)
        await room.hear(turn)
        assert decrypted_so_far(room) == len(frames) + 5
    assert [utterance.frames for utterance in room.heard] == [frames + SPEECH_END] * 2


@pytest.mark.parametrize("code", [1000, 4006, 4009, 4014, 4015, 4021, 4022])
async def test_whatever_ends_the_connection_the_bot_comes_back(room: Room, code: int) -> None:
    ada = await room.speaker("Ada")
    await room.join(ada)
    before = voice_client(room)

    room.emulator.faults.voice.close(application_of(room), room.guild, code=code)
    await until_back(room, before)

    clip, frames = room.clip(0.4)
    await ada.speak(clip)
    [utterance] = await room.hear(1)
    assert utterance.frames == frames + SPEECH_END
    assert room.lost == []


async def test_a_bot_that_was_disconnected_comes_back(room: Room) -> None:
    ada = await room.speaker("Ada")
    await room.join(ada)
    before = voice_client(room)
    me = room.client.get_guild(room.guild.id)
    assert me is not None

    room.guild.set_permissions(room.guild.roles[room.guild.id], ("view_channel", "connect", "move_members"))
    await me.me.move_to(None)  # whoever does it, the bot sees the same
    await until_back(room, before)
    assert room.bot_channel is room.stage


async def test_a_bot_that_was_moved_does_not_listen_there_and_comes_back(room: Room) -> None:
    ada = await room.speaker("Ada")
    elsewhere = room.guild.add_stage_channel("Elsewhere")
    await room.join(ada)
    before = voice_client(room)
    guild = room.client.get_guild(room.guild.id)
    target = room.client.get_channel(elsewhere.id)
    assert guild is not None
    assert isinstance(target, discord.StageChannel)

    ben = room.guild.add_member("Ben")
    room.stage, home = elsewhere, room.stage
    await room.step_on_stage(ben)
    room.listener.allow(room.guild.id, ben.id)
    ben_clip, _ = room.clip(1.0, 200)

    room.guild.set_permissions(room.guild.roles[room.guild.id], ("view_channel", "connect", "move_members"))
    ben_speaks = asyncio.create_task(ben.speak(ben_clip))
    await guild.me.move_to(target)
    await until_back(room, before)
    assert room.bot_channel is home

    clip, frames = room.clip(0.4)
    await asyncio.gather(ada.speak(clip), ben_speaks)
    [utterance] = await room.hear(1)
    assert utterance.frames == frames + SPEECH_END
    assert decrypted_so_far(room) == len(frames) + 5


async def test_a_new_gateway_session_brings_a_new_voice_connection(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "_CONFIRMATION_SECONDS", 0.3)  # the new session does not know of the old voice
    ada = await room.speaker("Ada")
    await room.join(ada)
    before = voice_client(room)

    room.emulator.advance(10)
    room.emulator.faults.gateway.invalidate(application_of(room))
    await until_back(room, before)

    clip, frames = room.clip(0.4)
    await ada.speak(clip)
    [utterance] = await room.hear(1)
    assert utterance.frames == frames + SPEECH_END


async def test_another_voice_server_is_followed(room: Room) -> None:
    ada = await room.speaker("Ada")
    await room.join(ada)
    before = voice_client(room)

    room.emulator.faults.voice.resend_server(application_of(room), room.guild)
    await until_back(room, before)

    clip, frames = room.clip(0.4)
    await ada.speak(clip)
    [utterance] = await room.hear(1)
    assert utterance.frames == frames + SPEECH_END


@pytest.mark.parametrize("seconds_without", [None, 0.3])
async def test_a_voice_server_that_fails_is_followed_to_the_next(room: Room, seconds_without: float | None) -> None:
    ada = await room.speaker("Ada")
    await room.join(ada)
    before = voice_client(room)
    faults = room.emulator.faults.voice

    faults.change_server(application_of(room), room.guild, seconds_without=seconds_without)
    await until_back(room, before)

    clip, frames = room.clip(0.4)
    await ada.speak(clip)
    [utterance] = await room.hear(1)
    assert utterance.frames == frames + SPEECH_END
    assert room.lost == []


async def test_messages_of_the_voice_server_that_make_no_sense_harm_nothing(room: Room) -> None:
    ada = await room.speaker("Ada")
    await room.join(ada)
    client = voice_client(room)
    for message in (
        {"op": 13, "d": {"user_id": "99"}},  # of somebody who never spoke
        {"op": 5, "d": {"user_id": "99", "ssrc": 2**32}},
        {"op": 5, "d": {"user_id": "99", "ssrc": -1}},
        {"op": 5, "d": {"user_id": "x", "ssrc": 1}},
        {"op": 5, "d": {}},
        {"op": 5, "d": None},
        {"op": 11, "d": {"user_ids": ["99"]}},
        {"op": 12, "d": {"user_id": "99", "audio_ssrc": 0}},
        {"op": 12, "d": {"user_id": "99", "audio_ssrc": 55}},
        {"op": 18, "d": None},
        {"op": 13},
    ):
        await client._on_message(client.ws, message)

    clip, frames = room.clip(0.4)
    await ada.speak(clip)
    [utterance] = await room.hear(1)
    assert utterance.frames == frames + SPEECH_END


async def test_what_the_bot_would_say_is_sealed_in_the_mode_that_was_chosen(room: Room) -> None:
    await room.join()
    client = voice_client(room)
    assert str(client.mode) == AES_GCM
    seen = room.emulator.world.voice.server.counters
    await client._connection.ws.speak()
    client.send_audio_packet(b"\xf8hello", encode=False)
    async with asyncio.timeout(5):
        while seen.dropped_suppressed == 0:  # noqa: ASYNC110  (the bot is in the audience, but its packet opens)
            await asyncio.sleep(0.01)
    assert seen.unauthenticated == 0


async def test_a_client_that_closes_ends_the_listening(room: Room) -> None:
    await room.join()
    await room.client.close()
    await until_no_voice_threads(room)
    await asyncio.wait_for(room.listener.close(), 5)
    assert room.lost in ([], [room.space])


async def test_a_stage_that_is_deleted_is_given_up_and_reported(room: Room) -> None:
    await room.join()
    room.guild.delete_channel(room.stage)
    async with asyncio.timeout(5):
        while not room.lost:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert room.lost == [room.space]
    assert room.client.voice_clients == []


async def test_five_vain_tries_are_enough(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "RETRY_SECONDS", (0.0, 0.05, 0.05, 0.05, 0.05))
    monkeypatch.setattr(session_module, "CONNECT_SECONDS", 0.2)
    await room.join()
    assert room.client.user is not None
    joins: list[str] = []
    server = room.emulator.world.voice.server
    monkeypatch.setattr(server, "admit", lambda **who: joins.append("refused"))

    await server.expel(guild_id=room.guild.id, user_id=room.client.user.id)
    async with asyncio.timeout(10):
        while not room.lost:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    assert len(joins) == 5
    assert room.client.voice_clients == []
    await room.listener.leave(room.guild.id)
    await until_no_voice_threads(room)


async def test_a_person_who_comes_back_is_heard_under_the_new_source(room: Room) -> None:
    ada = await room.speaker("Ada")
    await room.join(ada)
    clip, frames = room.clip(0.4)
    await ada.speak(clip)
    await room.hear(1)
    await ada.leave()
    await room.step_on_stage(ada)
    await ada.speak(clip)
    await room.hear(2)
    assert [utterance.frames for utterance in room.heard] == [frames + SPEECH_END] * 2


async def test_a_stage_that_is_not_there_is_not_joined(room: Room) -> None:
    room.space = room.space.evolve(channel_id=12345)
    with pytest.raises(NotFound):
        await room.join()
    assert room.listener.counters(room.guild.id) is None
    assert room.client.voice_clients == []


async def test_a_discord_that_does_not_let_the_bot_in_is_reported(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "CONNECT_SECONDS", 0.3)
    monkeypatch.setattr(client_module, "_CONFIRMATION_SECONDS", 0.3)  # there is nothing to confirm
    role = room.guild.roles[room.guild.id]
    room.guild.deny(room.stage, role, "connect")
    for other in room.guild.roles.values():
        room.guild.deny(room.stage, other, "connect")

    with pytest.raises(DiscordUnavailable) as refused:
        await room.join()

    assert isinstance(refused.value.__cause__, TimeoutError)
    assert room.listener.counters(room.guild.id) is None
    assert room.client.voice_clients == []
    await until_no_voice_threads(room)


async def test_leaving_while_still_joining_ends_the_join(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "CONNECT_SECONDS", 1.0)
    monkeypatch.setattr(room.emulator.world.voice.server, "admit", lambda **who: None)
    joining = asyncio.create_task(room.join())
    async with asyncio.timeout(5):
        while room.bot_channel is None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    await room.listener.leave(room.guild.id)

    with pytest.raises(DiscordUnavailable):
        await joining
    assert room.client.voice_clients == []
    await until_no_voice_threads(room)


def application_of(room: Room) -> Application:
    [application] = room.emulator.world.applications.values()
    return application


def voice_client(room: Room) -> StageVoiceClient:
    [client] = room.client.voice_clients
    assert isinstance(client, StageVoiceClient)
    return client


def decrypted_so_far(room: Room) -> int:
    counters = room.listener.counters(room.guild.id)
    assert counters is not None
    return counters.decrypted


async def until_decrypted(room: Room, packets: int) -> None:
    async with asyncio.timeout(5):
        while decrypted_so_far(room) < packets:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def until_back(room: Room, before: StageVoiceClient) -> None:
    """Returns when another connection than ``before`` stands."""
    async with asyncio.timeout(10):
        while not any(  # noqa: ASYNC110
            client is not before and isinstance(client, StageVoiceClient) and client.is_connected()
            for client in room.client.voice_clients
        ):
            await asyncio.sleep(0.01)


def voice_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name.startswith("voice")}


async def until_no_voice_threads(room: Room) -> None:
    """Returns when none are left but those of earlier tests: stock discord.py keeps its own for up to 30 s."""
    async with asyncio.timeout(3):
        while voice_threads() - room.earlier_threads:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def ours(task: asyncio.Task[object]) -> bool:
    return "oice" in task.get_name()
