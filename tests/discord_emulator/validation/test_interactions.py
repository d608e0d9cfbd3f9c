"""Callbacks: which answers which interaction, and what each carries."""

from __future__ import annotations

from typing import Any

import pytest

from discord_emulator.validation.interactions import check_callback
from tests.discord_emulator.validation.support import V2, Rule, faults, label, modal, text, text_input

COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
FORM = modal(label(text_input()))
DATA: dict[int, dict[str, Any] | None] = {
    1: None,
    4: {"content": "hello"},
    5: {"flags": 64},
    6: None,
    7: {"content": "hello"},
    8: {"choices": []},
    9: FORM,
    12: None,
}


def callback(kind: int, data: object = None) -> dict[str, Any]:
    return {"type": kind} if data is None else {"type": kind, "data": data}


def suggestions(*values: object, name: str = "A topic") -> dict[str, Any]:
    return callback(8, {"choices": [{"name": name, "value": value} for value in values]})


@pytest.mark.parametrize(
    ("interaction", "kinds"),
    [
        (1, {1}),
        (COMMAND, {4, 5, 9, 12}),
        (COMPONENT, {4, 5, 6, 7, 9, 12}),
        (AUTOCOMPLETE, {8}),
        (SUBMIT, {4, 5, 6, 7, 12}),
    ],
)
def test_which_callbacks_answer_what(interaction: int, kinds: set[int]) -> None:
    for kind, data in DATA.items():
        found = faults(check_callback, callback(kind, data), interaction_type=interaction, files=0)
        assert found == (set() if kind in kinds else {("type", "BASE_TYPE_CHOICES")}), kind


@pytest.mark.parametrize("kind", [6, 7])
def test_a_modal_without_a_message_updates_none(kind: int) -> None:
    body = callback(kind, DATA[kind])
    assert faults(check_callback, body, interaction_type=SUBMIT, files=0, from_message=False) == {
        ("type", "BASE_TYPE_CHOICES")
    }


LONG = "x" * 101

RULES = [
    Rule("type", callback(4, {"content": "x"}), {"data": {"content": "x"}}, "type", "BASE_TYPE_REQUIRED"),
    Rule("known types", callback(6), callback(10), "type", "BASE_TYPE_CHOICES"),
    Rule("keys", callback(6), callback(6) | {"flags": 64}, "flags", "EMULATOR_UNKNOWN_KEY"),
    Rule(
        "content",
        callback(4, {"content": "x" * 2_000}),
        callback(4, {"content": "x" * 2_001}),
        "data.content",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule(
        "ephemeral",
        callback(4, {"content": "x", "flags": 64}),
        callback(4, {"content": "x", "flags": 1}),
        "data.flags",
        "EMULATOR_FLAG_NOT_SETTABLE",
    ),
    Rule(
        "layouts",
        callback(4, {"components": [text()], "flags": 64 | V2}),
        callback(4, {"components": [text()], "flags": 64}),
        "data.components.0",
        "UNION_TYPE_CHOICES",
    ),
    Rule("data is an object", callback(4, {"content": "x"}), callback(4, "x"), "data", "MODEL_TYPE_CONVERT"),
    Rule(
        "a deferral is ephemeral or not",
        callback(5, {"flags": 64}),
        callback(5, {"flags": 64 | V2}),
        "data.flags",
        "EMULATOR_FLAG_NOT_SETTABLE",
    ),
    Rule(
        "a deferral says nothing yet",
        callback(5),
        callback(5, {"content": "x"}),
        "data.content",
        "EMULATOR_UNKNOWN_KEY",
    ),
    Rule(
        "a deferral may say whom it would mention",
        callback(5, {"allowed_mentions": {"parse": []}}),
        callback(5, {"allowed_mentions": {"parse": ["owls"]}}),
        "data.allowed_mentions.parse.0",
        "BASE_TYPE_CHOICES",
    ),
    Rule(
        "a deferred update is empty",
        callback(6, {"allowed_mentions": {"parse": []}}),
        callback(6, {"content": "x"}),
        "data.content",
        "EMULATOR_UNKNOWN_KEY",
    ),
    Rule("modal", callback(9, FORM), callback(9, FORM | {"title": "x" * 46}), "data.title", "BASE_TYPE_BAD_LENGTH"),
    Rule("modal data", callback(9, FORM), callback(9), "data", "BASE_TYPE_REQUIRED"),
]

SUGGESTIONS = [
    Rule(
        "25 choices",
        suggestions(*map(str, range(25))),
        suggestions(*map(str, range(26))),
        "data.choices",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule(
        "name",
        suggestions("a", name="x" * 100),
        suggestions("a", name=LONG),
        "data.choices.0.name",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule("value", suggestions("x" * 100), suggestions(LONG), "data.choices.0.value", "BASE_TYPE_BAD_LENGTH"),
    Rule("value is there", suggestions("x"), suggestions(None), "data.choices.0.value", "BASE_TYPE_REQUIRED"),
    Rule("one kind of values", suggestions(1, 2.5), suggestions(1, "x"), "data.choices.0.value", "STRING_TYPE_CONVERT"),
    Rule("numbers", suggestions(2**53 - 1), suggestions(2**53), "data.choices.0.value", "NUMBER_TYPE_MAX"),
    Rule(
        "of the option's type",
        suggestions(1),
        suggestions("1"),
        "data.choices.0.value",
        "NUMBER_TYPE_COERCE",
        {"option_type": 4},
    ),
    Rule("data", callback(8, {"choices": []}), callback(8), "data", "BASE_TYPE_REQUIRED"),
    Rule("keys", callback(8, {"choices": []}), callback(8, {"options": ["x"]}), "data.options", "EMULATOR_UNKNOWN_KEY"),
]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_answers(rule: Rule) -> None:
    options = {"interaction_type": COMPONENT, "files": 0, **rule.options}
    assert faults(check_callback, rule.good, **options) == set()
    assert faults(check_callback, rule.bad, **options) == {(rule.at, rule.code)}


@pytest.mark.parametrize("rule", SUGGESTIONS, ids=str)
def test_suggestions(rule: Rule) -> None:
    options = {"interaction_type": AUTOCOMPLETE, "files": 0, **rule.options}
    assert faults(check_callback, rule.good, **options) == set()
    assert faults(check_callback, rule.bad, **options) == {(rule.at, rule.code)}


def test_an_answer_says_something() -> None:
    for body in (callback(4), callback(4, {}), callback(4, {"content": " ", "flags": 64})):
        assert faults(check_callback, body, interaction_type=COMMAND, files=0) == {("", "50006")}
    assert faults(check_callback, callback(4, {}), interaction_type=COMMAND, files=1) == set()
    assert faults(check_callback, callback(7), interaction_type=COMPONENT, files=0) == set()


def test_an_update_is_judged_with_the_message() -> None:
    message = {"content": "", "flags": V2, "components": [text()], "embeds": [], "attachments": []}
    body = callback(7, {"content": "done"})
    assert faults(check_callback, body, interaction_type=COMPONENT, files=0, previous=message) == {
        ("data.content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2")
    }


def test_files_come_with_messages_only() -> None:
    assert faults(check_callback, callback(9, FORM), interaction_type=COMMAND, files=1) == {
        ("data", "EMULATOR_FILES_WITHOUT_MESSAGE")
    }
