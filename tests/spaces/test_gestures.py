from __future__ import annotations

import pytest

from spaces.gestures import shown_as
from spaces.model import Gesture
from spaces.policy import STANDARD_GESTURES

OWN = Gesture("party", "Party", "<:party:123456789012345678>")


@pytest.mark.parametrize("gesture", STANDARD_GESTURES, ids=lambda one: one.key)
def test_every_standard_gesture_is_found_by_its_emoji(gesture: Gesture) -> None:
    assert shown_as(gesture.emoji, STANDARD_GESTURES) == gesture


def test_what_is_standard() -> None:
    words = {gesture.label for gesture in STANDARD_GESTURES}
    assert words == {"Raised hand", "Wave", "Peace", "Fist", "100", "Heart", "Clap", "Laugh"}


@pytest.mark.parametrize(
    ("emoji", "key"),
    [("👏🏽", "clap"), ("✌", "peace"), ("✌🏿", "peace"), ("✌️", "peace"), ("❤", "heart"), ("✋🏻", "raised-hand")],
)
def test_skin_tones_and_variants_are_the_same_gesture(emoji: str, key: str) -> None:
    found = shown_as(emoji, STANDARD_GESTURES)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize("emoji", ["🦀", "", "clap", ":clap:", "👏👏", "🏽", "<:clap:1>"])
def test_anything_else_is_none(emoji: str) -> None:
    assert shown_as(emoji, STANDARD_GESTURES) is None


@pytest.mark.parametrize("emoji", ["<:party:123456789012345678>", "<a:renamed:123456789012345678>"])
def test_a_servers_own_emoji_is_known_by_its_id(emoji: str) -> None:
    assert shown_as(emoji, [*STANDARD_GESTURES, OWN]) == OWN
    assert shown_as("<:party:999999999999999999>", [OWN]) is None
