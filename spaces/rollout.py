"""Who may open Spaces, step by step: nobody, a few roles, members of some standing, everyone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from spaces.model import Actor
from spaces.rules import NameOrId
from spaces.text import moment


class OpenTo(StrEnum):
    """Who may open a Space during one step."""

    NOBODY = "nobody"
    ROLES = "roles"
    MEMBERS = "members"
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class RolloutStep:
    """One step. ``roles`` matter for ``ROLES``; ``member_days`` for ``MEMBERS``: how long somebody has to have been in
    the server. Whoever has one of ``roles`` may open a Space in that step too. ``begins`` None is from ever on."""

    open_to: OpenTo = OpenTo.EVERYONE
    roles: tuple[NameOrId, ...] = ()
    member_days: int = 0
    begins: date | None = None

    @property
    def begins_at(self) -> datetime | None:
        """The first moment of the day on which it begins, in UTC."""
        return None if self.begins is None else datetime.combine(self.begins, time(), UTC)

    def admits(self, actor: Actor, now: datetime) -> bool:
        """Whether the person may open a Space during this step."""
        if self.open_to is OpenTo.EVERYONE or actor.is_admin:
            return True
        if self.open_to is OpenTo.NOBODY:
            return False
        if actor.has_any(self.roles):
            return True
        if self.open_to is OpenTo.ROLES or actor.member_since is None:
            return False
        return now - actor.member_since >= timedelta(days=self.member_days)

    @property
    def sentence(self) -> str:
        """Who may open a Space, as the part of a sentence."""
        roles = ", ".join(f"@{role}" for role in self.roles)
        if self.open_to is OpenTo.EVERYONE:
            return "everyone"
        if self.open_to is OpenTo.NOBODY:
            return "nobody"
        if self.open_to is OpenTo.ROLES:
            return f"members with {roles}"
        days = "1 day" if self.member_days == 1 else f"{self.member_days} days"
        return f"members of at least {days}{f' and members with {roles}' if roles else ''}"


@dataclass(frozen=True, slots=True)
class Rollout:
    """All steps in the order in which they begin. Before the first one begins, nobody but admins opens Spaces."""

    steps: Sequence[RolloutStep]

    def at(self, now: datetime) -> RolloutStep:
        """The step that holds now: the last one that has begun."""
        begun = [step for step in self.steps if step.begins_at is None or step.begins_at <= now]
        return begun[-1] if begun else RolloutStep(OpenTo.NOBODY)

    def coming(self, now: datetime) -> RolloutStep | None:
        """The step that begins next."""
        later = [step for step in self.steps if step.begins_at is not None and step.begins_at > now]
        return later[0] if later else None

    def refusal(self, now: datetime) -> str:
        """What somebody reads who may not open a Space yet."""
        step, coming = self.at(now), self.coming(now)
        who = step.sentence
        if step.open_to is OpenTo.NOBODY:
            told = "Nobody can open a Space here yet"
        else:
            told = f"Spaces are in beta here: {who} can open one"
        if coming is None or coming.begins_at is None:
            return f"{told}. An admin decides when that changes."
        return f"{told}, {coming.sentence} from {moment(coming.begins_at, 'D')}."


OPEN_TO_EVERYONE = Rollout((RolloutStep(),))
"""One step without an end: everyone may open Spaces."""
