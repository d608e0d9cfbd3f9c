"""Gestures as buttons: a row on the panel, all of them on a page."""

from __future__ import annotations

import pytest
from discord import ui

from discord_emulator.validation.messages import check_message
from spaces.model import Gesture
from spaces.policy import STANDARD_GESTURES
from tests.ui.test_messages import payload
from ui import gestures

MANY = tuple(Gesture(f"g{number}", f"Gesture {number}", "👏") for number in range(20))


@pytest.mark.parametrize(
    ("count", "labels"),
    [
        (1, ["Clap"]),
        (5, ["Clap", "Wave", "Fist", "100", "Heart"]),
        (6, ["Clap", "Wave", "Fist", "100", "More"]),
        (8, ["Clap", "Wave", "Fist", "100", "More"]),
    ],
)
def test_a_row_holds_all_or_leads_to_the_others(count: int, labels: list[str]) -> None:
    row = gestures.quick_row(7, STANDARD_GESTURES[:count])
    assert [item.label for item in row if isinstance(item, ui.Button)] == labels


@pytest.mark.parametrize("count", [1, 5, 6, 20])
def test_the_page_holds_every_gesture_with_its_word(count: int) -> None:
    view = gestures.all_of_them(7, MANY[:count])
    buttons = [item for item in view.walk_children() if isinstance(item, ui.Button)]
    assert [button.label for button in buttons] == [gesture.label for gesture in MANY[:count]]
    assert all(button.emoji is not None for button in buttons)
    check_message(payload(view), files=0)
