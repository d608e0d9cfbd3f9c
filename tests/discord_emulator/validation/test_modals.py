"""Modals: every limit from both sides."""

from __future__ import annotations

from typing import Any

import pytest

from discord_emulator.validation.modals import check_modal
from tests.discord_emulator.validation.support import (
    Rule,
    button,
    faults,
    label,
    modal,
    option,
    row,
    select,
    text,
    text_input,
    without,
)

INNER = "components.0.component"


def only(component: dict[str, Any] | None, **changes: Any) -> dict[str, Any]:
    return modal(label(component, **changes))


def field(**changes: Any) -> dict[str, Any]:
    return only(text_input(**changes))


def old_field(**changes: Any) -> dict[str, Any]:
    return modal(row(text_input(label="Title") | changes))


def fields(amount: int) -> list[dict[str, Any]]:
    return [label(text_input(custom_id=f"field-{number}")) for number in range(amount)]


def options(amount: int, **changes: Any) -> list[dict[str, Any]]:
    return [option(number, **changes) for number in range(amount)]


def upload(**changes: Any) -> dict[str, Any]:
    return only({"type": 19, "custom_id": "files"} | changes)


def radio(**changes: Any) -> dict[str, Any]:
    return only({"type": 21, "custom_id": "who", "options": options(2)} | changes)


def boxes(**changes: Any) -> dict[str, Any]:
    return only({"type": 22, "custom_id": "days", "options": options(3)} | changes)


def box(**changes: Any) -> dict[str, Any]:
    return only({"type": 23, "custom_id": "record"} | changes)


GOOD = field()

