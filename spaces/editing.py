"""Changing a live Space: its title, and the rules of its room."""

from __future__ import annotations

import logging

from spaces.choices import Choices
from spaces.doors import Doors
from spaces.errors import InvalidInput, SpacesError
from spaces.events import EventBus, SpaceChanged
from spaces.model import Actor, Space
from spaces.opening import LONGEST_TITLE
from spaces.policy import PolicySource
from spaces.ports import StageGateway
from spaces.room import Room
from spaces.rules import JoinMode, RoomRules
from spaces.text import require_line

_log = logging.getLogger(__name__)


class Editing:
    """Takes changes from hosts, co-hosts and moderators."""

    def __init__(self, *, stage: StageGateway, doors: Doors, policies: PolicySource, events: EventBus) -> None:
        self._stage = stage
        self._doors = doors
        self._policies = policies
        self._events = events

    async def edit(self, room: Room, actor: Actor, choices: Choices, *, title: str | None = None) -> Space:
        """Changes what was chosen and leaves the rest; returns the Space as it is then.

        Nobody is sent away by it: who is here and on stage stays, and is let in again where others no longer are.
        Raises :class:`NotAllowed` for who leads nothing here, :class:`InvalidInput` for what cannot be used or changes
        nothing, :class:`ServerNotReady` for a door that Discord cannot have. The store comes first: we hold the rules
        ourselves, and Discord's doors follow.
        """
        async with room.lock:
            room.require_live()
            room.require_authority(actor, self._policies.for_server(room.space.guild_id))
            before = room.space
            rules = choices.applied_to(before.rules)
            new_title = before.title if title is None else require_line(title, what="The title", longest=LONGEST_TITLE)
            if (rules, new_title) == (before.rules, before.title):
                raise InvalidInput("That is how it is already. Name what should change.")
            if (rules.join, rules.join_roles) != (before.rules.join, before.rules.join_roles):
                await self._doors.check(before.evolve(rules=rules))
                await self._let_in_again(room, rules)
            after = await room.change(rules=rules, title=new_title)
        self._events.publish(SpaceChanged(after.id))
        if after.rules != before.rules:
            await self._doors.suit(room)
        if after.title != before.title:
            await self._retitle(after)
        return after

    @staticmethod
    async def _let_in_again(room: Room, rules: RoomRules) -> None:
        """Who is in a room whose door closes could not even read its chat any more.

        Before the rules: after a crash in between, people are admitted to a room that is open anyway.
        """
        if rules.join is JoinMode.EVERYONE or room.space.rules.join is not JoinMode.EVERYONE:
            return
        for one in room.present:
            if not one.admitted:
                await room.save(one.evolve(admitted=True))

    async def _retitle(self, space: Space) -> None:
        try:
            await self._stage.retitle(space)
        except SpacesError as error:
            _log.warning("Discord shows the old title of Space %d: %s", space.id, error.sentence)
