from __future__ import annotations

import pytest

from spaces.rules import STANDARD_PRESETS, JoinMode, NameOrId, RoomRules, SpeakMode


def test_no_preset_contradicts_itself() -> None:
    assert [name for name, rules in STANDARD_PRESETS.items() if rules.contradiction] == []


def test_presets_are_what_people_know_from_elsewhere() -> None:
    x, instagram = STANDARD_PRESETS["x"], STANDARD_PRESETS["instagram"]
    assert (x.speak, x.speaker_limit, x.co_host_limit) == (SpeakMode.BY_REQUEST, 13, 2)
    assert (instagram.speaker_limit, instagram.co_host_limit) == (4, 1)
    assert STANDARD_PRESETS["town-hall"].question_required


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"join": JoinMode.ROLES}, "Say which roles"),
        ({"join_roles": (NameOrId("Mods"),)}, "Roles were given"),
        ({"capacity": 12}, "13 may speak, but only 12 may join"),
        ({"speak": SpeakMode.EVERYONE, "hands_open": False}, "Everyone may speak by raising a hand"),
        ({"speak": SpeakMode.INVITED, "question_required": True}, "nobody can be asked for a question"),
    ],
)
def test_rules_that_contradict_each_other_are_named(changes: dict[str, object], sentence: str) -> None:
    contradiction = RoomRules().evolve(**changes).contradiction
    assert contradiction is not None
    assert sentence in contradiction


def test_a_room_may_be_as_large_as_its_stage() -> None:
    assert RoomRules(capacity=13).contradiction is None
