"""Telling a role that a Space has opened, where the server wants that: once, whatever happens in between."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary, WeakSet

from spaces.errors import DiscordUnavailable, SpacesError
from spaces.policy import PolicySource
from spaces.ports import Board
from spaces.room import Room
from spaces.rules import JoinMode

_log = logging.getLogger(__name__)

FRESH = timedelta(minutes=2)
"""How long a Space has just opened. Discord knows a message that is sent a second time, after a crash in between, for
some minutes."""

PATIENCE = timedelta(seconds=10)
"""Pause before Discord is asked again."""


class Announcing:
    """A duty of the watch about Spaces that have just opened."""

    def __init__(self, *, board: Board, policies: PolicySource) -> None:
        self._board = board
        self._policies = policies
        self._done: WeakSet[Room] = WeakSet()
        self._later: WeakKeyDictionary[Room, datetime] = WeakKeyDictionary()

    async def announce(self, room: Room, now: datetime) -> int:
        """Tells the role of the server, unless only invited people may join anyway; returns whether it was told now.

        A fault that an admin has to mend is logged and not tried again: nobody reads late that something began.
        """
        space = room.space
        role = self._policies.for_server(space.guild_id).start_notice
        opened = space.live_at or space.created_at
        if role is None or space.rules.join is JoinMode.INVITED or room in self._done or now - opened > FRESH:
            return 0
        if now < self._later.get(room, now):
            return 0
        try:
            await self._board.announce(space, role)
        except DiscordUnavailable:
            self._later[room] = now + PATIENCE
            raise
        except SpacesError as error:
            _log.warning("nobody is told of Space %d: %s", space.id, error.sentence)
            self._done.add(room)
            return 0
        self._done.add(room)
        return 1
