"""What hosts do about people who disturb: quiet the stage, remove, let back in, lock the door, mute."""

from __future__ import annotations

from spaces.debts import Debts
from spaces.doors import Doors
from spaces.errors import Conflict, NotAllowed, NotFound, SpacesError
from spaces.events import EventBus, SpaceChanged
from spaces.model import Actor, Participant, Person, Role
from spaces.policy import PolicySource
from spaces.ports import Notifier, StageGateway
from spaces.rights import Rights
from spaces.room import Room
from spaces.seating import Seating
from spaces.text import escaped


class Controlling:
    """Control of hosts, co-hosts and moderators over who is in a Space and who can be heard."""

    def __init__(
        self,
        *,
        stage: StageGateway,
        doors: Doors,
        seating: Seating,
        debts: Debts,
        rights: Rights,
        notifier: Notifier,
        policies: PolicySource,
        events: EventBus,
    ) -> None:
        self._stage = stage
        self._doors = doors
        self._seating = seating
        self._debts = debts
        self._rights = rights
        self._notifier = notifier
        self._policies = policies
        self._events = events

    async def quiet_stage(self, room: Room, actor: Actor) -> int:
        """Moves everybody but hosts and co-hosts from the stage to the audience; returns how many.

        Raises :class:`Conflict` if nobody else is on stage. Who cannot be moved stays, and keeps nobody else there.
        """
        async with room.lock:
            self._require_authority(room, actor)
            guests = [one for one in (*room.on_stage, *room.invited) if one.role is Role.GUEST]
            if not guests:
                raise Conflict("Nobody but the hosts is on stage.")
            moved: list[Participant] = []
            trouble: SpacesError | None = None
            for one in guests:
                try:
                    await self._seating.to_audience(room, one, tell_discord=True)
                    moved.append(one)
                except NotFound:
                    continue  # they have just left
                except SpacesError as error:
                    trouble = error
        for one in moved:
            await self._notifier.settle(room.space, one.person.id)
        if trouble is not None:
            raise trouble
        return len(moved)

    async def remove(self, room: Room, actor: Actor, person: Person, *, may_return: bool) -> None:
        """Takes somebody out of the room; unless they ``may_return``, they cannot join again until readmitted.

        Also somebody who is not here (any more) can be kept out; a co-host is none any more then. Raises
        :class:`NotAllowed` for who may not, or if the person is a host; :class:`Conflict` if they are kept out already,
        or are not here and may return.
        """
        async with room.lock:
            participant = self._subject(room, actor, person)
            if not participant.present and (may_return or participant.barred):
                kept_out = "is kept out already" if participant.barred else "is not here"
                raise Conflict(f"{escaped(person.name)} {kept_out}.")
            if not may_return and participant.role is Role.HOST:
                raise NotAllowed("A Space can't do without its host. End it, or let another host it first.")
            if not may_return:
                barred = await room.save(participant.evolve(barred=True, role=Role.GUEST, appointed_at=None))
                await self._rights.settle(room, barred)
            if participant.present:
                await self._stage.disconnect(room.space, person.id)
        self._events.publish(SpaceChanged(room.space.id))

    async def readmit(self, room: Room, actor: Actor, person: Person) -> None:
        """Lets somebody join again who was removed. Raises :class:`Conflict` if they were not."""
        async with room.lock:
            self._require_authority(room, actor)
            participant = room.find(person.id)
            if participant is None or not participant.barred:
                raise Conflict(f"{escaped(person.name)} is not kept out.")
            await room.save(participant.evolve(barred=False))

    async def set_lock(self, room: Room, actor: Actor, *, locked: bool) -> None:
        """Locks or unlocks the room for those who were never in it. Raises :class:`Conflict` if it is so already."""
        async with room.lock:
            self._require_authority(room, actor)
            if room.space.locked is locked:
                raise Conflict(f"The Space is {'locked' if locked else 'unlocked'} already.")
            space = await room.change(locked=locked)
        self._events.publish(SpaceChanged(space.id))
        await self._doors.suit(room)

    async def server_mute(self, room: Room, actor: Actor, person: Person) -> None:
        """Mutes somebody everywhere in the server until they are next in voice elsewhere, or the Space is over.

        Raises :class:`NotAllowed` where the server does not want that.
        """
        if not self._policies.for_server(room.space.guild_id).server_mute:
            raise NotAllowed("This server mutes by moving to the audience. Use that instead.")
        async with room.lock:
            if not self._subject(room, actor, person).present:
                raise NotFound("They left the Space.")
            await self._debts.mute(room.space.guild_id, room.space.channel_id or 0, person.id)

    async def server_unmute(self, room: Room, actor: Actor, person: Person) -> None:
        """Lifts a server mute of ours. Raises :class:`Conflict` if there is none."""
        async with room.lock:
            self._require_authority(room, actor)
            if not await self._debts.unmute(room.space.guild_id, person.id):
                raise Conflict(f"I have not muted {escaped(person.name)}.")

    def _subject(self, room: Room, actor: Actor, person: Person) -> Participant:
        """Whom it concerns. Hosts act on guests; the host and moderators on co-hosts too; moderators on the host."""
        self._require_authority(room, actor)
        subject = room.participant(person)
        if person.id == actor.person.id:
            raise NotAllowed("That would be yourself. Leave the stage in Discord instead.")
        is_moderator = self._policies.for_server(room.space.guild_id).is_moderator(actor)
        is_host = actor.person.id == room.space.host.id
        if subject.role is Role.HOST and not is_moderator:
            raise NotAllowed(f"{escaped(person.name)} hosts this Space.")
        if subject.role is Role.CO_HOST and not (is_moderator or is_host):
            raise NotAllowed(f"{escaped(person.name)} is a co-host; only {escaped(room.space.host.name)} can do that.")
        return subject

    def _require_authority(self, room: Room, actor: Actor) -> None:
        room.require_live()
        room.require_authority(actor, self._policies.for_server(room.space.guild_id))
