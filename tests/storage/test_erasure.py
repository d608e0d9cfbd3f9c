"""What was deleted, looked for in the files."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from spaces.errors import StorageUnavailable
from storage.database import Database
from tests.storage.conftest import bytes_on_disk, sql_stores
from tests.storage.examples import BELA, a_line, a_space


async def test_what_was_erased_leaves_the_files(database: Database, path: Path) -> None:
    stores = sql_stores(database)
    space = await stores.spaces.add(a_space())
    chance = random.Random(5)
    lines = []
    for number in range(300):
        person_id, word = (BELA.id, "tamarind") if chance.random() < 0.5 else (7, "rhubarb")
        text = f"{word} " * chance.choice((1, 30, 1500))  # some of them longer than a page
        line = a_line(space.id, f"{word} {number}", person_id=person_id, name=word, text=text)
        lines.append(await stores.transcripts.add(line))
    assert b"tamarind" in bytes_on_disk(path)

    own = await stores.transcripts.of_person(BELA.id)
    assert await stores.transcripts.remove([line.id for line in own]) == len(own) > 100
    assert b"tamarind" in bytes_on_disk(path)  # in the log, and in gaps: otherwise the test would prove nothing
    await database.scrub()

    assert b"tamarind" not in bytes_on_disk(path)
    assert b"rhubarb" in bytes_on_disk(path)
    others = [line for line in lines if line is not None and line.person_id == 7]
    assert sorted(line.id for line in await stores.transcripts.lines(space.id)) == [line.id for line in others]


async def test_scrubbing_waits_for_readers(database: Database, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database._SCRUB_PAUSE_SECONDS", 0.01)
    stores = sql_stores(database)
    await stores.key_values.set("word", "tamarind")
    async with database.read() as connection:
        await connection.exec_driver_sql("SELECT * FROM key_values")
        await stores.key_values.set("word", "x")
        with pytest.raises(StorageUnavailable, match="another program reads it"):
            await database.scrub()
    await database.scrub()
    assert b"tamarind" not in bytes_on_disk(path)