RULES = [
    Rule(
        "shortest ids",
        GOOD | {"custom_id": "x", "title": "x"},
        GOOD | {"custom_id": ""},
        "custom_id",
        "BASE_TYPE_REQUIRED",
    ),
    Rule(
        "one box",
        boxes(options=options(1), min_values=1),
        boxes(options=options(1), min_values=2),
        f"{INNER}.min_values",
        "NUMBER_TYPE_MAX",
    ),
    Rule(
        "title", modal(*fields(1), title="x" * 45), modal(*fields(1), title="x" * 46), "title", "BASE_TYPE_BAD_LENGTH"
    ),
    Rule("title is there", GOOD, GOOD | {"title": ""}, "title", "BASE_TYPE_REQUIRED"),
    Rule(
        "custom id",
        GOOD | {"custom_id": "x" * 100},
        GOOD | {"custom_id": "x" * 101},
        "custom_id",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule("custom id is there", GOOD, without(GOOD, "custom_id"), "custom_id", "BASE_TYPE_REQUIRED"),
    Rule("five components", modal(*fields(5)), modal(*fields(6)), "components", "BASE_TYPE_BAD_LENGTH"),
    Rule("a component", modal(*fields(1)), modal(), "components", "BASE_TYPE_BAD_LENGTH"),
    Rule("keys", GOOD, GOOD | {"flags": 64}, "flags", "EMULATOR_UNKNOWN_KEY"),
    Rule("no bare inputs", GOOD, modal(text_input()), "components.0", "UNION_TYPE_CHOICES"),
    Rule("no containers", modal(text(), *fields(1)), modal({"type": 17}), "components.0", "UNION_TYPE_CHOICES"),
    Rule("text", modal(text("x" * 4_000)), modal(text("x" * 4_001)), "components.0.content", "BASE_TYPE_BAD_LENGTH"),
    Rule("row of an input", old_field(), modal(row(select())), "components.0.components.0", "UNION_TYPE_CHOICES"),
    Rule(
        "one input in a row",
        old_field(),
        modal(row(text_input(label="a", custom_id="a"), text_input(label="b", custom_id="b"))),
        "components.0.components",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule(
        "label in a row",
        old_field(label="x" * 45),
        old_field(label="x" * 46),
        "components.0.components.0.label",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule(
        "label in a row is there",
        old_field(),
        old_field(label=None),
        "components.0.components.0.label",
        "BASE_TYPE_REQUIRED",
    ),
    Rule(
        "label",
        only(text_input(), label="x" * 45),
        only(text_input(), label="x" * 46),
        "components.0.label",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule("label is there", GOOD, only(text_input(), label=None), "components.0.label", "BASE_TYPE_REQUIRED"),
    Rule(
        "description",
        only(text_input(), description="x" * 100),
        only(text_input(), description="x" * 101),
        "components.0.description",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule("a label has a component", GOOD, only(None), INNER, "BASE_TYPE_REQUIRED"),
    Rule("no buttons", GOOD, only(button()), INNER, "UNION_TYPE_CHOICES"),
    Rule("one label", field(label=None), field(label="Title"), f"{INNER}.label", "EMULATOR_TEXT_INPUT_LABEL_IN_LABEL"),
    Rule("style", field(style=2), field(style=3), f"{INNER}.style", "BASE_TYPE_CHOICES"),
    Rule("shortest", field(min_length=0), field(min_length=-1), f"{INNER}.min_length", "NUMBER_TYPE_MIN"),
    Rule("longest", field(max_length=1), field(max_length=0), f"{INNER}.max_length", "NUMBER_TYPE_MIN"),
    Rule("longest of all", field(max_length=4_000), field(max_length=4_001), f"{INNER}.max_length", "NUMBER_TYPE_MAX"),
    Rule(
        "shortest below longest",
        field(min_length=9, max_length=9),
        field(min_length=10, max_length=9),
        f"{INNER}.min_length",
        "NUMBER_TYPE_MAX",
    ),
    Rule("value", field(value="x" * 4_000), field(value="x" * 4_001), f"{INNER}.value", "BASE_TYPE_MAX_LENGTH"),
    Rule(
        "value fits",
        field(max_length=9, value="x" * 9),
        field(max_length=9, value="x" * 10),
        f"{INNER}.value",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule(
        "placeholder",
        field(placeholder="x" * 100),
        field(placeholder="x" * 101),
        f"{INNER}.placeholder",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule("required", field(required=False), field(required="no"), f"{INNER}.required", "BOOLEAN_TYPE_CONVERT"),
    Rule(
        "custom ids differ",
        modal(*fields(2)),
        modal(*fields(1), *fields(1)),
        "components.1.component.custom_id",
        "COMPONENT_CUSTOM_ID_DUPLICATED",
    ),
    Rule(
        "select",
        only(select(disabled=False)),
        only(select(disabled=True)),
        f"{INNER}.disabled",
        "EMULATOR_DISABLED_IN_MODAL",
    ),
    Rule(
        "select that must be answered",
        only(select(min_values=0, required=False)),
        only(select(min_values=0, required=True)),
        f"{INNER}.min_values",
        "NUMBER_TYPE_MIN",
    ),
    Rule("select options", only(select()), only(select(options=None)), f"{INNER}.options", "BASE_TYPE_REQUIRED"),
    Rule(
        "user select",
        only({"type": 5, "custom_id": "u"}),
        only({"type": 5}),
        f"{INNER}.custom_id",
        "BASE_TYPE_REQUIRED",
    ),
    Rule("files", upload(max_values=10), upload(max_values=11), f"{INNER}.max_values", "NUMBER_TYPE_MAX"),
    Rule(
        "files that must be there",
        upload(min_values=0, required=False),
        upload(min_values=0),
        f"{INNER}.min_values",
        "NUMBER_TYPE_MIN",
    ),
    Rule(
        "files in order",
        upload(min_values=3, max_values=3),
        upload(min_values=4, max_values=3),
        f"{INNER}.min_values",
        "NUMBER_TYPE_MAX",
    ),
    Rule("radio", radio(options=options(2)), radio(options=options(1)), f"{INNER}.options", "BASE_TYPE_BAD_LENGTH"),
    Rule(
        "radio of ten",
        radio(options=options(10)),
        radio(options=options(11)),
        f"{INNER}.options",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule(
        "radio default",
        radio(options=[option(0), option(1, default=True)]),
        radio(options=options(2, default=True)),
        f"{INNER}.options",
        "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES",
    ),
    Rule(
        "radio has no emoji",
        radio(),
        radio(options=[option(0), option(1, emoji={"name": "✋"})]),
        f"{INNER}.options.1.emoji",
        "EMULATOR_UNKNOWN_KEY",
    ),
    Rule(
        "radio values differ",
        radio(),
        radio(options=[option(0), option(0)]),
        f"{INNER}.options.1",
        "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
    ),
    Rule("boxes", boxes(options=options(1)), boxes(options=[]), f"{INNER}.options", "BASE_TYPE_BAD_LENGTH"),
    Rule(
        "boxes of ten",
        boxes(options=options(10)),
        boxes(options=options(11), max_values=1),
        f"{INNER}.options",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule("boxes to check", boxes(max_values=3), boxes(max_values=4), f"{INNER}.options", "BASE_TYPE_BAD_LENGTH"),
    Rule(
        "boxes required",
        boxes(min_values=0, required=False),
        boxes(min_values=0),
        f"{INNER}.min_values",
        "NUMBER_TYPE_MIN",
    ),
    Rule(
        "all boxes checked",
        boxes(options=options(3, default=True)),
        boxes(options=options(3, default=True), max_values=2),
        f"{INNER}.options",
        "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES",
    ),
    Rule("box", box(default=True), box(default="yes"), f"{INNER}.default", "BOOLEAN_TYPE_CONVERT"),
    Rule("box is not required", box(), box(required=True), f"{INNER}.required", "EMULATOR_UNKNOWN_KEY"),
]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_just_within(rule: Rule) -> None:
    assert faults(check_modal, rule.good) == set()


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_just_beyond(rule: Rule) -> None:
    assert faults(check_modal, rule.bad) == {(rule.at, rule.code)}
