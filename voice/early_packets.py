"""Sound that arrives before Discord has said whose it is.

Packets travel by UDP, the announcement "this source is that person" by websocket, so the first 100 ms of a person's
first sentence can be early. They are kept, still encrypted, for a moment: opened if they turn out to be a consenting
person's, thrown away otherwise. Strictly bounded, since anybody can send packets with invented sources.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_SOURCES = 32
MOST_PACKETS = 50  # one second
LIFETIME = 1.0
"""Seconds for which an unknown source's packets wait."""


@dataclass(slots=True)
class _Source:
    first_at: float
    packets: list[tuple[bytes, float]] = field(default_factory=list)


class EarlyPackets:
    """Encrypted packets of unknown sources with their arrival times (in seconds of any steady clock)."""

    def __init__(self) -> None:
        self._sources: dict[bytes, _Source] = {}

    def __len__(self) -> int:
        return sum(len(source.packets) for source in self._sources.values())

    def keep(self, ssrc: bytes, packet: bytes, arrived: float) -> None:
        """Keeps the packet if there is room."""
        source = self._sources.get(ssrc)
        if source is None:
            if len(self._sources) >= MOST_SOURCES:
                return
            source = self._sources[ssrc] = _Source(arrived)
        if len(source.packets) < MOST_PACKETS:
            source.packets.append((packet, arrived))

    def take(self, ssrc: bytes) -> list[tuple[bytes, float]]:
        """Removes and returns what waits of this source, in order of arrival."""
        source = self._sources.pop(ssrc, None)
        return source.packets if source else []

    def expire(self, now: float) -> None:
        """Throws away what has waited too long."""
        if self._sources:
            old = [ssrc for ssrc, source in self._sources.items() if now - source.first_at > LIFETIME]
            for ssrc in old:
                del self._sources[ssrc]

    def clear(self) -> None:
        """Throws away everything."""
        self._sources.clear()
