"""Reports and block lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from spaces.model import Person, Report
from storage import statements
from storage.database import Database
from storage.statements import SOMEONE
from storage.tables import blocks, reports


class SqlSafetyStore:
    """:class:`spaces.stores.SafetyStore` in SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_report(self, report: Report) -> Report:
        """Stores a report and returns it with its number."""
        row = {
            "guild_id": report.guild_id,
            "space_id": report.space_id,
            "reporter_id": report.reporter.id,
            "reporter_name": report.reporter.name,
            "subject_id": report.subject.id if report.subject else None,
            "subject_name": report.subject.name if report.subject else None,
            "reason": report.reason,
            "reported_at": report.reported_at,
        }
        async with self._database.write() as connection:
            number = await connection.scalar(insert(reports).values(row).returning(reports.c.id))
        return replace(report, id=number)

    async def add_block(self, owner_id: int, blocked: Person, at: datetime) -> bool:
        """Adds to a member's own list; False if it was there."""
        row = {"owner_id": owner_id, "blocked_id": blocked.id, "blocked_name": blocked.name, "blocked_at": at}
        async with self._database.write() as connection:
            statement = statements.insert(connection, blocks).values(row)
            result = await connection.execute(
                statement.on_conflict_do_nothing(index_elements=["owner_id", "blocked_id"]),
            )
        return result.rowcount == 1

    async def remove_block(self, owner_id: int, blocked_id: int) -> bool:
        """Takes off a member's own list; False if it was not there."""
        entry = (blocks.c.owner_id == owner_id) & (blocks.c.blocked_id == blocked_id)
        async with self._database.write() as connection:
            return (await connection.execute(delete(blocks).where(entry))).rowcount == 1

    async def blocked_by(self, owner_ids: Iterable[int]) -> frozenset[int]:
        """Ids of everybody on one of these members' lists."""
        blocked: set[int] = set()
        async with self._database.read() as connection:
            for batch in statements.in_batches(owner_ids):
                query = select(blocks.c.blocked_id).where(blocks.c.owner_id.in_(batch))
                blocked.update(await connection.scalars(query))
        return frozenset(blocked)

    async def block_list(self, owner_id: int) -> Sequence[Person]:
        """A member's own list, oldest first."""
        query = select(blocks.c.blocked_id, blocks.c.blocked_name).where(blocks.c.owner_id == owner_id)
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(blocks.c.id))
            return [Person(blocked_id, name) for blocked_id, name in rows]

    async def erase_person(self, person_id: int) -> int:
        """Deletes their own block list and takes id and name off the reports that they made, whose words stay with
        the moderators; returns rows changed."""
        own_list = delete(blocks).where(blocks.c.owner_id == person_id)
        own_reports = update(reports).where(reports.c.reporter_id == person_id)
        async with self._database.write() as connection:
            deleted = (await connection.execute(own_list)).rowcount
            changed = (await connection.execute(own_reports.values(reporter_id=0, reporter_name=SOMEONE))).rowcount
        return deleted + changed
