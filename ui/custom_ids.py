"""Ids of buttons, selects and forms: keys only, never authority.

``spaces:{kind}:{space}`` or ``spaces:{kind}:{space}:{extra}``. Whoever handles one loads the Space and checks what may
be done now; so every button works after a restart, and a forged or stale one does nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_PATTERN = re.compile(r"spaces:([a-z-]{1,32}):([0-9]{1,19})(?::([\w-]{1,40}))?")
_LARGEST = 2**63 - 1
"""What the database takes for a whole number; ids of Discord and of Spaces stay far below."""


class Kind(StrEnum):
    """What a press or a form means."""

    RAISE_HAND = "raise-hand"
    LOWER_HAND = "lower-hand"
    ASK = "ask"
    QUESTION_FORM = "question-form"
    REACT = "react"
    MORE_GESTURES = "more-gestures"
    MY_WORDS = "my-words"
    CHOOSE = "choose"
    STOP = "stop"
    REMOVE_WORDS = "remove-words"
    RECEIPT = "receipt"
    SHARE = "share"
    REPORT = "report"
    CONSOLE = "console"
    NEXT = "next"
    PERSON = "person"
    INVITE = "invite"
    TO_AUDIENCE = "to-audience"
    MORE_TIME = "more-time"
    REMOVE = "remove"
    SEND_OUT = "send-out"
    KEEP_OUT = "keep-out"
    SHOW_QUESTION = "show-question"
    HIDE_QUESTION = "hide-question"
    OPEN_HANDS = "open-hands"
    CLOSE_HANDS = "close-hands"
    LOWER_ALL = "lower-all"
    QUIET_STAGE = "quiet-stage"
    QUIET_CONFIRMED = "quiet-confirmed"
    LOCK = "lock"
    UNLOCK = "unlock"
    CAPTIONS_ON = "captions-on"
    CAPTIONS_OFF = "captions-off"
    HAND_OVER = "hand-over"
    HAND_OVER_CONFIRMED = "hand-over-confirmed"
    RESUME = "resume"
    END = "end"
    END_CONFIRMED = "end-confirmed"
    TRANSCRIPT = "transcript"
    ERASE_CONFIRMED = "erase-confirmed"
    CONSENT_FORM = "consent-form"
    HAND_FORM = "hand-form"
    SHARE_FORM = "share-form"
    REPORT_FORM = "report-form"


@dataclass(frozen=True, slots=True)
class Key:
    """A parsed id. ``space_id`` is 0 where no Space is meant; ``extra`` is a gesture's key or a person's id."""

    kind: Kind
    space_id: int
    extra: str | None = None

    def __str__(self) -> str:
        tail = "" if self.extra is None else f":{self.extra}"
        return f"spaces:{self.kind.value}:{self.space_id}{tail}"


def parse(custom_id: str) -> Key | None:
    """The key in a custom id; None if it is not one of ours."""
    match = _PATTERN.fullmatch(custom_id)
    if match is None:
        return None
    try:
        kind = Kind(match[1])
    except ValueError:
        return None
    space_id = number(match[2])
    return None if space_id is None else Key(kind, space_id, match[3])


def number(text: str) -> int | None:
    """The id in what somebody typed or sent; None for anything that cannot be one."""
    if not text.isascii() or not text.isdigit():
        return None
    found = int(text) if len(text) <= len(str(_LARGEST)) else _LARGEST + 1
    return found if found <= _LARGEST else None
