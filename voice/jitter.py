"""Puts one speaker's packets into order. Nothing is played, so it can wait longer than a telephone would.

The rules for jumps are those of RFC 3550 appendix A.1: up to 3000 packets ahead is a loss, up to 100 behind is late,
anything else is a new stream once two packets in a row agree on it.
"""

from __future__ import annotations

from collections.abc import Callable

PATIENCE = 0.2
"""Seconds to wait for a missing packet. Shorter than the pause that ends an utterance, so it delays no caption."""

MOST_WAITING = 16
"""Packets behind a gap (320 ms of speech) after which the missing ones are given up."""

_SEQUENCES = 1 << 16
_MOST_AHEAD = 3000
_MOST_BEHIND = 100

Deliver = Callable[[int, bytes, float, int], None]
"""Takes RTP timestamp, Opus frame, arrival time, and how many packets before this one were lost."""

_Packet = tuple[int, bytes, float]


class ReorderBuffer:
    """Hands packets on in the order of their sequence numbers, each once, and counts the lost ones."""

    __slots__ = ("_deliver", "_expected", "_suspect", "_waiting", "_waiting_since")

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._expected = -1
        self._waiting: dict[int, _Packet] = {}
        self._waiting_since = 0.0
        self._suspect: tuple[int, _Packet] | None = None

    def push(self, sequence: int, timestamp: int, frame: bytes, arrived: float) -> None:
        """Takes a packet as it comes."""
        if sequence == self._expected and not self._waiting:
            self._expected = (sequence + 1) % _SEQUENCES
            self._deliver(timestamp, frame, arrived, 0)
        else:
            self._push_out_of_order(sequence, (timestamp, frame, arrived))

    def flush(self, now: float) -> None:
        """Gives up missing packets that have been waited for long enough."""
        while self._waiting and now - self._waiting_since >= PATIENCE:
            self._skip_gap()
        if self._suspect is not None and now - self._suspect[1][2] >= PATIENCE:
            self._suspect = None

    def drain(self) -> None:
        """Hands on everything that waits: nothing more will come."""
        while self._waiting:
            self._skip_gap()

    def _push_out_of_order(self, sequence: int, packet: _Packet) -> None:
        if self._expected < 0:  # the first of all
            self._start(sequence, packet)
            return
        ahead = (sequence - self._expected) % _SEQUENCES
        if ahead < _MOST_AHEAD:
            self._wait(sequence, packet)
        elif ahead < _SEQUENCES - _MOST_BEHIND:
            self._jump(sequence, packet)
        # else late or a duplicate: its place is taken or given up

    def _start(self, sequence: int, packet: _Packet) -> None:
        self._expected = (sequence + 1) % _SEQUENCES
        self._deliver(*packet, 0)

    def _wait(self, sequence: int, packet: _Packet) -> None:
        if not self._waiting:
            self._waiting_since = packet[2]
        self._waiting.setdefault(sequence, packet)
        self._release()
        if len(self._waiting) > MOST_WAITING:
            self._skip_gap()

    def _jump(self, sequence: int, packet: _Packet) -> None:
        """Believes in a new stream when a second packet continues the first; a stray one changes nothing."""
        if self._suspect is None or (self._suspect[0] + 1) % _SEQUENCES != sequence:
            self._suspect = (sequence, packet)
            return
        first_sequence, first = self._suspect
        self._suspect = None
        self.drain()
        self._start(first_sequence, first)
        self._start(sequence, packet)

    def _skip_gap(self) -> None:
        nearest = min(self._waiting, key=lambda sequence: (sequence - self._expected) % _SEQUENCES)
        lost = (nearest - self._expected) % _SEQUENCES
        self._expected = (nearest + 1) % _SEQUENCES
        self._deliver(*self._waiting.pop(nearest), lost)
        self._release()

    def _release(self) -> None:
        """Hands on what has become consecutive."""
        while (packet := self._waiting.pop(self._expected, None)) is not None:
            self._expected = (self._expected + 1) % _SEQUENCES
            self._deliver(*packet, 0)
        if self._waiting:
            self._waiting_since = min(packet[2] for packet in self._waiting.values())
