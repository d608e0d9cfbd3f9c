"""What the stores' SQL shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

SOMEONE = "someone"
"""The name of a person whose name was erased."""

_BATCH = 500  # bound values in one statement; SQLite takes 999 where it is old, https://www.sqlite.org/limits.html


def insert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say ON CONFLICT, which SQLAlchemy spells once per database."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def in_batches(ids: Iterable[int]) -> Iterator[list[int]]:
    """The ids in lists that fit into one statement."""
    rest = iter(ids)
    while batch := list(islice(rest, _BATCH)):
        yield batch
