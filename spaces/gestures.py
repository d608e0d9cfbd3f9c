"""Which gesture an emoji stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from spaces.model import Gesture

_OF_A_SERVER = re.compile(r"<a?:\w+:([0-9]+)>")
"""A server's own emoji: https://discord.com/developers/docs/reference#message-formatting-formats"""

_LOOKS = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")
"""How an emoji looks, not what it is: as text or in colour, and the five skin tones.

https://www.unicode.org/reports/tr51/#Emoji_Modifiers"""


def shown_as(emoji: str, gestures: Iterable[Gesture]) -> Gesture | None:
    """The first gesture with that emoji, in whatever skin tone; None if it is none of them.

    A server's own emoji is written ``<:name:id>``; its name may have changed since.
    """
    wanted = _identity(emoji)
    return next((gesture for gesture in gestures if _identity(gesture.emoji) == wanted), None)


def _identity(emoji: str) -> str:
    own = _OF_A_SERVER.fullmatch(emoji)
    return own[1] if own else _LOOKS.sub("", emoji)
