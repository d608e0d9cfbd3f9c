"""Reports to the moderators, and each member's own block list."""

from __future__ import annotations

from spaces.errors import Conflict, InvalidInput, NotFound
from spaces.model import Person, Report, Role, Space
from spaces.ports import Clock, ReportDesk, StageGateway
from spaces.rights import Rights
from spaces.room import Room, Rooms
from spaces.stores import SafetyStore
from spaces.text import escaped, require_line

LONGEST_REASON = 1_000


class Safety:
    """Reports and blocks."""

    def __init__(
        self,
        *,
        rooms: Rooms,
        safety: SafetyStore,
        stage: StageGateway,
        desk: ReportDesk,
        rights: Rights,
        clock: Clock,
    ) -> None:
        self._rooms = rooms
        self._safety = safety
        self._stage = stage
        self._desk = desk
        self._rights = rights
        self._clock = clock

    async def report(self, space: Space, reporter: Person, subject: Person | None, reason: str) -> Report:
        """Files a report on a person, or on the Space, and shows it to the moderators.

        Raises :class:`InvalidInput` without a reason or on oneself, :class:`ServerNotReady` where no moderators'
        channel can be reached; the report is stored in that case too.
        """
        words = require_line(reason, what="The reason", longest=LONGEST_REASON)
        if subject is not None and subject.id == reporter.id:
            raise InvalidInput("You can't report yourself. To leave the stage, use Discord's own button.")
        report = await self._safety.add_report(
            Report(0, space.guild_id, space.id, reporter, subject, words, self._clock.now())
        )
        await self._desk.file(report, space)
        return report

    async def block(self, owner: Person, blocked: Person) -> None:
        """Puts somebody on the owner's list and out of the Spaces that the owner hosts now, as a co-host too.

        Raises :class:`InvalidInput` for oneself, :class:`Conflict` if they are on the list.
        """
        if owner.id == blocked.id:
            raise InvalidInput("You can't block yourself.")
        is_new = await self._safety.add_block(owner.id, blocked, self._clock.now())
        for room in self._hosted_by(owner):
            async with room.lock:  # whoever is just arriving is here by now, or meets the list
                participant = room.find(blocked.id)
                if participant is not None and participant.role is Role.CO_HOST:
                    participant = await room.save(participant.evolve(role=Role.GUEST, appointed_at=None))
                    await self._rights.settle(room, participant)
                if participant is not None and participant.present:
                    await self._stage.disconnect(room.space, blocked.id)
        if not is_new:
            raise Conflict(f"{escaped(blocked.name)} is on your list already.")

    async def unblock(self, owner: Person, blocked: Person) -> None:
        """Takes somebody off the owner's list. Raises :class:`NotFound` if they are not on it."""
        if not await self._safety.remove_block(owner.id, blocked.id):
            raise NotFound(f"{escaped(blocked.name)} is not on your list.")

    async def block_list(self, owner: Person) -> tuple[Person, ...]:
        """The owner's list, oldest first."""
        return tuple(await self._safety.block_list(owner.id))

    def _hosted_by(self, owner: Person) -> list[Room]:
        return [room for room in self._rooms if room.space.host.id == owner.id and room.space.is_live]
