from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine

import storage
from spaces.errors import StorageUnavailable
from spaces.model import Participant, Space
from spaces.rules import RoomRules, SpeakMode
from storage import migrator, sqlite
from storage.database import Database
from storage.tables import metadata
from tests.storage.conftest import opened, sql_stores
from tests.storage.examples import BELA, a_space

MIGRATIONS = Path(storage.__file__).parent / "migrations"

LATER = """
import sqlalchemy as sa
from alembic import op

revision = "0900"
down_revision = "0002"
branch_labels = depends_on = None


def upgrade():
    op.create_table("extra", sa.Column("id", sa.Integer(), primary_key=True))
    with op.batch_alter_table("spaces", recreate="always") as spaces:
        spaces.add_column(sa.Column("topic", sa.Text(), nullable=False, server_default="none"))
    {then}
"""


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """A copy of the migrations, to add to."""
    return Path(shutil.copytree(MIGRATIONS, tmp_path / "migrations"))


def schema(path: Path) -> dict[str, str]:
    """Every table and index with its SQL, spaces and quotes aside."""
    connection = sqlite3.connect(path)
    try:
        rows = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'"
        )
        return {name: re.sub(r'["\s]+', "", sql) for name, sql in rows}
    finally:
        connection.close()


def content(path: Path) -> bytes:
    return path.read_bytes()


def versions(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return [version for (version,) in connection.execute("SELECT version_num FROM alembic_version")]
    finally:
        connection.close()


async def a_stored_space_with_a_guest(url: str) -> Space:
    async with opened(url) as database:
        store = sql_stores(database).spaces
        space = await store.add(a_space())
        await store.save_participant(Participant(space.id, BELA))
        return space


async def test_migrations_build_what_the_tables_say(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return compare_metadata(context, metadata)

    async with database.write() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrations_build_the_same_sql(database: Database, path: Path, tmp_path: Path) -> None:
    # Finds what the comparison above does not look at: conditions of indexes, AUTOINCREMENT, names of keys.
    direct = tmp_path / "direct.sqlite3"
    engine = create_engine(f"sqlite:///{direct}")
    metadata.create_all(engine)
    engine.dispose()
    migrated = schema(path)
    assert migrated.keys() == schema(direct).keys()
    for name, sql in schema(direct).items():
        assert _parts(migrated[name]) == _parts(sql), name


def _parts(sql: str) -> list[str]:
    """The definitions in a statement, regardless of their order."""
    return sorted(re.split(r",(?![^()]*\))", sql.removesuffix(")")))


async def test_down_and_up_again(url: str, path: Path) -> None:
    async with opened(url):
        pass
    before = schema(path)

    def downgrade(connection: Connection) -> None:
        command.downgrade(migrator.alembic_config(connection), "base")

    engine = sqlite.migration_engine(sqlite.parse_url(url))
    async with engine.begin() as connection:
        await connection.run_sync(downgrade)
    await engine.dispose()
    assert schema(path).keys() <= {"sqlite_sequence"}
    assert versions(path) == []
    async with opened(url):
        pass
    assert schema(path) == before


async def test_a_newer_schema_is_refused_untouched(url: str, path: Path) -> None:
    async with opened(url):
        pass
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '0999'")
    connection.commit()
    connection.close()
    before = content(path)
    with pytest.raises(StorageUnavailable) as refused:
        await Database.open(url)
    assert refused.value.sentence == (
        "The database was written by a newer version of this bot (schema 0999; this version knows 0002). "
        "Install that version again, or restore the backup from before it."
    )
    assert content(path) == before


async def test_a_later_migration_keeps_every_row(url: str, path: Path, scripts: Path) -> None:
    space = await a_stored_space_with_a_guest(url)
    (scripts / "versions" / "0900_later.py").write_text(LATER.format(then="pass"))
    await migrator.migrate(sqlite.migration_engine(sqlite.parse_url(url)), scripts=str(scripts))
    assert versions(path) == ["0900"]
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("SELECT id, topic FROM spaces").fetchall() == [(space.id, "none")]
        assert connection.execute("SELECT person_id FROM participants").fetchall() == [(BELA.id,)]
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("then", "error"),
    [
        ('raise RuntimeError("half way")', RuntimeError),
        ('op.execute("DELETE FROM spaces")', StorageUnavailable),  # people who belong to no Space any more
    ],
)
async def test_a_migration_that_fails_leaves_nothing_half_made(
    url: str, path: Path, scripts: Path, then: str, error: type[Exception]
) -> None:
    space = await a_stored_space_with_a_guest(url)
    before = schema(path)
    (scripts / "versions" / "0900_later.py").write_text(LATER.format(then=then))
    with pytest.raises(error):
        await migrator.migrate(sqlite.migration_engine(sqlite.parse_url(url)), scripts=str(scripts))
    assert schema(path) == before
    assert versions(path) == ["0002"]
    async with opened(url) as database:
        assert await sql_stores(database).spaces.get(space.id) == space


def test_every_migration_says_what_it_builds_on() -> None:
    files = _revisions()
    assert [down for _, down in files] == [None, *(revision for revision, _ in files[:-1])]


def _revisions() -> list[tuple[str, str | None]]:
    def of(file: Path) -> Iterator[str | None]:
        for name in ("revision", "down_revision"):
            match = re.search(rf'^{name} = (?:"(\w+)"|None)$', file.read_text(), re.MULTILINE)
            assert match is not None, file
            yield match.group(1)

    pairs = [tuple(of(file)) for file in sorted((MIGRATIONS / "versions").glob("*.py"))]
    return [(str(revision), down) for revision, down in pairs]


async def test_rooms_of_the_first_version_get_the_rules_that_they_had(url: str, path: Path) -> None:
    path.parent.mkdir()
    await migrator.migrate(sqlite.migration_engine(sqlite.parse_url(url)), revision="0001")
    connection = sqlite3.connect(path)
    connection.execute(
        "INSERT INTO spaces (guild_id, host_id, host_name, title, speak, state, speaker_limit, transcript_days, "
        "created_at, captions_on) VALUES (1, 2, 'Ada', 'Old', 'invited', 'live', 7, 30, '2026-03-01 12:00:00', 0)"
    )
    connection.commit()
    connection.close()
    async with opened(url) as database:
        space = await sql_stores(database).spaces.get(1)
    assert space is not None
    assert space.rules == RoomRules(speak=SpeakMode.INVITED, speaker_limit=7)
    assert (space.owns_channel, space.locked, space.paused_at, space.preset) == (True, False, None, None)
