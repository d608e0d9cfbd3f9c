"""Who is heard. Consent belongs to a person; a source number (SSRC) is only how their packets can be told.

Default deny: a packet passes only if its source is known to belong to a person who has consented. A source never
inherits anything from whoever had its number before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

MOST_PEOPLE = 10_000
"""Sources that are remembered; Discord announces one for everybody who speaks. Then the longest known go first."""


class Grant:
    """One consent, from when it was given to when it is withdrawn. Consenting again is another grant."""

    __slots__ = ("person_id", "since")

    def __init__(self, person_id: int, since: float) -> None:
        self.person_id = person_id
        self.since = since


StreamT = TypeVar("StreamT")


class ConsentGate(Generic[StreamT]):
    """Maps sources to the streams of people who have consented, and to nothing else.

    ``open_stream`` makes the stream (reorder buffer and so on) of a person when the first of source and consent
    meets the second. Streams that methods return are no longer fed: the caller finishes them or throws them away.
    """

    def __init__(self, open_stream: Callable[[Grant], StreamT]) -> None:
        self.admitted: dict[bytes, StreamT] = {}
        """Streams by source (four bytes as in the packet): the only ones whose packets may be decrypted."""
        self.owners: dict[bytes, int] = {}
        """Person by source, consenting or not."""
        self._open_stream = open_stream
        self._grants: dict[int, Grant] = {}
        self._sources: dict[int, bytes] = {}

    def allow(self, person_id: int, now: float) -> None:
        """Lets the person's packets through from now on."""
        if person_id in self._grants:
            return
        grant = self._grants[person_id] = Grant(person_id, now)
        ssrc = self._sources.get(person_id)
        if ssrc is not None:
            self.admitted[ssrc] = self._open_stream(grant)

    def refuse(self, person_id: int) -> None:
        """Stops the person's packets; their stream is forgotten."""
        self._grants.pop(person_id, None)
        ssrc = self._sources.get(person_id)
        if ssrc is not None:
            self.admitted.pop(ssrc, None)

    def holds(self, grant: Grant) -> bool:
        """Whether this very consent still stands."""
        return self._grants.get(grant.person_id) is grant

    def grant_of(self, person_id: int) -> Grant | None:
        """The person's consent, if they gave it."""
        return self._grants.get(person_id)

    def identify(self, ssrc: bytes, person_id: int) -> list[StreamT]:
        """Learns that the source is the person's. Returns streams that ended by it (another source, or owner)."""
        if self.owners.get(ssrc) == person_id:
            return []
        ended: list[StreamT] = []
        previous_source = self._sources.get(person_id)
        if previous_source is not None:
            self._drop(previous_source, ended)
        self._drop(ssrc, ended)
        if len(self.owners) >= MOST_PEOPLE:
            self._drop(next(iter(self.owners)), ended)
        self.owners[ssrc] = person_id
        self._sources[person_id] = ssrc
        grant = self._grants.get(person_id)
        if grant is not None:
            self.admitted[ssrc] = self._open_stream(grant)
        return ended

    def forget(self, person_id: int) -> list[StreamT]:
        """Forgets the person's source: they left. Their consent stays. Returns the stream that ended by it."""
        ended: list[StreamT] = []
        ssrc = self._sources.get(person_id)
        if ssrc is not None:
            self._drop(ssrc, ended)
        return ended

    def forget_everybody(self) -> list[StreamT]:
        """Forgets all sources, as a new voice session needs. Returns the streams that ended by it."""
        ended = list(self.admitted.values())
        self.admitted.clear()
        self.owners.clear()
        self._sources.clear()
        return ended

    def _drop(self, ssrc: bytes, ended: list[StreamT]) -> None:
        owner = self.owners.pop(ssrc, None)
        if owner is not None:
            del self._sources[owner]
        stream = self.admitted.pop(ssrc, None)
        if stream is not None:
            ended.append(stream)
