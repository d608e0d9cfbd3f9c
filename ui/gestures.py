"""Hand gestures as buttons: the quick ones on the panel, all of them on a page of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discord import ui

from spaces.model import Gesture
from ui.custom_ids import Kind
from ui.pieces import button, page

ROW = 5
"""Buttons in one row: https://discord.com/developers/docs/components/reference#action-row"""

_INTRODUCTION = (
    "**Gestures.** Press as often as you like: each counts on the panel, and nobody is told whose it was. "
    "To ask to speak, press **Raise hand** on the panel."
)


def quick_row(space_id: int, gestures: Sequence[Gesture]) -> list[ui.Item[Any]]:
    """One row: all gestures if they fit, else the first ones and the way to the others."""
    if len(gestures) <= ROW:
        return [_gesture(space_id, gesture) for gesture in gestures]
    quick: list[ui.Item[Any]] = [_gesture(space_id, gesture) for gesture in gestures[: ROW - 1]]
    return [*quick, button("More", Kind.MORE_GESTURES, space_id, emoji="➕")]


def all_of_them(space_id: int, gestures: Sequence[Gesture]) -> ui.LayoutView:
    """Every gesture, to press again and again."""
    rows = [
        [_gesture(space_id, gesture) for gesture in gestures[first : first + ROW]]
        for first in range(0, len(gestures), ROW)
    ]
    return page([_INTRODUCTION], rows)


def _gesture(space_id: int, gesture: Gesture) -> ui.Button[Any]:
    return button(gesture.label, Kind.REACT, space_id, extra=gesture.key, emoji=gesture.emoji)
