"""Lines of transcripts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, delete, false, or_, select, update

from spaces.model import TranscriptLine, Word
from storage import statements
from storage.database import Database
from storage.tables import spaces
from storage.tables import transcript_lines as lines


class SqlTranscriptStore:
    """:class:`spaces.stores.TranscriptStore` in SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, line: TranscriptLine) -> TranscriptLine | None:
        """Stores a line and returns it with its number; None if that utterance already has one."""
        async with self._database.write() as connection:
            statement = (
                statements.insert(connection, lines)
                .values(_values(line))
                .on_conflict_do_nothing(index_elements=["utterance_id"])
                .returning(lines.c.id)
            )
            number = (await connection.execute(statement)).scalar_one_or_none()
        return None if number is None else replace(line, id=number)

    async def lines(self, space_id: int, *, person_id: int | None = None) -> Sequence[TranscriptLine]:
        """Lines of a Space (of one person), by time spoken."""
        where = lines.c.space_id == space_id
        return await self._select(where if person_id is None else where & (lines.c.person_id == person_id))

    async def set_caption_message(self, line_ids: Collection[int], message_id: int) -> None:
        """Notes in which message these lines are shown."""
        async with self._database.write() as connection:
            for batch in statements.in_batches(line_ids):
                shown = update(lines).where(lines.c.id.in_(batch))
                await connection.execute(shown.values(caption_message_id=message_id))

    async def remove(self, line_ids: Collection[int]) -> int:
        """Deletes lines; returns how many."""
        return await self._delete(*(lines.c.id.in_(batch) for batch in statements.in_batches(line_ids)))

    async def of_person(self, person_id: int) -> Sequence[TranscriptLine]:
        """Every line of a person, everywhere, by time spoken."""
        return await self._select(lines.c.person_id == person_id)

    async def remove_unkept(self, space_id: int) -> int:
        """Deletes the lines that were captions only; returns how many."""
        return await self._delete((lines.c.space_id == space_id) & lines.c.kept.is_(False))

    async def expired(self, now: datetime) -> Sequence[TranscriptLine]:
        """The lines whose Space ended longer ago than its ``transcript_days``."""
        ended = spaces.c.ended_at.is_not(None)
        async with self._database.read() as connection:
            lengths = (await connection.scalars(select(spaces.c.transcript_days).where(ended).distinct())).all()
        # Databases do not agree on how to add days to a time, so each length of keeping has its own condition.
        due = [
            (spaces.c.transcript_days == days) & (spaces.c.ended_at < now - timedelta(days=days)) for days in lengths
        ]
        return await self._select(lines.c.space_id.in_(select(spaces.c.id).where(ended, or_(false(), *due))))

    async def _select(self, where: ColumnElement[bool]) -> Sequence[TranscriptLine]:
        query = select(lines).where(where).order_by(lines.c.started_at, lines.c.id)
        async with self._database.read() as connection:
            return [_line(row) for row in (await connection.execute(query)).mappings()]

    async def _delete(self, *conditions: ColumnElement[bool]) -> int:
        async with self._database.write() as connection:
            return sum([(await connection.execute(delete(lines).where(where))).rowcount for where in conditions])


def _values(line: TranscriptLine) -> dict[str, Any]:
    return {
        "space_id": line.space_id,
        "person_id": line.person_id,
        "name": line.name,
        "utterance_id": line.utterance_id,
        "started_at": line.started_at,
        "ended_at": line.ended_at,
        "text": line.text,
        "words": [asdict(word) for word in line.words],
        "kept": line.kept,
        "last_packet_at": line.last_packet_at,
        "stored_at": line.stored_at,
        "caption_message_id": line.caption_message_id,
    }


def _line(row: RowMapping) -> TranscriptLine:
    return TranscriptLine(
        id=row["id"],
        space_id=row["space_id"],
        person_id=row["person_id"],
        name=row["name"],
        utterance_id=row["utterance_id"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        text=row["text"],
        words=tuple(Word(**word) for word in row["words"]),
        kept=row["kept"],
        last_packet_at=row["last_packet_at"],
        stored_at=row["stored_at"],
        caption_message_id=row["caption_message_id"],
    )
