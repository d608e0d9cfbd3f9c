"""What hosts do with the queue as a whole: open and close hands, choose the order, lower all, show a question."""

from __future__ import annotations

from spaces.doors import Doors
from spaces.errors import Conflict, InvalidInput, NotFound
from spaces.events import EventBus, SpaceChanged
from spaces.model import Actor, Participant, Person
from spaces.policy import PolicySource
from spaces.ports import Notice, Notifier
from spaces.room import Room
from spaces.rules import QueueOrder
from spaces.seating import Seating
from spaces.text import escaped

ALL_LOWERED = "The hosts lowered all hands. Raise yours again if you still want to speak."


class Queueing:
    """The queue of every live Space, as its hosts run it."""

    def __init__(
        self,
        *,
        doors: Doors,
        seating: Seating,
        notifier: Notifier,
        policies: PolicySource,
        events: EventBus,
    ) -> None:
        self._doors = doors
        self._seating = seating
        self._notifier = notifier
        self._policies = policies
        self._events = events

    async def set_hands(self, room: Room, actor: Actor, *, are_open: bool) -> None:
        """Opens or closes hands; those that are up stay up. Raises :class:`Conflict` if they are so already, and
        :class:`InvalidInput` where closed hands contradict another rule."""
        async with room.lock:
            self._require_authority(room, actor)
            if room.space.rules.hands_open is are_open:
                raise Conflict(f"Hands are {'open' if are_open else 'closed'} already.")
            rules = room.space.rules.evolve(hands_open=are_open)
            if rules.contradiction is not None:
                raise InvalidInput(rules.contradiction)
            space = await room.change(rules=rules)
        self._events.publish(SpaceChanged(space.id))
        await self._doors.suit(room)

    async def set_order(self, room: Room, actor: Actor, order: QueueOrder) -> None:
        """Chooses who is next from now on, hands that are up included."""
        async with room.lock:
            self._require_authority(room, actor)
            await room.change(rules=room.space.rules.evolve(queue_order=order))
        self._events.publish(SpaceChanged(room.space.id))

    async def lower_all(self, room: Room, actor: Actor) -> int:
        """Lowers every hand; returns how many. Raises :class:`Conflict` if none is up.

        One that Discord does not lower now stays up, and is counted as such by what the host sees.
        """
        lowered: list[Participant] = []
        async with room.lock:
            self._require_authority(room, actor)
            if not room.hand_count:
                raise Conflict("No hand is up.")
            for one in room.queue:
                try:
                    await self._seating.to_audience(room, one, tell_discord=one.hand_native)
                    lowered.append(one)
                except NotFound:
                    continue  # they have just left
        for one in lowered:
            await self._notifier.settle(room.space, one.person.id)
            await self._notifier.tell(room.space, one.person, Notice(ALL_LOWERED, only_in_private=True))
        return len(lowered)

    async def show_question(self, room: Room, actor: Actor, person_id: int) -> Person:
        """Shows the room the question of somebody; it takes the place of another. Raises :class:`Conflict` if they have
        asked none."""
        async with room.lock:
            self._require_authority(room, actor)
            one = room.find(person_id)
            if one is None or not one.present:
                raise NotFound("They left the Space.")
            if not one.question:
                raise Conflict(f"{escaped(one.person.name)} has not asked a question.")
            await room.change(shown_question_of=person_id)
        self._events.publish(SpaceChanged(room.space.id))
        return one.person

    async def hide_question(self, room: Room, actor: Actor) -> None:
        """Shows the room no question. Raises :class:`Conflict` if none is shown."""
        async with room.lock:
            self._require_authority(room, actor)
            if room.space.shown_question_of is None:
                raise Conflict("No question is shown.")
            await room.change(shown_question_of=None)
        self._events.publish(SpaceChanged(room.space.id))

    def _require_authority(self, room: Room, actor: Actor) -> None:
        room.require_live()
        room.require_authority(actor, self._policies.for_server(room.space.guild_id))
