"""Other processes: one that is killed, and several that write at once."""

from __future__ import annotations

import asyncio
import random
import sys
from pathlib import Path

from spaces.model import Space
from tests.storage.conftest import opened, sql_stores
from tests.storage.examples import ADA, BELA, a_space

ROOT = Path(__file__).parents[2]
ROUNDS = 5


async def start_writing(url: str, space: Space, person_id: int, how_many: int = 0) -> asyncio.subprocess.Process:
    numbers = (str(number) for number in (space.id, person_id, how_many))
    arguments = ("-W", "error", "-m", "tests.storage.writing_process", url, *numbers)
    return await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE)


async def a_stored_space(url: str) -> Space:
    async with opened(url) as database:
        return await sql_stores(database).spaces.add(a_space())


async def stored_gestures(url: str, space: Space) -> dict[str, int]:
    async with opened(url) as database:
        return dict(await sql_stores(database).reactions.totals(space.id))


async def test_nothing_acknowledged_is_lost_or_doubled_when_the_process_is_killed(url: str) -> None:
    chance = random.Random(8)
    for round_number in range(ROUNDS):
        space = await a_stored_space(url)
        writer = await start_writing(url, space, BELA.id)
        assert writer.stdout is not None
        assert await writer.stdout.readline() == b"open\n"
        # Killed after a number of rows, somewhere within one of the next.
        said = [await writer.stdout.readline() for _ in range(chance.randrange(1, 100))]
        await asyncio.sleep(chance.uniform(0, 0.005))
        writer.kill()
        said += (await writer.stdout.read()).splitlines(keepends=True)
        await writer.wait()
        acknowledged = [int(line) for line in said if line.endswith(b"\n")]
        stored = await stored_gestures(url, space)
        assert set(stored.values()) == {1}, f"round {round_number}"
        # The last one may have been stored while the word of it was not out yet.
        assert len(stored) - len(acknowledged) in {0, 1}, f"round {round_number}"
        assert sorted(int(gesture) for gesture in stored) == list(range(len(stored)))


async def test_processes_write_at_once(url: str) -> None:
    space = await a_stored_space(url)
    writers = [await start_writing(url, space, person.id, how_many=80) for person in (ADA, BELA)]
    for writer in writers:
        await writer.communicate()
    assert [writer.returncode for writer in writers] == [0, 0]
    assert await stored_gestures(url, space) == {str(number): 2 for number in range(80)}


async def test_processes_make_the_same_new_database_at_once(url: str) -> None:
    # With no gesture to store: all they do is open, and all of them find the file missing.
    command = "import asyncio, sys; from storage.database import Database\n"
    command += "async def main():\n    await (await Database.open(sys.argv[1])).close()\nasyncio.run(main())"
    openers = [
        await asyncio.create_subprocess_exec(sys.executable, "-W", "error", "-c", command, url, cwd=ROOT)
        for _ in range(2)
    ]
    assert [await opener.wait() for opener in openers] == [0, 0]
    await a_stored_space(url)
