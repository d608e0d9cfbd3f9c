"""Opus frames for tests, encoded with PyAV's libopus."""

from __future__ import annotations

import array
import math
import wave
from fractions import Fraction
from pathlib import Path

import av
import pytest

SPEECH = Path(__file__).parents[3] / "shared" / "speech"


def read_speech(name: str) -> bytes:
    """PCM (16 kHz mono) of a reading; skips the test where the recordings are not at hand."""
    path = SPEECH / f"{name}.wav"
    if not path.exists():
        pytest.skip(f"the recording {name}.wav is not at hand")
    with wave.open(str(path)) as file:
        return file.readframes(file.getnframes())


def tone(seconds: float, *, hertz: float = 440.0, level: float = 0.3) -> bytes:
    """A sine as PCM (16 kHz mono)."""
    count = round(seconds * 16_000)
    return array.array(
        "h", (round(level * 32767 * math.sin(math.tau * hertz * n / 16_000)) for n in range(count))
    ).tobytes()


def encode(pcm: bytes, *, options: dict[str, str] | None = None) -> list[bytes]:
    """20 ms frames at 48 kHz stereo, 64 kbit/s with a variable rate, as Discord's clients send them."""
    context = av.CodecContext.create("libopus", "w")
    context.sample_rate, context.layout, context.format = 48_000, "stereo", "s16"
    context.bit_rate, context.time_base = 64_000, Fraction(1, 48_000)
    context.options = {"frame_duration": "20", "application": "voip", **(options or {})}
    resampler = av.AudioResampler(format="s16", layout="stereo", rate=48_000, frame_size=960)
    whole = av.AudioFrame(format="s16", layout="stereo", samples=len(pcm) // 2)
    whole.sample_rate, whole.pts, whole.time_base = 16_000, 0, Fraction(1, 16_000)
    both = array.array("h", bytes(2 * len(pcm)))
    both[::2] = both[1::2] = array.array("h", pcm)  # not PyAV's mono to stereo, which lowers the level
    whole.planes[0].update(both.tobytes())
    frames = [frame for frame in (*resampler.resample(whole), *resampler.resample(None)) if frame.samples == 960]
    packets = [packet for frame in frames for packet in context.encode(frame)] + context.encode(None)
    return [bytes(packet) for packet in packets]


def loudness(pcm: bytes) -> float:
    """Root mean square of 16-bit samples."""
    samples = array.array("h", pcm)
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples)) if samples else 0.0
