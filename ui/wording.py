"""Small pieces of sentences that several messages use."""

from __future__ import annotations

from collections.abc import Sequence

from spaces.model import ConsentChoice, Gesture, Participant
from spaces.rules import RoomRules
from spaces.text import moment
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


def speaker(participant: Participant, rules: RoomRules) -> str:
    """The name of somebody on stage, with the end of their turn if one is running."""
    if rules.turn_seconds is None or participant.turn_ends_at is None:
        return name_of(participant)
    return f"{name_of(participant)} (turn ends {moment(participant.turn_ends_at)})"


def speakers(participants: Sequence[Participant], rules: RoomRules, most: int) -> str:
    """The first ``most`` people on stage, then how many more."""
    shown = ", ".join(speaker(one, rules) for one in participants[:most])
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
