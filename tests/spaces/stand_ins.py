"""Plain stand-ins for the other ports: board, notifier, listener, spool, engine, report desk, scrubber."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from spaces.errors import Conflict, NotFound
from spaces.events import Event, LineAdded
from spaces.model import Hypothesis, Person, Report, SharedPost, Space, Summary, TranscriptLine, Utterance, Word
from spaces.ports import EngineCapabilities, Notice, UtteranceSink, VoiceCounters
from spaces.rules import NameOrId
from tests.spaces.trouble import Troubled


class RoomBoard(Troubled):
    """:class:`spaces.ports.Board` as the members see it. Captions appear by the events of the bus."""

    def __init__(self) -> None:
        super().__init__()
        self.panels: dict[int, int] = {}
        self.cards: dict[int, SharedPost] = {}
        self.captions: dict[int, TranscriptLine] = {}
        self.summaries: dict[int, Summary] = {}
        self.notices: dict[int, NameOrId] = {}
        self._last_id = 5000

    def on_event(self, event: Event) -> None:
        if isinstance(event, LineAdded):
            self.captions[event.line.id] = event.line

    async def opened(self, space: Space) -> int:
        await self._turn("opened")
        self._last_id += 1
        self.panels[space.id] = self._last_id
        return self._last_id

    async def announce(self, space: Space, role: NameOrId) -> None:
        await self._turn("announce")
        self.notices[space.id] = role  # Discord knows a message that comes a second time

    async def post_shared(self, space: Space, post: SharedPost) -> int:
        await self._turn("post_shared")
        self._last_id += 1
        self.cards[self._last_id] = post
        return self._last_id

    async def remove_lines(self, space: Space, lines: Sequence[TranscriptLine]) -> None:
        await self._turn("remove_lines")
        for line in lines:
            self.captions.pop(line.id, None)

    async def remove_post(self, space: Space, post: SharedPost) -> None:
        await self._turn("remove_post")
        if post.message_id is not None:
            self.cards.pop(post.message_id, None)

    async def redraw_summary(self, summary: Summary) -> None:
        await self._turn("redraw_summary")
        if summary.space.id in self.summaries:
            self.summaries[summary.space.id] = summary

    async def finish(self, summary: Summary) -> None:
        await self._turn("finish")
        self.summaries[summary.space.id] = summary


class PaperCalendar(Troubled):
    """:class:`spaces.ports.Calendar`: events that are planned, and the channels of those that run."""

    def __init__(self) -> None:
        super().__init__()
        self.planned: set[int] = set()
        self.running: dict[int, int | None] = {}
        self.over: set[int] = set()

    async def check(self, guild_id: int, event_id: int) -> None:
        await self._turn("check")
        if event_id in self.running:
            raise Conflict("That event is running already.")
        if event_id not in self.planned:
            raise NotFound("That event is gone.")

    async def begin(self, space: Space) -> None:
        await self._turn("begin")
        await self.check(space.guild_id, space.event_id or 0)
        self.planned.discard(space.event_id or 0)
        self.running[space.event_id or 0] = space.channel_id

    async def complete(self, space: Space) -> None:
        await self._turn("complete")
        if space.event_id is not None and self.running.get(space.event_id, 0) == space.channel_id:
            del self.running[space.event_id]
            self.over.add(space.event_id)


class PrivateWords:
    """:class:`spaces.ports.Notifier`: who was told what, and whose lines were taken away."""

    def __init__(self) -> None:
        self.told: list[tuple[int, Notice]] = []
        self.settled: list[int] = []

    async def tell(self, space: Space, person: Person, notice: Notice) -> None:
        await asyncio.sleep(0)
        self.told.append((person.id, notice))

    async def settle(self, space: Space, person_id: int) -> None:
        await asyncio.sleep(0)
        self.settled.append(person_id)


@dataclass
class Ear:
    """The bot in a stage: who passes its gate."""

    space_id: int
    sink: UtteranceSink
    open_for: set[int]
    heard: int = 0
    refused: int = 0


class StageEars(Troubled):
    """:class:`spaces.ports.VoiceListener` whose packets are whole utterances, handed on at once."""

    def __init__(self) -> None:
        super().__init__()
        self.ears: dict[int, Ear] = {}
        self.unfinished: list[Utterance] = []
        """What is being said: handed on when the stage is left, if the gate is still open."""

    async def join(self, space: Space, sink: UtteranceSink, consenting: Collection[int]) -> None:
        await self._turn("join")
        self.ears[space.guild_id] = Ear(space.id, sink, set(consenting))

    async def leave(self, guild_id: int) -> None:
        await self._turn("leave")
        if (ear := self.ears.pop(guild_id, None)) is not None:
            for utterance in self.unfinished:
                if utterance.person_id in ear.open_for:
                    ear.sink.put(utterance)
            self.unfinished.clear()

    def allow(self, guild_id: int, person_id: int) -> None:
        if guild_id in self.ears:
            self.ears[guild_id].open_for.add(person_id)

    def refuse(self, guild_id: int, person_id: int) -> None:
        if guild_id in self.ears:
            self.ears[guild_id].open_for.discard(person_id)
        self.unfinished = [one for one in self.unfinished if one.person_id != person_id]

    def counters(self, guild_id: int) -> VoiceCounters | None:
        ear = self.ears.get(guild_id)
        return VoiceCounters(ear.heard + ear.refused, ear.refused, ear.heard, 0, 0) if ear is not None else None

    def speak(self, guild_id: int, utterance: Utterance) -> bool:
        """Somebody says something on the stage the bot sits in; tells whether it passed the gate."""
        ear = self.ears.get(guild_id)
        if ear is None or utterance.person_id not in ear.open_for:
            if ear is not None:
                ear.refused += 1
            return False
        ear.heard += 1
        ear.sink.put(utterance)
        return True


class MemorySpool(Troubled):
    """:class:`spaces.ports.Spool` in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: dict[str, Utterance] = {}

    async def add(self, utterance: Utterance) -> None:
        await self._turn("add")
        self.waiting[utterance.id] = utterance

    async def remove(self, utterance_id: str) -> None:
        await self._turn("remove")
        self.waiting.pop(utterance_id, None)

    async def remove_person(self, person_id: int, space_id: int | None = None) -> int:
        await self._turn("remove_person")
        theirs = [
            one.id for one in self.waiting.values() if one.person_id == person_id and space_id in {None, one.space_id}
        ]
        for utterance_id in theirs:
            del self.waiting[utterance_id]
        return len(theirs)

    async def pending(self) -> Sequence[Utterance]:
        await self._turn("pending")
        return sorted(self.waiting.values(), key=lambda one: one.started_at)


