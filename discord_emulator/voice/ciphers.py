"""Transport encryption between a client and the media server: the two ``…_rtpsize`` modes.

The RTP header (with CSRCs and extension preamble) is authenticated but clear, everything after it is encrypted,
and the 32-bit nonce is appended. Source:
https://discord.com/developers/docs/topics/voice-connections#transport-encryption-modes
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nacl import bindings as sodium
from nacl.exceptions import CryptoError

KEY_SIZE = 32
TAG_SIZE = 16
NONCE_SIZE = 4
OVERHEAD = TAG_SIZE + NONCE_SIZE


class AuthenticationError(Exception):
    """A packet that its key does not open."""


class Cipher(ABC):
    """One key with its own nonce counter: seals what its owner is sent and opens what its owner sends."""

    full_nonce_size: ClassVar[int]
    """Bytes the algorithm wants; the 4 transmitted ones are padded with zeros at the end."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self._counter = 0

    def seal(self, header: bytes, body: bytes) -> bytes:
        """The datagram of a clear ``header`` and an encrypted ``body``."""
        nonce = self._counter.to_bytes(NONCE_SIZE, "big")
        self._counter = (self._counter + 1) & 0xFFFFFFFF
        return header + self._encrypt(nonce.ljust(self.full_nonce_size, b"\0"), body, header) + nonce

    def open(self, packet: bytes, header_size: int) -> bytes:
        """The decrypted body of a datagram of at least ``header_size + OVERHEAD`` bytes.

        Raises :class:`AuthenticationError` when header or body were not sealed with this key.
        """
        nonce = packet[-NONCE_SIZE:].ljust(self.full_nonce_size, b"\0")
        return self._decrypt(nonce, packet[header_size:-NONCE_SIZE], packet[:header_size])

    @abstractmethod
    def _encrypt(self, nonce: bytes, body: bytes, header: bytes) -> bytes: ...

    @abstractmethod
    def _decrypt(self, nonce: bytes, sealed: bytes, header: bytes) -> bytes: ...


class Aes256GcmCipher(Cipher):
    """``aead_aes256_gcm_rtpsize``."""

    full_nonce_size = 12

    def __init__(self, key: bytes) -> None:
        super().__init__(key)
        self._aead = AESGCM(key)

    def _encrypt(self, nonce: bytes, body: bytes, header: bytes) -> bytes:
        return self._aead.encrypt(nonce, body, header)

    def _decrypt(self, nonce: bytes, sealed: bytes, header: bytes) -> bytes:
        try:
            return self._aead.decrypt(nonce, sealed, header)
        except InvalidTag as error:
            raise AuthenticationError from error


class XChaCha20Poly1305Cipher(Cipher):
    """``aead_xchacha20_poly1305_rtpsize``."""

    full_nonce_size = 24

    def _encrypt(self, nonce: bytes, body: bytes, header: bytes) -> bytes:
        return sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(body, header, nonce, self.key)

    def _decrypt(self, nonce: bytes, sealed: bytes, header: bytes) -> bytes:
        try:
            return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, header, nonce, self.key)
        except CryptoError as error:
            raise AuthenticationError from error


CIPHERS: dict[str, type[Cipher]] = {
    "aead_aes256_gcm_rtpsize": Aes256GcmCipher,
    "aead_xchacha20_poly1305_rtpsize": XChaCha20Poly1305Cipher,
}
"""Encryption mode, as op 2 and op 1 name it, to its cipher."""
