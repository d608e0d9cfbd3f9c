"""Choices about captions and transcripts, kept as receipts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, delete, func, insert, or_, select

from spaces.model import Consent, Person
from storage.database import Database
from storage.tables import consents


class SqlConsentStore:
    """:class:`spaces.stores.ConsentStore` in SQL.

    The newest receipt is the one stored last, whatever its date: a clock that was set back must not let an older
    "yes" win over a newer "no".
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, consent: Consent) -> None:
        """Stores a receipt."""
        async with self._database.write() as connection:
            await connection.execute(insert(consents).values(_values(consent)))

    async def current(self, guild_id: int, space_id: int, person_id: int) -> Consent | None:
        """The newest receipt that concerns this Space: its own, or one for the whole server."""
        query = (
            select(consents)
            .where(_concerns(guild_id, space_id), consents.c.person_id == person_id)
            .order_by(consents.c.id.desc())
            .limit(1)
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        return None if row is None else _consent(row)

    async def receipts(self, guild_id: int, space_id: int, person_id: int) -> Sequence[Consent]:
        """All receipts of the person that concern this Space, in the order in which they were stored."""
        own = _concerns(guild_id, space_id) & (consents.c.person_id == person_id)
        async with self._database.read() as connection:
            rows = await connection.execute(select(consents).where(own).order_by(consents.c.id))
            return [_consent(row) for row in rows.mappings()]

    async def all_current(self, guild_id: int, space_id: int) -> Mapping[int, Consent]:
        """Newest receipt of each person for this Space, by person id."""
        newest = select(func.max(consents.c.id)).where(_concerns(guild_id, space_id)).group_by(consents.c.person_id)
        async with self._database.read() as connection:
            rows = (await connection.execute(select(consents).where(consents.c.id.in_(newest)))).mappings()
            return {row["person_id"]: _consent(row) for row in rows}

    async def erase_person(self, person_id: int) -> int:
        """Deletes all receipts of a person; returns how many."""
        async with self._database.write() as connection:
            return (await connection.execute(delete(consents).where(consents.c.person_id == person_id))).rowcount


def _concerns(guild_id: int, space_id: int) -> ColumnElement[bool]:
    here = or_(consents.c.space_id == space_id, consents.c.space_id.is_(None))
    return (consents.c.guild_id == guild_id) & here


def _values(consent: Consent) -> dict[str, Any]:
    return {
        "guild_id": consent.guild_id,
        "space_id": consent.space_id,
        "person_id": consent.person.id,
        "name": consent.person.name,
        "choice": consent.choice,
        "hide_name": consent.hide_name,
        "chosen_at": consent.chosen_at,
        "expires_at": consent.expires_at,
        "engine": consent.engine,
        "readers": consent.readers,
        "kept_days": consent.kept_days,
        "wording": consent.wording,
    }


def _consent(row: RowMapping) -> Consent:
    return Consent(
        guild_id=row["guild_id"],
        space_id=row["space_id"],
        person=Person(row["person_id"], row["name"]),
        choice=row["choice"],
        hide_name=row["hide_name"],
        chosen_at=row["chosen_at"],
        expires_at=row["expires_at"],
        engine=row["engine"],
        readers=row["readers"],
        kept_days=row["kept_days"],
        wording=row["wording"],
    )
