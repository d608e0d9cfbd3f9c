"""Random evenings: whatever people do in whatever order, a room keeps its invariants and agrees with Discord.

What must hold after every step, whatever raced, failed or crashed in it:

- the room in memory is what is stored, and both agree with the voice states that Discord shows (``World.check``);
- what the room keeps at hand (who is present, on stage, invited, in the queue) is what its participants say;
- exactly one host, and away only while absent; who leads has Discord's stage controls, and nobody else;
- nobody absent has a standing; a time of raising only with a hand, of inviting only while it waits;
- a turn ends only for who is on stage; a live Space whose stage Discord closed is paused;
- nobody is seated whom the stage does not hold, and nobody is present who was removed;
- in a queue in the order of raising, people who wait do not change places, unless one missed an invitation;
- a raised hand survives a crash; a Space that is over is empty, in the store too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from spaces.choices import Choices
from spaces.errors import DiscordUnavailable, SpacesError
from spaces.model import Person, SpaceState, Standing
from spaces.policy import ServerPolicy
from spaces.room import Room
from spaces.rules import JoinMode, QueueOrder, RoomRules, SpeakMode
from tests.spaces.world import ANN, BO, CY, DEE, EVE, World, actor, turns

LIMIT = 2
PEOPLE = st.sampled_from((ANN, BO, CY, DEE, EVE))
BY_PEOPLE = ("raise", "ask", "hand", "accept", "join", "lower", "lower in Discord", "step down", "mute", "leave")
BY_HOSTS = (
    "next",
    "invite",
    "audience",
    "lower all",
    "close hands",
    "open hands",
    "quiet",
    "remove",
    "send out",
    "readmit",
    "lock",
    "unlock",
    "appoint",
    "dismiss",
    "hand over",
    "resume",
    "newcomers first",
    "as raised",
    "turns",
    "no turns",
    "more time",
    "bring in",
    "invited only",
    "open to all",
)
ACTIONS = st.sampled_from((*BY_PEOPLE, *BY_PEOPLE, *BY_HOSTS, "close the stage"))
MODES = st.sampled_from((SpeakMode.BY_REQUEST, SpeakMode.EVERYONE, SpeakMode.BY_REQUEST, SpeakMode.INVITED))


class Evening(RuleBasedStateMachine):
    """One Space with a small stage; requests race with each other and with what people do in Discord."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.world = self.loop.run_until_complete(self._build())

    @staticmethod
    async def _build() -> World:
        return World(ServerPolicy(rules=RoomRules(speaker_limit=LIMIT), native_moderators=True))

    @initialize(speak=MODES, skips=st.booleans(), arrived=st.permutations((ANN, BO, CY, DEE, EVE)))
    def open(self, speak: SpeakMode, skips: bool, arrived: list[Person]) -> None:
        self.world.stage.skips_invitation = skips
        self.room = self.loop.run_until_complete(self.world.open(ANN, speak=speak))
        self.last_queue: list[tuple[int, datetime | None]] = []
        self.last_order = QueueOrder.AS_RAISED
        self.steps = 0
        self.loop.run_until_complete(self.world.join(self.room, *arrived[:4]))

    def teardown(self) -> None:
        self.loop.run_until_complete(self.world.close())
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()

    # --- what happens ----------------------------------------------------------------------------------------------

    @precondition(lambda self: self.room.space.is_live)
    @rule(action=ACTIONS, person=PEOPLE)
    def one(self, action: str, person: Person) -> None:
        self._run([self._attempt(action, person)])

    @precondition(lambda self: self.room.space.is_live)
    @rule(attempts=st.lists(st.tuples(ACTIONS, PEOPLE), min_size=2, max_size=6))
    def race(self, attempts: list[tuple[str, Person]]) -> None:
        self._run([self._attempt(action, person) for action, person in attempts])

    @precondition(lambda self: self.room.space.is_live)
    @rule(action=ACTIONS, person=PEOPLE)
    def outage(self, action: str, person: Person) -> None:
        for call in ("invite", "to_audience"):
            self.world.stage.fails(call, DiscordUnavailable("Discord did not answer."), times=1)
        self._run([self._attempt(action, person)])
        for call in ("invite", "to_audience"):
            self.world.stage.works(call)

    @precondition(lambda self: self.room.space.is_live)
    @rule(action=ACTIONS, person=PEOPLE, after=st.integers(0, 6))
    def crash(self, action: str, person: Person, after: int) -> None:
        self.loop.run_until_complete(self._crash_amid(action, person, after))

    @precondition(lambda self: self.room.space.is_live and self.steps > 15)
    @rule(attempts=st.lists(st.tuples(ACTIONS, PEOPLE), max_size=3))
    def end(self, attempts: list[tuple[str, Person]]) -> None:
        self._run([*(self._attempt(action, person) for action, person in attempts), self.world.end(self.room)])

    @rule(seconds=st.sampled_from((0, 1, 31, 60, 3601, -30)))
    def wait(self, seconds: int) -> None:
        self.world.clock.advance(seconds)

    @precondition(lambda self: self.room.space.is_live)
    @rule(attempts=st.lists(st.tuples(ACTIONS, PEOPLE), max_size=3))
    def look(self, attempts: list[tuple[str, Person]]) -> None:
        """What is due is done, while people go on."""
        self._run([*(self._attempt(action, person) for action, person in attempts), self._look()])

    # --- what must hold --------------------------------------------------------------------------------------------

    @invariant()
    def room_store_and_discord_agree(self) -> None:
        if hasattr(self, "room"):
            self.world.check(self.room)

    @invariant()
    def nobody_is_seated_beyond_the_limit(self) -> None:
        if hasattr(self, "room"):
            assert self.room.seats_taken <= LIMIT

    @invariant()
    def who_was_removed_is_not_here(self) -> None:
        if hasattr(self, "room"):
            assert [one.person.name for one in self.room.present if one.barred] == []

    @invariant()
    def who_leads_has_discords_controls(self) -> None:
        if hasattr(self, "room"):
            leaders = {one.person.id for one in self.room.hosts} if self.room.space.is_live else set[int]()
            assert self.world.stage.channels[self.room.space.channel_id or 0].moderators == leaders

    @invariant()
    def a_closed_stage_is_a_pause_and_an_away_host_absent(self) -> None:
        if hasattr(self, "room") and self.room.space.is_live:
            is_open = self.world.stage.channels[self.room.space.channel_id or 0].topic is not None
            assert is_open or self.room.space.paused_at is not None
            assert self.room.space.host_away_at is None or not self.room.host.present

    @invariant()
    def who_waits_keeps_the_place(self) -> None:
        if hasattr(self, "room"):
            order = self.room.space.rules.queue_order
            now = [(one.person.id, one.hand_at) for one in self.room.queue]
            if order is self.last_order is QueueOrder.AS_RAISED:
                assert [hand for hand in now if hand in self.last_queue] == [
                    hand for hand in self.last_queue if hand in now
                ]
            self.last_queue, self.last_order = now, order

    @invariant()
    def a_space_that_is_over_is_empty(self) -> None:
        if hasattr(self, "room") and not self.room.space.is_live:
            assert self.room.present == ()
            assert self.world.stores.spaces.rows[self.room.space.id].state is SpaceState.ENDED

    # --- how -------------------------------------------------------------------------------------------------------

    def _run(self, attempts: list[Awaitable[None]]) -> None:
        self.steps += 1

        async def together() -> None:
            await asyncio.gather(*attempts)
            await self.world.stage.quiet()
            await self.world.bot.hosting.settled(self.room.space.id)
            await self.world.stage.quiet()

        self.loop.run_until_complete(asyncio.wait_for(together(), 5))

    async def _look(self) -> None:
        await self.world.bot.watch.look()

    async def _crash_amid(self, action: str, person: Person, after: int) -> None:
        hands = {one.person.id for one in self.room.queue}
        task = asyncio.create_task(self._attempt(action, person))
        await turns(after)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await self.world.restart()
        self.room = await self._found_again()
        if action == "lower all" or not self.room.space.is_live:
            return
        for person_id in hands if action in {"next", "invite"} else hands - {person.id}:
            one = self.room.find(person_id)
            assert one is not None
            assert one.standing is not Standing.LISTENING, "a raised hand was lost"

    async def _found_again(self) -> Room:
        """The room after a restart; one that ended meanwhile as the store has it."""
        space_id, bot = self.room.space.id, self.world.bot
        await bot.hosting.settled(space_id)
        stores = self.world.stores.spaces
        return bot.rooms.get(space_id) or Room(stores.rows[space_id], await stores.participants(space_id), stores)

    async def _attempt(self, action: str, person: Person) -> None:
        """Does it if it can be done now; a refusal is fine, anything else is a fault."""
        bot, stage, room = self.world.bot, self.world.stage, self.room
        speaking, queueing, controlling, host = bot.speaking, bot.queueing, bot.controlling, actor(room.space.host)
        here = stage.where(person.id) is not None
        asked: dict[str, Callable[[], Awaitable[Any]]] = {
            "raise": lambda: speaking.raise_hand(room, person),
            "lower": lambda: speaking.lower_hand(room, person),
            "ask": lambda: speaking.raise_hand(room, person, question="Why?", read_aloud=person is CY),
            "next": lambda: speaking.next(room, host),
            "invite": lambda: speaking.invite(room, host, person.id),
            "audience": lambda: speaking.to_audience(room, host, person.id),
            "lower all": lambda: queueing.lower_all(room, host),
            "close hands": lambda: queueing.set_hands(room, host, are_open=False),
            "open hands": lambda: queueing.set_hands(room, host, are_open=True),
            "newcomers first": lambda: queueing.set_order(room, host, QueueOrder.NEWCOMERS_FIRST),
            "as raised": lambda: queueing.set_order(room, host, QueueOrder.AS_RAISED),
            "quiet": lambda: controlling.quiet_stage(room, host),
            "remove": lambda: controlling.remove(room, host, person, may_return=False),
            "send out": lambda: controlling.remove(room, host, person, may_return=True),
            "readmit": lambda: controlling.readmit(room, host, person),
            "lock": lambda: controlling.set_lock(room, host, locked=True),
            "unlock": lambda: controlling.set_lock(room, host, locked=False),
            "appoint": lambda: bot.leading.appoint(room, host, person),
            "hand over": lambda: bot.leading.hand_over(room, host, person.id),
            "resume": lambda: bot.pausing.resume(room, host),
            "dismiss": lambda: bot.leading.dismiss(room, host, person),
            "turns": lambda: bot.editing.edit(room, host, Choices(turn_seconds=30)),
            "no turns": lambda: bot.editing.edit(room, host, Choices(turn_seconds=0)),
            "more time": lambda: bot.turns.extend(room, host, person.id),
            "bring in": lambda: bot.admitting.bring_in(room, host, actor(person)),
            "invited only": lambda: bot.editing.edit(room, host, Choices(join=JoinMode.INVITED)),
            "open to all": lambda: bot.editing.edit(room, host, Choices(join=JoinMode.EVERYONE)),
        }
        in_discord: dict[str, Callable[[], None]] = {
            "leave": lambda: stage.leave(person.id),
            "accept": lambda: stage.accept(person.id),
            "step down": lambda: stage.step_down(person.id),
            "hand": lambda: stage.raise_hand(person.id),
            "lower in Discord": lambda: stage.lower_hand(person.id),
            "mute": lambda: stage.toggle_mute(person.id),
        }
        try:
            if action in asked:
                await asked[action]()
            elif action == "join" and not here:
                stage.join(person, room.space.channel_id or 0)
            elif action in in_discord and here:
                in_discord[action]()
            elif action == "close the stage" and stage.channels[room.space.channel_id or 0].topic is not None:
                stage.close_stage(room.space.channel_id or 0)
        except SpacesError:
            return


TestEvening = Evening.TestCase
TestEvening.settings = settings(
    derandomize=True, database=None, max_examples=400, stateful_step_count=50, deadline=None
)
