"""Hand gestures: one word each, counted, never a message of their own."""

from __future__ import annotations

from datetime import datetime, timedelta

from spaces.errors import Conflict, InvalidInput, NotAllowed, NotFound, SpacesError
from spaces.events import EventBus, SpaceChanged
from spaces.gestures import shown_as
from spaces.model import Gesture, Person
from spaces.policy import PolicySource
from spaces.ports import Clock
from spaces.room import Room
from spaces.stores import ReactionStore

_MOST_REMEMBERED = 10_000
"""Latest gestures kept in memory before those whose cooldown is over are dropped."""


class Reacting:
    """Takes gestures of people who are in a Space."""

    def __init__(self, *, reactions: ReactionStore, policies: PolicySource, clock: Clock, events: EventBus) -> None:
        self._reactions = reactions
        self._policies = policies
        self._clock = clock
        self._events = events
        self._latest: dict[tuple[int, int], datetime] = {}

    async def react(self, room: Room, person: Person, gesture_key: str) -> Gesture:
        """Counts a gesture. Raises :class:`Conflict` within the cooldown, :class:`InvalidInput` for an unknown one."""
        policy = self._policies.for_server(room.space.guild_id)
        gesture = policy.gesture(gesture_key)
        if gesture is None:
            known = ", ".join(one.label for one in policy.gestures)
            raise InvalidInput(f"That gesture is not used here. Choose one of: {known}.")
        if not room.is_here(person.id):
            async with room.lock:  # somebody who has just joined may still be on their way in
                room.require_present(person)
        now = self._clock.now()
        key = (room.space.id, person.id)
        cooldown = timedelta(seconds=policy.reaction_cooldown_seconds)
        latest = self._latest.get(key)
        if latest is not None and abs(now - latest) < cooldown:  # a clock may also be set back
            raise Conflict("That was quick: your last gesture still shows. Try again in a moment.")
        self._latest[key] = now
        self._forget_old(now - cooldown)
        try:
            await self._reactions.add(room.space.id, person.id, gesture.key, now)
        except SpacesError:
            self._latest.pop(key, None)
            raise
        self._events.publish(SpaceChanged(room.space.id))
        return gesture

    async def noticed(self, room: Room, person: Person, emoji: str) -> Gesture | None:
        """Counts an emoji that somebody sent into the room in Discord itself; None if it does not count.

        Nobody asked us for anything: one that is no gesture here, or comes within the cooldown, is passed over in
        silence. Raises :class:`StorageUnavailable`.
        """
        gesture = shown_as(emoji, self._policies.for_server(room.space.guild_id).gestures)
        if gesture is None:
            return None
        try:
            return await self.react(room, person, gesture.key)
        except (Conflict, NotAllowed, NotFound):
            return None

    def _forget_old(self, moment: datetime) -> None:
        if len(self._latest) > _MOST_REMEMBERED:
            self._latest = {key: at for key, at in self._latest.items() if at > moment}
