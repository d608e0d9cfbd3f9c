"""The composition root: which implementation stands behind which port, and what is started and stopped when."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack

import discord

from app.ground import Ground
from app.guard_services import GuardServices
from app.room_services import RoomServices
from app.surroundings import Surroundings
from app.word_services import WordServices
from config.policies import Policies
from spaces.errors import SpeechError
from spaces.model import Space
from spaces.overview import PanelFacts
from spaces.ports import SpeechEngine
from spaces.room import Room
from storage.database import Database
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
        ground = Ground(client, policies=policies, database=database, spool=spool, engine=engine)
        around = Surroundings(ground, panel_facts=self._panel_facts, captions_lost=self._captions_lost)
        words = WordServices(ground, around)
        room = RoomServices(ground, around, words)
        guards = GuardServices(ground, around, words, room)
        self._stores = ground.stores
        self.facts, self.rooms, self.policies = ground.stores.facts, ground.rooms, policies
        self.notifier = around.notifier
        self.consenting, self.transcribing, self.overview = words.consenting, words.transcribing, words.overview
        self.hosting, self.editing, self.watch = room.hosting, room.editing, room.watch
        self.speaking, self.queueing, self.controlling = room.speaking, room.queueing, room.controlling
        self.turns, self.admitting = room.turns, room.admitting
        self.reacting, self.sharing = room.reacting, room.sharing
        self.leading, self.pausing, self.debts = room.leading, room.pausing, room.debts
        self.safety, self.privacy = guards.safety, guards.privacy
        self._spool, self._engine, self._scribe = spool, engine, words.scribe
        self._listener, self.board = around.listener, around.board
        self._errands: set[asyncio.Task[None]] = set()
        self._engine_start: asyncio.Task[str | None] | None = None

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

    async def _panel_facts(self, room: Room) -> PanelFacts:
        return await self.overview.panel(room)

    def _captions_lost(self, space: Space) -> None:
        """The listener could not come back to a stage."""
        task = asyncio.create_task(self.transcribing.give_up(space), name=f"captions of Space {space.id} are lost")
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def stop(self) -> None:
        """Stops everything in the order in which sound flows; nothing that was stored is lost."""
        async with AsyncExitStack() as last_to_first:  # each is stopped whatever becomes of the others
            last_to_first.push_async_callback(self._stores.close)
            last_to_first.push_async_callback(self._spool.close)
            last_to_first.push_async_callback(self._engine.close)
            last_to_first.push_async_callback(self.board.close)
            last_to_first.push_async_callback(self._scribe.close)
            last_to_first.push_async_callback(self.hosting.close)
            last_to_first.push_async_callback(self._listener.close)
            last_to_first.push_async_callback(self.transcribing.close)
            for task in tuple(self._errands):
                task.cancel()
            if self._engine_start is not None:
                await asyncio.wait([self._engine_start])
