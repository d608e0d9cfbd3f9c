from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voice.packets import Sender
from voice import rtp
from voice.cipher import AES_GCM, XCHACHA20, Decrypt, DecryptionFailed, decryptor
from voice.rtp import MalformedPacket, is_audio, read_header, strip

KEY = bytes(range(32))


def opened(packet: bytes, decrypt: Decrypt) -> bytes:
    _, _, size = read_header(packet)
    return strip(packet, size, decrypt(packet, size))


@pytest.mark.parametrize("mode", [AES_GCM, XCHACHA20])
@pytest.mark.parametrize("sources", [0, 1, 15])
@pytest.mark.parametrize("extension", [None, b"", b"\x10\xaa\0\0", bytes(40)])
@pytest.mark.parametrize("padding", [0, 1, 4, 255])
@pytest.mark.parametrize("marker", [False, True])
def test_every_header_gives_the_frame_back(
    mode: str, sources: int, extension: bytes | None, padding: int, marker: bool
) -> None:
    sender = Sender(5, mode=mode)
    packet = sender.packet(b"\xf8speech", sources=sources, extension=extension, padding=padding, marker=marker)

    assert opened(packet, decryptor(mode, KEY)) == b"\xf8speech"
    assert packet[rtp.SSRC] == (5).to_bytes(4, "big")
    assert read_header(packet)[:2] == (65_000, 4_294_900_000)


def test_a_packet_of_nothing_but_padding_holds_no_frame() -> None:
    assert opened(Sender(5).packet(b"", padding=40), decryptor(AES_GCM, KEY)) == b""


@pytest.mark.parametrize("last_byte", [0, 9, 255])
def test_a_padding_that_does_not_fit_holds_no_frame(last_byte: int) -> None:
    packet = Sender(5).seal(b"\xa0\x78" + bytes(10), b"\xf8abc" + bytes([last_byte]))
    assert opened(packet, decryptor(AES_GCM, KEY)) == b""


def test_an_extension_longer_than_the_packet_holds_no_frame() -> None:
    packet = Sender(5).seal(b"\x90\x78" + bytes(10) + b"\xbe\xde\xff\xff", b"\xf8abc")
    assert opened(packet, decryptor(AES_GCM, KEY)) == b""


@pytest.mark.parametrize("payload_type", [0x00, 0x65, 0x67, 0x79, *range(200, 205)])
def test_video_and_rtcp_are_no_sound(payload_type: int) -> None:
    packet = bytearray(Sender(5).packet(b"\xf8speech"))
    packet[1] = payload_type
    assert not is_audio(bytes(packet))
    with pytest.raises(MalformedPacket):
        read_header(bytes(packet))


@pytest.mark.parametrize("size", range(32))
def test_short_packets_are_malformed(size: int) -> None:
    with pytest.raises(MalformedPacket):
        read_header(Sender(5).packet(b"\xf8speech")[:size])


def test_a_header_that_claims_more_sources_than_there_is_packet_is_malformed() -> None:
    packet = bytearray(Sender(5).packet(b"\xf8", extension=None))
    packet[0] |= 0x0F
    with pytest.raises(MalformedPacket):
        read_header(bytes(packet))


@given(st.binary(max_size=120))
def test_garbage_raises_nothing_else(garbage: bytes) -> None:
    try:
        sequence, timestamp, size = read_header(garbage)
    except MalformedPacket:
        return
    assert 0 <= sequence < 2**16
    assert 0 <= timestamp < 2**32
    for mode in (AES_GCM, XCHACHA20):
        with pytest.raises(DecryptionFailed):
            decryptor(mode, KEY)(garbage, size)
    strip(garbage, size, garbage[size:])


@pytest.mark.parametrize("mode", [AES_GCM, XCHACHA20])
def test_any_changed_byte_is_noticed(mode: str) -> None:
    packet = Sender(5, mode=mode).packet(b"\xf8speech", sources=1)
    decrypt = decryptor(mode, KEY)
    size = read_header(packet)[2]
    for position in range(len(packet)):
        changed = bytearray(packet)
        changed[position] ^= 1
        with pytest.raises(DecryptionFailed):
            decrypt(bytes(changed), size)
    assert decrypt(packet, size).endswith(b"\xf8speech")


@pytest.mark.parametrize(("mode", "key"), [("xsalsa20_poly1305", KEY), (AES_GCM, KEY[:16]), (XCHACHA20, b"")])
def test_unknown_modes_and_keys_are_refused(mode: str, key: bytes) -> None:
    with pytest.raises(ValueError):
        decryptor(mode, key)
