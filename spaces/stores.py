"""What the domain needs kept, one store per aggregate: in SQL in ``storage/``, in memory in ``tests/fakes.py``.

Every method is one transaction: it has happened completely, or not at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from spaces.model import (
    Consent,
    Debt,
    DebtKind,
    Participant,
    Person,
    Report,
    SharedPost,
    Space,
    SpaceState,
    TranscriptLine,
)


class SpaceStore(Protocol):
    """Spaces and the people in them."""

    async def add(self, space: Space) -> Space:
        """Stores a new Space and returns it with its number."""
        ...

    async def get(self, space_id: int) -> Space | None:
        """The Space with that number."""
        ...

    async def update(self, space: Space, *, expect: SpaceState, people: Sequence[Participant] = ()) -> bool:
        """Writes every field, and ``people`` with it, if the stored state is still ``expect``; False (and nothing
        written) if not."""
        ...

    async def in_states(self, states: Collection[SpaceState]) -> Sequence[Space]:
        """All Spaces in one of ``states``, by number."""
        ...

    async def ended_in(self, guild_id: int, limit: int = 25) -> Sequence[Space]:
        """The server's ended Spaces, newest first."""
        ...

    async def ended_with_channel(self) -> Sequence[Space]:
        """All ended Spaces that still have a ``channel_id``, by number."""
        ...

    async def save_participant(self, participant: Participant, *, head_count: int = 0) -> None:
        """Inserts or replaces the person's row in that Space, and raises its stored peak of people present to
        ``head_count`` if that is more."""
        ...

    async def participants(self, space_id: int) -> Sequence[Participant]:
        """Everybody who has been in the Space."""
        ...

    async def peak(self, space_id: int) -> int:
        """The most people who were present at once."""
        ...

    async def erase_person(self, person_id: int) -> int:
        """Deletes the person's rows, except where they are present in a live Space: there, and as host, their name
        becomes "someone"."""
        ...

    async def remove_erased(self, space_id: int) -> int:
        """Deletes the rows of people in the Space whose name is "someone"; returns how many."""
        ...


class ConsentStore(Protocol):
    """Choices about captions and transcripts. Nothing is overwritten: the newest receipt counts."""

    async def add(self, consent: Consent) -> None:
        """Stores a receipt."""
        ...

    async def current(self, guild_id: int, space_id: int, person_id: int) -> Consent | None:
        """The newest receipt that concerns this Space: its own, or one for the whole server. The caller judges
        ``expires_at``."""
        ...

    async def receipts(self, guild_id: int, space_id: int, person_id: int) -> Sequence[Consent]:
        """All receipts of the person that concern this Space, in the order in which they were stored."""
        ...

    async def all_current(self, guild_id: int, space_id: int) -> Mapping[int, Consent]:
        """Newest receipt of each person for this Space, by person id. The caller judges ``expires_at``."""
        ...

    async def erase_person(self, person_id: int) -> int:
        """Deletes all receipts of a person; returns how many."""
        ...


class TranscriptStore(Protocol):
    """Lines of transcripts."""

    async def add(self, line: TranscriptLine) -> TranscriptLine | None:
        """Stores a line and returns it with its number; None if that utterance already has one."""
        ...

    async def lines(self, space_id: int, *, person_id: int | None = None) -> Sequence[TranscriptLine]:
        """Lines of a Space (of one person), by time spoken."""
        ...

    async def set_caption_message(self, line_ids: Collection[int], message_id: int) -> None:
        """Notes in which message these lines are shown."""
        ...

    async def remove(self, line_ids: Collection[int]) -> int:
        """Deletes lines; returns how many."""
        ...

    async def of_person(self, person_id: int) -> Sequence[TranscriptLine]:
        """Every line of a person, everywhere."""
        ...

    async def remove_unkept(self, space_id: int) -> int:
        """Deletes the lines that were captions only; returns how many."""
        ...

    async def expired(self, now: datetime) -> Sequence[TranscriptLine]:
        """The lines whose Space ended longer ago than its ``transcript_days``."""
        ...


