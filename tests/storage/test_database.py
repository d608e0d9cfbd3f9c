from __future__ import annotations

import asyncio
import random
import stat
from pathlib import Path

import pytest

from spaces.errors import StorageUnavailable
from storage.database import Database
from tests.storage.conftest import opened, sql_stores
from tests.storage.examples import NOON, a_space


async def test_files_are_for_this_account_only(database: Database, path: Path) -> None:
    await sql_stores(database).key_values.set("a", "b")
    files = list(path.parent.iterdir())
    assert {file.name for file in files} == {path.name + suffix for suffix in ("", "-wal", "-shm")}
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600] * 3
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_what_was_stored_is_there_after_a_restart(url: str, path: Path) -> None:
    async with opened(url) as database:
        await sql_stores(database).key_values.set("commands", "abc")
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    async with opened(url) as database:
        assert await sql_stores(database).key_values.get("commands") == "abc"


async def test_settings_of_the_connections(database: Database) -> None:
    async def settings(connection, names):
        return {name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one() for name in names}

    async with database.write() as connection:
        found = await settings(connection, ("journal_mode", "synchronous", "foreign_keys", "secure_delete"))
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    async with database.read() as connection:
        assert await settings(connection, ("query_only",)) == {"query_only": 1}


async def test_a_transaction_that_fails_is_undone(database: Database) -> None:
    async def half_done() -> None:
        async with database.write() as connection:
            await connection.exec_driver_sql("INSERT INTO key_values VALUES ('a', 'b')")
            raise LookupError("the caller's own fault")

    with pytest.raises(LookupError):
        await half_done()
    assert await sql_stores(database).key_values.get("a") is None


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StorageUnavailable, match="read-only"):
        async with database.read() as connection:
            await connection.exec_driver_sql("INSERT INTO key_values VALUES ('a', 'b')")


async def test_a_reader_sees_one_moment(database: Database) -> None:
    store = sql_stores(database).key_values
    await store.set("commands", "before")
    query = "SELECT value FROM key_values"
    async with database.read() as connection:
        first = (await connection.exec_driver_sql(query)).scalar_one()
        await store.set("commands", "after")
        assert (first, (await connection.exec_driver_sql(query)).scalar_one()) == ("before", "before")
    assert await store.get("commands") == "after"


async def test_many_write_at_once(database: Database) -> None:
    stores = sql_stores(database)
    space = await stores.spaces.add(a_space())

    async def write_and_read(person_id: int) -> None:
        for _ in range(2):
            await stores.reactions.add(space.id, person_id, "clap", NOON)
            await stores.reactions.totals(space.id)

    await asyncio.gather(*(write_and_read(number) for number in range(50)))
    assert dict(await stores.reactions.totals(space.id)) == {"clap": 100}


async def test_two_programs_read_and_then_write_without_losing_an_update(database: Database, url: str) -> None:
    async def count_up(one: Database) -> None:
        for _ in range(10):
            async with one.write() as connection:
                found = (await connection.exec_driver_sql("SELECT value FROM key_values")).scalar_one()
                await asyncio.sleep(0)  # the other one gets every chance to come between
                await connection.exec_driver_sql("UPDATE key_values SET value = ?", (str(int(found) + 1),))

    store = sql_stores(database).key_values
    await store.set("count", "0")
    async with opened(url) as other:
        await asyncio.gather(count_up(database), count_up(other))
    assert await store.get("count") == "20"


async def test_cancelled_writers_leave_whole_transactions_and_a_working_database(database: Database) -> None:
    chance = random.Random(3)

    async def pair(number: int) -> None:
        async with database.write() as connection:
            for half in ("a", "b"):
                await connection.exec_driver_sql("INSERT INTO key_values VALUES (?, '')", (f"{number}{half}",))

    for number in range(60):
        task = asyncio.create_task(pair(number))
        await asyncio.sleep(chance.uniform(0, 0.004))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await pair(1000)
    async with database.read() as connection:
        keys = set((await connection.exec_driver_sql("SELECT key FROM key_values")).scalars())
    assert {key[:-1] + "a" for key in keys} == {key for key in keys if key.endswith("a")}
    assert {key[:-1] + "b" for key in keys} == {key for key in keys if key.endswith("b")}
    assert "1000b" in keys


async def test_a_cancelled_opening_leaves_no_connection(url: str) -> None:
    chance = random.Random(4)
    for _ in range(20):
        opening = asyncio.create_task(Database.open(url))
        await asyncio.sleep(chance.uniform(0, 0.03))
        opening.cancel()
        await asyncio.wait([opening])
        if not opening.cancelled():  # it was quicker
            await opening.result().close()
    async with opened(url) as database:
        await sql_stores(database).key_values.set("a", "b")


async def test_close_waits_for_what_is_under_way_and_refuses_more(url: str) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(database: Database) -> None:
        async with database.write() as connection:
            await connection.exec_driver_sql("INSERT INTO key_values VALUES ('slow', 'done')")
            begun.set()
            await go_on.wait()

    async with opened(url) as database:
        store = sql_stores(database).key_values
        writing = asyncio.create_task(slow(database))
        await begun.wait()
        closing = asyncio.create_task(database.close())
        await asyncio.sleep(0)
        for refused in (store.set("a", "b"), store.get("a"), database.scrub()):
            with pytest.raises(StorageUnavailable, match="is closed"):
                await refused
        assert not closing.done()
        go_on.set()
        await asyncio.gather(writing, closing)
    async with opened(url) as database:
        assert await sql_stores(database).key_values.get("slow") == "done"
