"""Recorded people through the whole path: Opus, RTP, UDP, the bot, its workers, the exported transcript."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from audio.ogg import write_frames
from demo.word_errors import word_errors
from discord_emulator import Channel, Person
from spaces.model import Utterance
from tests.bot.evening import Evening
from tests.bot.test_words import BOTH
from tests.speech import material

pytestmark = [pytest.mark.emulator, pytest.mark.speech, pytest.mark.asyncio(loop_scope="session")]


async def read_aloud(evening: Evening, clips: dict[str, Utterance], folder: Path) -> dict[str, str]:
    """Everybody reads one clip, at the same time; what the transcript says of each."""
    stage = await evening.open(speak="everyone")
    await evening.ada.run("transcript on")
    readers: dict[str, Person] = {}
    for name, clip in clips.items():
        reader = readers[name] = evening.guild.add_member(name)
        await take_part(evening, reader, stage)
        (folder / f"{name}.ogg").write_bytes(write_frames(clip.frames))
    await asyncio.gather(*(reader.speak(folder / f"{name}.ogg") for name, reader in readers.items()))
    await evening.ada.run("space end")
    await evening.panel_says(stage, "ENDED", timeout=40)
    export = await evening.ada.run("transcript export")
    text = next(content for file, content in export.files.items() if file.endswith(".txt")).decode()
    return {
        name: " ".join(row.split(": ", 1)[1] for row in text.splitlines() if f"] {name}: " in row) for name in clips
    }


async def take_part(evening: Evening, person: Person, stage: Channel) -> None:
    """The person joins, agrees to the transcript and goes on stage."""
    await person.join(stage)
    form = await person.press(evening.panel(stage), "Raise hand")
    await person.submit(form.modal, {"What I say": BOTH})
    await person.wait_for(lambda: person.voice_position == "invited")
    await person.accept_invitation()
    await person.unmute()


async def test_recorded_readers_are_understood_as_well_as_the_engine_can(evening: Evening, tmp_path: Path) -> None:
    clips = {name: material.reading(name) for name in material.READINGS}
    heard = await read_aloud(evening, clips, tmp_path)
    assert word_errors([(said, heard[name]) for name, said in material.READINGS.items()]).rate <= 0.32


async def test_a_short_command_is_understood_without_error(evening: Evening, tmp_path: Path) -> None:
    heard = await read_aloud(evening, {"goforward": material.go_forward()}, tmp_path)
    assert word_errors([(material.GO_FORWARD, heard["goforward"])]).errors == 0
