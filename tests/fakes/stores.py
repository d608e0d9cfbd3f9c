"""The stores of ``spaces/stores.py`` in memory. ``tests/storage/`` holds them to the same contract as the SQL ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from spaces.model import Consent, Person, Report, SharedPost, TranscriptLine
from tests.fakes.hosting_stores import FakeAdmissionStore, FakeDebtStore
from tests.fakes.space_store import SOMEONE, FakeSpaceStore, FakeStore


class FakeConsentStore(FakeStore):
    """:class:`spaces.stores.ConsentStore` in memory."""

    def __init__(self, spaces: FakeSpaceStore) -> None:
        self._spaces = spaces
        self.rows: list[Consent] = []

    async def add(self, consent: Consent) -> None:
        await self._turn()
        if consent.space_id is not None:
            self._spaces.require(consent.space_id)
        self.rows.append(consent)

    async def current(self, guild_id: int, space_id: int, person_id: int) -> Consent | None:
        return (await self.all_current(guild_id, space_id)).get(person_id)

    async def receipts(self, guild_id: int, space_id: int, person_id: int) -> Sequence[Consent]:
        await self._turn()
        own = [row for row in self.rows if row.guild_id == guild_id and row.person.id == person_id]
        return [row for row in own if row.space_id in {space_id, None}]

    async def all_current(self, guild_id: int, space_id: int) -> Mapping[int, Consent]:
        await self._turn()
        here = [row for row in self.rows if row.guild_id == guild_id and row.space_id in {space_id, None}]
        return {row.person.id: row for row in here}

    async def erase_person(self, person_id: int) -> int:
        await self._turn()
        before = len(self.rows)
        self.rows = [row for row in self.rows if row.person.id != person_id]
        return before - len(self.rows)


class FakeTranscriptStore(FakeStore):
    """:class:`spaces.stores.TranscriptStore` in memory."""

    def __init__(self, spaces: FakeSpaceStore) -> None:
        self._spaces = spaces
        self._last_id = 0
        self.rows: dict[int, TranscriptLine] = {}

    async def add(self, line: TranscriptLine) -> TranscriptLine | None:
        await self._turn()
        self._spaces.require(line.space_id)
        if any(row.utterance_id == line.utterance_id for row in self.rows.values()):
            return None
        self._last_id += 1
        self.rows[self._last_id] = replace(line, id=self._last_id)
        return self.rows[self._last_id]

    async def lines(self, space_id: int, *, person_id: int | None = None) -> Sequence[TranscriptLine]:
        await self._turn()
        lines = [row for row in self._by_time() if row.space_id == space_id]
        return [row for row in lines if person_id in {None, row.person_id}]

    async def set_caption_message(self, line_ids: Collection[int], message_id: int) -> None:
        await self._turn()
        for line_id in self.rows.keys() & set(line_ids):
            self.rows[line_id] = replace(self.rows[line_id], caption_message_id=message_id)

    async def remove(self, line_ids: Collection[int]) -> int:
        await self._turn()
        return self._remove(self.rows.keys() & set(line_ids))

    async def of_person(self, person_id: int) -> Sequence[TranscriptLine]:
        await self._turn()
        return [row for row in self._by_time() if row.person_id == person_id]

    async def remove_unkept(self, space_id: int) -> int:
        await self._turn()
        return self._remove({row.id for row in self.rows.values() if row.space_id == space_id and not row.kept})

    async def expired(self, now: datetime) -> Sequence[TranscriptLine]:
        await self._turn()
        due = {
            space.id
            for space in self._spaces.rows.values()
            if space.ended_at is not None and space.ended_at < now - timedelta(days=space.transcript_days)
        }
        return [row for row in self._by_time() if row.space_id in due]

    def _by_time(self) -> list[TranscriptLine]:
        return sorted(self.rows.values(), key=lambda row: (row.started_at, row.id))

    def _remove(self, line_ids: set[int]) -> int:
        for line_id in line_ids:
            del self.rows[line_id]
        return len(line_ids)


class FakeReactionStore(FakeStore):
    """:class:`spaces.stores.ReactionStore` in memory."""

    def __init__(self, spaces: FakeSpaceStore) -> None:
        self._spaces = spaces
        self.rows: list[tuple[int, int, str, datetime]] = []

    async def add(self, space_id: int, person_id: int, gesture: str, at: datetime) -> None:
        await self._turn()
        self._spaces.require(space_id)
        self.rows.append((space_id, person_id, gesture, at))

    async def totals(self, space_id: int) -> Mapping[str, int]:
        await self._turn()
        return Counter(gesture for space, _, gesture, _ in self.rows if space == space_id)

    async def since(self, space_id: int, moment: datetime) -> Mapping[str, int]:
        await self._turn()
        return Counter(gesture for space, _, gesture, at in self.rows if space == space_id and at >= moment)

    async def erase_person(self, person_id: int) -> int:
        await self._turn()
        before = len(self.rows)
        self.rows = [row for row in self.rows if row[1] != person_id]
        return before - len(self.rows)


class FakePostStore(FakeStore):
    """:class:`spaces.stores.PostStore` in memory."""

    def __init__(self, spaces: FakeSpaceStore) -> None:
        self._spaces = spaces
        self._last_id = 0
        self.rows: dict[int, SharedPost] = {}

    async def add(self, post: SharedPost) -> SharedPost | None:
        await self._turn()
        self._spaces.require(post.space_id)
        if any((row.space_id, row.url) == (post.space_id, post.url) for row in self.rows.values()):
            return None
        self._last_id += 1
        self.rows[self._last_id] = replace(post, id=self._last_id)
        return self.rows[self._last_id]

    async def set_message(self, post_id: int, message_id: int) -> None:
        await self._turn()
        if post_id in self.rows:
            self.rows[post_id] = replace(self.rows[post_id], message_id=message_id)

    async def of_space(self, space_id: int) -> Sequence[SharedPost]:
        await self._turn()
        return [row for row in self.rows.values() if row.space_id == space_id]

    async def of_person(self, person_id: int) -> Sequence[SharedPost]:
        await self._turn()
        return [row for row in self.rows.values() if row.sharer.id == person_id]

    async def remove(self, post_ids: Collection[int]) -> int:
        await self._turn()
        there = self.rows.keys() & set(post_ids)
        for post_id in there:
            del self.rows[post_id]
        return len(there)


class FakeSafetyStore(FakeStore):
    """:class:`spaces.stores.SafetyStore` in memory."""

    def __init__(self, spaces: FakeSpaceStore) -> None:
        self._spaces = spaces
        self.reports: list[Report] = []
        self.blocks: dict[tuple[int, int], Person] = {}

    async def add_report(self, report: Report) -> Report:
        await self._turn()
        self._spaces.require(report.space_id)
        self.reports.append(replace(report, id=len(self.reports) + 1))
        return self.reports[-1]

    async def add_block(self, owner_id: int, blocked: Person, at: datetime) -> bool:
        await self._turn()
        is_new = (owner_id, blocked.id) not in self.blocks
        self.blocks.setdefault((owner_id, blocked.id), blocked)
        return is_new

    async def remove_block(self, owner_id: int, blocked_id: int) -> bool:
        await self._turn()
        return self.blocks.pop((owner_id, blocked_id), None) is not None

    async def blocked_by(self, owner_ids: Iterable[int]) -> frozenset[int]:
        await self._turn()
        owners = set(owner_ids)
        return frozenset(blocked_id for owner_id, blocked_id in self.blocks if owner_id in owners)

    async def block_list(self, owner_id: int) -> Sequence[Person]:
        await self._turn()
        return [blocked for (owner, _), blocked in self.blocks.items() if owner == owner_id]

    async def erase_person(self, person_id: int) -> int:
        await self._turn()
        own_list = [key for key in self.blocks if key[0] == person_id]
        for key in own_list:
            del self.blocks[key]
        own_reports = [index for index, report in enumerate(self.reports) if report.reporter.id == person_id]
        for index in own_reports:
            self.reports[index] = replace(self.reports[index], reporter=Person(0, SOMEONE))
        return len(own_list) + len(own_reports)


class FakeKeyValueStore(FakeStore):
    """:class:`spaces.stores.KeyValueStore` in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        await self._turn()
        return self.rows.get(key)

    async def set(self, key: str, value: str) -> None:
        await self._turn()
        self.rows[key] = value


@dataclass(slots=True)
class FakeStores:
    """One of each, about the same Spaces."""

    spaces: FakeSpaceStore = field(default_factory=FakeSpaceStore)
    consents: FakeConsentStore = field(init=False)
    transcripts: FakeTranscriptStore = field(init=False)
    reactions: FakeReactionStore = field(init=False)
    posts: FakePostStore = field(init=False)
    safety: FakeSafetyStore = field(init=False)
    admissions: FakeAdmissionStore = field(init=False)
    debts: FakeDebtStore = field(default_factory=FakeDebtStore)
    key_values: FakeKeyValueStore = field(default_factory=FakeKeyValueStore)

    def __post_init__(self) -> None:
        self.consents = FakeConsentStore(self.spaces)
        self.transcripts = FakeTranscriptStore(self.spaces)
        self.reactions = FakeReactionStore(self.spaces)
        self.posts = FakePostStore(self.spaces)
        self.safety = FakeSafetyStore(self.spaces)
        self.admissions = FakeAdmissionStore(self.spaces)
