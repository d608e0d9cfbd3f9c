"""Speaks the demo's lines with flite and stores them as Ogg Opus, as a Discord client would send them.

    apt install flite
    python -m demo.voices.make_voices

Only needed after a change to ``demo/script.py``: the files are part of the repository.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import wave
from array import array
from pathlib import Path

import av

from demo.script import LINES, VOICES, Line

_OPUS_RATE = 48_000
_BITS_A_SECOND = 48_000
_QUIET = 300  # of 32767: below it, flite is silent
_MARGIN_SECONDS = 0.1
_PEAK = 16_000  # of 32767, about -6 dB: the voices differ in loudness


def main() -> int:
    """Writes every clip; returns the exit status."""
    if shutil.which("flite") is None:
        print("flite is not installed. On Debian or Ubuntu: apt install flite", file=sys.stderr)
        return 2
    for line in LINES:
        pcm, rate = speak(line)
        encode(trim(pcm, rate), rate, line.path)
        print(f"{line.path.name}: {len(pcm) / rate:.1f} s before trimming, {line.path.stat().st_size} bytes")
    total = sum(path.stat().st_size for path in VOICES.glob("*.ogg"))
    print(f"{total / 1000:.0f} kB in all")
    return 0


def speak(line: Line) -> tuple[array[int], int]:
    """Mono samples of 16 bits and their rate in Hz."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        subprocess.run(["flite", "-voice", str(line.speaker.voice), "-t", line.text, "-o", str(path)], check=True)
        with wave.open(str(path)) as file:
            return array("h", file.readframes(file.getnframes())), file.getframerate()


def trim(pcm: array[int], rate: int) -> array[int]:
    """The speech with 100 ms of silence on either side, and equally loud at its loudest."""
    loud = [index for index, sample in enumerate(pcm) if abs(sample) > _QUIET]
    gain = _PEAK / max(abs(sample) for sample in pcm)
    margin = array("h", bytes(2 * int(rate * _MARGIN_SECONDS)))
    return margin + array("h", (int(sample * gain) for sample in pcm[loud[0] : loud[-1] + 1])) + margin


def encode(pcm: array[int], rate: int, path: Path) -> None:
    """Writes stereo Ogg Opus at 48 kHz in frames of 20 ms."""
    # bitexact: no random stream number, so that the same lines make the same files.
    with av.open(str(path), "w", format="ogg", options={"fflags": "+bitexact"}) as file:
        stream = file.add_stream("libopus", rate=_OPUS_RATE, options={"frame_duration": "20", "application": "voip"})
        stream.codec_context.layout = "stereo"
        stream.codec_context.bit_rate = _BITS_A_SECOND
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(pcm))
        frame.sample_rate = rate
        frame.planes[0].update(pcm.tobytes())
        resampler = av.AudioResampler(format="s16", layout="stereo", rate=_OPUS_RATE)
        for resampled in [*resampler.resample(frame), *resampler.resample(None)]:
            resampled.pts = None
            file.mux(stream.encode(resampled))
        file.mux(stream.encode(None))


if __name__ == "__main__":
    sys.exit(main())
