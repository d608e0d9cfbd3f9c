"""From utterance to stored line: spooled first, transcribed elsewhere, stored only if consent still holds.

Every utterance is its own task, owned here. Order of events for one utterance: consent checked → on disk → consent
checked → engine → consent checked → line stored (one for each utterance, whatever happens twice) → told → off the disk.
Going to disk and being stored and told happen under the lock that a withdrawal takes too, so that a withdrawal finds
either nothing or what it must remove.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from spaces.consenting import Consenting
from spaces.errors import FatalSpeechError, RetryableSpeechError, SpacesError
from spaces.events import Event, EventBus, LineAdded, WordsWithdrawn
from spaces.model import Consent, Hypothesis, Space, TranscriptLine, Utterance
from spaces.ports import Clock, SpeechEngine, Spool
from spaces.room import Room, Rooms
from spaces.stores import SpaceStore, TranscriptStore
from spaces.text import clean

_log = logging.getLogger(__name__)

HIDDEN_NAME = "a speaker"
RETRY_SECONDS = (1.0, 4.0, 15.0)
"""Pauses before the engine is asked again for the same utterance; after the last it waits on disk to be replayed."""


class Scribe:
    """Takes utterances (an ``UtteranceSink``) and makes transcript lines of them."""

    def __init__(
        self,
        *,
        rooms: Rooms,
        spaces: SpaceStore,
        transcripts: TranscriptStore,
        consenting: Consenting,
        spool: Spool,
        engine: SpeechEngine,
        clock: Clock,
        events: EventBus,
    ) -> None:
        self._rooms = rooms
        self._spaces = spaces
        self._transcripts = transcripts
        self._consenting = consenting
        self._spool = spool
        self._engine = engine
        self._clock = clock
        self._events = events
        self._tasks: dict[str, tuple[Utterance, asyncio.Task[None]]] = {}
        """Number of an utterance → itself and the task that handles it."""
        events.subscribe(self._on_event)

    def put(self, utterance: Utterance) -> None:
        """Accepts a finished utterance; returns at once."""
        self._begin(utterance, spooled=False)

    async def replay(self) -> int:
        """Takes up what a crash or an outage left on disk and is not in hand; returns how many utterances."""
        return sum([self._begin(utterance, spooled=True) for utterance in await self._spool.pending()])

    async def drain(self, space_id: int, seconds: float) -> bool:
        """Waits until all of a Space's utterances are done, at most ``seconds``; tells whether they are."""
        tasks = [task for utterance, task in self._tasks.values() if utterance.space_id == space_id]
        if not tasks:
            return True
        _, waiting = await asyncio.wait(tasks, timeout=seconds)
        return not waiting

    async def close_captions(self, room: Room) -> tuple[TranscriptLine, ...]:
        """From now on a late line is stored for the transcript or not at all; returns the lines that were captions
        only."""
        async with self._consenting.ledger:
            room.captions_closed = True
            return tuple(line for line in await self._transcripts.lines(room.space.id) if not line.kept)

    async def close(self) -> None:
        """Stops all work; what is not done waits on disk."""
        tasks = [task for _, task in self._tasks.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, utterance: Utterance, *, spooled: bool) -> bool:
        """Starts the task of an utterance; False if it is in hand already."""
        if utterance.id in self._tasks:
            return False
        task = asyncio.create_task(self._handle(utterance, spooled=spooled), name=f"utterance {utterance.id}")
        self._tasks[utterance.id] = (utterance, task)
        task.add_done_callback(lambda done: self._done(utterance.id, done))
        return True

    def _on_event(self, event: Event) -> None:
        """Gives up what was taken back, wherever it is: what waits for the engine is never heard, and what the engine
        hears is never known. None of it is being stored, for that needs the ledger."""
        if not isinstance(event, WordsWithdrawn):
            return
        for utterance, task in self._tasks.values():
            if utterance.person_id == event.person_id and event.space_id in {None, utterance.space_id}:
                task.cancel()

    def _done(self, utterance_id: str, task: asyncio.Task[None]) -> None:
        self._tasks.pop(utterance_id, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("utterance %s could not be handled", utterance_id, exc_info=error)

    async def _handle(self, utterance: Utterance, *, spooled: bool) -> None:
        space = await self._space(utterance)
        if space is None:
            await self._spool.remove(utterance.id)
            return
        if not spooled:
            await self._to_disk(space, utterance)
        hypothesis = await self._transcribe(space, utterance)
        if hypothesis is None:
            return
        await self._store(space, utterance, hypothesis)
        await self._spool.remove(utterance.id)

    async def _to_disk(self, space: Space, utterance: Utterance) -> None:
        async with self._consenting.ledger:
            if not await self._may_write(space, utterance):
                return
            try:
                await self._spool.add(utterance)
            except SpacesError:
                _log.warning("the spool takes no more; this utterance would not survive a crash", exc_info=True)

    async def _may_write(self, space: Space, utterance: Utterance) -> bool:
        return await self._consenting.for_words(space, utterance.person_id, utterance.started_at) is not None

    async def _transcribe(self, space: Space, utterance: Utterance) -> Hypothesis | None:
        """What was said; None if it must not be known, never can be, or cannot be for now (then it stays on disk)."""
        for pause in (*RETRY_SECONDS, None):
            async with self._consenting.ledger:  # a withdrawal that is under way comes first
                allowed = await self._may_write(space, utterance)
            if not allowed:
                await self._spool.remove(utterance.id)
                return None
            try:
                return await self._engine.transcribe(utterance)
            except FatalSpeechError:
                _log.warning("the engine cannot transcribe utterance %s", utterance.id, exc_info=True)
                await self._spool.remove(utterance.id)
                return None
            except RetryableSpeechError:
                _log.warning("the engine failed at utterance %s", utterance.id, exc_info=True)
                if pause is not None:
                    await asyncio.sleep(pause)
        return None

    async def _store(self, space: Space, utterance: Utterance, hypothesis: Hypothesis) -> None:
        text = clean(hypothesis.text)
        if not text:
            return
        async with self._consenting.ledger:
            consent = await self._consenting.for_words(space, utterance.person_id, utterance.started_at)
            if consent is None:
                return
            room = self._rooms.get(space.id)
            if not consent.allows_transcript and (room is None or room.captions_closed):
                return
            line = await self._transcripts.add(self._line(room, utterance, replace(hypothesis, text=text), consent))
            if line is not None:
                self._tell(line)

    def _line(
        self, room: Room | None, utterance: Utterance, hypothesis: Hypothesis, consent: Consent
    ) -> TranscriptLine:
        here = room.find(utterance.person_id) if room is not None else None
        name = here.person.name if here is not None else consent.person.name
        return TranscriptLine(
            id=0,
            space_id=utterance.space_id,
            person_id=utterance.person_id,
            name=HIDDEN_NAME if consent.hide_name else name,
            utterance_id=utterance.id,
            started_at=utterance.started_at,
            ended_at=utterance.ended_at,
            text=hypothesis.text,
            words=hypothesis.words,
            kept=consent.allows_transcript,
            last_packet_at=utterance.last_packet_at,
            stored_at=self._clock.now(),
        )

    def _tell(self, line: TranscriptLine) -> None:
        seconds = (line.stored_at - line.last_packet_at).total_seconds()
        _log.info("line %d of Space %d stored %.2f s after its last packet", line.id, line.space_id, seconds)
        self._events.publish(LineAdded(line))

    async def _space(self, utterance: Utterance) -> Space | None:
        room = self._rooms.get(utterance.space_id)
        return room.space if room is not None else await self._spaces.get(utterance.space_id)
