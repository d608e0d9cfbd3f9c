"""Interactions: what a person did, and how the application answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from discord_emulator.changes import Changes

from .channels import Channel
from .members import Member
from .messages import Message
from .users import Application

ANSWER_WITHIN_SECONDS = 3.0
TOKEN_LIVES_SECONDS = 15 * 60.0


class InteractionType(IntEnum):
    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class CallbackType(IntEnum):
    """https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object"""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    AUTOCOMPLETE = 8
    MODAL = 9


@dataclass(eq=False)
class Interaction:
    """One interaction. ``created_at`` is the emulator's clock, ``submitted_at`` ``time.perf_counter``, in seconds.

    ``source`` is the message whose component was used, ``target`` the one whose context menu, ``original`` the answer,
    ``failed`` that none came in time. ``progress`` wakes who waits for the answer.
    """

    id: int
    token: str
    type: InteractionType
    application: Application
    channel: Channel
    member: Member
    data: dict[str, Any]
    created_at: float
    submitted_at: float
    source: Message | None = None
    target: Message | None = None
    command_name: str | None = None
    focused_type: int | None = None
    answer: CallbackType | None = None
    answered_after: float | None = None
    original: Message | None = None
    modal: dict[str, Any] | None = None
    choices: list[dict[str, Any]] | None = None
    follow_ups: list[Message] = field(default_factory=list)
    failed: bool = False
    from_modal: Interaction | None = None
    progress: Changes = field(default_factory=Changes)

    def __repr__(self) -> str:
        return f"<Interaction {self.type.name.lower()} {self.id} of {self.member.name}>"

    @property
    def thinking(self) -> bool:
        """Whether the person still sees "… is thinking"."""
        return self.original is not None and self.original.loading

    @property
    def settled(self) -> bool:
        """Whether the person sees an answer that is final for now, or the failure."""
        return self.failed or (self.answer is not None and not self.thinking)
