"""What a host asked for when opening or changing a Space, option by option; what was left out stays as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from spaces.errors import InvalidInput
from spaces.rules import LARGEST_CAPACITY, JoinMode, NameOrId, QueueOrder, RoomRules, SpeakMode

LARGEST_STAGE = 100
MOST_CO_HOSTS = 20
SHORTEST_TURN, LONGEST_TURN = 15, 3600
_LANGUAGE = re.compile(r"[a-z]{2}")
NO_LANGUAGE = "any"
_TAKEN_AS_THEY_ARE = ("speak", "speaker_limit", "co_host_limit", "hands_open", "question_required", "queue_order")


@dataclass(frozen=True, slots=True)
class Choices:
    """Options of one room. ``capacity`` and ``turn_seconds`` 0 mean none, ``language`` "any" leaves it to the engine.

    ``join_roles`` alone means that only they may join.
    """

    join: JoinMode | None = None
    join_roles: tuple[NameOrId, ...] | None = None
    speak: SpeakMode | None = None
    speaker_limit: int | None = None
    co_host_limit: int | None = None
    capacity: int | None = None
    language: str | None = None
    hands_open: bool | None = None
    question_required: bool | None = None
    queue_order: QueueOrder | None = None
    turn_seconds: int | None = None

    def applied_to(self, rules: RoomRules) -> RoomRules:
        """The rules with these choices. Raises :class:`InvalidInput` for what is out of bounds or contradictory."""
        _within("Speakers", self.speaker_limit, 1, LARGEST_STAGE)
        _within("Co-hosts", self.co_host_limit, 0, MOST_CO_HOSTS)
        _within("The capacity", self.capacity or None, 1, LARGEST_CAPACITY)
        _within("A turn", self.turn_seconds or None, SHORTEST_TURN, LONGEST_TURN, "seconds")
        chosen = {name: getattr(self, name) for name in _TAKEN_AS_THEY_ARE}
        changed = rules.evolve(**{name: value for name, value in chosen.items() if value is not None})
        if self.capacity is not None:
            changed = changed.evolve(capacity=self.capacity or None)
        if self.turn_seconds is not None:
            changed = changed.evolve(turn_seconds=self.turn_seconds or None)
        changed = changed.evolve(**self._doors(rules), **self._language())
        if changed.contradiction is not None:
            raise InvalidInput(changed.contradiction)
        return changed

    def _doors(self, rules: RoomRules) -> dict[str, object]:
        if self.join is None and self.join_roles is None:
            return {}
        join = self.join or JoinMode.ROLES
        kept = rules.join_roles if join is JoinMode.ROLES else ()
        return {"join": join, "join_roles": kept if self.join_roles is None else self.join_roles}

    def _language(self) -> dict[str, object]:
        if self.language is None:
            return {}
        code = self.language.strip().lower()
        if code == NO_LANGUAGE:
            return {"language": None}
        if not _LANGUAGE.fullmatch(code):
            raise InvalidInput("Write the language as two letters, such as en or de, or any.")
        return {"language": code}


NO_CHOICES = Choices()
"""Everything as it is."""


def _within(what: str, number: int | None, least: int, most: int, unit: str = "") -> None:
    if number is not None and not least <= number <= most:
        raise InvalidInput(f"{what}: choose a number{f' of {unit}' if unit else ''} from {least} to {most:,}.")
