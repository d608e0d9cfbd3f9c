"""The trips to the thread of SQLite: as few as possible, and never one too few."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import aiosqlite
import pytest
import pytest_asyncio

from storage import driver


@pytest_asyncio.fixture
async def connection(tmp_path: Path) -> AsyncIterator[aiosqlite.Connection]:
    async with contextlib.AsyncExitStack() as stack:
        opened = await driver.connect(str(tmp_path / "some.sqlite3"), isolation_level=None)
        stack.push_async_callback(opened.close)
        await (await opened.cursor().__aenter__()).execute("CREATE TABLE words (word TEXT)")
        yield opened


@pytest.fixture
def trips(connection: aiosqlite.Connection, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was sent to the thread."""
    sent: list[object] = []
    put = connection._tx.put_nowait
    monkeypatch.setattr(
        connection, "_tx", type("Queue", (), {"put_nowait": lambda _, item: (sent.append(item), put(item))})()
    )
    return sent


async def test_a_statement_with_all_its_rows_is_one_trip(connection: aiosqlite.Connection, trips: list[object]) -> None:
    cursor = await connection.cursor().__aenter__()
    await cursor.execute("INSERT INTO words VALUES (?), (?) RETURNING word", ("one", "two"))
    assert (await cursor.fetchall(), cursor.rowcount, cursor.description[0][0]) == ([("one",), ("two",)], 2, "word")
    await cursor.close()
    assert len(trips) == 1


async def test_many_rows_are_one_trip(connection: aiosqlite.Connection, trips: list[object]) -> None:
    cursor = await connection.cursor().__aenter__()
    await cursor.executemany("INSERT INTO words VALUES (?)", [("one",), ("two",), ("three",)])
    assert (cursor.rowcount, len(trips)) == (3, 1)


async def test_nothing_is_rolled_back_where_nothing_was_begun(
    connection: aiosqlite.Connection, trips: list[object]
) -> None:
    await connection.rollback()
    assert trips == []


async def test_a_transaction_begins_with_its_first_statement(
    connection: aiosqlite.Connection, trips: list[object]
) -> None:
    cursor = await connection.cursor().__aenter__()
    await cursor.execute("BEGIN IMMEDIATE")
    await connection.commit()
    await cursor.execute("BEGIN IMMEDIATE")
    await connection.rollback()
    assert trips == []
    await cursor.execute("BEGIN IMMEDIATE")
    await cursor.execute("INSERT INTO words VALUES ('one')")
    assert connection.in_transaction
    await connection.commit()
    assert not connection.in_transaction
    assert len(trips) == 2


async def test_what_was_begun_is_rolled_back_also_if_nobody_waited_for_it(connection: aiosqlite.Connection) -> None:
    cursor = await connection.cursor().__aenter__()
    for patience in range(4):
        await cursor.execute("BEGIN IMMEDIATE")
        beginning = asyncio.create_task(cursor.execute("INSERT INTO words VALUES ('one')"))
        for _ in range(patience):
            await asyncio.sleep(0)
        beginning.cancel()
        await asyncio.wait([beginning])
        await connection.rollback()
        assert not connection.in_transaction
