"""Brings a database to the schema of this version, with Alembic, in one transaction."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from spaces.errors import StorageUnavailable

SCRIPTS = "storage:migrations"
"""Where the migrations are: the package and the folder in it."""


async def migrate(engine: AsyncEngine, *, revision: str = "head", scripts: str = SCRIPTS) -> None:
    """Applies what is missing up to ``revision``, all of it or nothing, and closes the engine.

    One at a time in a process (Alembic keeps the current migration in a global); processes wait for each other.
    Raises :class:`StorageUnavailable` for a database of a newer version, and SQLAlchemy's errors.
    """
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, revision, scripts)
    finally:
        await engine.dispose()


def alembic_config(connection: Connection, scripts: str = SCRIPTS) -> Config:
    """What Alembic needs to work on ``connection``, in place of an ``alembic.ini``."""
    config = Config()
    config.set_main_option("script_location", scripts)
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection, revision: str, scripts: str) -> None:
    config = alembic_config(connection, scripts)
    known = ScriptDirectory.from_config(config)
    found = set(MigrationContext.configure(connection).get_current_heads())
    _refuse_newer(found, known)
    if found == set(known.get_heads()):
        # SQLite opens a read-only file without a word; better to know at the start than at the first command.
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
        return
    command.upgrade(config, revision)
    # The keys were off while tables were copied.
    torn = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if torn:
        tables = ", ".join(sorted({row[0] for row in torn}))
        raise StorageUnavailable(f"The database was not changed: rows in {tables} belong to no Space.")


def _refuse_newer(found: set[str], known: ScriptDirectory) -> None:
    for revision in found:
        try:
            known.get_revision(revision)
        except CommandError as error:
            raise StorageUnavailable(
                f"The database was written by a newer version of this bot (schema {revision}; this version knows "
                f"{known.get_current_head()}). Install that version again, or restore the backup from before it."
            ) from error
