"""discord-ext-voice-recv on the emulator: somebody else's receiver hears what people say, packet for packet."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from audio.opus import find_libopus
from discord_emulator import Person
from tests.discord_emulator.voice.sound import sine_file

from .conftest import BotProcess, House

pytest.importorskip("discord.ext.voice_recv")

# After each clip a client sends five frames of silence; the library's jitter buffer may keep the last one.
_SILENCE = hashlib.sha256(b"\xf8\xff\xfe").hexdigest()
_SILENCES_HEARD = 4
# Of the modes that Discord still offers, discord.py 2.7.1 and this library know this one; people here speak in the
# other, AES-256-GCM, so that every packet was sealed anew on its way.
_MODE = "aead_xchacha20_poly1305_rtpsize"
_FRAME_BYTES = 960 * 2 * 2  # 20 ms of 48 kHz stereo, 16 bits a sample


@pytest.fixture
async def bot(house: House) -> BotProcess:
    process = await house.start("voice_recv_bot.py", OPUS_LIBRARY=find_libopus())
    await process.says("registered")
    await house.discord.wait_until_ready(house.application)
    for person in (house.host, house.ada):
        await person.join(house.stage)
    await house.host.step_up()
    await house.host.invite_natively(house.ada)
    await house.ada.accept_invitation()
    return process


async def heard(bot: BotProcess, what: str, person: Person, count: int) -> list[dict[str, object]]:
    """The first ``count`` frames of one person; raises ``AssertionError`` if so many do not come."""

    def frames() -> list[dict[str, object]]:
        return [report for report in bot.reports if report["what"] == what and report["of"] == person.name]

    await bot.until(lambda: len(frames()) >= count)
    return frames()


async def test_every_opus_packet_arrives_unchanged_and_under_its_name(
    house: House, bot: BotProcess, tmp_path: Path
) -> None:
    reply = await house.host.run("listen", opus=True)
    assert reply.text == f"Listening, {_MODE}"
    for person, pitch in ((house.ada, 440.0), (house.host, 330.0)):
        clip, packets = sine_file(tmp_path / f"{person.name}.ogg", seconds=0.6, pitch=pitch)
        spoken = await person.speak(clip)
        assert spoken.packets == len(packets)
        frames = await heard(bot, "opus", person, len(packets) + _SILENCES_HEARD)
        sent = [hashlib.sha256(packet).hexdigest() for packet in packets]
        assert [frame["digest"] for frame in frames[: len(sent)]] == sent
        assert {frame["digest"] for frame in frames[len(sent) :]} == {_SILENCE}
        await bot.says("started speaking", of=person.name)
    await house.ada.leave()
    await bot.says("disconnected", known=True)
    judge(house, bot)


async def test_decoded_it_is_the_sound_that_was_sent(house: House, bot: BotProcess, tmp_path: Path) -> None:
    await house.host.run("listen", opus=False)
    clip, packets = sine_file(tmp_path / "tone.ogg", seconds=0.4)
    await house.ada.speak(clip)
    frames = await heard(bot, "pcm", house.ada, len(packets) + _SILENCES_HEARD)
    assert {frame["size"] for frame in frames} == {_FRAME_BYTES}
    peaks = [int(str(frame["peak"])) for frame in frames]
    assert all(11_500 < peak < 12_500 for peak in peaks[: len(packets)]), peaks
    assert peaks[-1] == 0
    judge(house, bot)


async def test_it_stops_and_leaves(house: House, bot: BotProcess, tmp_path: Path) -> None:
    await house.host.run("listen", opus=True)
    assert (await house.host.run("stop")).text == "Stopped"
    await bot.says("ended")
    me = house.guild.members[house.application.bot.id]
    await house.discord.wait_for(lambda: me.voice is None)
    judge(house, bot)


def judge(house: House, bot: BotProcess) -> None:
    """Neither side found fault with the other."""
    assert bot.complaints == []
    assert house.discord.violations == []
