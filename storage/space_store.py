"""Spaces and the people in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from spaces.errors import Conflict
from spaces.model import Participant, Person, Space, SpaceState
from spaces.rules import NameOrId, RoomRules
from storage import statements
from storage.database import Database
from storage.group_commit import GroupCommit
from storage.statements import SOMEONE
from storage.tables import participants, spaces

_OVER = (SpaceState.ENDING, SpaceState.ENDED, SpaceState.FAILED)
_PARTICIPANT = ("space_id", "person_id")
_RAISE_PEAK = (
    update(spaces)
    .where(spaces.c.id == bindparam("of_space"), spaces.c.peak < bindparam("heads"))
    .values(peak=bindparam("heads"))
)
_CAPTIONS_BUSY = "Captions are busy in another Space here; one room per server at a time."


class SqlSpaceStore:
    """:class:`spaces.stores.SpaceStore` in SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._saves = GroupCommit(self._save, name="people are stored")

    async def add(self, space: Space) -> Space:
        """Stores a new Space and returns it with its number. Raises :class:`Conflict` as :meth:`update` does."""
        statement = insert(spaces).values(_values(space)).returning(spaces.c.id)
        try:
            async with self._database.write() as connection:
                return space.evolve(id=(await connection.execute(statement)).scalar_one())
        except Conflict as conflict:
            raise Conflict(_CAPTIONS_BUSY) from conflict

    async def get(self, space_id: int) -> Space | None:
        """The Space with that number."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(spaces).where(spaces.c.id == space_id))).mappings().one_or_none()
        return None if row is None else _space(row)

    async def update(self, space: Space, *, expect: SpaceState, people: Sequence[Participant] = ()) -> bool:
        """Writes every field, and ``people`` with it, if the stored state is still ``expect``; False (and nothing
        written) if not.

        Raises :class:`Conflict` if captions are on in another live Space of the server.
        """
        unchanged = (spaces.c.id == space.id) & (spaces.c.state == expect)
        try:
            async with self._database.write() as connection:
                result = await connection.execute(update(spaces).where(unchanged).values(_values(space)))
                if people and result.rowcount == 1:
                    await _replace(connection, [_row(participant) for participant in people])
        except Conflict as conflict:
            raise Conflict(_CAPTIONS_BUSY) from conflict
        return result.rowcount == 1

    async def in_states(self, states: Collection[SpaceState]) -> Sequence[Space]:
        """All Spaces in one of ``states``, by number."""
        return await self._select(select(spaces).where(spaces.c.state.in_(states)).order_by(spaces.c.id))

    async def ended_in(self, guild_id: int, limit: int = 25) -> Sequence[Space]:
        """The server's ended Spaces, newest first."""
        ended = (spaces.c.guild_id == guild_id) & (spaces.c.state == SpaceState.ENDED)
        newest = select(spaces).where(ended).order_by(spaces.c.ended_at.desc(), spaces.c.id.desc())
        return await self._select(newest.limit(limit))

    async def ended_with_channel(self) -> Sequence[Space]:
        """All ended Spaces that still have a ``channel_id``, by number."""
        ended = (spaces.c.state == SpaceState.ENDED) & spaces.c.channel_id.is_not(None)
        return await self._select(select(spaces).where(ended).order_by(spaces.c.id))

    async def save_participant(self, participant: Participant, *, head_count: int = 0) -> None:
        """Inserts or replaces the person's row in that Space, and raises its stored peak to ``head_count`` if that is
        more. Rows that come at once, as when a server fills its rooms, are committed together."""
        await self._saves.add((_row(participant), head_count))

    async def close(self) -> None:
        """Takes no more people; those that were taken are stored."""
        await self._saves.close()

    async def _save(self, saves: Sequence[tuple[dict[str, Any], int]]) -> None:
        heads: dict[int, int] = {}
        for row, head_count in saves:
            heads[row["space_id"]] = max(head_count, heads.get(row["space_id"], 0))
        peaks = [{"of_space": space_id, "heads": most} for space_id, most in heads.items() if most]
        async with self._database.write() as connection:
            await _replace(connection, [row for row, _ in saves])
            if peaks:
                await connection.execute(_RAISE_PEAK, peaks)

    async def participants(self, space_id: int) -> Sequence[Participant]:
        """Everybody who has been in the Space, by person id."""
        query = select(participants).where(participants.c.space_id == space_id).order_by(participants.c.person_id)
        async with self._database.read() as connection:
            return [_participant(row) for row in (await connection.execute(query)).mappings()]

    async def peak(self, space_id: int) -> int:
        """The most people who were present at once; 0 for an unknown Space."""
        async with self._database.read() as connection:
            return await connection.scalar(select(spaces.c.peak).where(spaces.c.id == space_id)) or 0

    async def erase_person(self, person_id: int) -> int:
        """Deletes the person's rows, except where they are present in a live Space: there, and as host, their name
        becomes "someone", and the host of a Space that is over is nobody (0). Returns how many rows were changed."""
        over = select(spaces.c.id).where(spaces.c.state.in_(_OVER))
        visits = participants.c.person_id == person_id
        hosted = spaces.c.host_id == person_id
        changes = (
            delete(participants).where(visits, participants.c.space_id.in_(over) | participants.c.present.is_(False)),
            update(participants).where(visits, participants.c.name != SOMEONE).values(name=SOMEONE),
            update(spaces).where(hosted, spaces.c.state.in_(_OVER)).values(host_id=0, host_name=SOMEONE),
            update(spaces).where(hosted, spaces.c.host_name != SOMEONE).values(host_name=SOMEONE),
        )
        async with self._database.write() as connection:
            return sum([(await connection.execute(change)).rowcount for change in changes])

    async def remove_erased(self, space_id: int) -> int:
        """Deletes the rows of people in the Space whose name is "someone"; returns how many."""
        erased = (participants.c.space_id == space_id) & (participants.c.name == SOMEONE)
        async with self._database.write() as connection:
            return (await connection.execute(delete(participants).where(erased))).rowcount

    async def _select(self, query: Select[Any]) -> Sequence[Space]:
        async with self._database.read() as connection:
            return [_space(row) for row in (await connection.execute(query)).mappings()]


