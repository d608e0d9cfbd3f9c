"""A database in a file of its own for every test, and both kinds of stores: each has to keep the same contract."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from spaces.stores import (
    AdmissionStore,
    ConsentStore,
    DebtStore,
    KeyValueStore,
    PostStore,
    ReactionStore,
    SafetyStore,
    SpaceStore,
    TranscriptStore,
)
from storage.admission_store import SqlAdmissionStore
from storage.consent_store import SqlConsentStore
from storage.database import Database
from storage.debt_store import SqlDebtStore
from storage.key_value_store import SqlKeyValueStore
from storage.post_store import SqlPostStore
from storage.reaction_store import SqlReactionStore
from storage.safety_store import SqlSafetyStore
from storage.space_store import SqlSpaceStore
from storage.transcript_store import SqlTranscriptStore
from tests.fakes import FakeStores


@dataclass(frozen=True, slots=True)
class Stores:
    """One store of each kind, about the same Spaces."""

    spaces: SpaceStore
    consents: ConsentStore
    transcripts: TranscriptStore
    reactions: ReactionStore
    posts: PostStore
    safety: SafetyStore
    admissions: AdmissionStore
    debts: DebtStore
    key_values: KeyValueStore


def sql_stores(database: Database) -> Stores:
    return Stores(
        SqlSpaceStore(database),
        SqlConsentStore(database),
        SqlTranscriptStore(database),
        SqlReactionStore(database),
        SqlPostStore(database),
        SqlSafetyStore(database),
        SqlAdmissionStore(database),
        SqlDebtStore(database),
        SqlKeyValueStore(database),
    )


def fake_stores() -> Stores:
    fakes = FakeStores()
    return Stores(
        fakes.spaces,
        fakes.consents,
        fakes.transcripts,
        fakes.reactions,
        fakes.posts,
        fakes.safety,
        fakes.admissions,
        fakes.debts,
        fakes.key_values,
    )


def connection_threads() -> list[threading.Thread]:
    """The driver's threads, one a connection."""
    return [thread for thread in threading.enumerate() if "_connection_worker_thread" in thread.name]


def bytes_on_disk(path: Path) -> bytes:
    """The database file and its side files."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.iterdir()))


async def pragma(database: Database, setting: str) -> None:
    """Changes a setting of the connection that writes: there is only one."""
    async with database.write() as connection:
        await connection.exec_driver_sql(f"PRAGMA {setting}")


@pytest.fixture(autouse=True)
def _no_connection_left_open():
    before = connection_threads()
    yield
    left = [thread for thread in connection_threads() if thread not in before]
    for thread in left:
        thread.join(timeout=5)  # a closed connection's thread is on its last line
    assert [thread for thread in left if thread.is_alive()] == []


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "spaces.sqlite3"


@pytest.fixture
def url(path: Path) -> str:
    return f"sqlite:///{path}"


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """The database, for one life of the program."""
    database = await Database.open(url)
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    async with opened(url) as database:
        yield database


@pytest.fixture(params=["in memory", "sqlite"])
async def stores(request: pytest.FixtureRequest, url: str) -> AsyncIterator[Stores]:
    if request.param == "in memory":
        yield fake_stores()
        return
    async with opened(url) as database:
        yield sql_stores(database)
