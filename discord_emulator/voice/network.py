"""A bad network between a speaker and the listeners: the one place where packets are lost, doubled or delayed."""

from __future__ import annotations

import enum
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

Carried = TypeVar("Carried")

DUPLICATE_DELAY = 0.001
"""Seconds after which the second copy of a duplicated packet follows."""
REORDER_DELAY = 0.05
"""Seconds a reordered packet is held back: behind its next two 20 ms neighbours."""
_MOST_CONTRIBUTORS = 15
_MOST_PADDING = 255


class Stray(enum.Enum):
    """Datagrams that come between the voice packets; listeners can do without each of them."""

    RTCP = "rtcp"
    VIDEO = "video"
    GARBAGE = "garbage"
    REPLAY = "replay"
    TRUNCATED = "truncated"
    OVERLONG_EXTENSION = "overlong_extension"
    PADDING_ONLY = "padding_only"


@dataclass(frozen=True, slots=True)
class Shape:
    """What is unusual about one voice packet: bytes of padding, number of CSRCs, the marker bit."""

    padding: int = 0
    contributors: int = 0
    marked: bool = False


PLAIN = Shape()


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """How packets fare, in shares from 0 to 1 of a speaker's voice packets.

    The same seed and the same packets give the same fate, and what one kind of fault does hardly depends on the
    others. Delays only ever add, so jitter beyond the 20 ms between packets reorders as well. Raises ValueError for
    a share outside 0 to 1 and for negative times.
    """

    loss: float = 0.0
    duplication: float = 0.0
    reorder: float = 0.0
    jitter: float = 0.0
    """At most so many seconds of delay for every packet, each its own."""
    latency: float = 0.0
    """So many seconds of delay for all."""
    padding: float = 0.0
    """Packets with the P bit and 1 to 255 bytes of padding behind the sound."""
    contributors: float = 0.0
    """Packets with 1 to 15 CSRCs in their header."""
    marker: float = 0.0
    """Packets with the marker bit."""
    source_change: float = 0.0
    """Packets from which on the speaker has another SSRC."""
    announced: bool = True
    """Whether op 5 tells a changed SSRC before its first packet, or only when the speaker begins anew."""
    rtcp: float = 0.0
    """Packets before which RTCP comes: sealed sender reports, receiver reports and source descriptions."""
    video: float = 0.0
    """Packets before which a video packet comes: another payload type and SSRC, never announced."""
    garbage: float = 0.0
    """Packets before which random bytes come."""
    replay: float = 0.0
    """Packets before which an earlier one of the same talk comes once more."""
    truncated: float = 0.0
    """Packets before which a part of themselves comes."""
    overlong_extension: float = 0.0
    """Packets before which one comes whose extension claims to be longer than the packet."""
    padding_only: float = 0.0
    """Packets before which one with nothing but padding comes. It takes a sequence number."""
    seed: int = 0

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            most = math.inf if one.name in _TIMES else 1.0
            if one.name not in ("seed", "announced") and not 0.0 <= value <= most:
                raise ValueError(f"{one.name} cannot be {value}")

    def carry(self, sent: Sequence[tuple[float, Carried]]) -> list[tuple[float, Carried]]:
        """What arrives of ``sent`` (pairs of seconds and packet), in order of arrival."""
        path = Path(self)
        arrived = [(due + delay, packet) for due, packet in sent for delay in path.delays()]
        arrived.sort(key=lambda pair: pair[0])
        return arrived


_TIMES = {"jitter", "latency"}
_STRAY_SHARES = [(stray, stray.value) for stray in Stray]


class Path:
    """One talk's way through a network, packet by packet."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.chance = random.Random(f"{network.seed} contents")
        """For the contents of strays."""
        self._fate = random.Random(network.seed)
        self._shapes = random.Random(f"{network.seed} shapes")
        self._strays = random.Random(f"{network.seed} strays")
        self._usual_shape = not (network.padding or network.contributors or network.marker)
        self._likely = [(stray, share) for stray, name in _STRAY_SHARES if (share := getattr(network, name))]
        self.reordered = False
        """Whether the packet that was last asked for is held back."""

    def delays(self) -> tuple[float, ...]:
        """Seconds until each copy of the next packet arrives; none when it is lost."""
        network, chance = self.network, self._fate
        shares = (network.loss, network.duplication, network.reorder)
        lost, doubled, self.reordered = (chance.random() < share for share in shares)
        delay = network.latency + chance.uniform(0.0, network.jitter) + (REORDER_DELAY if self.reordered else 0.0)
        if lost:
            return ()
        return (delay, delay + DUPLICATE_DELAY) if doubled else (delay,)

    def shape(self) -> Shape:
        """What is unusual about the next packet."""
        if self._usual_shape:
            return PLAIN
        network, chance = self.network, self._shapes
        padded, contributed, marked = (
            chance.random() < share for share in (network.padding, network.contributors, network.marker)
        )
        padding, contributors = chance.randint(1, _MOST_PADDING), chance.randint(1, _MOST_CONTRIBUTORS)
        return Shape(padding if padded else 0, contributors if contributed else 0, marked)

    def strays(self) -> list[Stray]:
        """What comes before the next packet."""
        return [stray for stray, share in self._likely if self._strays.random() < share]

    def changes_source(self) -> bool:
        """Whether the speaker's SSRC changes before the next packet."""
        return bool(self.network.source_change) and self._strays.random() < self.network.source_change
