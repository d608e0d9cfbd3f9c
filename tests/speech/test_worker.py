"""What a worker does to sound, run in this process."""

from __future__ import annotations

import array
import subprocess
import sys
from dataclasses import replace

import pytest

from audio.opus import OpusDecoder
from demo.script import WELCOME
from speech import worker
from tests.speech import material

pytestmark = pytest.mark.speech


def _pcm(utterance: material.Utterance) -> bytes:
    return OpusDecoder().decode_frames(utterance.frames)


def test_words_are_plain_words() -> None:
    words = worker.transcribe(material.spoken(WELCOME).frames)
    assert words
    assert all(word.text.replace("'", "").replace(".", "").isalpha() for word in words)


def test_an_utterance_is_heard_the_same_whatever_came_before() -> None:
    """Words and times that is; confidences may move a little."""
    first = worker.transcribe(material.spoken(WELCOME).frames)
    worker.load().words(_pcm(material.noise(8_000)))
    again = worker.transcribe(material.spoken(WELCOME).frames)
    assert [replace(word, confidence=None) for word in again] == [replace(word, confidence=None) for word in first]
    assert [word.confidence for word in again] == pytest.approx([word.confidence for word in first], abs=0.05)


def test_a_faint_voice_is_a_voice() -> None:
    samples = array.array("h", _pcm(material.spoken(WELCOME)))
    faint = array.array("h", (sample // 16 for sample in samples)).tobytes()
    assert worker.has_voice(faint)


@pytest.mark.parametrize(("seconds", "voiced"), [(0.14, False), (0.6, True)])
def test_a_voice_is_at_least_a_fifth_of_a_second(seconds: float, *, voiced: bool) -> None:
    begin = 2 * 16_000  # a second in, everybody talks
    assert worker.has_voice(_pcm(material.spoken(WELCOME))[begin : begin + 2 * int(seconds * 16_000)]) is voiced


@pytest.mark.parametrize("size", [0, 1, 2, 639, 640])
def test_sound_shorter_than_a_frame_has_no_words(size: int) -> None:
    assert worker.load().words(bytes(size)) == ()


def test_importing_the_engine_loads_nothing_heavy() -> None:
    """The model belongs in the workers; the bot's own process only holds definitions."""
    heavy = "{'pocketsphinx', 'av', 'numpy', 'discord', 'speech.preload'}"
    code = f"import sys, speech.engines; sys.exit(str(sorted({heavy} & set(sys.modules)) or ''))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
