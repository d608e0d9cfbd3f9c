"""RTP headers as Discord's clients send them (RFC 3550 §5.1, one-byte header extensions of RFC 8285 §4.2)."""

from __future__ import annotations

import struct

from discord_emulator.voice.ciphers import OVERHEAD

FIXED_HEADER_SIZE = 12
VERSION_WITH_EXTENSION = 0x90
"""Version 2 with the extension bit, no padding, no CSRC."""
OPUS_PAYLOAD_TYPE = 0x78
RTCP_TYPES = range(200, 205)
"""Second byte of sender reports to application packets (RFC 3550 §12.1)."""
SAMPLE_RATE = 48_000
"""Ticks of an Opus RTP timestamp per second (RFC 7587 §4.1)."""
SILENCE_FRAME = b"\xf8\xff\xfe"
"""The Opus frame that Discord's clients send five times when they stop talking."""

_ONE_BYTE_EXTENSION = 0xBEDE
_EXTENSION_WORDS = 1
_HEADER = struct.Struct(">BBHIIHH")


def header(sequence: int, timestamp: int, ssrc: int) -> bytes:
    """The 16 clear bytes of a voice packet: fixed header and extension preamble. Numbers wrap to their width."""
    return _HEADER.pack(
        VERSION_WITH_EXTENSION,
        OPUS_PAYLOAD_TYPE,
        sequence & 0xFFFF,
        timestamp & 0xFFFFFFFF,
        ssrc,
        _ONE_BYTE_EXTENSION,
        _EXTENSION_WORDS,
    )


def extension_body(*, voiced: bool) -> bytes:
    """The one word that :func:`header` announces; it is encrypted together with the Opus frame.

    Element 1 is the audio level of RFC 6464: the voice activity bit and −dBov, 127 being silence. Element 9 is a
    byte that Discord's clients leave zero.
    """
    level = 0x80 | 30 if voiced else 127
    return bytes((0x10, level, 0x90, 0x00))


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
