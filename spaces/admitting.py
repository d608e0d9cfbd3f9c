"""Bringing people into a Space: an invitation with a link to one person, and the right to join where that is needed.

In a room for invited people hosts and speakers bring others in; everywhere else whoever is there can invite. Each of
them may do so a few times an hour, and people who want no invitations get none.
"""

from __future__ import annotations

from datetime import timedelta
from weakref import WeakKeyDictionary

from spaces.doors import Doors
from spaces.errors import Conflict, NotAllowed
from spaces.model import Actor, Person, Standing
from spaces.policy import PolicySource
from spaces.ports import Clock, Notice, NoticeAction, Notifier
from spaces.room import Room, Rooms
from spaces.rules import JoinMode
from spaces.stores import AdmissionStore, SafetyStore
from spaces.text import escaped

HOUR = timedelta(hours=1)

NO_INVITATIONS = "They don't take invitations."
"""Whatever the reason: a wish of theirs, a block list, or a removal. The inviter learns no more."""


class Admitting:
    """Invitations into every live Space, and who wants none."""

    def __init__(
        self,
        *,
        rooms: Rooms,
        admissions: AdmissionStore,
        safety: SafetyStore,
        doors: Doors,
        notifier: Notifier,
        policies: PolicySource,
        clock: Clock,
    ) -> None:
        self._rooms = rooms
        self._admissions = admissions
        self._safety = safety
        self._doors = doors
        self._notifier = notifier
        self._policies = policies
        self._clock = clock
        self._inviters: WeakKeyDictionary[Room, dict[int, int]] = WeakKeyDictionary()
        """Whose invitation each person got, by this process: it bears the inviter's name."""

    async def bring_in(self, room: Room, actor: Actor, invited: Actor) -> bool:
        """Invites one person with a link, and lets them join; False if Discord does not open its door to them yet.

        Raises :class:`NotAllowed` for who may not invite, or not so often, and for people who cannot be invited;
        :class:`Conflict` for who is here or invited already, and while the room is locked. The store comes first: after
        a crash in between the person may join, and was not told.
        """
        most = self._policies.for_server(room.space.guild_id).invitations_an_hour
        person = invited.person
        async with room.lock:
            room.require_live()
            self._require_may_invite(room, actor)
            await self._require_can_be_invited(room, actor, invited)
            now = self._clock.now()
            space_id, since = room.space.id, now - HOUR
            if not await self._admissions.add(space_id, actor.person.id, person.id, now, most=most, since=since):
                raise NotAllowed(_too_many(most))
            await room.save(room.participant(person).evolve(person=person, admitted=True))
            self._inviters.setdefault(room, {})[person.id] = actor.person.id
        is_open = room.space.rules.join is JoinMode.EVERYONE or await self._doors.suit(room)
        word = (
            f"{escaped(actor.person.name)} invites you to **{escaped(room.space.title)}** in "
            f"<#{room.space.channel_id}>. `/privacy invitations` stops invitations."
        )
        await self._notifier.tell(room.space, person, Notice(word, (NoticeAction.JOIN,)))
        return is_open

    async def set_invitations(self, guild_id: int, person: Person, *, wanted: bool) -> None:
        """Notes whether the person wants to be invited in that server; saying it twice changes nothing."""
        if wanted:
            await self._admissions.opt_in(guild_id, person.id)
        else:
            await self._admissions.opt_out(guild_id, person.id, self._clock.now())

    async def erase(self, person_id: int) -> int:
        """Deletes who brought the person in and whom they brought in, and takes down invitations that are still known;
        returns how many rows."""
        erased = await self._admissions.erase_person(person_id)
        for room in self._rooms:
            inviters = self._inviters.get(room, {})
            by_them = [invited for invited, inviter in inviters.items() if inviter == person_id]
            for invited in (person_id, *by_them):
                inviters.pop(invited, None)
                await self._notifier.settle(room.space, invited)
        return erased

    def _require_may_invite(self, room: Room, actor: Actor) -> None:
        """Hosts and moderators may, here or not; others have to be here."""
        policy = self._policies.for_server(room.space.guild_id)
        if room.leads(actor.person.id) or policy.is_moderator(actor):
            return
        inviter = room.require_present(actor.person)
        if room.space.rules.join is JoinMode.INVITED and inviter.standing is not Standing.ON_STAGE:
            raise NotAllowed("Hosts and speakers bring people into this Space. Ask one of them.")

    async def _require_can_be_invited(self, room: Room, actor: Actor, invited: Actor) -> None:
        person = invited.person
        known = room.participant(person)
        name = escaped(person.name)
        if known.present:
            raise Conflict("You are here already." if person.id == actor.person.id else f"{name} is here already.")
        if room.space.locked and room.find(person.id) is None:
            raise Conflict("The Space is locked, so nobody new can join. A host can unlock it.")
        leads = room.leads(actor.person.id)
        if known.barred and leads:
            raise Conflict(f"{name} was removed. `/speakers readmit` lets them join again.")
        if known.barred or await self._wants_none(room, actor, person):
            raise NotAllowed(NO_INVITATIONS)
        if known.admitted:
            raise Conflict(f"{name} is invited already.")
        rules = room.space.rules
        if rules.join is JoinMode.ROLES and not room.leads(person.id) and not invited.has_any(rules.join_roles):
            raise NotAllowed(f"{name} has none of the roles that may join.")

    async def _wants_none(self, room: Room, actor: Actor, person: Person) -> bool:
        """People on the host's list could not join, and nobody hears from somebody on their own list."""
        if await self._admissions.opted_out(room.space.guild_id, person.id):
            return True
        kept_out = await self._safety.blocked_by([room.space.host.id])
        return person.id in kept_out or actor.person.id in await self._safety.blocked_by([person.id])


def _too_many(most: int) -> str:
    if most == 0:
        return "In this server nobody invites people into Spaces. Send them the link yourself."
    people = "1 person" if most == 1 else f"{most} people"
    return f"You have invited {people} in the last hour, as many as you may. Try again later."
