"""Small pieces of sentences that several messages use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from spaces.model import ConsentChoice, Gesture, Participant
from ui.escaping import escape, shorten

LANGUAGE_NAMES = {"en": "English"}
NAME_LENGTH = 32
"""Longest name of a member: https://discord.com/developers/docs/resources/user#usernames-and-nicknames"""

MADE_BY_MACHINE = "made by machine, often wrong, not a record"

CHOICES = {
    ConsentChoice.CAPTIONS: "Captions only, deleted at the end",
    ConsentChoice.TRANSCRIPT: "Captions and transcript",
    ConsentChoice.NEITHER: "Neither",
}


def name(text: str) -> str:
    """A person's name, harmless and not longer than Discord shows."""
    return escape(shorten(text, NAME_LENGTH))


def name_of(participant: Participant) -> str:
    """The name of somebody in a Space."""
    return name(participant.person.name)


def names(participants: Sequence[Participant], most: int) -> str:
    """The first ``most`` names, then how many more."""
    shown = ", ".join(name_of(one) for one in participants[:most])
    more = len(participants) - most
    return f"{shown}, {more} more" if more > 0 else shown


def language(codes: Sequence[str]) -> str:
    """Languages in words."""
    return ", ".join(LANGUAGE_NAMES.get(code, code) for code in codes)


def tally(counts: Sequence[tuple[Gesture, int]]) -> str:
    """Gestures with their numbers, in words."""
    return ", ".join(f"{gesture.emoji} {escape(gesture.label)} {number}" for gesture, number in counts)


def plural(number: int, one: str, many: str | None = None) -> str:
    """``1 line``, ``2 lines``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def duration(seconds: float) -> str:
    """Length of time in words, to the minute once it is over a minute."""
    whole = round(seconds)
    if whole < 60:
        return plural(whole, "second")
    minutes = whole // 60
    if minutes < 60:
        return plural(minutes, "minute")
    hours, rest = divmod(minutes, 60)
    return plural(hours, "hour") + (f" {plural(rest, 'minute')}" if rest else "")


def moment(at: datetime, style: str = "R") -> str:
    """A time that every reader sees in their own zone.

    https://discord.com/developers/docs/reference#message-formatting-timestamp-styles
    """
    return f"<t:{int(at.timestamp())}:{style}>"
