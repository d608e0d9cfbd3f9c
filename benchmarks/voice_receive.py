"""What receiving costs a packet, in microseconds of processor time: ``make bench ONLY=voice_receive``.

A talking speaker sends 50 packets a second. Rounds of all rows are interleaved and the median is shown, so that
other work on the machine disturbs every row alike.
"""

from __future__ import annotations

import statistics
import struct
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt

from audio.opus import OpusDecoder
from benchmarks.table import Row, Table
from spaces.model import Utterance
from voice.cipher import AES_GCM, MODES, decryptor
from voice.receiver import Receiver
from voice.rtp import FRAME_TICKS

SPEAKERS = 40
ROUNDS = 15
FRAMES = 100  # two seconds of each speaker in a round
TARGETS = {"refused": "0.2", "to frames": "2", "16 kHz": "31"}
_KEY = bytes(range(32))


class _Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class _Sink:
    def put(self, utterance: Utterance) -> None:
        pass


def run() -> Table:
    """Measures and gives the table."""
    batches = {mode: _batches(mode) for mode in MODES}
    rows: list[tuple[str, str, Callable[[], None], int]] = []
    for mode in MODES:
        name = "AES-256-GCM" if mode == AES_GCM else "XChaCha20-Poly1305"
        rows.append(("refused", name, _receiving(mode, batches[mode], consenting=False), SPEAKERS * FRAMES))
        rows.append(("to frames", name, _receiving(mode, batches[mode], consenting=True), SPEAKERS * FRAMES))
    tone = _tone_frames()
    rows.append(("16 kHz", "decoding, in a worker process", lambda: _decode(tone), len(tone)))
    measured: list[list[float]] = [[] for _ in rows]
    for _ in range(ROUNDS):
        for times, (_, _, work, packets) in zip(measured, rows, strict=True):
            began = time.process_time()
            work()
            times.append((time.process_time() - began) / packets * 1e6)
    costs = [
        Row(f"{stage}, {what}", statistics.median(times), "µs a packet", f"≤ {TARGETS[stage]}")
        for times, (stage, what, _, _) in zip(measured, rows, strict=True)
    ]
    return Table("voice_receive", costs, [f"Median of {ROUNDS} interleaved rounds; {SPEAKERS} people speak at once."])


def _batches(mode: str) -> list[list[bytes]]:
    """Twenty milliseconds of everybody in each batch: 64 kbit/s, with the header extension of real clients."""
    frame = b"\xf8" + bytes(range(159))
    batches: list[list[bytes]] = []
    for number in range(FRAMES):
        batch: list[bytes] = []
        for speaker in range(SPEAKERS):
            header = struct.pack(">BBHIIHH", 0x90, 0x78, number, number * FRAME_TICKS, 1000 + speaker, 0xBEDE, 1)
            nonce = struct.pack(">I", number * SPEAKERS + speaker)
            plain = b"\x10\xaa\0\0" + frame
            if mode == AES_GCM:
                secret = AESGCM(_KEY).encrypt(nonce + bytes(8), plain, header)
            else:
                secret = crypto_aead_xchacha20poly1305_ietf_encrypt(plain, header, nonce + bytes(20), _KEY)
            batch.append(header + secret + nonce)
        batches.append(batch)
    return batches


def _receiving(mode: str, batches: Sequence[Sequence[bytes]], *, consenting: bool) -> Callable[[], None]:
    def receive() -> None:
        people = range(SPEAKERS)
        receiver = Receiver(1, _Sink(), people if consenting else (), _Clock(), lambda work: work())
        receiver.begin_session(decryptor(mode, _KEY), lambda: None)
        for person in people:
            receiver.identify(1000 + person, person)
        now = time.monotonic()
        for batch in batches:
            receiver.process(batch, now)
            now += 0.02
        counters = receiver.counters()
        assert counters.refused + counters.decrypted == SPEAKERS * FRAMES

    return receive


def _tone_frames() -> list[bytes]:
    import array
    import math
    from fractions import Fraction

    import av

    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "stereo", "s16"
    encoder.bit_rate, encoder.time_base = 64_000, Fraction(1, 48_000)
    frames: list[bytes] = []
    for number in range(300):
        at = range(number * FRAME_TICKS, (number + 1) * FRAME_TICKS)
        levels = (round(9000 * math.sin(n / 20) * math.sin(n / 3000)) for n in at)
        sound = av.AudioFrame(format="s16", layout="stereo", samples=FRAME_TICKS)
        sound.sample_rate, sound.pts, sound.time_base = 48_000, number * FRAME_TICKS, Fraction(1, 48_000)
        sound.planes[0].update(array.array("h", (side for level in levels for side in (level, level))).tobytes())
        frames += [bytes(packet) for packet in encoder.encode(sound)]
    return frames


def _decode(frames: Sequence[bytes]) -> None:
    OpusDecoder().decode_frames(frames)


if __name__ == "__main__":
    print(run().text())
