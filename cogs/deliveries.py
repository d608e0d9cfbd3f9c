"""Gateway events may come twice; what somebody asked for is done once."""

from __future__ import annotations

from collections import OrderedDict

REMEMBERED = 10_000
"""How many ids are kept: what was missed while a socket was away is replayed within seconds, not after that many."""


class Deliveries:
    """Tells the first delivery of an interaction from a further one. Forgets the oldest ids."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._ids: OrderedDict[int, None] = OrderedDict()

    def is_first(self, interaction_id: int) -> bool:
        """Whether this id is new; from now on it is not."""
        if interaction_id in self._ids:
            return False
        self._ids[interaction_id] = None
        if len(self._ids) > self._remembered:
            self._ids.popitem(last=False)
        return True
