"""Changing a live Space: its title, and the rules of its room."""

from __future__ import annotations

import logging

from spaces.choices import Choices
from spaces.errors import InvalidInput, SpacesError
from spaces.events import EventBus, SpaceChanged
from spaces.model import Actor, Space
from spaces.opening import LONGEST_TITLE
from spaces.policy import PolicySource
from spaces.ports import StageGateway
from spaces.room import Room
from spaces.text import require_line

_log = logging.getLogger(__name__)


class Editing:
    """Takes changes from hosts, co-hosts and moderators."""

    def __init__(self, *, stage: StageGateway, policies: PolicySource, events: EventBus) -> None:
        self._stage = stage
        self._policies = policies
        self._events = events

    async def edit(self, room: Room, actor: Actor, choices: Choices, *, title: str | None = None) -> Space:
        """Changes what was chosen and leaves the rest; returns the Space as it is then.

        Nobody is sent away by it: who is here and on stage stays. Raises :class:`NotAllowed` for who leads nothing
        here, :class:`InvalidInput` for what cannot be used or changes nothing. The store comes first: we hold the rules
        ourselves, and what Discord shows of them is set again at the next change.
        """
        async with room.lock:
            room.require_live()
            room.require_authority(actor, self._policies.for_server(room.space.guild_id))
            before = room.space
            rules = choices.applied_to(before.rules)
            new_title = before.title if title is None else require_line(title, what="The title", longest=LONGEST_TITLE)
            if (rules, new_title) == (before.rules, before.title):
                raise InvalidInput("That is how it is already. Name what should change.")
            after = await room.change(rules=rules, title=new_title)
        self._events.publish(SpaceChanged(after.id))
        await self._show(before, after)
        return after

    async def _show(self, before: Space, after: Space) -> None:
        try:
            if after.title != before.title:
                await self._stage.retitle(after)
            if after.rules != before.rules:
                await self._stage.set_doors(after)
        except SpacesError as error:
            _log.warning("Discord shows Space %d as it was before: %s", after.id, error.sentence)