async def _replace(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Inserts people's rows, or replaces those that are there."""
    statement = statements.insert(connection, participants)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in _PARTICIPANT}
    replacing = statement.on_conflict_do_update(index_elements=_PARTICIPANT, set_=changed)
    await connection.execute(replacing, rows)


def _values(space: Space) -> dict[str, Any]:
    return {
        "guild_id": space.guild_id,
        "host_id": space.host.id,
        "host_name": space.host.name,
        "title": space.title,
        "state": space.state,
        **_rules_values(space.rules),
        "preset": space.preset,
        "transcript_days": space.transcript_days,
        "channel_id": space.channel_id,
        "panel_message_id": space.panel_message_id,
        "created_at": space.created_at,
        "live_at": space.live_at,
        "ended_at": space.ended_at,
        "captions_on": space.captions_on,
        "owns_channel": space.owns_channel,
        "event_id": space.event_id,
        "paused_at": space.paused_at,
        "host_away_at": space.host_away_at,
        "locked": space.locked,
        "shown_question_of": space.shown_question_of,
        "end_reason": space.end_reason,
    }


def _rules_values(rules: RoomRules) -> dict[str, Any]:
    return {
        "join_mode": rules.join,
        "join_roles": [role.value for role in rules.join_roles],
        "speak": rules.speak,
        "speaker_limit": rules.speaker_limit,
        "co_host_limit": rules.co_host_limit,
        "capacity": rules.capacity,
        "language": rules.language,
        "hands_open": rules.hands_open,
        "question_required": rules.question_required,
        "queue_order": rules.queue_order,
        "turn_seconds": rules.turn_seconds,
    }


def _rules(row: RowMapping) -> RoomRules:
    return RoomRules(
        join=row["join_mode"],
        join_roles=tuple(NameOrId(value) for value in row["join_roles"]),
        speak=row["speak"],
        speaker_limit=row["speaker_limit"],
        co_host_limit=row["co_host_limit"],
        capacity=row["capacity"],
        language=row["language"],
        hands_open=row["hands_open"],
        question_required=row["question_required"],
        queue_order=row["queue_order"],
        turn_seconds=row["turn_seconds"],
    )


def _space(row: RowMapping) -> Space:
    return Space(
        id=row["id"],
        guild_id=row["guild_id"],
        host=Person(row["host_id"], row["host_name"]),
        title=row["title"],
        state=row["state"],
        rules=_rules(row),
        preset=row["preset"],
        transcript_days=row["transcript_days"],
        channel_id=row["channel_id"],
        panel_message_id=row["panel_message_id"],
        created_at=row["created_at"],
        live_at=row["live_at"],
        ended_at=row["ended_at"],
        captions_on=row["captions_on"],
        owns_channel=row["owns_channel"],
        event_id=row["event_id"],
        paused_at=row["paused_at"],
        host_away_at=row["host_away_at"],
        locked=row["locked"],
        shown_question_of=row["shown_question_of"],
        end_reason=row["end_reason"],
    )


def _participant(row: RowMapping) -> Participant:
    return Participant(
        space_id=row["space_id"],
        person=Person(row["person_id"], row["name"]),
        role=row["role"],
        standing=row["standing"],
        present=row["present"],
        hand_at=row["hand_at"],
        hand_native=row["hand_native"],
        stage_since=row["stage_since"],
        stage_seconds=row["stage_seconds"],
        unmuted_since=row["unmuted_since"],
        unmuted_seconds=row["unmuted_seconds"],
        question=row["question"],
        read_aloud=row["read_aloud"],
        invited_at=row["invited_at"],
        invited_by=row["invited_by"],
        misses=row["misses"],
        turn_ends_at=row["turn_ends_at"],
        admitted=row["admitted"],
        barred=row["barred"],
        arrived_at=row["arrived_at"],
        appointed_at=row["appointed_at"],
    )


def _row(participant: Participant) -> dict[str, Any]:
    return {
        "space_id": participant.space_id,
        "person_id": participant.person.id,
        "name": participant.person.name,
        "role": participant.role,
        "standing": participant.standing,
        "present": participant.present,
        "hand_at": participant.hand_at,
        "hand_native": participant.hand_native,
        "stage_since": participant.stage_since,
        "stage_seconds": participant.stage_seconds,
        "unmuted_since": participant.unmuted_since,
        "unmuted_seconds": participant.unmuted_seconds,
        "question": participant.question,
        "read_aloud": participant.read_aloud,
        "invited_at": participant.invited_at,
        "invited_by": participant.invited_by,
        "misses": participant.misses,
        "turn_ends_at": participant.turn_ends_at,
        "admitted": participant.admitted,
        "barred": participant.barred,
        "arrived_at": participant.arrived_at,
        "appointed_at": participant.appointed_at,
    }
