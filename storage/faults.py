"""Turns what the driver raises into domain errors, with a sentence that says what is wrong.

Result codes: https://www.sqlite.org/rescode.html
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from spaces.errors import Conflict, NotFound, SpacesError, StorageUnavailable

SAVING = "I could not save that"
READING = "I could not look that up"

_TELL_AN_ADMIN = "Nothing was changed; tell an admin."
_TRY_AGAIN = "Nothing was changed; please try again."
_BUSY = "another program is using the database"
_REASONS = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "the database is read-only",
    sqlite3.SQLITE_PERM: "the database file may not be used by this account",
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_IOERR: "the disk reports a fault",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened",
    sqlite3.SQLITE_CORRUPT: "the file is damaged",
    sqlite3.SQLITE_NOTADB: "the file is no database",
}
_PRIMARY_CODE = 0xFF  # an extended result code keeps the primary one in its lowest byte


@contextmanager
def as_domain_errors(doing: str, remedy: str = _TELL_AN_ADMIN) -> Iterator[None]:
    """Raises :class:`Conflict` for a key that exists already, :class:`NotFound` for a Space that does not, and
    :class:`StorageUnavailable` with ``{doing}: {reason}. {remedy}`` for what is wrong with the database itself."""
    try:
        yield
    except PoolTimeoutError as error:
        raise StorageUnavailable(f"{doing}: too much is going on. {_TRY_AGAIN}") from error
    except DBAPIError as error:
        raise _domain_error(error.orig, doing, remedy) from error
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise _domain_error(error, doing, remedy) from error


def _domain_error(cause: BaseException | None, doing: str, remedy: str) -> SpacesError:
    code = getattr(cause, "sqlite_errorcode", None)
    if code in {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}:
        return Conflict("That was done already; nothing was changed.")
    if code == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
        return NotFound("That Space is not there any more.")
    reason = "the database failed" if code is None else _REASONS.get(code & _PRIMARY_CODE, "the database failed")
    return StorageUnavailable(f"{doing}: {reason}. {_TRY_AGAIN if reason == _BUSY else remedy}")
