"""A bad network between a speaker and Discord: the one place where packets are lost, doubled or delayed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

Carried = TypeVar("Carried")

DUPLICATE_DELAY = 0.001
"""Seconds after which the second copy of a duplicated packet follows."""
REORDER_DELAY = 0.05
"""Seconds a reordered packet is held back: behind its next two 20 ms neighbours."""


@dataclass(frozen=True, slots=True)
class Network:
    """Shares (0 to 1) of packets that suffer each fault, and up to ``jitter`` seconds of delay for every one.

    The same seed and the same packets give the same fate. Delays only ever add, so jitter beyond the 20 ms between
    packets reorders as well.
    """

    loss: float = 0.0
    duplication: float = 0.0
    reorder: float = 0.0
    jitter: float = 0.0
    seed: int = 0

    def carry(self, sent: Sequence[tuple[float, Carried]]) -> list[tuple[float, Carried]]:
        """What arrives of ``sent`` (pairs of seconds and packet), in order of arrival."""
        chance = random.Random(self.seed)
        arrived: list[tuple[float, Carried]] = []
        for due, packet in sent:
            lost, doubled, late = (chance.random() < share for share in (self.loss, self.duplication, self.reorder))
            arrival = due + chance.uniform(0.0, self.jitter) + (REORDER_DELAY if late else 0.0)
            if lost:
                continue
            arrived.append((arrival, packet))
            if doubled:
                arrived.append((arrival + DUPLICATE_DELAY, packet))
        arrived.sort(key=lambda pair: pair[0])
        return arrived
