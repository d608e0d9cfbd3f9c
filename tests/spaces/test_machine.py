"""Random evenings: whatever people do in whatever order, a room keeps its invariants and agrees with Discord."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from spaces.errors import DiscordUnavailable, SpacesError
from spaces.model import Person, SpaceState, Standing
from spaces.policy import ServerPolicy
from spaces.rules import RoomRules, SpeakMode
from tests.spaces.world import ANN, BO, CY, DEE, EVE, GUILD, World, actor, turns

LIMIT = 2
PEOPLE = st.sampled_from((ANN, BO, CY, DEE, EVE))
ACTIONS = st.sampled_from(
    ("raise", "hand", "next", "accept", "join", "invite", "audience", "lower", "lower in Discord", "step down", "leave")
)
MODES = st.sampled_from((SpeakMode.BY_REQUEST, SpeakMode.EVERYONE, SpeakMode.BY_REQUEST, SpeakMode.INVITED))


class Evening(RuleBasedStateMachine):
    """One Space with a small stage; requests race with each other and with what people do in Discord."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.world = self.loop.run_until_complete(self._build())

    @staticmethod
    async def _build() -> World:
        return World(ServerPolicy(rules=RoomRules(speaker_limit=LIMIT)))

    @initialize(speak=MODES, skips=st.booleans(), arrived=st.permutations((ANN, BO, CY, DEE, EVE)))
    def open(self, speak: SpeakMode, skips: bool, arrived: list[Person]) -> None:
        self.world.stage.skips_invitation = skips
        self.room = self.loop.run_until_complete(self.world.open(ANN, speak=speak))
        self.last_queue: list[tuple[int, datetime | None]] = []
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

    @rule(seconds=st.sampled_from((0, 1, 60, -30)))
    def wait(self, seconds: int) -> None:
        self.world.clock.advance(seconds)

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
    def who_waits_keeps_the_place(self) -> None:
        if hasattr(self, "room"):
            now = [(one.person.id, one.hand_at) for one in self.room.queue]
            stayed = [hand for hand in self.last_queue if hand in now]
            assert now[: len(stayed)] == stayed
            self.last_queue = now

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

        self.loop.run_until_complete(asyncio.wait_for(together(), 5))

    async def _crash_amid(self, action: str, person: Person, after: int) -> None:
        hands = {one.person.id for one in self.room.queue}
        task = asyncio.create_task(self._attempt(action, person))
        await turns(after)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await self.world.restart()
        self.room = self.world.bot.rooms.require(self.room.space.id, GUILD)
        for person_id in hands if action in {"next", "invite"} else hands - {person.id}:
            one = self.room.find(person_id)
            assert one is not None
            assert one.standing is not Standing.LISTENING, "a raised hand was lost"

    async def _attempt(self, action: str, person: Person) -> None:
        """Does it if it can be done now; a refusal is fine, anything else is a fault."""
        speaking, stage, room = self.world.bot.speaking, self.world.stage, self.room
        here = stage.where(person.id) is not None
        asked: dict[str, Callable[[], Awaitable[Any]]] = {
            "raise": lambda: speaking.raise_hand(room, person),
            "lower": lambda: speaking.lower_hand(room, person),
            "next": lambda: speaking.next(room, actor(ANN)),
            "invite": lambda: speaking.invite(room, actor(ANN), person.id),
            "audience": lambda: speaking.to_audience(room, actor(ANN), person.id),
        }
        in_discord: dict[str, Callable[[], None]] = {
            "leave": lambda: stage.leave(person.id),
            "accept": lambda: stage.accept(person.id),
            "step down": lambda: stage.step_down(person.id),
            "hand": lambda: stage.raise_hand(person.id),
            "lower in Discord": lambda: stage.lower_hand(person.id),
        }
        try:
            if action in asked:
                await asked[action]()
            elif action == "join" and not here:
                stage.join(person, room.space.channel_id or 0)
            elif action in in_discord and here:
                in_discord[action]()
        except SpacesError:
            return


TestEvening = Evening.TestCase
TestEvening.settings = settings(
    derandomize=True, database=None, max_examples=200, stateful_step_count=30, deadline=None
)
