"""From encrypted packets to utterances, for everybody on one stage. No sockets and no threads of its own.

Packets come from the reader's thread, decisions (who is who, who consents) from the event loop. One lock, taken a
batch at a time, makes a decision hold from the moment its method returns. Nothing here decodes sound.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections import deque
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from threading import Lock

from spaces.model import Utterance
from spaces.ports import Clock, UtteranceSink, VoiceCounters
from voice import rtp
from voice.cipher import Decrypt, DecryptionFailed
from voice.consent_gate import ConsentGate, Grant
from voice.early_packets import EarlyPackets
from voice.jitter import ReorderBuffer
from voice.utterances import Frame, UtteranceBuilder

log = logging.getLogger(__name__)

_KEEPALIVE_SIZE = 8

DecryptFrame = Callable[[int, bytes], bytes]
"""End-to-end decryption of a person's frame. May raise anything for a frame that it cannot open."""

Schedule = Callable[[Callable[[], None]], object]


def _no_session(packet: bytes, header_size: int) -> bytes:
    raise DecryptionFailed


class _Stream:
    """One consenting person's way from packets to utterances."""

    __slots__ = ("builder", "grant", "jitter", "person_id")

    def __init__(self, grant: Grant, finish: Callable[[Grant, tuple[Frame, ...], float, float], None]) -> None:
        self.grant = grant
        self.person_id = grant.person_id
        self.builder = UtteranceBuilder(lambda frames, first, last: finish(grant, frames, first, last))
        self.jitter = ReorderBuffer(self.builder.add)

    def close(self) -> None:
        self.jitter.drain()
        self.builder.close()


