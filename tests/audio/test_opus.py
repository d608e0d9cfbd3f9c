from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from audio import opus
from audio.opus import FRAME_SAMPLES, OpusDecoder, OpusError, OpusLibraryMissing, packet_samples
from tests.audio.sound import encode, loudness, read_speech, tone

FRAME_BYTES = FRAME_SAMPLES * 2


def test_a_tone_comes_out_as_16_khz_mono_of_the_same_length_and_loudness() -> None:
    pcm = tone(1.0)
    frames = encode(pcm)

    decoded = OpusDecoder().decode_frames(frames)

    assert len(decoded) == len(frames) * FRAME_BYTES
    middle = slice(10 * FRAME_BYTES, 40 * FRAME_BYTES)
    assert loudness(decoded[middle]) == pytest.approx(loudness(pcm[middle]), rel=0.05)


def test_a_lost_frame_is_concealed_and_keeps_the_time() -> None:
    frames: list[bytes | None] = [*encode(tone(1.0))]
    frames[25] = None

    decoded = OpusDecoder().decode_frames(frames)

    assert len(decoded) == len(frames) * FRAME_BYTES
    lost = decoded[25 * FRAME_BYTES : 26 * FRAME_BYTES]
    assert loudness(lost) > 0.3 * loudness(decoded[20 * FRAME_BYTES : 24 * FRAME_BYTES])


def test_a_lost_frame_is_taken_from_the_copy_in_the_next_packet() -> None:
    speech = encode(read_speech("librivox-0880"), options={"fec": "1", "packet_loss": "30"})
    whole = OpusDecoder().decode_frames(speech)

    def error(concealed: bytes, at: int) -> float:
        where = slice(at * FRAME_BYTES, (at + 1) * FRAME_BYTES)
        ours, real = (memoryview(pcm[where]).cast("h") for pcm in (concealed, whole))
        return sum((a - b) ** 2 for a, b in zip(ours, real, strict=True))

    with_copy = extrapolated = 0.0
    for at in range(20, 120, 7):
        frames: list[bytes | None] = [*speech]
        frames[at] = None
        with_copy += error(OpusDecoder().decode_frames(frames), at)
        decoder = OpusDecoder()
        blind = b"".join(decoder.decode(frame) if frame else decoder.conceal() for frame in frames)
        extrapolated += error(blind, at)
    assert with_copy < 0.7 * extrapolated


def test_one_corrupt_frame_deafens_nobody() -> None:
    frames: list[bytes | None] = [*encode(tone(1.0))]
    good = OpusDecoder().decode_frames(frames)
    frames[10] = b"\xff\xff"  # claims 63 frames in a packet

    decoded = OpusDecoder().decode_frames(frames)

    assert len(decoded) == len(good)
    assert loudness(decoded[-10 * FRAME_BYTES :]) == pytest.approx(loudness(good[-10 * FRAME_BYTES :]), rel=0.05)


def test_corrupt_packets_raise_and_never_crash() -> None:
    chance = random.Random(7)
    decoder = OpusDecoder()
    refused = 0
    for _ in range(2000):
        try:
            decoder.decode(chance.randbytes(chance.randrange(1, 200)))
        except OpusError:
            refused += 1
    assert 0 < refused < 2000


def test_decoders_share_nothing() -> None:
    high, low = encode(tone(0.4, hertz=900)), encode(tone(0.4, hertz=200))
    alone = OpusDecoder().decode_frames(high)

    one, other = OpusDecoder(), OpusDecoder()
    mixed = b""
    for first, second in zip(high, low, strict=True):
        mixed += one.decode(first)
        other.decode(second)

    assert mixed == alone


@pytest.mark.parametrize(
    ("packet", "samples"),
    [
        (b"\xf8\xff\xfe", 960),  # CELT 20 ms
        (b"\x00\x00", 480),  # SILK 10 ms
        (b"\x18\x00", 2880),  # SILK 60 ms
        (b"\x60\x00", 480),  # hybrid 10 ms
        (b"\x80\x00", 120),  # CELT 2.5 ms
        (b"\xf5", 960),  # two of CELT 10 ms
        (b"\x83\x30", 5760),  # 48 of CELT 2.5 ms
    ],
)
def test_the_length_of_a_packet_is_read_from_its_first_bytes(packet: bytes, samples: int) -> None:
    assert packet_samples(packet) == samples


@pytest.mark.parametrize("packet", [b"", b"\x03", b"\x03\x00", b"\x1b\x03"])
def test_what_cannot_be_opus_has_no_length(packet: bytes) -> None:
    with pytest.raises(OpusError):
        packet_samples(packet)


def test_the_library_is_found_without_importing_pyav() -> None:
    code = "import sys; from audio.opus import find_libopus; print(find_libopus()); assert 'av' not in sys.modules"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert "opus" in found.stdout


@pytest.mark.parametrize(
    ("platform", "file", "expected"),
    [
        ("linux", "av.libs/libopus-0a1b.so.0.11.1", True),
        ("win32", "av.libs/libopus-0a1b.dll", True),
        ("darwin", "av/.dylibs/libopus.0.dylib", True),
        ("linux", "av.libs/libogg-0a1b.so.0", False),
    ],
)
def test_the_wheels_of_all_platforms_are_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, file: str, expected: bool
) -> None:
    (tmp_path / "av").mkdir()
    library = tmp_path / file
    library.parent.mkdir(parents=True, exist_ok=True)
    library.touch()
    monkeypatch.setattr(sys, "platform", platform)

    assert opus._bundled(tmp_path / "av") == ([library] if expected else [])


def test_without_a_library_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    opus.load_libopus.cache_clear()
    monkeypatch.setattr(opus, "_candidates", lambda: iter(["libopus-that-is-not-there.so"]))
    with pytest.raises(OpusLibraryMissing, match="apt install libopus0"):
        OpusDecoder()
    opus.load_libopus.cache_clear()
