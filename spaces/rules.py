"""What can be chosen for one Space: the rules of the room. Presets are named sets of them, nothing more.

Frozen values; a Space keeps the rules that it began with, and a host changes them one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

LARGEST_CAPACITY = 10_000
"""The most people that the user limit of a stage channel can say.
https://discord.com/developers/docs/resources/channel#channel-object"""


class JoinMode(StrEnum):
    """Who may join: everyone who sees the category, members with certain roles, or only people who were invited."""

    EVERYONE = "everyone"
    ROLES = "roles"
    INVITED = "invited"


class SpeakMode(StrEnum):
    """Who may speak: by request (a host accepts hands), everyone (a raised hand is accepted at once), invited."""

    BY_REQUEST = "by request"
    EVERYONE = "everyone"
    INVITED = "invited"


class QueueOrder(StrEnum):
    """Who is next: first raised, first those who have not been on stage, first those with least unmuted time there."""

    AS_RAISED = "as raised"
    NEWCOMERS_FIRST = "newcomers first"
    LEAST_TIME = "least time on stage"


@dataclass(frozen=True, slots=True)
class NameOrId:
    """A role or channel as an admin writes it: by its name, or by its id."""

    value: str | int

    def matches(self, thing_id: int, name: str) -> bool:
        """Whether this means the thing with that id and name; names are compared without regard to case."""
        if isinstance(self.value, int):
            return self.value == thing_id
        return self.value.casefold() == name.casefold()

    def __str__(self) -> str:
        return str(self.value)


@dataclass(frozen=True, slots=True)
class RoomRules:
    """The rules of one room.

    ``speaker_limit`` counts everybody on stage, hosts too; ``capacity`` everybody in the room, None for no limit of
    ours. ``language`` is an ISO 639-1 code such as ``en``, None to leave it to the engine. ``turn_seconds`` is how long
    a turn on stage lasts, None for no turns; hosts have none.
    """

    join: JoinMode = JoinMode.EVERYONE
    join_roles: tuple[NameOrId, ...] = ()
    speak: SpeakMode = SpeakMode.BY_REQUEST
    speaker_limit: int = 13
    co_host_limit: int = 2
    capacity: int | None = None
    language: str | None = None
    hands_open: bool = True
    question_required: bool = False
    queue_order: QueueOrder = QueueOrder.AS_RAISED
    turn_seconds: int | None = None

    def evolve(self, **changes: Any) -> Self:
        """The same rules with ``changes``."""
        return replace(self, **changes)

    @property
    def contradiction(self) -> str | None:
        """The sentence about two rules that cannot both hold; None where all of them can."""
        if self.join is JoinMode.ROLES and not self.join_roles:
            return "Say which roles may join, or let everyone join."
        if self.join is not JoinMode.ROLES and self.join_roles:
            return "Roles were given, but not that only they may join. Choose “roles” for who may join."
        if self.capacity is not None and self.capacity < self.speaker_limit:
            return f"{self.speaker_limit} may speak, but only {self.capacity} may join. Raise the capacity."
        if self.speak is SpeakMode.EVERYONE and not self.hands_open:
            return "Everyone may speak by raising a hand, but hands are closed. Open hands, or let hosts invite."
        if self.question_required and self.speak is SpeakMode.INVITED:
            return "Hosts invite who speaks, so nobody can be asked for a question. Let people raise hands."
        return None


STANDARD_RULES = RoomRules()
"""What holds where nobody chose anything."""

STANDARD_PRESETS: dict[str, RoomRules] = {
    "x": STANDARD_RULES,
    "clubhouse": RoomRules(speaker_limit=20, co_host_limit=10),
    "instagram": RoomRules(speak=SpeakMode.INVITED, speaker_limit=4, co_host_limit=1),
    "town-hall": RoomRules(
        question_required=True, turn_seconds=120, speaker_limit=5, queue_order=QueueOrder.NEWCOMERS_FIRST
    ),
}
"""Rooms as people know them from elsewhere. X: 13 speakers and 2 co-hosts (help.x.com/en/using-x/spaces). Instagram:
four on air (about.instagram.com/blog/announcements/live-rooms). Clubhouse rooms are open, social or closed: the first
is the preset, the others are ``join: roles`` and ``join: invited``."""
