"""The composition root: which implementation stands behind which port, and what is started and stopped when."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack

import discord

from app.clock import SystemClock
from app.stores import Stores
from config.policies import Policies
from spaces.consenting import Consenting
from spaces.controlling import Controlling
from spaces.debts import Debts
from spaces.editing import Editing
from spaces.errors import SpeechError
from spaces.events import EventBus
from spaces.hosting import Hosting
from spaces.model import Space
from spaces.overview import Overview
from spaces.ports import SpeechEngine
from spaces.privacy import Privacy
from spaces.queueing import Queueing
from spaces.reacting import Reacting
from spaces.room import Rooms
from spaces.safety import Safety
from spaces.scribe import Scribe
from spaces.seating import Seating
from spaces.sharing import Sharing
from spaces.speaking import Speaking
from spaces.transcribing import Transcribing
from spaces.waiting import Waiting
from spaces.watch import Watch
from stage.board import DiscordBoard
from stage.notifier import DiscordNotifier
from stage.report_desk import ModeratorsChannel
from stage.rooms import DiscordStages
from storage.database import Database
from voice.listener import StageListener
from voice.spool import DiskSpool

_log = logging.getLogger(__name__)


class Services:
    """Every service, wired. Built once; :meth:`start` before Discord is connected, :meth:`stop` before it is left."""

    def __init__(
        self,
        client: discord.Client,
        *,
        policies: Policies,
        database: Database,
        spool: DiskSpool,
        engine: SpeechEngine,
    ) -> None:
        stores = Stores(database)
        clock = SystemClock()
        events = EventBus()
        self.facts = stores.facts
        self.rooms = Rooms()
        self.policies = policies
        self._spool = spool
        self._engine = engine
        self._errands: set[asyncio.Task[None]] = set()
        self._engine_start: asyncio.Task[str | None] | None = None
        self._listener = StageListener(client, clock, on_lost=self._captions_lost)
        self.notifier = DiscordNotifier(client)
        stage = DiscordStages(client, policies)
        self._board = DiscordBoard(
            client,
            rooms=self.rooms,
            spaces=stores.spaces,
            transcripts=stores.transcripts,
            policies=policies,
            panel_facts=lambda room: self.overview.panel(room),  # noqa: PLW0108 - the overview is made below
        )
        events.subscribe(self._board.on_event)
        self.consenting = Consenting(
            consents=stores.consents,
            transcripts=stores.transcripts,
            spool=spool,
            listener=self._listener,
            board=self._board,
            engine=engine.capabilities,
            scrubber=database,
            policies=policies,
            clock=clock,
            events=events,
        )
        self.overview = Overview(
            spaces=stores.spaces,
            transcripts=stores.transcripts,
            reactions=stores.reactions,
            posts=stores.posts,
            consenting=self.consenting,
            listener=self._listener,
            policies=policies,
            clock=clock,
        )
        self._scribe = Scribe(
            rooms=self.rooms,
            spaces=stores.spaces,
            transcripts=stores.transcripts,
            consenting=self.consenting,
            spool=spool,
            engine=engine,
            clock=clock,
            events=events,
        )
        seating = Seating(stage=stage, clock=clock, events=events)
        debts = Debts(rooms=self.rooms, debts=stores.debts, stage=stage, clock=clock)
        self.speaking = Speaking(
            rooms=self.rooms,
            spaces=stores.spaces,
            safety=stores.safety,
            stage=stage,
            seating=seating,
            debts=debts,
            notifier=self.notifier,
            policies=policies,
            clock=clock,
            events=events,
        )
        self.queueing = Queueing(stage=stage, seating=seating, notifier=self.notifier, policies=policies, events=events)
        self.editing = Editing(stage=stage, policies=policies, events=events)
        self.controlling = Controlling(
            stage=stage, seating=seating, debts=debts, notifier=self.notifier, policies=policies, events=events
        )
        waiting = Waiting(speaking=self.speaking, seating=seating, notifier=self.notifier, policies=policies)
        self.watch = Watch(
            rooms=self.rooms,
            clock=clock,
            duties=[waiting.withdraw_late_invitations, waiting.lower_forgotten_hands, waiting.fill_free_seats],
        )
        self.transcribing = Transcribing(
            rooms=self.rooms,
            spaces=stores.spaces,
            transcripts=stores.transcripts,
            posts=stores.posts,
            consenting=self.consenting,
            listener=self._listener,
            sink=self._scribe,
            board=self._board,
            notifier=self.notifier,
            scrubber=database,
            policies=policies,
            clock=clock,
            events=events,
        )
        self.hosting = Hosting(
            rooms=self.rooms,
            spaces=stores.spaces,
            transcripts=stores.transcripts,
            stage=stage,
            board=self._board,
            notifier=self.notifier,
            speaking=self.speaking,
            consenting=self.consenting,
            transcribing=self.transcribing,
            scribe=self._scribe,
            overview=self.overview,
            debts=debts,
            scrubber=database,
            policies=policies,
            clock=clock,
            events=events,
        )
        self.reacting = Reacting(reactions=stores.reactions, policies=policies, clock=clock, events=events)
        self.sharing = Sharing(posts=stores.posts, board=self._board, policies=policies, clock=clock, events=events)
        self.safety = Safety(
            rooms=self.rooms,
            safety=stores.safety,
            stage=stage,
            desk=ModeratorsChannel(client, policies),
            clock=clock,
        )
        self.privacy = Privacy(
            rooms=self.rooms,
            spaces=stores.spaces,
            consents=stores.consents,
            transcripts=stores.transcripts,
            reactions=stores.reactions,
            posts=stores.posts,
            safety=stores.safety,
            scrubber=database,
            spool=spool,
            listener=self._listener,
            board=self._board,
            consenting=self.consenting,
            overview=self.overview,
            events=events,
        )

    async def start(self) -> None:
        """Loads what was live; the speech engine gets ready meanwhile, so that nobody waits for it."""
        self._engine_start = asyncio.create_task(self._start_engine(), name="start of the speech engine")
        self.transcribing.engine_fault = self._engine_fault
        await self.hosting.load()

    async def _start_engine(self) -> str | None:
        try:
            await self._engine.start()
        except SpeechError as error:
            _log.warning("captions are not available: %s", error)
            return str(error)
        return None

    async def _engine_fault(self) -> str | None:
        """Why there is no speech engine; without one, Spaces run without captions."""
        return None if self._engine_start is None else await asyncio.shield(self._engine_start)

    async def take_up(self) -> int:
        """Goes on with what a crash or an outage left on disk; returns how many utterances."""
        if await self._engine_fault() is not None:
            return 0
        return await self._scribe.replay()

    def _captions_lost(self, space: Space) -> None:
        """The listener could not come back to a stage."""
        task = asyncio.create_task(self.transcribing.give_up(space), name=f"captions of Space {space.id} are lost")
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def stop(self) -> None:
        """Stops everything in the order in which sound flows; nothing that was stored is lost."""
        async with AsyncExitStack() as last_to_first:  # each is stopped whatever becomes of the others
            last_to_first.push_async_callback(self._spool.close)
            last_to_first.push_async_callback(self._engine.close)
            last_to_first.push_async_callback(self._board.close)
            last_to_first.push_async_callback(self._scribe.close)
            last_to_first.push_async_callback(self.hosting.close)
            last_to_first.push_async_callback(self._listener.close)
            last_to_first.push_async_callback(self.transcribing.close)
            for task in tuple(self._errands):
                task.cancel()
            if self._engine_start is not None:
                await asyncio.wait([self._engine_start])
