"""Taking posted words away, one deed at a time in each Space."""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary


class Takedowns:
    """A lock for each Space, held by whoever takes lines out of the chat *and* deletes them, until both are done.

    A message holds lines of several people and is drawn anew from the store when some of them go. Two deeds at once
    would each show again what the other has taken out and not deleted yet.
    """

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def of(self, space_id: int) -> asyncio.Lock:
        """The Space's lock."""
        return self._locks.setdefault(space_id, asyncio.Lock())
