"""RTP headers as Discord's clients send them (RFC 3550 §5.1, one-byte header extensions of RFC 8285 §4.2)."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from discord_emulator.voice.ciphers import OVERHEAD

FIXED_HEADER_SIZE = 12
OPUS_PAYLOAD_TYPE = 0x78
VIDEO_PAYLOAD_TYPE = 0x65
"""H.264 in the numbering of Discord's clients."""
MARKER = 0x80
"""The marker bit beside the payload type: the first packet of a talk spurt (RFC 3551 §4.1)."""
RTCP_TYPES = range(200, 205)
"""Second byte of sender reports to application packets (RFC 3550 §12.1)."""
SAMPLE_RATE = 48_000
"""Ticks of an Opus RTP timestamp per second (RFC 7587 §4.1)."""
SILENCE_FRAME = b"\xf8\xff\xfe"
"""The Opus frame that Discord's clients send five times when they stop talking."""

_VERSION_WITH_EXTENSION = 0x90
_PADDING_BIT = 0x20
_ONE_BYTE_EXTENSION = 0xBEDE
_EXTENSION_WORDS = 1
_FIXED = struct.Struct(">BBHII")
_PREAMBLE = struct.Struct(">HH")


def header(
    sequence: int,
    timestamp: int,
    ssrc: int,
    *,
    kind: int = OPUS_PAYLOAD_TYPE,
    padded: bool = False,
    contributors: Sequence[int] = (),
    extension_words: int = _EXTENSION_WORDS,
) -> bytes:
    """The clear bytes of a voice packet: fixed header, at most 15 CSRCs, extension preamble. Numbers wrap."""
    first = _VERSION_WITH_EXTENSION | (_PADDING_BIT if padded else 0) | len(contributors)
    fixed = _FIXED.pack(first, kind, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc)
    preamble = _PREAMBLE.pack(_ONE_BYTE_EXTENSION, extension_words)
    if not contributors:
        return fixed + preamble
    return fixed + struct.pack(f">{len(contributors)}I", *contributors) + preamble


def extension_body(*, voiced: bool) -> bytes:
    """The one word that :func:`header` announces; it is encrypted together with the Opus frame.

    Element 1 is the audio level of RFC 6464: the voice activity bit and −dBov, 127 being silence. Element 9 is a
    byte that Discord's clients leave zero.
    """
    level = 0x80 | 30 if voiced else 127
    return bytes((0x10, level, 0x90, 0x00))


def padding(size: int) -> bytes:
    """``size`` (1 to 255) bytes of padding, of which the last tells how many they are (RFC 3550 §5.1)."""
    return bytes(size - 1) + bytes((size,))


def clear_size(packet: bytes) -> int | None:
    """How many leading bytes an ``…_rtpsize`` mode leaves clear: 12, 4 a CSRC, 4 for an extension preamble.

    None when ``packet`` is not RTP version 2 or too short to hold that header, a tag and a nonce.
    """
    if len(packet) < FIXED_HEADER_SIZE or packet[0] >> 6 != 2:
        return None
    size = FIXED_HEADER_SIZE + 4 * (packet[0] & 0x0F)
    if packet[0] & 0x10:
        size += 4
    return size if len(packet) >= size + OVERHEAD else None


def ssrc_of(packet: bytes) -> int:
    """The synchronisation source of a packet that :func:`clear_size` accepted."""
    return int.from_bytes(packet[8:12], "big")