class ReactionStore(Protocol):
    """Counts of gestures."""

    async def add(self, space_id: int, person_id: int, gesture: str, at: datetime) -> None:
        """Counts one gesture."""
        ...

    async def totals(self, space_id: int) -> Mapping[str, int]:
        """How often each gesture was sent in the Space."""
        ...

    async def since(self, space_id: int, moment: datetime) -> Mapping[str, int]:
        """How often each gesture was sent since ``moment``."""
        ...

    async def erase_person(self, person_id: int) -> int:
        """Deletes a person's gestures; returns how many."""
        ...


class PostStore(Protocol):
    """Links that were shared."""

    async def add(self, post: SharedPost) -> SharedPost | None:
        """Stores a post and returns it with its number; None if the Space has that link already."""
        ...

    async def set_message(self, post_id: int, message_id: int) -> None:
        """Notes the message that shows the card."""
        ...

    async def of_space(self, space_id: int) -> Sequence[SharedPost]:
        """Posts of a Space in order of sharing."""
        ...

    async def of_person(self, person_id: int) -> Sequence[SharedPost]:
        """Everything that a person shared."""
        ...

    async def remove(self, post_ids: Collection[int]) -> int:
        """Deletes posts; returns how many."""
        ...


class SafetyStore(Protocol):
    """Reports and block lists."""

    async def add_report(self, report: Report) -> Report:
        """Stores a report and returns it with its number."""
        ...

    async def add_block(self, owner_id: int, blocked: Person, at: datetime) -> bool:
        """Adds to a member's own list; False if it was there."""
        ...

    async def remove_block(self, owner_id: int, blocked_id: int) -> bool:
        """Takes off a member's own list; False if it was not there."""
        ...

    async def blocked_by(self, owner_ids: Iterable[int]) -> frozenset[int]:
        """Ids of everybody on one of these members' lists."""
        ...

    async def block_list(self, owner_id: int) -> Sequence[Person]:
        """A member's own list, oldest first."""
        ...

    async def erase_person(self, person_id: int) -> int:
        """Deletes their own block list and takes their name off the reports that they made; returns rows changed."""
        ...


class AdmissionStore(Protocol):
    """Who brought whom into rooms for invited people, and who wants no invitations."""

    async def add(
        self, space_id: int, inviter_id: int, person_id: int, at: datetime, *, most: int, since: datetime
    ) -> bool:
        """Notes an admission unless the inviter has brought in ``most`` people since ``since``; False if so."""
        ...

    async def opt_out(self, guild_id: int, person_id: int, at: datetime) -> bool:
        """The person wants no invitations in that server; False if that was known."""
        ...

    async def opt_in(self, guild_id: int, person_id: int) -> bool:
        """The person may be invited again; False if they could be."""
        ...

    async def opted_out(self, guild_id: int, person_id: int) -> bool:
        """Whether the person wants no invitations in that server."""
        ...

    async def erase_person(self, person_id: int) -> int:
        """Deletes all that names the person; returns how many rows."""
        ...


class DebtStore(Protocol):
    """What was done to people and is still to be undone; kept until it is, whatever happens in between."""

    async def owe(self, debt: Debt) -> None:
        """Notes a debt; one that is known already stays as it is."""
        ...

    async def paid(self, debt: Debt) -> bool:
        """Forgets a debt; False if it was not known."""
        ...

    async def of_person(self, guild_id: int, person_id: int, kind: DebtKind) -> Sequence[Debt]:
        """What of that kind is owed to a person in a server."""
        ...

    async def in_guild(self, guild_id: int) -> Sequence[Debt]:
        """All that is owed in a server, oldest first."""
        ...

    async def guilds(self) -> Sequence[int]:
        """The servers in which something is owed."""
        ...


class KeyValueStore(Protocol):
    """Small facts of the program itself, such as the hash of the commands that were last synced."""

    async def get(self, key: str) -> str | None:
        """The value, or None."""
        ...

    async def set(self, key: str, value: str) -> None:
        """Stores a value."""
        ...


class Scrubber(Protocol):
    """Makes deleted rows leave the files, not just the tables."""

    async def scrub(self) -> None:
        """Returns when nothing that was deleted can be read from the database's files any more."""
        ...
