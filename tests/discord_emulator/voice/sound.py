"""Small Ogg Opus files, made with PyAV."""

from __future__ import annotations

import math
from array import array
from pathlib import Path

import av
from av.audio.frame import AudioFrame

RATE = 48_000


def sine_file(path: Path, *, seconds: float, pitch: float = 440.0) -> tuple[Path, list[bytes]]:
    """Writes a tone in 20 ms frames; returns the path and the Opus packets as PyAV reads them back."""
    count = int(seconds * RATE)
    tone = array("h", (int(12_000 * math.sin(2 * math.pi * pitch * n / RATE)) for n in range(count)))
    with av.open(str(path), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono")
        frame = AudioFrame(format="s16", layout="mono", samples=count)
        frame.sample_rate = RATE
        frame.planes[0].update(tone.tobytes())
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with av.open(str(path)) as container:
        return path, [bytes(packet) for packet in container.demux() if packet.size]
