"""Discord's own stage controls: whoever leads a Space has them where the server wants that, and nobody else."""

from __future__ import annotations

import logging

from spaces.debts import Debts
from spaces.errors import SpacesError
from spaces.model import Participant, Role
from spaces.policy import PolicySource
from spaces.room import Room

_log = logging.getLogger(__name__)


class Rights:
    """Gives the controls and takes them away. To be called after each change of a role, with the room's lock held."""

    def __init__(self, *, debts: Debts, policies: PolicySource) -> None:
        self._debts = debts
        self._policies = policies

    async def settle(self, room: Room, *people: Participant) -> None:
        """Makes what these people may do in Discord suit their roles.

        Whatever becomes of it, the roles are what they are: what cannot be given now is given after the next restart,
        and what cannot be taken away now is still owed.
        """
        space = room.space
        wanted = self._policies.for_server(space.guild_id).native_moderators
        for one in people:
            change = self._debts.make_moderator if wanted and one.role is not Role.GUEST else self._debts.end_moderator
            try:
                await change(space.guild_id, space.channel_id or 0, one.person.id)
            except SpacesError as error:
                _log.warning("stage controls in Space %d are as before: %s", space.id, error.sentence)

    async def settle_all(self, room: Room) -> None:
        """Settles everybody who leads the room; takes its lock."""
        async with room.lock:
            await self.settle(room, *room.hosts)
