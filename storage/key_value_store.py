"""Small facts of the program itself."""

from __future__ import annotations

from sqlalchemy import select

from storage import statements
from storage.database import Database
from storage.tables import key_values


class SqlKeyValueStore:
    """:class:`spaces.stores.KeyValueStore` in SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str) -> str | None:
        """The value, or None."""
        async with self._database.read() as connection:
            return await connection.scalar(select(key_values.c.value).where(key_values.c.key == key))

    async def set(self, key: str, value: str) -> None:
        """Stores a value, in place of an older one."""
        async with self._database.write() as connection:
            statement = statements.insert(connection, key_values).values(key=key, value=value)
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}),
            )
