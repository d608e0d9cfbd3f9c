"""Ogg Opus files, written so that a crash tears at most the last second, and read up to the tear.

Container: RFC 3533; Opus in it: RFC 7845. One logical stream, no decoding.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO

from audio.opus import OpusError, packet_samples

LOST_FRAME = b"\xf5"
"""Stands for a lost frame: two empty CELT frames of 10 ms, 20 ms of "conceal this" to every Opus decoder.

RFC 7845 section 4.1 asks for such a packet in place of a loss, so that granule positions stay gapless. No encoder
sends this one (an idle encoder uses its own frame size and a single empty frame), so a reader can tell it apart.
"""

_PACKETS_A_PAGE = 50  # one second of 20 ms frames
_SEGMENTS_A_PAGE = 255  # RFC 3533 section 6: the segment table's length is one byte
_HEADER = struct.Struct("<4sBBqIIIB")
_CRC_AT = slice(22, 26)
_CONTINUED, _FIRST, _LAST = 1, 2, 4
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


class NotOggOpus(Exception):
    """The bytes do not begin as an Ogg Opus stream does."""


@dataclass(frozen=True, slots=True)
class OggPacket:
    """An Opus packet. ``granule`` is the stream position at its end, in samples at 48 kHz."""

    data: bytes = field(repr=False)
    granule: int


@dataclass(frozen=True, slots=True)
class _Page:
    flags: int
    granule: int
    segments: bytes
    body: bytes


class OggOpusWriter:
    """Appends 20 ms frames to a file, a page a second; the file is readable after every page.

    ``channels`` is what the header tells players (Discord sends stereo). The file stays open: it is the caller's.
    """

    def __init__(self, file: BinaryIO, *, channels: int = 2, serial: int = 0) -> None:
        self._file = file
        self._serial = serial
        self._page_number = 0
        self._granule = 0
        self._packets: list[bytes] = []
        self._segments = 0
        # No pre-skip: an utterance is cut out of a running stream and all of it is wanted.
        head = struct.pack("<8sBBHIhB", b"OpusHead", 1, channels, 0, 48_000, 0, 0)
        vendor = b"spaces-for-discord"
        tags = struct.pack("<8sI", b"OpusTags", len(vendor)) + vendor + bytes(4)
        self._write_page([head], flags=_FIRST, granule=0)
        self._write_page([tags], flags=0, granule=0)

    def write(self, frame: bytes | None) -> None:
        """Adds a frame, or the mark of a lost one. Raises :class:`audio.opus.OpusError` if it cannot be Opus."""
        packet = LOST_FRAME if frame is None else frame
        samples = packet_samples(packet)
        segments = len(packet) // 255 + 1
        if segments > _SEGMENTS_A_PAGE:
            raise OpusError("an Opus packet of this size does not exist")
        if len(self._packets) == _PACKETS_A_PAGE or self._segments + segments > _SEGMENTS_A_PAGE:
            self.flush()
        self._packets.append(packet)
        self._segments += segments
        self._granule += samples

    def flush(self) -> None:
        """Writes the page that is being filled, if there is anything on it."""
        if self._packets:
            self._end_page(flags=0)

    def close(self) -> None:
        """Writes the last page and marks it as the last."""
        self._end_page(flags=_LAST)

    def _end_page(self, *, flags: int) -> None:
        self._write_page(self._packets, flags=flags, granule=self._granule)
        self._packets = []
        self._segments = 0

    def _write_page(self, packets: list[bytes], *, flags: int, granule: int) -> None:
        table = b"".join(b"\xff" * (len(packet) // 255) + bytes((len(packet) % 255,)) for packet in packets)
        header = _HEADER.pack(b"OggS", 0, flags, granule, self._serial, self._page_number, 0, len(table))
        page = bytearray(b"".join((header, table, *packets)))
        page[_CRC_AT] = _checksum(bytes(page))
        self._file.write(page)
        self._page_number += 1


def write_frames(frames: Iterable[bytes | None]) -> bytes:
    """A whole Ogg Opus file of these 20 ms frames, ``None`` for lost ones."""
    file = BytesIO()
    writer = OggOpusWriter(file)
    for frame in frames:
        writer.write(frame)
    writer.close()
    return file.getvalue()


def read_frames(data: bytes) -> list[bytes | None]:
    """The frames of a file up to a torn tail, ``None`` for lost ones. Raises :class:`NotOggOpus`."""
    return [None if packet.data == LOST_FRAME else packet.data for packet in read_packets(data)]


def read_packets(data: bytes) -> Iterator[OggPacket]:
    """The Opus packets of a file, up to the end or the first page that is torn or corrupt.

    Raises :class:`NotOggOpus` if not even the two header packets are there.
    """
    pages = _pages(data)
    headers = 0
    for packet in _packets(pages):
        if headers < 2:
            if not packet.data.startswith((b"OpusHead", b"OpusTags")[headers]):
                raise NotOggOpus("no Opus header at the beginning")
            headers += 1
        else:
            yield packet
    if headers < 2:
        raise NotOggOpus("the file ends within its headers")


def _packets(pages: Iterator[_Page]) -> Iterator[OggPacket]:
    """Joins the segments to packets and spreads each page's granule position over the packets that end on it."""
    part = b""
    for page in pages:
        if not page.flags & _CONTINUED:
            part = b""
        ended: list[bytes] = []
        position = 0
        for length in page.segments:
            part += page.body[position : position + length]
            position += length
            if length < 255:
                ended.append(part)
                part = b""
        # Positions count back from the page's own. The last page may end within its last packet (RFC 7845 section 4.4).
        after = [0]
        for packet in reversed(ended[1:]):
            after.append(after[-1] + _samples(packet))
        for packet, samples in zip(ended, reversed(after), strict=False):
            yield OggPacket(packet, page.granule - samples)


def _samples(packet: bytes) -> int:
    try:
        return packet_samples(packet)
    except OpusError:
        return 0


def _pages(data: bytes) -> Iterator[_Page]:
    position = 0
    while position + _HEADER.size <= len(data):
        magic, version, flags, granule, _, _, checksum, count = _HEADER.unpack_from(data, position)
        table = data[position + _HEADER.size : position + _HEADER.size + count]
        start = position + _HEADER.size + count
        end = start + sum(table)
        if magic != b"OggS" or version != 0 or len(table) < count or end > len(data):
            return
        page = bytearray(data[position:end])
        page[_CRC_AT] = bytes(4)
        if _checksum(bytes(page)) != checksum.to_bytes(4, "little"):
            return
        yield _Page(flags, granule, table, data[start:end])
        position = end


def _checksum(page: bytes) -> bytes:
    """RFC 3533's CRC: zlib's polynomial in the other bit order, without its inversions. Little-endian."""
    reflected = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return reflected.to_bytes(4, "big").translate(_REVERSED)
