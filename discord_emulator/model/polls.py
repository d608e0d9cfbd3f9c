"""Polls: https://discord.com/developers/docs/resources/poll"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .errors import EmulatorError


@dataclass(eq=False, slots=True)
class PollAnswer:
    """One answer. ``media`` is its text and emoji as the application sent them, ``voters`` in the order they voted."""

    id: int
    media: dict[str, Any]
    voters: list[int] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.media["text"]


@dataclass(eq=False, slots=True)
class Poll:
    """A poll; ``ended`` is true once no more votes count."""

    question: str
    answers: list[PollAnswer]
    ends_at: datetime
    allows_several: bool = False
    ended: bool = False

    def answer(self, text: str) -> PollAnswer:
        """The answer with this text; raises :class:`EmulatorError` with those there are."""
        for answer in self.answers:
            if answer.text == text:
                return answer
        raise EmulatorError(f"no answer {text!r}; there are: {', '.join(answer.text for answer in self.answers)}")

    @property
    def winner(self) -> PollAnswer | None:
        """The answer with the most votes; ``None`` without votes or with a tie."""
        most = max(len(answer.voters) for answer in self.answers)
        leaders = [answer for answer in self.answers if len(answer.voters) == most]
        return leaders[0] if most and len(leaders) == 1 else None
