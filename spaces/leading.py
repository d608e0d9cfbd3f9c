"""Who leads a Space: its host and co-hosts, and what Discord lets them do in the channel."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from spaces.absence import may_host
from spaces.errors import Conflict, NotAllowed, NotFound, SpacesError
from spaces.events import EventBus, SpaceChanged
from spaces.model import Actor, Participant, Person, Role, Standing
from spaces.policy import PolicySource
from spaces.ports import Clock, Notice, Notifier, StageGateway, StageState
from spaces.rights import Rights
from spaces.room import Room
from spaces.seating import Seating
from spaces.speaking import Speaking
from spaces.text import escaped

_log = logging.getLogger(__name__)

WHERE_THE_CONSOLE_IS = "**Host** on the panel opens the console."


class Leading:
    """Appoints, dismisses and hands over."""

    def __init__(
        self,
        *,
        stage: StageGateway,
        speaking: Speaking,
        seating: Seating,
        rights: Rights,
        notifier: Notifier,
        policies: PolicySource,
        clock: Clock,
        events: EventBus,
    ) -> None:
        self._stage = stage
        self._speaking = speaking
        self._seating = seating
        self._rights = rights
        self._notifier = notifier
        self._policies = policies
        self._clock = clock
        self._events = events

    async def appoint(self, room: Room, actor: Actor, person: Person) -> None:
        """Makes somebody a co-host, here or not yet here; they are invited to the stage now, or when they join.

        Raises :class:`NotAllowed` for who is neither host nor moderator, :class:`Conflict` if they lead already or
        there are as many co-hosts as the server allows.
        """
        async with room.lock:
            self._require_host(room, actor, "chooses co-hosts")
            if room.leads(person.id):
                raise Conflict(f"{escaped(person.name)} hosts here already.")
            limit = room.space.rules.co_host_limit
            if _co_hosts_besides(room, person.id) >= limit:
                raise Conflict(f"There can be {limit} co-hosts. `/space cohost` can remove one first.")
            appointed = room.participant(person).evolve(
                person=person,
                role=Role.CO_HOST,
                appointed_at=self._last_in_order(room),
                turn_ends_at=None,
                barred=False,
            )
            await room.save(appointed)
            await self._rights.settle(room, appointed)
        self._events.publish(SpaceChanged(room.space.id))
        try:
            await self._speaking.invite(room, actor, person.id)
        except SpacesError as error:  # not here yet, on stage already, or the stage is full
            _log.debug("a co-host of Space %d is not invited now: %s", room.space.id, error.sentence)

    async def dismiss(self, room: Room, actor: Actor, person: Person) -> None:
        """Makes a co-host a guest again; they stay where they are. Raises :class:`Conflict` if they are none."""
        async with room.lock:
            self._require_host(room, actor, "chooses co-hosts")
            participant = room.find(person.id)
            if participant is None or participant.role is not Role.CO_HOST:
                raise Conflict(f"{escaped(person.name)} is no co-host here.")
            dismissed = await room.save(participant.evolve(role=Role.GUEST, appointed_at=None))
            await self._rights.settle(room, dismissed)
        self._events.publish(SpaceChanged(room.space.id))

    def require_may_hand_over(self, room: Room, actor: Actor, person_id: int) -> Participant:
        """Whom the actor may hand the Space over to.

        Raises :class:`NotAllowed` for who is neither host nor moderator, :class:`Conflict` for the host,
        :class:`NotFound` for who is not in the stage.
        """
        self._require_host(room, actor, "hands the Space over")
        heir = room.find(person_id)
        if heir is None or not heir.present or heir.barred:
            raise NotFound("They are not in the Space. Ask them to join first.")
        if not may_host(heir):
            raise Conflict("They had their data erased, and a host is kept with the Space. Ask them to join anew.")
        if heir.role is Role.HOST:
            raise Conflict(f"{escaped(heir.person.name)} hosts here already.")
        return heir

    async def hand_over(self, room: Room, actor: Actor, person_id: int) -> tuple[Person, Role]:
        """Makes somebody who is here the host; returns them, and what the host until now has become.

        Raises as :meth:`require_may_hand_over` does.
        """
        async with room.lock:
            heir = self.require_may_hand_over(room, actor, person_id)
            before = await self.pass_to(room, heir)
        await self._notifier.settle(room.space, person_id)
        word = f"{escaped(actor.person.name)} handed **{escaped(room.space.title)}** over to you: you host it now."
        await self._notifier.tell(room.space, heir.person, Notice(f"{word} {WHERE_THE_CONSOLE_IS}"))
        return heir.person, before.role

    async def pass_to(self, room: Room, heir: Participant) -> Participant:
        """Makes a person who is here the host and invites them to the stage; returns the host until now as they are
        then: co-host, last in the order, if there is room, else a guest. Call with the room's lock held.

        The three changes are one in the store: at no moment there are two hosts, or none.
        """
        before = room.host
        new = heir.evolve(role=Role.HOST, appointed_at=None, turn_ends_at=None)
        stays = _co_hosts_besides(room, heir.person.id) < room.space.rules.co_host_limit
        old = before.evolve(role=Role.GUEST)
        if stays:
            old = before.evolve(role=Role.CO_HOST, appointed_at=self._last_in_order(room))
        is_closed = await self._stage.state(room.space) is not StageState.OPEN
        await room.change(
            new,
            old,
            host=new.person,
            host_away_at=None,
            paused_at=room.space.paused_at if is_closed else None,
        )
        await self._rights.settle(room, new, old)
        if new.standing in {Standing.LISTENING, Standing.HAND_UP}:
            await self._seating.try_invite(room, new)
        self._events.publish(SpaceChanged(room.space.id))
        return old

    def _last_in_order(self, room: Room) -> datetime:
        """Now, or just after the co-host who was appointed last: their order survives a clock that is set back."""
        now = self._clock.now()
        last = max((one.appointed_at for one in room.hosts if one.appointed_at is not None), default=None)
        return now if last is None or last < now else last + timedelta(microseconds=1)

    def _require_host(self, room: Room, actor: Actor, deed: str) -> None:
        room.require_live()
        policy = self._policies.for_server(room.space.guild_id)
        if actor.person.id != room.space.host.id and not policy.is_moderator(actor):
            raise NotAllowed(f"Only {escaped(room.space.host.name)} {deed}.")


def _co_hosts_besides(room: Room, person_id: int) -> int:
    return sum(one.role is Role.CO_HOST and one.person.id != person_id for one in room.hosts)
