"""Links that were shared."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, delete, select, update

from spaces.model import Person, SharedPost
from storage import statements
from storage.database import Database
from storage.tables import posts


class SqlPostStore:
    """:class:`spaces.stores.PostStore` in SQL. A link is the same if its canonical form is: the caller gives that."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, post: SharedPost) -> SharedPost | None:
        """Stores a post and returns it with its number; None if the Space has that link already."""
        async with self._database.write() as connection:
            statement = (
                statements.insert(connection, posts)
                .values(_values(post))
                .on_conflict_do_nothing(index_elements=["space_id", "url"])
                .returning(posts.c.id)
            )
            number = (await connection.execute(statement)).scalar_one_or_none()
        return None if number is None else replace(post, id=number)

    async def set_message(self, post_id: int, message_id: int) -> None:
        """Notes the message that shows the card."""
        async with self._database.write() as connection:
            await connection.execute(update(posts).where(posts.c.id == post_id).values(message_id=message_id))

    async def of_space(self, space_id: int) -> Sequence[SharedPost]:
        """Posts of a Space in order of sharing."""
        return await self._select(posts.c.space_id == space_id)

    async def of_person(self, person_id: int) -> Sequence[SharedPost]:
        """Everything that a person shared, in order of sharing."""
        return await self._select(posts.c.sharer_id == person_id)

    async def remove(self, post_ids: Collection[int]) -> int:
        """Deletes posts; returns how many."""
        removals = [delete(posts).where(posts.c.id.in_(batch)) for batch in statements.in_batches(post_ids)]
        async with self._database.write() as connection:
            return sum([(await connection.execute(removal)).rowcount for removal in removals])

    async def _select(self, where: ColumnElement[bool]) -> Sequence[SharedPost]:
        query = select(posts).where(where).order_by(posts.c.id)
        async with self._database.read() as connection:
            return [_post(row) for row in (await connection.execute(query)).mappings()]


def _values(post: SharedPost) -> dict[str, Any]:
    return {
        "space_id": post.space_id,
        "sharer_id": post.sharer.id,
        "sharer_name": post.sharer.name,
        "url": post.url,
        "note": post.note,
        "shared_at": post.shared_at,
        "message_id": post.message_id,
    }


def _post(row: RowMapping) -> SharedPost:
    return SharedPost(
        id=row["id"],
        space_id=row["space_id"],
        sharer=Person(row["sharer_id"], row["sharer_name"]),
        url=row["url"],
        note=row["note"],
        shared_at=row["shared_at"],
        message_id=row["message_id"],
    )