class TypedEngine(Troubled):
    """:class:`spaces.ports.SpeechEngine` that knows what was said: the test writes it down by utterance.

    While ``door`` is clear the engine is busy; ``faults`` are raised in its place, first come first. ``jobs`` holds the
    utterances it was asked about.
    """

    def __init__(self) -> None:
        super().__init__()
        self.capabilities = EngineCapabilities("typed", "here", ("English",), 30.0, word_times=True, confidence=True)
        self.said: dict[str, str] = {}
        self.faults: list[Exception] = []
        self.jobs: list[str] = []
        self.door = asyncio.Event()
        self.door.set()

    async def start(self) -> None:
        self.door.set()

    async def transcribe(self, utterance: Utterance) -> Hypothesis:
        self.jobs.append(utterance.id)
        await self._turn("transcribe")
        await self.door.wait()
        if self.faults:
            raise self.faults.pop(0)
        text = self.said.get(utterance.id, "")
        words = tuple(Word(word, None, None, None) for word in text.split())
        return Hypothesis(text, words, self.capabilities.name, "English")

    async def close(self) -> None:
        self.door.set()


class ModeratorsDesk(Troubled):
    """:class:`spaces.ports.ReportDesk`."""

    def __init__(self) -> None:
        super().__init__()
        self.filed: list[Report] = []

    async def file(self, report: Report, space: Space) -> None:
        await self._turn("file")
        self.filed.append(report)


class CountingScrubber(Troubled):
    """:class:`spaces.stores.Scrubber` that tells how often the files were scrubbed."""

    async def scrub(self) -> None:
        await self._turn("scrub")
