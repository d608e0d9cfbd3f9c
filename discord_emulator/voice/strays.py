"""The contents of datagrams that no listener can use: RTCP, video, garbage, padding, and packets that lie."""

from __future__ import annotations

import random
import struct

from discord_emulator.voice import rtp

_RTCP = struct.Struct(">BBHI")
_RTCP_KINDS = ((0x80, 200, 20), (0x81, 201, 24), (0x81, 202, 16))
"""First byte, type and bytes after the first 8 of a sender report, a receiver report and a source description."""
_KEEPALIVE_SIZE = 8
_LONGEST_GARBAGE = 400
_VIDEO_SIZES = (200, 1100)


def rtcp(ssrc: int, chance: random.Random) -> tuple[bytes, bytes]:
    """Clear and sealed part of an RTCP packet (RFC 3550 §6.4); the mode leaves the first 8 bytes clear."""
    first, kind, size = chance.choice(_RTCP_KINDS)
    return _RTCP.pack(first, kind, (_RTCP.size + size) // 4 - 1, ssrc), chance.randbytes(size)


def video(ssrc: int, chance: random.Random) -> tuple[bytes, bytes]:
    """Clear and sealed part of a video packet."""
    header = rtp.header(
        chance.getrandbits(16), chance.getrandbits(32), ssrc, kind=rtp.VIDEO_PAYLOAD_TYPE | chance.choice((0, 0x80))
    )
    return header, rtp.extension_body(voiced=False) + chance.randbytes(chance.randint(*_VIDEO_SIZES))


def garbage(chance: random.Random) -> bytes:
    """Random bytes, not as long as a keepalive, for which a client would take them."""
    size = chance.randint(1, _LONGEST_GARBAGE)
    return chance.randbytes(size + 1 if size == _KEEPALIVE_SIZE else size)


def padding_only(sequence: int, timestamp: int, ssrc: int, chance: random.Random) -> tuple[bytes, bytes]:
    """Clear and sealed part of a packet with padding in place of sound."""
    header = rtp.header(sequence, timestamp, ssrc, padded=True)
    return header, rtp.extension_body(voiced=False) + rtp.padding(chance.randint(1, 255))


def overlong_extension(
    sequence: int, timestamp: int, ssrc: int, payload: bytes, chance: random.Random
) -> tuple[bytes, bytes]:
    """Clear and sealed part of a packet that ends before its extension does."""
    body = rtp.extension_body(voiced=True) + payload
    return rtp.header(sequence, timestamp, ssrc, extension_words=chance.randint(len(body) // 4 + 1, 0xFFFF)), body
