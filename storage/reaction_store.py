"""Counts of gestures. Each gesture is a row, so that a person's own can be taken out again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select

from storage.database import Database
from storage.group_commit import GroupCommit
from storage.tables import reactions


class SqlReactionStore:
    """:class:`spaces.stores.ReactionStore` in SQL. Gestures of a crowd that come at once are committed together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._commits = GroupCommit(self._insert, name="gestures are stored")

    async def close(self) -> None:
        """Takes no more gestures; those that were taken are stored."""
        await self._commits.close()

    async def add(self, space_id: int, person_id: int, gesture: str, at: datetime) -> None:
        """Counts one gesture."""
        await self._commits.add({"space_id": space_id, "person_id": person_id, "gesture": gesture, "sent_at": at})

    async def totals(self, space_id: int) -> Mapping[str, int]:
        """How often each gesture was sent in the Space."""
        return await self._counts(reactions.c.space_id == space_id)

    async def since(self, space_id: int, moment: datetime) -> Mapping[str, int]:
        """How often each gesture was sent at ``moment`` or later."""
        return await self._counts((reactions.c.space_id == space_id) & (reactions.c.sent_at >= moment))

    async def erase_person(self, person_id: int) -> int:
        """Deletes a person's gestures; returns how many."""
        async with self._database.write() as connection:
            return (await connection.execute(delete(reactions).where(reactions.c.person_id == person_id))).rowcount

    async def _insert(self, rows: Sequence[dict[str, Any]]) -> None:
        async with self._database.write() as connection:
            await connection.execute(insert(reactions), rows)

    async def _counts(self, where: ColumnElement[bool]) -> Mapping[str, int]:
        query = select(reactions.c.gesture, func.count()).where(where).group_by(reactions.c.gesture)
        async with self._database.read() as connection:
            return dict((await connection.execute(query)).all())