class Receiver:
    """Receives one Space's stage. Lives as long as the bot listens there, over all reconnections.

    ``schedule`` runs a callable soon on the event loop and may be called from any thread. Times of arrival are those
    of :func:`time.monotonic`.
    """

    def __init__(
        self, space_id: int, sink: UtteranceSink, consenting: Collection[int], clock: Clock, schedule: Schedule
    ) -> None:
        self._space_id = space_id
        self._sink = sink
        self._clock = clock
        self._schedule = schedule
        self._lock = Lock()
        self._decrypt: Decrypt = _no_session
        self._end_to_end: Callable[[], DecryptFrame | None] = lambda: None
        self._gate: ConsentGate[_Stream] = ConsentGate(lambda grant: _Stream(grant, self._finish))
        self._early = EarlyPackets()
        self._finished: deque[tuple[Grant, Utterance]] = deque()
        self._received = self._refused = self._decrypted = self._failed = self._malformed = 0
        now = time.monotonic()
        for person_id in consenting:
            self._gate.allow(person_id, now)

    # --- decisions, on the event loop ---------------------------------------------------------------------------

    def begin_session(self, decrypt: Decrypt, end_to_end: Callable[[], DecryptFrame | None]) -> None:
        """The voice session has its key. Sources that were announced before stay known.

        ``end_to_end`` is asked a batch at a time, since Discord can switch end-to-end encryption on and off.
        """
        with self._lock:
            self._decrypt = decrypt
            self._end_to_end = end_to_end

    def end_session(self) -> None:
        """The voice session is gone: finishes what was being said, forgets the key and all sources."""
        with self._lock:
            self._decrypt = _no_session
            for stream in self._gate.forget_everybody():
                stream.close()
            self._early.clear()
        self._announce()

    def identify(self, ssrc: int, person_id: int) -> None:
        """Discord says that the source is this person's."""
        key = ssrc.to_bytes(4, "big")
        with self._lock:
            for stream in self._gate.identify(key, person_id):
                stream.close()
            stream = self._gate.admitted.get(key)
            for packet, arrived in self._early.take(key):
                if stream is not None and arrived >= stream.grant.since:
                    self._refused -= 1
                    self._accept(stream, packet, arrived, self._end_to_end())
        self._announce()

    def forget(self, person_id: int) -> None:
        """Discord says that this person left the voice session."""
        with self._lock:
            for stream in self._gate.forget(person_id):
                stream.close()
        self._announce()

    def allow(self, person_id: int) -> None:
        """From now on the person's packets pass."""
        with self._lock:
            self._gate.allow(person_id, time.monotonic())

    def refuse(self, person_id: int) -> None:
        """From now on nothing of the person passes; what was not handed on is thrown away."""
        with self._lock:
            self._gate.refuse(person_id)

    def hand_on(self) -> None:
        """Gives finished utterances to the sink, but none of people whose consent has ended meanwhile."""
        while self._finished:
            grant, utterance = self._finished.popleft()
            if not self._gate.holds(grant):
                continue
            try:
                self._sink.put(utterance)
            except Exception:
                log.exception("Utterance %s was not accepted", utterance.id)

    def counters(self) -> VoiceCounters:
        """Packets since the receiver was made."""
        with self._lock:
            return VoiceCounters(self._received, self._refused, self._decrypted, self._failed, self._malformed)

    # --- sound, on the reader's thread --------------------------------------------------------------------------

    def process(self, packets: Sequence[bytes], arrived: float) -> None:
        """Takes a batch of packets, just as they came from the socket."""
        with self._lock:
            admitted, owners, where = self._gate.admitted, self._gate.owners, rtp.SSRC
            end_to_end = self._end_to_end()
            self._received += len(packets)
            refused = 0
            for packet in packets:
                ssrc = packet[where]
                stream = admitted.get(ssrc)
                if stream is not None:
                    self._accept(stream, packet, arrived, end_to_end)
                elif ssrc in owners:
                    refused += 1
                else:
                    self._turn_away(ssrc, packet, arrived)
            self._refused += refused
        self._announce()

    def tick(self, now: float) -> bool:
        """Ends what has waited long enough; to be called every 50 ms or so. True while anybody is talking."""
        with self._lock:
            for stream in self._gate.admitted.values():
                stream.jitter.flush(now)
                stream.builder.expire(now)
            self._early.expire(now)
            talking = any(stream.builder.is_open for stream in self._gate.admitted.values()) or bool(self._early)
        self._announce()
        return talking

    def _accept(self, stream: _Stream, packet: bytes, arrived: float, end_to_end: DecryptFrame | None) -> None:
        """The one place where something is decrypted. Whatever is wrong with a packet stays with its speaker."""
        try:
            sequence, timestamp, size = rtp.read_header(packet)
            plain = self._decrypt(packet, size)
            frame = rtp.strip(packet, size, plain)
            if frame and end_to_end is not None and frame != rtp.SILENCE:
                frame = end_to_end(stream.person_id, frame)
            self._decrypted += 1
            if frame:
                stream.jitter.push(sequence, timestamp, frame, arrived)
        except rtp.MalformedPacket:
            self._malformed += 1
        except DecryptionFailed:
            self._failed += 1
        except Exception:
            self._failed += 1
            log.debug("A packet could not be used", exc_info=True)

    def _turn_away(self, ssrc: bytes, packet: bytes, arrived: float) -> None:
        """A packet of nobody that is known."""
        if len(packet) == _KEEPALIVE_SIZE:  # the server's answer to ours
            self._received -= 1
        elif rtp.is_audio(packet):
            self._refused += 1
            self._early.keep(ssrc, packet, arrived)
        else:
            self._malformed += 1

    def _finish(self, grant: Grant, frames: tuple[Frame, ...], first: float, last: float) -> None:
        now, wall = time.monotonic(), self._clock.now()

        def at(arrived: float) -> datetime:
            return wall - timedelta(seconds=now - arrived)

        utterance = Utterance(uuid.uuid4().hex, self._space_id, grant.person_id, at(first), at(last), frames)
        self._finished.append((grant, utterance))

    def _announce(self) -> None:
        if self._finished:
            self._schedule(self.hand_on)
