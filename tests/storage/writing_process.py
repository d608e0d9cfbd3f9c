"""A process that stores gestures one after the other and says each number once it is stored; for tests to kill.

Arguments: the database's URL, the Space, the person, and how many (0: until it is killed).
"""

from __future__ import annotations

import asyncio
import itertools
import sys

from storage.database import Database
from storage.reaction_store import SqlReactionStore
from tests.storage.examples import NOON


async def main(url: str, space_id: int, person_id: int, how_many: int) -> None:
    database = await Database.open(url)
    store = SqlReactionStore(database)
    print("open", flush=True)  # noqa: T201
    for number in itertools.count() if how_many == 0 else range(how_many):
        await store.add(space_id, person_id, str(number), NOON)
        print(number, flush=True)  # noqa: T201
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
