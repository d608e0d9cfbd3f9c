"""The two transport encryption modes that Discord's voice servers offer, for reading.

Both authenticate the RTP header and carry the last four bytes of the packet as the nonce, filled up with zeros.
https://discord.com/developers/docs/topics/voice-connections#transport-encryption-modes
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

AES_GCM = "aead_aes256_gcm_rtpsize"
XCHACHA20 = "aead_xchacha20_poly1305_rtpsize"

MODES = (AES_GCM, XCHACHA20)
"""In order of preference: AES-GCM costs a third of the other on a processor with AES instructions."""

KEY_SIZE = 32

Decrypt = Callable[[bytes, int], bytes]
"""Takes a packet and its header's size, returns the plain rest. Raises :class:`DecryptionFailed`.

Not to be used by two threads at once.
"""

_NONCE_SENT = 4
_TAG_SIZE = 16
_LARGEST_PACKET = 65_536


class DecryptionFailed(Exception):
    """The packet was damaged, or encrypted with another key."""


def decryptor(mode: str, key: bytes) -> Decrypt:
    """The decryption of ``mode`` with a session's 32-byte key. Raises :class:`ValueError` for others."""
    if len(key) != KEY_SIZE:
        raise ValueError(f"a voice session's key has {KEY_SIZE} bytes, not {len(key)}")
    if mode == AES_GCM:
        return _aes_gcm(key)
    if mode == XCHACHA20:
        return _xchacha20(key)
    raise ValueError(f"unknown encryption mode {mode!r}")


def _aes_gcm(key: bytes) -> Decrypt:
    open_sealed = AESGCM(key).decrypt
    filling = bytes(12 - _NONCE_SENT)

    def decrypt(packet: bytes, header_size: int) -> bytes:
        try:
            return open_sealed(packet[-_NONCE_SENT:] + filling, packet[header_size:-_NONCE_SENT], packet[:header_size])
        except InvalidTag as fault:
            raise DecryptionFailed from fault

    return decrypt


def _xchacha20(key: bytes) -> Decrypt:
    # libsodium through PyNaCl's own cffi binding: its public function takes four times as long for the checks that
    # are made here once (the sizes of key and nonce) and for a new buffer a packet.
    sodium: Any = importlib.import_module("nacl._sodium")
    ffi, open_sealed = sodium.ffi, sodium.lib.crypto_aead_xchacha20poly1305_ietf_decrypt
    nothing, plain = ffi.NULL, ffi.new(f"unsigned char[{_LARGEST_PACKET}]")
    view = ffi.buffer(plain)
    filling = bytes(24 - _NONCE_SENT)

    def decrypt(packet: bytes, header_size: int) -> bytes:
        secret = packet[header_size:-_NONCE_SENT]
        size = len(secret)
        if not _TAG_SIZE <= size <= _LARGEST_PACKET:
            raise DecryptionFailed
        nonce = packet[-_NONCE_SENT:] + filling
        if open_sealed(plain, nothing, nothing, secret, size, packet[:header_size], header_size, nonce, key):
            raise DecryptionFailed
        return view[: size - _TAG_SIZE]

    return decrypt
