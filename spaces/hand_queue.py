"""Raised hands in the order in which they are taken.

Invariant: the list is sorted by key, and holds every id of the dictionary exactly once. A key never changes while a
hand is up, for what it is made of (time on stage, time of raising) only changes on stage, or through :meth:`put`.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from datetime import datetime

from spaces.model import Participant
from spaces.rules import QueueOrder

_Key = tuple[float, datetime, int]


class HandQueue:
    """People with a raised hand. Putting, removing and finding a place take O(log n) comparisons."""

    def __init__(self, order: QueueOrder) -> None:
        self.order = order
        self._keys: dict[int, _Key] = {}
        self._sorted: list[_Key] = []

    def __len__(self) -> int:
        return len(self._sorted)

    def __iter__(self) -> Iterator[int]:
        """Ids of people, the next one first."""
        return (person_id for _, _, person_id in self._sorted)

    def put(self, participant: Participant) -> None:
        """Puts a hand in its place, or moves it to another."""
        self.remove(participant.person.id)
        key = self._key(participant)
        self._keys[participant.person.id] = key
        insort(self._sorted, key)

    def remove(self, person_id: int) -> None:
        """Takes a hand out; does nothing if there is none."""
        key = self._keys.pop(person_id, None)
        if key is not None:
            del self._sorted[bisect_left(self._sorted, key)]

    def place(self, person_id: int) -> int | None:
        """The place, counted from 1; None without a raised hand."""
        key = self._keys.get(person_id)
        return None if key is None else bisect_left(self._sorted, key) + 1

    @property
    def first(self) -> int | None:
        """Who is next; None if no hand is up."""
        return self._sorted[0][2] if self._sorted else None

    def after(self, participant: Participant) -> int | None:
        """Whose hand would come right after this participant's; None if theirs would be last."""
        at = bisect_left(self._sorted, self._key(participant))
        if at < len(self._sorted) and self._sorted[at][2] == participant.person.id:
            at += 1
        return self._sorted[at][2] if at < len(self._sorted) else None

    def _key(self, participant: Participant) -> _Key:
        """By the order, then by the time of raising, then by id, so that the order never depends on chance."""
        if participant.hand_at is None:
            raise ValueError(f"person {participant.person.id} has raised no hand")
        rank = 0.0
        if self.order is QueueOrder.NEWCOMERS_FIRST:
            rank = float(participant.stage_seconds > 0)
        elif self.order is QueueOrder.LEAST_TIME:
            rank = participant.unmuted_seconds
        return rank, participant.hand_at, participant.person.id
