from __future__ import annotations

import contextlib
import random
from fractions import Fraction
from io import BytesIO

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.ogg import NotOggOpus, OggOpusWriter, read_frames, read_packets, write_frames
from audio.opus import OpusError
from tests.audio.sound import encode, tone

Frames = list[bytes | None]

FRAMES = st.lists(st.none() | st.binary(max_size=600).map(lambda body: b"\xf8" + body), max_size=130)


@given(FRAMES)
def test_frames_come_back_as_they_were(frames: Frames) -> None:
    assert read_frames(write_frames(frames)) == frames


def test_positions_count_samples_at_48_khz() -> None:
    frames: Frames = [b"\xf8\x01", None, b"\xf8\x02"] * 40
    assert [packet.granule for packet in read_packets(write_frames(frames))] == [960 * n for n in range(1, 121)]


def test_other_players_read_the_file() -> None:
    frames: Frames = [*encode(tone(2.0))]
    frames[30] = frames[31] = None

    with av.open(BytesIO(write_frames(frames)), "r") as file:
        samples = sum(frame.samples for frame in file.decode(audio=0))

    assert samples == len(frames) * 960


def test_files_of_other_writers_are_read() -> None:
    file = BytesIO()
    with av.open(file, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=48_000)
        sound = av.AudioFrame(format="s16", layout="stereo", samples=48_000)
        sound.sample_rate = 48_000
        for plane in sound.planes:
            plane.update(bytes(plane.buffer_size))
        container.mux([*stream.encode(sound), *stream.encode(None)])
    with av.open(BytesIO(file.getvalue()), "r") as container:
        theirs = [bytes(packet) for packet in container.demux(audio=0) if packet.size]

    assert read_frames(file.getvalue()) == theirs


def test_packets_that_span_pages_are_joined() -> None:
    chance = random.Random(1)
    packets = [b"\xf8" + chance.randbytes(size) for size in (100, 70_000, 100, 70_000)]  # a page holds 65,025 bytes
    file = BytesIO()
    with av.open(file, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=48_000)
        for number, data in enumerate(packets):
            packet = av.Packet(data)
            packet.stream, packet.pts, packet.dts, packet.duration = stream, number * 960, number * 960, 960
            packet.time_base = Fraction(1, 48_000)
            container.mux(packet)

    continued = [at for at in range(len(file.getvalue())) if file.getvalue()[at : at + 6] == b"OggS\0\1"]
    assert continued
    assert read_frames(file.getvalue()) == packets


def test_large_packets_fill_a_page_early() -> None:
    frames: Frames = [b"\xf8" + bytes(1200)] * 60  # five segments each, and a page has 255
    assert read_frames(write_frames(frames)) == frames


def test_the_file_is_readable_up_to_the_last_whole_page_wherever_it_is_torn() -> None:
    frames: Frames = [b"\xf8" + bytes([n]) * 3 for n in range(120)]
    file = BytesIO()
    writer = OggOpusWriter(file)
    whole_pages = [len(file.getvalue())]
    for frame in frames:
        writer.write(frame)
        if len(file.getvalue()) > whole_pages[-1]:
            whole_pages.append(len(file.getvalue()))
    assert len(whole_pages) == 3  # headers, two seconds; the third is being filled
    data = file.getvalue()

    for end in range(whole_pages[0], len(data) + 1):
        seconds = sum(end >= page for page in whole_pages[1:])
        assert read_frames(data[:end]) == frames[: 50 * seconds]


def test_nothing_is_read_from_a_page_that_was_changed() -> None:
    frames: Frames = [b"\xf8" + bytes([n]) * 3 for n in range(120)]
    data = bytearray(write_frames(frames))
    data[data.index(b"\xf8\x3c\x3c\x3c")] ^= 1  # within the second second

    assert read_frames(bytes(data)) == frames[:50]


@pytest.mark.parametrize("data", [b"", b"RIFF" * 20, write_frames([])[:40]])
def test_what_is_no_ogg_opus_is_refused(data: bytes) -> None:
    with pytest.raises(NotOggOpus):
        read_frames(data)


@given(st.binary(max_size=300), st.integers(0, 400))
def test_garbage_never_raises_anything_else(garbage: bytes, position: int) -> None:
    data = bytearray(write_frames([b"\xf8\x01", None, b"\xf8\x02"]))
    data[position:position] = garbage
    with contextlib.suppress(NotOggOpus):
        read_frames(bytes(data))


@pytest.mark.parametrize("frame", [b"", b"\x03", b"\xf8" * 70_000])
def test_what_cannot_be_opus_is_not_written(frame: bytes) -> None:
    with pytest.raises(OpusError):
        write_frames([frame])
