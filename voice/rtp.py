"""RTP as Discord's voice servers send it: what can be read before decryption, and what is stripped after it.

RTP: RFC 3550. The ``…_rtpsize`` encryption modes leave the fixed header, the contributing sources and the first four
bytes of a header extension in the clear; the extension's body and the padding are encrypted with the sound.
https://discord.com/developers/docs/topics/voice-connections#transport-encryption-and-sending-voice
"""

from __future__ import annotations

from struct import Struct

AUDIO_PAYLOAD_TYPE = 0x78
"""Discord's payload type of Opus; the types of video, and of RTCP in the same byte, are others."""

SILENCE = b"\xf8\xff\xfe"
"""The Opus frame that clients send, five times, when a person stops talking."""

CLOCK_RATE = 48_000
FRAME_TICKS = 960  # 20 ms at the RTP clock

SSRC = slice(8, 12)
"""Where the source identifier stands in a packet."""

_VERSION_2 = 0x80
_PADDED = 0x20
_EXTENDED = 0x10
_FIXED_SIZE = 12
_SMALLEST_SECRET = 16 + 4  # the authentication tag and the nonce's transmitted part
_read_fixed = Struct(">BBHI").unpack_from


class MalformedPacket(Exception):
    """Not an RTP packet with sound."""


def is_audio(packet: bytes) -> bool:
    """Whether the unencrypted bytes look like RTP with Opus in it. RTCP and video do not."""
    return (
        len(packet) >= _FIXED_SIZE + _SMALLEST_SECRET
        and packet[0] & 0xC0 == _VERSION_2
        and packet[1] & 0x7F == AUDIO_PAYLOAD_TYPE  # the upper bit is the marker
    )


def read_header(packet: bytes) -> tuple[int, int, int]:
    """Sequence number, timestamp and the size in bytes of what is not encrypted.

    Raises :class:`MalformedPacket`.
    """
    if len(packet) < _FIXED_SIZE:
        raise MalformedPacket
    flags, kind, sequence, timestamp = _read_fixed(packet)
    size = _FIXED_SIZE + 4 * (flags & 0x0F)  # up to 15 contributing sources
    if flags & _EXTENDED:
        size += 4
    if flags & 0xC0 != _VERSION_2 or kind & 0x7F != AUDIO_PAYLOAD_TYPE or len(packet) < size + _SMALLEST_SECRET:
        raise MalformedPacket
    return sequence, timestamp, size


def strip(packet: bytes, size: int, plain: bytes) -> bytes:
    """The Opus frame in the decrypted ``plain``: without the extension's body and the padding.

    ``packet`` and ``size`` are the encrypted packet and its header's size. Empty when the packet holds nothing but
    padding, or lengths that do not fit.
    """
    flags = packet[0]
    start = 4 * (packet[size - 2] << 8 | packet[size - 1]) if flags & _EXTENDED else 0
    if not flags & _PADDED:
        return plain[start:] if start else plain
    padding = plain[-1] if plain else 0  # RFC 3550 section 5.1: the count includes itself
    if padding == 0 or start + padding >= len(plain):
        return b""
    return plain[start : len(plain) - padding]
