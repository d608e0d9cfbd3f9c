"""Paying back what was done to people: lifting a server mute, taking permissions away again.

A debt is stored before the thing is done, and forgotten after it is undone: whatever happens in between, it is undone.
"""

from __future__ import annotations

import logging

from spaces.errors import NotFound, SpacesError
from spaces.model import Debt, DebtKind, VoiceStanding
from spaces.ports import Clock, StageGateway
from spaces.room import Rooms
from spaces.stores import DebtStore

_log = logging.getLogger(__name__)


class Debts:
    """Takes on debts and pays them as soon as that can be done."""

    def __init__(self, *, rooms: Rooms, debts: DebtStore, stage: StageGateway, clock: Clock) -> None:
        self._rooms = rooms
        self._debts = debts
        self._stage = stage
        self._clock = clock

    async def mute(self, guild_id: int, channel_id: int, person_id: int) -> None:
        """Mutes somebody in the whole server while they are in a Space's channel.

        Raises :class:`NotFound` for who is not in voice; then nothing is owed.
        """
        debt = Debt(guild_id, person_id, DebtKind.SERVER_MUTE, self._clock.now(), channel_id)
        await self._debts.owe(debt)
        try:
            await self._stage.server_mute(guild_id, person_id, muted=True)
        except SpacesError:
            await self._debts.paid(debt)
            raise

    async def unmute(self, guild_id: int, person_id: int) -> bool:
        """Lifts the mute, or owes it until the person is in voice; False if nothing was owed."""
        owed = await self._debts.of_person(guild_id, person_id, DebtKind.SERVER_MUTE)
        for debt in owed:
            await self._pay(debt)
        return bool(owed)

    async def make_moderator(self, guild_id: int, channel_id: int, person_id: int) -> None:
        """Gives somebody Discord's own stage controls in a Space's channel.

        What Discord refuses stays owed: nobody knows what an outage left done, and taking away twice hurts nobody.
        """
        await self._debts.owe(Debt(guild_id, person_id, DebtKind.MODERATOR, self._clock.now(), channel_id))
        await self._stage.set_moderator(guild_id, channel_id, person_id, is_one=True)

    async def end_moderator(self, guild_id: int, channel_id: int, person_id: int) -> None:
        """Takes the stage controls away, if they were given; what cannot be done now stays owed."""
        for debt in await self._debts.of_person(guild_id, person_id, DebtKind.MODERATOR):
            if debt.channel_id == channel_id:
                await self._pay(debt)

    async def voice_changed(self, voice: VoiceStanding) -> None:
        """Lifts a mute of ours as soon as its subject is somewhere else in voice: Discord allows no earlier."""
        if voice.channel_id is None or not voice.server_muted:
            return
        for debt in await self._debts.of_person(voice.guild_id, voice.person.id, DebtKind.SERVER_MUTE):
            if voice.channel_id != debt.channel_id or not self._is_live(debt):
                await self._pay(debt)

    async def pay_what_is_due(self, guild_id: int) -> int:
        """Pays what concerns no live Space any more, and takes stage controls from who leads there no more, as far as
        that can be done now; returns how many debts."""
        paid = 0
        for debt in await self._debts.in_guild(guild_id):
            room = self._rooms.in_channel(debt.channel_id)
            if room is None:
                paid += await self._pay(debt)
                continue
            async with room.lock:  # nobody is appointed at the same moment
                leads = debt.kind is not DebtKind.MODERATOR or room.leads(debt.person_id)
                if not (room.space.is_live and leads):
                    paid += await self._pay(debt)
        return paid

    async def pay_everywhere(self) -> int:
        """Pays what is due in all servers: what could not be paid at its time is tried again by the hour."""
        return sum([await self.pay_what_is_due(guild_id) for guild_id in await self._debts.guilds()])

    def _is_live(self, debt: Debt) -> bool:
        room = self._rooms.in_channel(debt.channel_id)
        return room is not None and room.space.is_live

    async def _pay(self, debt: Debt) -> bool:
        try:
            if debt.kind is DebtKind.SERVER_MUTE:
                await self._stage.server_mute(debt.guild_id, debt.person_id, muted=False)
            else:
                await self._stage.set_moderator(debt.guild_id, debt.channel_id, debt.person_id, is_one=False)
        except NotFound:
            if debt.kind is DebtKind.SERVER_MUTE:
                return False  # not in voice: it is owed until they are
        except SpacesError as error:
            _log.warning("a %s of server %d is still owed: %s", debt.kind, debt.guild_id, error.sentence)
            return False
        return await self._debts.paid(debt)
