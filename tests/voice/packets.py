"""Packets as Discord's voice server sends them to a listener, and a receiver to feed them to."""

from __future__ import annotations

import itertools
import struct
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt

from spaces.model import Utterance
from voice.cipher import AES_GCM, decryptor
from voice.receiver import Receiver
from voice.rtp import SILENCE

KEY = bytes(range(32))
SPACE_ID = 7


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Sender:
    """One source on the voice server. ``packet`` seals a frame and moves on by one frame of 20 ms."""

    ssrc: int
    mode: str = AES_GCM
    key: bytes = KEY
    sequence: int = 65_000
    timestamp: int = 4_294_900_000  # both wrap within the first seconds
    nonces: itertools.count[int] = field(default_factory=itertools.count)

    def packet(
        self,
        frame: bytes,
        *,
        sources: int = 0,
        extension: bytes | None = b"\x10\xaa\0\0",
        padding: int = 0,
        marker: bool = False,
    ) -> bytes:
        flags = 0x80 | sources | (0x10 if extension is not None else 0) | (0x20 if padding else 0)
        payload_type = 0x78 | (0x80 if marker else 0)
        header = struct.pack(">BBHII", flags, payload_type, self.sequence, self.timestamp, self.ssrc)
        header += b"".join(struct.pack(">I", 1000 + number) for number in range(sources))
        plain = frame
        if extension is not None:
            header += struct.pack(">HH", 0xBEDE, len(extension) // 4)
            plain = extension + frame
        if padding:
            plain += bytes(padding - 1) + bytes([padding])
        self.skip()
        return self.seal(header, plain)

    def seal(self, header: bytes, plain: bytes) -> bytes:
        nonce = struct.pack(">I", next(self.nonces))
        if self.mode == AES_GCM:
            secret = AESGCM(self.key).encrypt(nonce + bytes(8), plain, header)
        else:
            secret = crypto_aead_xchacha20poly1305_ietf_encrypt(plain, header, nonce + bytes(20), self.key)
        return header + secret + nonce

    def skip(self, packets: int = 1, *, frames: int | None = None) -> None:
        """Moves on as if so many packets had been sent, over so many frames of time."""
        self.sequence = (self.sequence + packets) % 2**16
        self.timestamp = (self.timestamp + 960 * (packets if frames is None else frames)) % 2**32

    def pause(self, seconds: float) -> None:
        """Sends nothing for a while, as clients do: time passes, sequence numbers do not."""
        self.skip(0, frames=round(seconds * 50))


def speech(count: int, *, seed: int = 0) -> list[bytes]:
    """Distinguishable frames of 100 bytes that are no silence."""
    return [b"\xf8" + struct.pack(">HH", seed, number) * 25 for number in range(count)]


SPEECH_END = [SILENCE] * 5


class Stage:
    """A receiver with a session, and the utterances that it handed on."""

    def __init__(self, *consenting: int, mode: str = AES_GCM) -> None:
        self.mode = mode
        self.utterances: list[Utterance] = []
        self.scheduled: list[Callable[[], None]] = []
        self.receiver = Receiver(SPACE_ID, self, consenting, WallClock(), self.scheduled.append)
        self.now = time.monotonic()
        self.receiver.begin_session(decryptor(mode, KEY), lambda: None)

    def put(self, utterance: Utterance) -> None:
        self.utterances.append(utterance)

    def person(self, person_id: int, *, ssrc: int | None = None) -> Sender:
        """A person whose source Discord has announced."""
        sender = Sender(ssrc or 100 + person_id, mode=self.mode)
        self.receiver.identify(sender.ssrc, person_id)
        return sender

    def send(self, *packets: bytes) -> None:
        """The packets arrive in one batch."""
        self.receiver.process(packets, self.now)

    def say(self, sender: Sender, frames: Iterable[bytes]) -> None:
        """Frames arrive 20 ms apart."""
        for frame in frames:
            self.send(sender.packet(frame))
            self.now += 0.02

    def wait(self, seconds: float = 1.0) -> None:
        """Nothing arrives for a while, the timer runs, and the event loop gets its turn."""
        for _ in range(round(seconds / 0.05)):
            self.now += 0.05
            self.receiver.tick(self.now)
        self.run_loop()

    def run_loop(self) -> None:
        while self.scheduled:
            self.scheduled.pop(0)()

    def heard(self, person_id: int) -> list[tuple[bytes | None, ...]]:
        """Frames of the person's utterances so far."""
        self.wait()
        return [utterance.frames for utterance in self.utterances if utterance.person_id == person_id]
