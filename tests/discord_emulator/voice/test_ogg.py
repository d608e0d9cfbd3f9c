"""Reading Opus packets out of Ogg files."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from discord_emulator.voice import OggError, read_opus_packets
from discord_emulator.voice.ogg import packet_ticks
from tests.discord_emulator.voice.sound import sine_file

HEADERS = [b"OpusHead" + bytes(11), b"OpusTags" + bytes(8)]


def page(packets: list[bytes], *, serial: int = 1, flags: int = 0, cut_last: bool = False) -> bytes:
    """One Ogg page with whole packets, the last one continued on the next page if ``cut_last``."""
    lacing = b""
    for packet in packets:
        lacing += b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255])
    if cut_last:
        lacing = lacing[:-1]
    return struct.pack("<4sBBqIIIB", b"OggS", 0, flags, 0, serial, 0, 0, len(lacing)) + lacing + b"".join(packets)


def test_packets_are_those_another_demuxer_reads(tmp_path: Path) -> None:
    path, packets = sine_file(tmp_path / "tone.ogg", seconds=1.3)
    assert len(packets) > 60
    assert read_opus_packets(path) == packets
    assert {packet_ticks(packet) for packet in packets} == {960}


def test_a_packet_may_span_pages_and_streams_may_interleave(tmp_path: Path) -> None:
    path = tmp_path / "spanning.ogg"
    whole, head = bytes(range(256)) * 3, b"\x01" * 510
    path.write_bytes(
        page(HEADERS[:1])
        + page([b"another stream"], serial=2)
        + page(HEADERS[1:])
        + page([b"a", whole, head], cut_last=True)
        + page([b"tail", b"last"], flags=1)
    )
    assert read_opus_packets(path) == [b"a", whole, head + b"tail", b"last"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"RIFF" + bytes(60),
        page([b"OpusHead" + bytes(11)]),
        page([b"\x01vorbis", b"\x03vorbis", b"x"]),
        page(HEADERS) + b"OggS",
        page(HEADERS)[:-1],
        page(HEADERS)[:28],
    ],
)
def test_anything_else_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "bad.ogg"
    path.write_bytes(data)
    with pytest.raises(OggError):
        read_opus_packets(path)


@pytest.mark.parametrize(
    ("packet", "milliseconds"),
    [
        (b"\xf8\xff\xfe", 20),  # CELT fullband 20 ms, one frame
        (b"\x00", 10),  # SILK narrowband 10 ms, one frame
        (b"\x18", 60),  # SILK narrowband 60 ms, one frame
        (b"\x79", 40),  # hybrid fullband 20 ms, two frames of one size
        (b"\x82", 5),  # CELT narrowband 2.5 ms, two frames of two sizes
        (b"\xfb\x03", 60),  # CELT fullband 20 ms, three frames
        (b"\xfb", 0),  # count missing
    ],
)
def test_packet_lengths_follow_the_toc_byte(packet: bytes, milliseconds: float) -> None:
    assert packet_ticks(packet) == milliseconds * 48
