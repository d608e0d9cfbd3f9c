"""How long members' writes wait while others are erased: ``make bench ONLY=storage``.

A database file of 100 MB (``python -m benchmarks.storage`` takes another size), members who react ten times a second,
readers, and erasures one after the other, each with its traces cleared from the disk. Rounds with and without erasures
are interleaved, so that other work on the machine disturbs both alike; what matters is their ratio.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert

from benchmarks.table import Row, Table
from spaces.model import Person, Space, SpaceState
from storage.database import Database
from storage.reaction_store import SqlReactionStore
from storage.space_store import SqlSpaceStore
from storage.tables import transcript_lines
from storage.transcript_store import SqlTranscriptStore

ROUNDS = 4
ROUND_SECONDS = 6.0
WRITES_PER_SECOND = 10
ERASURE_EVERY_SECONDS = 2.0
READERS = 2
PEOPLE = 400
LINES_PER_SPACE = 500
LINE_BYTES = 1560  # what a line of twelve words takes in the file, its words' times and the indexes included
MEGABYTES = 100
TARGETS = {"ratio": "≤ 2", "wait": "≤ 1.5"}
"""Half of the three seconds that Discord waits for an answer is what the bot allows itself before it defers."""

_NOW = datetime(2026, 3, 1, 20, tzinfo=UTC)


class Evening:
    """A database as it is after many Spaces, and what goes on in it. Times are seconds."""

    def __init__(self, database: Database, spaces: list[int]) -> None:
        self._spaces = spaces
        self._chance = random.Random(8)
        self._reactions = SqlReactionStore(database)
        self._transcripts = SqlTranscriptStore(database)
        self._database = database
        self._people = iter(range(PEOPLE))
        self.waits: dict[bool, list[float]] = {False: [], True: []}
        """With and without erasures: how long each write took."""
        self.erasures: list[float] = []

    async def round(self, *, erasing: bool) -> None:
        """Some seconds of an evening, until the last erasure is done."""
        end = time.perf_counter() + ROUND_SECONDS
        reading = [asyncio.create_task(self._read()) for _ in range(READERS)]
        erasures = asyncio.create_task(self._erase(end) if erasing else asyncio.sleep(ROUND_SECONDS))
        writing: list[asyncio.Task[None]] = []
        while not erasures.done():  # members do not wait for each other
            writing.append(asyncio.create_task(self._write(self.waits[erasing])))
            await asyncio.sleep(self._chance.expovariate(WRITES_PER_SECOND))
        await asyncio.gather(erasures, *writing)
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)

    async def _write(self, waits: list[float]) -> None:
        began = time.perf_counter()
        await self._reactions.add(self._spaces[-1], self._chance.randrange(PEOPLE), "clap", _NOW)
        waits.append(time.perf_counter() - began)

    async def _read(self) -> None:
        while True:
            await self._transcripts.lines(self._chance.choice(self._spaces), person_id=self._chance.randrange(PEOPLE))
            await asyncio.sleep(0.02)

    async def _erase(self, end: float) -> None:
        while time.perf_counter() < end:
            await asyncio.sleep(ERASURE_EVERY_SECONDS)
            began = time.perf_counter()
            lines = await self._transcripts.of_person(next(self._people))
            await self._transcripts.remove([line.id for line in lines])
            await self._database.scrub()
            self.erasures.append(time.perf_counter() - began)


@asynccontextmanager
async def _filled(path: Path, megabytes: int) -> AsyncIterator[Evening]:
    """A database with that much in it."""
    database = await Database.open(f"sqlite:///{path}")
    try:
        count = max(1, megabytes * 1_000_000 // (LINE_BYTES * LINES_PER_SPACE))
        space = Space(0, 1, Person(1, "Ada"), "What we read", SpaceState.ENDED, _NOW)
        spaces = [(await SqlSpaceStore(database).add(space)).id for _ in range(count)]
        for space_id in spaces:
            async with database.write() as connection:
                await connection.execute(insert(transcript_lines), [_line(space_id, n) for n in range(LINES_PER_SPACE)])
        await database.scrub()
        yield Evening(database, spaces)
    finally:
        await database.close()


def _line(space_id: int, number: int) -> dict[str, object]:
    word = {"text": "chapter", "start": 1.25, "end": 1.75, "confidence": 0.93}
    return {
        "space_id": space_id,
        "person_id": (space_id * LINES_PER_SPACE + number) % PEOPLE,
        "name": "Somebody",
        "utterance_id": f"{space_id}-{number}",
        "started_at": _NOW,
        "ended_at": _NOW,
        "text": "chapter " * 12,
        "words": [word] * 12,
        "kept": True,
        "last_packet_at": _NOW,
        "stored_at": _NOW,
    }


def run(megabytes: int = MEGABYTES) -> Table:
    """Measures and gives the table."""
    return asyncio.run(_measure(megabytes))


async def _measure(megabytes: int) -> Table:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spaces.sqlite3"
        async with _filled(path, megabytes) as evening:
            size = path.stat().st_size / 1e6
            for _ in range(ROUNDS):
                for erasing in (False, True):
                    await evening.round(erasing=erasing)
    quiet, busy = evening.waits[False], evening.waits[True]
    rows = [
        Row(f"a write {when}, p{percent}", _percentile(waits, percent), "ms")
        for when, waits in (("when it is quiet", quiet), ("while others are erased", busy))
        for percent in (50, 99)
    ]
    rows.append(Row("erasing / quiet, p50", _percentile(busy, 50) / _percentile(quiet, 50), "", TARGETS["ratio"]))
    rows.append(Row("longest wait of a write while others are erased", max(busy), "s", TARGETS["wait"]))
    rows.append(Row("an erasure with its traces cleared, median", statistics.median(evening.erasures), "s"))
    rows.append(Row("an erasure with its traces cleared, longest", max(evening.erasures), "s"))
    work = f"{WRITES_PER_SECOND} writes a second, {READERS} readers, {len(evening.erasures)} erasures"
    note = f"A file of {size:.0f} MB, {work}."
    return Table("storage", rows, [note])


def _percentile(seconds: list[float], percent: int) -> float:
    """In milliseconds."""
    return statistics.quantiles(seconds, n=100)[percent - 1] * 1000


if __name__ == "__main__":
    print(run(int(sys.argv[1]) if len(sys.argv) > 1 else MEGABYTES).text())
