"""What was deleted, looked for in the files."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection

from spaces.errors import StorageUnavailable
from storage import sqlite
from storage.database import Database
from tests.storage.conftest import bytes_on_disk, sql_stores
from tests.storage.examples import a_line, a_space

_SNOWFLAKE = 1574112336870899712


async def test_what_was_erased_leaves_the_files(database: Database, path: Path) -> None:
    stores = sql_stores(database)
    space = await stores.spaces.add(a_space())
    chance = random.Random(5)
    lines = []
    for number in range(300):
        person_id, word = (_SNOWFLAKE, "tamarind") if chance.random() < 0.5 else (7, "rhubarb")
        text = f"{word} " * chance.choice((1, 30, 1500))  # some of them longer than a page
        line = a_line(space.id, f"{word} {number}", person_id=person_id, name=word, text=text)
        stored = await stores.transcripts.add(line)
        assert stored is not None
        lines.append(stored)
    number_on_disk = _SNOWFLAKE.to_bytes(8, "big")  # https://www.sqlite.org/fileformat2.html#record_format
    assert b"tamarind" in bytes_on_disk(path)
    assert number_on_disk in bytes_on_disk(path)

    own = await stores.transcripts.of_person(_SNOWFLAKE)
    assert await stores.transcripts.remove([line.id for line in own]) == len(own) > 100
    assert b"tamarind" in bytes_on_disk(path)  # in the log, and in gaps: otherwise the test would prove nothing
    await database.scrub()

    assert b"tamarind" not in bytes_on_disk(path)
    assert number_on_disk not in bytes_on_disk(path)
    assert path.with_name(f"{path.name}-wal").stat().st_size == 0
    assert b"rhubarb" in bytes_on_disk(path)
    others = [line for line in lines if line.person_id == 7]
    assert sorted(line.id for line in await stores.transcripts.lines(space.id)) == [line.id for line in others]


async def test_many_who_are_erased_at_once_share_a_rebuilding(
    database: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuildings: list[None] = []
    rebuild = sqlite.rebuild

    def counted(connection: Connection) -> None:
        rebuildings.append(None)
        rebuild(connection)

    monkeypatch.setattr("storage.sqlite.rebuild", counted)
    stores = sql_stores(database)
    words = [f"tamarind number {number}." for number in range(12)]
    for word in words:
        await stores.key_values.set(word[:20], word)

    async def erase(word: str) -> None:
        async with database.write() as connection:
            await connection.exec_driver_sql("DELETE FROM key_values WHERE value = ?", (word,))
        await database.scrub()
        assert word.encode() not in bytes_on_disk(path)

    async def go_on_writing() -> None:
        for number in range(100):
            await stores.key_values.set("rhubarb", str(number))
            await stores.key_values.get("rhubarb")

    await asyncio.gather(go_on_writing(), *(erase(word) for word in words))
    assert b"tamarind" not in bytes_on_disk(path)
    assert await stores.key_values.get("rhubarb") == "99"
    assert len(rebuildings) <= 4


async def test_a_scrubbing_that_failed_covers_nobody(
    database: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_connection: Connection) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    stores = sql_stores(database)
    await stores.key_values.set("word", "tamarind")
    await stores.key_values.set("word", "x")
    with monkeypatch.context() as patched:
        patched.setattr("storage.sqlite.rebuild", full)
        found = await asyncio.gather(database.scrub(), database.scrub(), return_exceptions=True)
    assert [type(one) for one in found] == [StorageUnavailable] * 2
    await database.scrub()
    assert b"tamarind" not in bytes_on_disk(path)


async def test_members_write_while_scrubbing_waits_for_a_reader(database: Database, path: Path) -> None:
    stores = sql_stores(database)
    await stores.key_values.set("word", "tamarind")
    async with database.read() as connection:
        await connection.exec_driver_sql("SELECT * FROM key_values")
        scrubbing = asyncio.create_task(database.scrub())
        for number in range(50):
            await stores.key_values.set("word", str(number))
        assert not scrubbing.done()
    await scrubbing
    assert b"tamarind" not in bytes_on_disk(path)


async def test_scrubbing_gives_up_on_a_reader_that_stays(
    database: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.scrubbing._LOG_PAUSE_SECONDS", 0.01)
    stores = sql_stores(database)
    await stores.key_values.set("word", "tamarind")
    async with database.read() as connection:
        await connection.exec_driver_sql("SELECT * FROM key_values")
        await stores.key_values.set("word", "x")
        with pytest.raises(StorageUnavailable, match="another program reads it"):
            await database.scrub()
    await database.scrub()
    assert b"tamarind" not in bytes_on_disk(path)
