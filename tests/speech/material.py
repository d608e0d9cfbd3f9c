"""What the speech tests listen to."""

from __future__ import annotations

import array
import random
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from audio.ogg import read_frames
from demo.script import Line
from spaces.model import Utterance
from tests.audio.sound import SPEECH, encode, read_speech

READINGS = {
    "librivox-0870": "and mister john dashwood had then leisure to consider how much there might be prudently"
    " in his power to do for them",
    "librivox-0880": "he was not an ill disposed young man",
    "librivox-0890": "unless to be rather cold hearted and rather selfish is to be ill disposed",
}
"""Recordings of a reader, public-domain, from the PocketSphinx test data: what is said in each."""

GO_FORWARD = "go forward ten meters"


def utterance(frames: Sequence[bytes | None], name: str = "utterance") -> Utterance:
    """These 20 ms frames, said by somebody."""
    now = datetime(2026, 5, 1, 20, 0, tzinfo=UTC)
    return Utterance(name, 1, 2, started_at=now, last_packet_at=now, frames=tuple(frames))


def spoken(line: Line) -> Utterance:
    """A line of the demo."""
    return utterance(read_frames(line.path.read_bytes()), line.clip)


def reading(name: str) -> Utterance:
    """One of ``READINGS``; skips the test where the recordings are not at hand."""
    return utterance(encode(read_speech(name)), name)


def go_forward() -> Utterance:
    """``GO_FORWARD``; skips the test where the recording is not at hand."""
    path = SPEECH / "goforward.raw"
    if not path.exists():
        pytest.skip("the recording goforward.raw is not at hand")
    return utterance(encode(path.read_bytes()), "goforward")


def silence(seconds: float = 2.0) -> Utterance:
    """Digital silence, encoded."""
    return utterance(encode(bytes(int(seconds * 16_000) * 2)), "silence")


def noise(level: int, seconds: float = 1.0) -> Utterance:
    """White noise; ``level`` is its standard deviation, of 32767."""
    generator = random.Random(level)
    samples = (max(-32768, min(32767, round(generator.gauss(0, level)))) for _ in range(int(seconds * 16_000)))
    return utterance(encode(array.array("h", samples).tobytes()), "noise")


def garbage(frames: int) -> Utterance:
    """Random bytes in place of Opus frames, some of them empty, some longer than a frame can be."""
    generator = random.Random(frames)
    return utterance(
        [generator.randbytes(generator.choice((0, 1, 3, 80, 160, 1400))) for _ in range(frames)], "garbage"
    )
