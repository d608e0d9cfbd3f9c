"""What people type, made harmless to read: no control or direction characters, no towers of accents."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from spaces.errors import InvalidInput

_MOST_MARKS = 2
"""Combining marks kept on one letter; real languages stack no more in practice, "zalgo" does."""

_JOINERS = frozenset("\u200c\u200d")
"""Format characters with a meaning of their own in Persian, Indic scripts and emoji."""

_UNSEEN_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Fillers and the empty Braille cell: letters and symbols by category, blank to the eye."""

_MARKUP = re.compile(r"[\\*_~`|<>@#\[\]]")
"""What Discord gives a meaning to: https://support.discord.com/hc/articles/210298617"""

_SCHEME = re.compile(r"\b(https?|discord):(?=//)", re.IGNORECASE)


def clean(text: str) -> str:
    """One line without control, format and direction characters, at most two marks a letter, single blanks.

    Cleaning twice changes nothing more.
    """
    kept = "".join(map(_harmless, text))
    return " ".join(_without_towers(unicodedata.normalize("NFC", kept)).split())


def escaped(name: str) -> str:
    """Somebody's words as they are, for the middle of a sentence of ours: no markup, mention or link of theirs acts.

    A backslash takes the meaning from a character; bare links have none to take, so an unseen space breaks them.
    """
    return _SCHEME.sub("\\g<1>:\u200b", _MARKUP.sub(r"\\\g<0>", name))


def moment(at: datetime, style: str = "R") -> str:
    """A time that every reader sees in their own zone; ``R`` is "in 2 minutes", ``D`` a day, ``f`` day and time.

    https://discord.com/developers/docs/reference#message-formatting-timestamp-styles
    """
    return f"<t:{int(at.timestamp())}:{style}>"


def known_as(name: str) -> str:
    """A person's name as it is kept and shown: cleaned like all that people type, never empty."""
    line = clean(name)
    return line if _can_be_seen(line) else "somebody"


def require_line(text: str, *, what: str, longest: int) -> str:
    """The cleaned text. Raises :class:`InvalidInput`, naming ``what``, if nothing is left or it is too long."""
    line = clean(text)
    if not _can_be_seen(line):
        raise InvalidInput(f"{what} is empty. Type a few words.")
    if len(line) > longest:
        raise InvalidInput(f"{what} has {len(line)} characters; {longest} is the most. Shorten it a little.")
    return line


def optional_line(text: str, *, what: str, longest: int) -> str:
    """Like :func:`require_line`, but may be empty."""
    return require_line(text, what=what, longest=longest) if _can_be_seen(clean(text)) else ""


def _harmless(character: str) -> str:
    """The character, a blank, or nothing."""
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"} or character in _UNSEEN_LETTERS:
        return " "
    if category in {"Cs", "Co", "Cn"} or (category == "Cf" and character not in _JOINERS):
        return ""
    return character


def _without_towers(text: str) -> str:
    """At most two marks (variation selectors count as such) and no doubled joiners after each visible character."""
    kept: list[str] = []
    marks = 0
    for character in text:
        if character in _JOINERS:
            if kept and kept[-1] in _JOINERS:
                continue
        elif _is_mark(character):
            marks += 1
            if marks > _MOST_MARKS:
                continue
        else:
            marks = 0
        kept.append(character)
    return "".join(kept)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Me"}


def _can_be_seen(line: str) -> bool:
    return any(not (_is_mark(one) or one in _JOINERS or one.isspace()) for one in line)
