"""What was done to people and is still to be undone."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, select

from spaces.model import Debt, DebtKind
from storage import statements
from storage.database import Database
from storage.tables import debts


class SqlDebtStore:
    """:class:`spaces.stores.DebtStore` in SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def owe(self, debt: Debt) -> None:
        """Notes a debt; one that is known already stays as it is."""
        row = {
            "guild_id": debt.guild_id,
            "person_id": debt.person_id,
            "kind": debt.kind,
            "channel_id": debt.channel_id,
            "owed_since": debt.owed_since,
        }
        async with self._database.write() as connection:
            await connection.execute(statements.insert(connection, debts).values(row).on_conflict_do_nothing())

    async def paid(self, debt: Debt) -> bool:
        """Forgets a debt; False if it was not known."""
        async with self._database.write() as connection:
            return (await connection.execute(delete(debts).where(_key(debt)))).rowcount == 1

    async def of_person(self, guild_id: int, person_id: int, kind: DebtKind) -> Sequence[Debt]:
        """What of that kind is owed to a person in a server."""
        return await self._select(
            (debts.c.guild_id == guild_id) & (debts.c.person_id == person_id) & (debts.c.kind == kind)
        )

    async def in_guild(self, guild_id: int) -> Sequence[Debt]:
        """All that is owed in a server, oldest first."""
        return await self._select(debts.c.guild_id == guild_id)

    async def guilds(self) -> Sequence[int]:
        """The servers in which something is owed."""
        async with self._database.read() as connection:
            return list(await connection.scalars(select(debts.c.guild_id).distinct().order_by(debts.c.guild_id)))

    async def _select(self, condition: ColumnElement[bool]) -> Sequence[Debt]:
        query = select(debts).where(condition).order_by(debts.c.owed_since, debts.c.person_id)
        async with self._database.read() as connection:
            return [Debt(**row) for row in (await connection.execute(query)).mappings()]


def _key(debt: Debt) -> ColumnElement[bool]:
    return (
        (debts.c.guild_id == debt.guild_id)
        & (debts.c.person_id == debt.person_id)
        & (debts.c.kind == debt.kind)
        & (debts.c.channel_id == debt.channel_id)
    )
