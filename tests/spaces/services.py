"""The services of the domain, wired to stores in memory, a simulated stage and plain stand-ins."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from spaces.admitting import Admitting
from spaces.announcing import Announcing
from spaces.consenting import Consenting
from spaces.controlling import Controlling
from spaces.debts import Debts
from spaces.doors import Doors
from spaces.editing import Editing
from spaces.events import EventBus
from spaces.hosting import Hosting
from spaces.leading import Leading
from spaces.overview import Overview
from spaces.pausing import Pausing
from spaces.policy import ServerPolicy
from spaces.privacy import Privacy
from spaces.queueing import Queueing
from spaces.reacting import Reacting
from spaces.rights import Rights
from spaces.room import Rooms
from spaces.safety import Safety
from spaces.scribe import Scribe
from spaces.seating import Seating
from spaces.sharing import Sharing
from spaces.speaking import Speaking
from spaces.succession import Succession
from spaces.transcribing import Transcribing
from spaces.turns import Turns
from spaces.waiting import Waiting
from spaces.watch import Watch
from tests.fakes import FakeClock, FakeStores
from tests.spaces.simulated_stage import SimulatedStage
from tests.spaces.stand_ins import (
    CountingScrubber,
    MemorySpool,
    ModeratorsDesk,
    PaperCalendar,
    PrivateWords,
    RoomBoard,
    StageEars,
    TypedEngine,
)


@dataclass
class PolicyBook:
    """:class:`spaces.policy.PolicySource` with one page for every server."""

    page: ServerPolicy

    def for_server(self, guild_id: int) -> ServerPolicy:
        return self.page

    def change(self, **changes: Any) -> None:
        """Rewrites the page, as a reload of the YAML does."""
        self.page = replace(self.page, **changes)

    def change_rules(self, **changes: Any) -> None:
        """Rewrites what holds in rooms that open from now on."""
        self.change(rules=self.page.rules.evolve(**changes))


class Surroundings:
    """Everything around the bot: it outlives a restart."""

    def __init__(self, policy: ServerPolicy | None = None) -> None:
        self.clock = FakeClock()
        self.stores = FakeStores()
        self.policies = PolicyBook(policy or ServerPolicy())
        self.stage = SimulatedStage(self.clock)
        self.calendar = PaperCalendar()
        self.board = RoomBoard()
        self.words = PrivateWords()
        self.ears = StageEars()
        self.spool = MemorySpool()
        self.engine = TypedEngine()
        self.desk = ModeratorsDesk()
        self.scrubber = CountingScrubber()


class Services:
    """One process of the bot: every service, and what it remembers. A restart makes a new one over the same world."""

    def __init__(self, world: Surroundings) -> None:
        stores, clock, policies = world.stores, world.clock, world.policies
        self.events = EventBus()
        self.rooms = Rooms()
        self.consenting = Consenting(
            consents=stores.consents,
            transcripts=stores.transcripts,
            spool=world.spool,
            listener=world.ears,
            board=world.board,
            engine=world.engine.capabilities,
            scrubber=world.scrubber,
            policies=policies,
            clock=clock,
            events=self.events,
        )
        self.overview = Overview(
            spaces=stores.spaces,
            transcripts=stores.transcripts,
            reactions=stores.reactions,
            posts=stores.posts,
            consenting=self.consenting,
            listener=world.ears,
            policies=policies,
            clock=clock,
        )
        self.scribe = Scribe(
            rooms=self.rooms,
            spaces=stores.spaces,
            transcripts=stores.transcripts,
            consenting=self.consenting,
            spool=world.spool,
            engine=world.engine,
            clock=clock,
            events=self.events,
        )
        seating = Seating(stage=world.stage, clock=clock, events=self.events)
        debts = Debts(rooms=self.rooms, debts=stores.debts, stage=world.stage, clock=clock)
        self.debts = debts
        rights = Rights(debts=debts, policies=policies)
        self.speaking = Speaking(
            rooms=self.rooms,
            safety=stores.safety,
            stage=world.stage,
            seating=seating,
            debts=debts,
            notifier=world.words,
            policies=policies,
            clock=clock,
            events=self.events,
        )
        doors = Doors(stage=world.stage, clock=clock)
        self.queueing = Queueing(
            doors=doors, seating=seating, notifier=world.words, policies=policies, events=self.events
        )
        self.editing = Editing(stage=world.stage, doors=doors, policies=policies, events=self.events)
        self.controlling = Controlling(
            stage=world.stage,
            doors=doors,
            seating=seating,
            debts=debts,
            rights=rights,
            notifier=world.words,
            policies=policies,
            events=self.events,
        )
        self.pausing = Pausing(stage=world.stage, policies=policies, clock=clock, events=self.events)
        self.leading = Leading(
            stage=world.stage,
            speaking=self.speaking,
            seating=seating,
            rights=rights,
            notifier=world.words,
            policies=policies,
            clock=clock,
            events=self.events,
        )
        waiting = Waiting(speaking=self.speaking, seating=seating, notifier=world.words, policies=policies)
        self.admitting = Admitting(
            rooms=self.rooms,
            admissions=stores.admissions,
            safety=stores.safety,
            doors=doors,
            notifier=world.words,
            policies=policies,
            clock=clock,
        )
        waiting = Waiting(speaking=self.speaking, seating=seating, notifier=world.words, policies=policies)
        self.turns = Turns(
            speaking=self.speaking,
            seating=seating,
            notifier=world.words,
            policies=policies,
            clock=clock,
            events=self.events,
        )
        self.transcribing = Transcribing(
            rooms=self.rooms,
            spaces=stores.spaces,
            transcripts=stores.transcripts,
            posts=stores.posts,
            consenting=self.consenting,
            listener=world.ears,
            sink=self.scribe,
            board=world.board,
            notifier=world.words,
            scrubber=world.scrubber,
            policies=policies,
            clock=clock,
            events=self.events,
        )
        self.hosting = Hosting(
            rooms=self.rooms,
            spaces=stores.spaces,
            transcripts=stores.transcripts,
            stage=world.stage,
            calendar=world.calendar,
            board=world.board,
            notifier=world.words,
            speaking=self.speaking,
            rights=rights,
            pausing=self.pausing,
            consenting=self.consenting,
            transcribing=self.transcribing,
            scribe=self.scribe,
            overview=self.overview,
            debts=debts,
            scrubber=world.scrubber,
            policies=policies,
            clock=clock,
            events=self.events,
        )
        succession = Succession(
            leading=self.leading, stage=world.stage, notifier=world.words, policies=policies, events=self.events
        )
        self.watch = Watch(
            rooms=self.rooms,
            clock=clock,
            duties=[
                waiting.withdraw_late_invitations,
                waiting.lower_forgotten_hands,
                self.turns.begin,
                self.turns.call_next,
                self.turns.hand_over,
                waiting.fill_free_seats,
                doors.keep,
                Announcing(board=world.board, policies=policies).announce,
                self.pausing.go_on_if_alive,
                succession.miss_host,
                succession.pass_on,
                self.hosting.wind_down,
            ],
        )
        self.reacting = Reacting(reactions=stores.reactions, policies=policies, clock=clock, events=self.events)
        self.sharing = Sharing(
            posts=stores.posts, board=world.board, policies=policies, clock=clock, events=self.events
        )
        self.safety = Safety(
            rooms=self.rooms, safety=stores.safety, stage=world.stage, desk=world.desk, rights=rights, clock=clock
        )
        self.privacy = Privacy(
            rooms=self.rooms,
            spaces=stores.spaces,
            consents=stores.consents,
            transcripts=stores.transcripts,
            reactions=stores.reactions,
            posts=stores.posts,
            safety=stores.safety,
            admitting=self.admitting,
            scrubber=world.scrubber,
            spool=world.spool,
            listener=world.ears,
            board=world.board,
            consenting=self.consenting,
            overview=self.overview,
            events=self.events,
        )
