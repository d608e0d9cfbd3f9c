"""What happens when the host stays away: a co-host hosts, else a speaker, else the Space winds down."""

from __future__ import annotations

from datetime import datetime, timedelta

from spaces import absence
from spaces.events import EventBus, SpaceChanged
from spaces.leading import WHERE_THE_CONSOLE_IS, Leading
from spaces.model import Participant, Person, Role
from spaces.policy import PolicySource
from spaces.ports import Notice, Notifier, StageGateway, StageState
from spaces.room import Room
from spaces.text import escaped


class Succession:
    """Duties of the watch about absent hosts."""

    def __init__(
        self, *, leading: Leading, stage: StageGateway, notifier: Notifier, policies: PolicySource, events: EventBus
    ) -> None:
        self._leading = leading
        self._stage = stage
        self._notifier = notifier
        self._policies = policies
        self._events = events

    async def miss_host(self, room: Room, now: datetime) -> int:
        """Takes a host for away who has not come at all although others are here.

        They have as long as a Space takes to wind down, since it went live: somebody who opens a Space may have to find
        their headphones first, and can run it from the console meanwhile.
        """
        if not self._is_missed(room, now):
            return 0
        async with room.lock:
            if not room.space.is_live or not self._is_missed(room, now):
                return 0
            await room.change(host_away_at=now)
        self._events.publish(SpaceChanged(room.space.id))
        return 1

    async def pass_on(self, room: Room, now: datetime) -> int:
        """Makes the heir host when the host was away for too long; without an heir, and while nobody speaks, the Space
        begins to wind down."""
        if not self._is_due(room, now) or await self._stage.state(room.space) is StageState.UNKNOWN:
            return 0
        async with room.lock:
            if not room.space.is_live or not self._is_due(room, now):
                return 0
            heir = absence.heir(room, self._policies.for_server(room.space.guild_id))
            if heir is None:
                await room.change(paused_at=now)
                self._events.publish(SpaceChanged(room.space.id))
                return 1
            before = await self._leading.pass_to(room, heir)
        await self._tell(room, heir.person, before)
        return 1

    def _is_missed(self, room: Room, now: datetime) -> bool:
        space = room.space
        if space.live_at is None or space.host_away_at is not None or not room.in_touch or not room.head_count:
            return False
        patience = timedelta(minutes=self._policies.for_server(space.guild_id).wind_down_minutes)
        return now - space.live_at >= patience and not room.host.present and room.host.arrived_at is None

    def _is_due(self, room: Room, now: datetime) -> bool:
        """Whether the host's absence has to come to something, and has not yet."""
        policy = self._policies.for_server(room.space.guild_id)
        at = absence.taken_over_at(room.space, policy)
        if at is None or now < at or not room.in_touch or room.host.present:
            return False
        if absence.heir(room, policy) is not None:
            return True
        is_silent = all(one.unmuted_since is None for one in room.on_stage)
        return room.space.paused_at is None and is_silent

    async def _tell(self, room: Room, heir: Person, before: Participant) -> None:
        """A word to the new host, and one to who was away, if it can reach them in private."""
        space, title = room.space, escaped(room.space.title)
        word = f"{escaped(before.person.name)} is away, so you host **{title}** now. {WHERE_THE_CONSOLE_IS}"
        await self._notifier.settle(space, heir.id)
        await self._notifier.tell(space, heir, Notice(word))
        role = "you are a co-host" if before.role is Role.CO_HOST else "you are a guest"
        word = f"You were away from **{title}**, so {escaped(heir.name)} hosts it now; {role}."
        await self._notifier.tell(space, before.person, Notice(word, only_in_private=True))
