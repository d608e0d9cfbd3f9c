"""What waiting comes to: invitations that nobody takes, hands that were forgotten, seats that have become free."""

from __future__ import annotations

from datetime import datetime, timedelta

from spaces.errors import Conflict, NotFound
from spaces.model import Participant, Standing
from spaces.policy import PolicySource
from spaces.ports import Notice, NoticeAction, Notifier
from spaces.room import Room
from spaces.rules import SpeakMode
from spaces.seating import Seating
from spaces.speaking import Speaking

MISSED = "You were invited to speak and did not come up in time. You moved one place down; the next one was asked."
MISSED_FOR_GOOD = (
    "You were invited to speak and did not come up in time, so your hand is down. Raise it again any time."
)
WITHDRAWN = "You were invited to speak and did not come up in time, so the invitation is withdrawn."
FORGOTTEN = "Your hand had been up for a long time, so I lowered it. Raise it again if you still want to speak."


class Waiting:
    """Duties of the watch about hands and invitations."""

    def __init__(self, *, speaking: Speaking, seating: Seating, notifier: Notifier, policies: PolicySource) -> None:
        self._speaking = speaking
        self._seating = seating
        self._notifier = notifier
        self._policies = policies

    async def withdraw_late_invitations(self, room: Room, now: datetime) -> int:
        """Withdraws invitations that were not taken in time; who was waiting behind such a hand is asked next.

        Hosts and co-hosts keep theirs: they were not in a queue, and nobody else can have their seat.
        """
        policy = self._policies.for_server(room.space.guild_id)
        patience = timedelta(seconds=policy.invitation_seconds)
        done = 0
        for one in room.invited:
            if one.invited_at is None or now - one.invited_at < patience or room.leads(one.person.id):
                continue
            async with room.lock:
                waiting = room.find(one.person.id)
                if waiting is None or not room.space.is_live or waiting.invited_at != one.invited_at:
                    continue
                after = await self._seating.withdraw(room, waiting, misses_allowed=policy.invitation_misses)
            await self._notifier.settle(room.space, one.person.id)
            await self._notifier.tell(room.space, one.person, _word_of(waiting, after))
            if waiting.hand_at is not None:
                await self._ask_next(room, waiting)
            done += 1
        return done

    async def lower_forgotten_hands(self, room: Room, now: datetime) -> int:
        """Lowers hands that have been up for longer than the server takes to be meant."""
        minutes = self._policies.for_server(room.space.guild_id).hand_stays_minutes
        if minutes is None:
            return 0
        since = now - timedelta(minutes=minutes)
        forgotten = [one for one in room.queue if one.hand_at is not None and one.hand_at <= since]
        done = 0
        for one in forgotten:
            async with room.lock:
                waiting = room.find(one.person.id)
                if waiting is None or waiting.standing is not Standing.HAND_UP or waiting.hand_at != one.hand_at:
                    continue
                await self._seating.to_audience(room, waiting, tell_discord=waiting.hand_native)
            await self._notifier.settle(room.space, one.person.id)
            await self._notifier.tell(room.space, one.person, Notice(FORGOTTEN, only_in_private=True))
            done += 1
        return done

    async def fill_free_seats(self, room: Room, now: datetime) -> int:
        """Where everyone may speak, invites who waits because the stage was full."""
        del now
        if room.space.speak is not SpeakMode.EVERYONE or not room.hand_count:
            return 0
        done = 0
        async with room.lock:
            for one in room.queue:
                if not room.space.is_live or not self._seating.accepts_at_once(room):
                    break
                if not one.read_aloud and not one.misses:
                    await self._seating.invite(room, one)
                    done += 1
        return done

    async def _ask_next(self, room: Room, missed: Participant) -> None:
        """Asks, in the name of the host who had asked, the first in the queue who is not the one who missed it."""
        try:
            await self._speaking.ask_next(room, by=missed.invited_by, but_not=missed.person.id)
        except (Conflict, NotFound):
            return  # nobody else waits, the stage is full, or they left


def _word_of(before: Participant, after: Participant) -> Notice:
    if after.standing is Standing.HAND_UP:
        return Notice(MISSED, (NoticeAction.LOWER_HAND,))
    return Notice(WITHDRAWN if before.hand_at is None else MISSED_FOR_GOOD, only_in_private=True)
