"""Keeping Discord's doors as a room wants them: who may join, how many, and whether hands can be raised there.

The rules are ours, and whoever comes in against them is sent away; so nothing here fails for the people concerned.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from spaces.errors import SpacesError
from spaces.model import Space
from spaces.ports import Clock, StageGateway
from spaces.room import Room
from spaces.rules import JoinMode, RoomRules

_log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=30)
"""Pause before Discord is asked again for what it refused."""

_Wish = tuple[RoomRules, bool, bool, frozenset[int]]
"""What the doors depend on: rules, lock, whether the bot is in the room, and who is let in whatever the rules say."""


class Doors:
    """The doors of every live Space."""

    def __init__(self, *, stage: StageGateway, clock: Clock) -> None:
        self._stage = stage
        self._clock = clock
        self._shown: WeakKeyDictionary[Room, _Wish] = WeakKeyDictionary()
        self._refused: WeakKeyDictionary[Room, tuple[_Wish, datetime]] = WeakKeyDictionary()

    async def check(self, space: Space) -> None:
        """Raises :class:`ServerNotReady`, saying what to do, if Discord's doors could not suit the Space's rules."""
        await self._stage.check_doors(space)

    async def suit(self, room: Room) -> bool:
        """Makes Discord's doors suit the room as it is now; False, and tried again later, if that cannot be done."""
        wish = _wish(room)
        try:
            await self._stage.set_doors(room.space, room.let_in)
        except SpacesError as error:
            _log.warning("Discord's doors of Space %d are as before: %s", room.space.id, error.sentence)
            self._refused[room] = (wish, self._clock.now())
            return False
        self._shown[room] = wish
        self._refused.pop(room, None)
        return True

    async def keep(self, room: Room, now: datetime) -> int:
        """A duty of the watch: follows whatever changed who may join, be it a new co-host or the bot's own seat."""
        wish = _wish(room)
        is_untouched = room not in self._shown and room not in self._refused
        if self._shown.get(room) == wish or (is_untouched and not _matters(room)):
            return 0
        refused = self._refused.get(room)
        if refused is not None and refused[0] == wish and now - refused[1] < PATIENCE:
            return 0
        return int(await self.suit(room))


def _wish(room: Room) -> _Wish:
    space = room.space
    rules = RoomRules(
        join=space.rules.join,
        join_roles=space.rules.join_roles,
        capacity=space.rules.capacity,
        hands_open=space.rules.hands_open,
        speak=space.rules.speak,
    )
    takes_seat = space.captions_on and rules.capacity is not None
    let_in = frozenset[int]() if rules.join is JoinMode.EVERYONE else frozenset(room.let_in)
    return rules, space.locked, takes_seat, let_in


def _matters(room: Room) -> bool:
    """Whether a channel that we have not touched yet since we started may need it."""
    return room.space.rules.join is not JoinMode.EVERYONE or room.space.rules.capacity is not None
