"""What can be wrong with the disk and the file, and the sentence for each."""

from __future__ import annotations

import itertools
import sqlite3
from pathlib import Path

import pytest

from spaces.errors import StorageUnavailable
from storage.database import Database
from tests.storage.conftest import bytes_on_disk, connection_threads, opened, pragma, sql_stores
from tests.storage.examples import a_line, a_space


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("not a url", "cannot be understood"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("sqlite:///file:x?mode=memory&uri=true", "needs a file"),
        ("postgresql://localhost/spaces", "not in postgresql"),
    ],
)
async def test_an_address_that_is_no_file_of_ours(url: str, what: str) -> None:
    with pytest.raises(StorageUnavailable, match=what) as refused:
        await Database.open(url)
    assert "sqlite:///data/spaces.sqlite3" in refused.value.sentence


async def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StorageUnavailable) as refused:
        await Database.open(f"sqlite:///{tmp_path}/data/spaces.sqlite3")
    assert refused.value.sentence.startswith(f"I could not open the database {tmp_path}/data/spaces.sqlite3: ")


async def test_a_file_that_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable, match="the file cannot be opened"):
        await Database.open(f"sqlite:///{tmp_path}")
    assert connection_threads() == []  # at once: the caller may close the event loop next


async def test_a_file_that_is_no_database(path: Path, url: str) -> None:
    path.parent.mkdir()
    diary = b"Dear diary, " * 1000
    _replace(path, diary)
    with pytest.raises(StorageUnavailable) as refused:
        await Database.open(url)
    assert (
        refused.value.sentence == f"I could not open the database {path}: the file is no database. Nothing was changed."
    )
    assert bytes_on_disk(path) == diary


async def test_a_read_only_file(path: Path, url: str) -> None:
    async with opened(url):
        pass
    with pytest.raises(StorageUnavailable, match="the database is read-only") as refused:
        await Database.open(f"sqlite:///file:{path}?mode=ro&uri=true")
    assert refused.value.sentence.startswith("I could not open the database file:")


async def test_a_database_that_becomes_read_only(database: Database) -> None:
    store = sql_stores(database).key_values
    await store.set("commands", "before")
    await pragma(database, "query_only = ON")
    with pytest.raises(StorageUnavailable) as refused:
        await store.set("commands", "after")
    assert refused.value.sentence == (
        "I could not save that: the database is read-only. Nothing was changed; tell an admin."
    )
    assert await store.get("commands") == "before"


async def test_a_full_disk_changes_nothing_and_room_on_it_heals(database: Database) -> None:
    stores = sql_stores(database)
    space = await stores.spaces.add(a_space())
    stored = await stores.transcripts.add(a_line(space.id, "before"))
    await pragma(database, "max_page_count = 1")  # means as many pages as there are
    with pytest.raises(StorageUnavailable) as refused:
        await stores.transcripts.add(a_line(space.id, "too much", text="words " * 10_000))
    assert refused.value.sentence == "I could not save that: the disk is full. Nothing was changed; tell an admin."
    assert list(await stores.transcripts.lines(space.id)) == [stored]
    await pragma(database, "max_page_count = 1000000")
    assert await stores.transcripts.add(a_line(space.id, "too much", text="words " * 10_000)) is not None


async def test_a_disk_that_fills_up_loses_nothing_acknowledged(url: str) -> None:
    acknowledged = []

    async def fill(database: Database, space_id: int) -> None:
        await pragma(database, "max_page_count = 60")
        for number in itertools.count():
            line = a_line(space_id, str(number), text="words " * 300)
            acknowledged.append(await sql_stores(database).transcripts.add(line))

    async with opened(url) as database:
        space = await sql_stores(database).spaces.add(a_space())
        with pytest.raises(StorageUnavailable, match="the disk is full"):
            await fill(database, space.id)
    assert len(acknowledged) > 3
    async with opened(url) as database:
        assert list(await sql_stores(database).transcripts.lines(space.id)) == acknowledged


async def test_a_lock_that_another_program_keeps(database: Database, path: Path) -> None:
    await pragma(database, "busy_timeout = 20")
    store = sql_stores(database).key_values
    other = sqlite3.connect(path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageUnavailable) as refused:
            await store.set("commands", "abc")
        assert refused.value.sentence == (
            "I could not save that: another program is using the database. Nothing was changed; please try again."
        )
        assert await store.get("commands") is None
        other.execute("ROLLBACK")
    finally:
        other.close()
    await store.set("commands", "abc")


async def test_a_damaged_database(url: str, path: Path) -> None:
    async with opened(url) as database:
        stores = sql_stores(database)
        space = await stores.spaces.add(a_space())
        for number in range(100):
            await stores.transcripts.add(a_line(space.id, str(number), text="words " * 500))
    sound = bytes_on_disk(path)
    _replace(path, sound[: len(sound) // 2] + b"\xff" * (len(sound) // 2))
    async with opened(url) as database:
        with pytest.raises(StorageUnavailable) as refused:
            await sql_stores(database).transcripts.lines(space.id)
    assert refused.value.sentence == (
        "I could not look that up: the file is damaged. Nothing was changed; tell an admin."
    )


async def test_words_of_people_stay_out_of_error_messages(database: Database) -> None:
    with pytest.raises(Exception) as failed:
        await sql_stores(database).spaces.add(a_space(title="my secret", transcript_days=None))
    messages, error = [], failed.value
    while error is not None:
        messages.append(str(error))
        error = error.__cause__
    assert len(messages) > 1
    assert "my secret" not in "".join(messages)


def _replace(path: Path, content: bytes) -> None:
    path.write_bytes(content)
