"""Who brought whom into rooms for invited people, and who wants no invitations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, insert, select

from storage import statements
from storage.database import Database
from storage.tables import admissions, opt_outs


class SqlAdmissionStore:
    """:class:`spaces.stores.AdmissionStore` in SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self, space_id: int, inviter_id: int, person_id: int, at: datetime, *, most: int, since: datetime
    ) -> bool:
        """Notes an admission unless the inviter has brought in ``most`` people since ``since``; False if so."""
        row = {"space_id": space_id, "inviter_id": inviter_id, "person_id": person_id, "admitted_at": at}
        own = (admissions.c.inviter_id == inviter_id) & (admissions.c.admitted_at > since)
        async with self._database.write() as connection:
            count = await connection.scalar(select(func.count()).select_from(admissions).where(own)) or 0
            if count >= most:
                return False
            await connection.execute(insert(admissions).values(row))
        return True

    async def opt_out(self, guild_id: int, person_id: int, at: datetime) -> bool:
        """The person wants no invitations in that server; False if that was known."""
        row = {"guild_id": guild_id, "person_id": person_id, "opted_out_at": at}
        async with self._database.write() as connection:
            statement = statements.insert(connection, opt_outs).values(row)
            result = await connection.execute(
                statement.on_conflict_do_nothing(index_elements=["guild_id", "person_id"]),
            )
        return result.rowcount == 1

    async def opt_in(self, guild_id: int, person_id: int) -> bool:
        """The person may be invited again; False if they could be."""
        entry = (opt_outs.c.guild_id == guild_id) & (opt_outs.c.person_id == person_id)
        async with self._database.write() as connection:
            return (await connection.execute(delete(opt_outs).where(entry))).rowcount == 1

    async def opted_out(self, guild_id: int, person_id: int) -> bool:
        """Whether the person wants no invitations in that server."""
        entry = (opt_outs.c.guild_id == guild_id) & (opt_outs.c.person_id == person_id)
        async with self._database.read() as connection:
            return await connection.scalar(select(opt_outs.c.person_id).where(entry)) is not None

    async def erase_person(self, person_id: int) -> int:
        """Deletes all that names the person; returns how many rows."""
        named = (admissions.c.inviter_id == person_id) | (admissions.c.person_id == person_id)
        changes = (delete(admissions).where(named), delete(opt_outs).where(opt_outs.c.person_id == person_id))
        async with self._database.write() as connection:
            return sum([(await connection.execute(change)).rowcount for change in changes])
