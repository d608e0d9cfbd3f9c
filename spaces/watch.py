"""What happens because time has passed: an invitation that nobody took, a turn that is over, a host who is gone.

Nothing is counted down in memory. What is due is read from what the store holds (when somebody was invited, when the
host went) at every look, so a restart delays things by its own length and forgets none.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from spaces.errors import SpacesError
from spaces.ports import Clock
from spaces.room import Room, Rooms

_log = logging.getLogger(__name__)

Duty = Callable[[Room, datetime], Awaitable[int]]
"""Does what is due in a live room at a moment, under the room's lock where it decides; returns how many things."""


class Watch:
    """Looks at every live room, and does what is due there."""

    def __init__(self, *, rooms: Rooms, clock: Clock, duties: Sequence[Duty]) -> None:
        self._rooms = rooms
        self._clock = clock
        self._duties = duties

    async def look(self) -> int:
        """Does all that is due now; returns how many things. Trouble in one room keeps no other from its due."""
        done = 0
        for room in self._rooms:
            for duty in self._duties:
                if not room.space.is_live:
                    break
                try:
                    done += await duty(room, self._clock.now())
                except SpacesError as error:
                    _log.warning("something due in Space %d waits: %s", room.space.id, error.sentence)
        return done
