"""Opus packets out of an Ogg file, untouched (RFC 3533 pages, RFC 7845 Ogg Opus, RFC 6716 packet lengths)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

_PAGE = struct.Struct("<4sBBqIIIB")
_CONTINUED = 0x01
_FULL_SEGMENT = 255
_FRAME_TICKS = (
    *(480, 960, 1920, 2880) * 3,  # SILK, configurations 0 to 11: 10, 20, 40, 60 ms
    *(480, 960) * 2,  # hybrid, 12 to 15: 10, 20 ms
    *(120, 240, 480, 960) * 4,  # CELT, 16 to 31: 2.5, 5, 10, 20 ms
)


class OggError(ValueError):
    """A file that is not a well-formed Ogg stream with Opus in it."""


def read_opus_packets(path: Path) -> list[bytes]:
    """The Opus packets of the first stream in ``path``, in order, without its two header packets.

    Raises :class:`OggError` for anything else than a whole Ogg Opus file, and OSError when it cannot be read.
    """
    packets = list(_packets(path.read_bytes()))
    if len(packets) < 2 or not packets[0].startswith(b"OpusHead") or not packets[1].startswith(b"OpusTags"):
        raise OggError(f"{path.name} holds no Opus stream")
    return [packet for packet in packets[2:] if packet]


def packet_ticks(packet: bytes) -> int:
    """The length of a non-empty Opus packet in 48 kHz ticks, from its TOC byte (RFC 6716 §3.1 and §3.2)."""
    code = packet[0] & 0x03
    counted = packet[1] & 0x3F if len(packet) > 1 else 0
    return _FRAME_TICKS[packet[0] >> 3] * (1, 2, 2, counted)[code]


def _packets(data: bytes) -> Iterator[bytes]:
    """Joins the segments of the stream that begins the file; pages of other streams are skipped."""
    stream: int | None = None
    unfinished = b""
    for serial, continued, segments in _pages(data):
        if stream is None:
            stream = serial
        if serial != stream:
            continue
        if not continued:
            unfinished = b""
        for segment in segments:
            unfinished += segment
            if len(segment) < _FULL_SEGMENT:
                yield unfinished
                unfinished = b""


def _pages(data: bytes) -> Iterator[tuple[int, bool, list[bytes]]]:
    """Stream serial, whether the first segment continues a packet, and the segments, for each page."""
    position = 0
    while position < len(data):
        if len(data) - position < _PAGE.size:
            raise OggError("the file ends within a page header")
        magic, version, flags, _granule, serial, _number, _crc, count = _PAGE.unpack_from(data, position)
        if magic != b"OggS" or version != 0:
            raise OggError(f"no Ogg page at byte {position}")
        position += _PAGE.size
        sizes = data[position : position + count]
        position += count
        if position + sum(sizes) > len(data) or len(sizes) < count:
            raise OggError("the file ends within a page")
        segments: list[bytes] = []
        for size in sizes:
            segments.append(data[position : position + size])
            position += size
        yield serial, bool(flags & _CONTINUED), segments
