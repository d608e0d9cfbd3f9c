"""Modals: labels with one input each, text between them, and the older rows with a text input.

Shapes and limits: https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-modal
and https://docs.discord.com/developers/components/reference#label
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .component_fields import (
    COMMON_KEYS,
    CUSTOM_ID_LIMIT,
    TEXT_LIMIT,
    Census,
    check_amounts,
    check_defaults,
    check_options,
    check_text_display,
)
from .controls import SELECTS, check_not_disabled, check_required_amount, check_select
from .form import Form

ACTION_ROW = 1
TEXT_INPUT = 4
TEXT_DISPLAY = 10
LABEL = 18
FILE_UPLOAD = 19
RADIO_GROUP = 21
CHECKBOX_GROUP = 22
CHECKBOX = 23

COMPONENT_LIMIT = 5
_LABEL_LIMIT = 45
_GROUP_LIMIT = 10
_IN_LABEL = (*SELECTS, TEXT_INPUT, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX)


def check_modal(data: dict[str, Any]) -> None:
    """Checks a modal, the ``data`` of interaction callback 9. Raises ApiError 50035."""
    modal = Form.of(data)
    check_modal_form(modal)
    modal.errors.raise_if_any()


def check_modal_form(modal: Form) -> None:
    """Notes the faults of a modal that is part of a larger body."""
    modal.only({"custom_id", "title", "components"})
    modal.text("custom_id", CUSTOM_ID_LIMIT, minimum=1, required=True)
    modal.text("title", 45, minimum=1, required=True)
    census = Census()
    for component in modal.children("components", COMPONENT_LIMIT, minimum=1, required=True):
        kind = component.variant((ACTION_ROW, TEXT_DISPLAY, LABEL))
        if kind is None:
            continue
        census.count(component)
        if kind == ACTION_ROW:
            _check_row(component, census)
        elif kind == LABEL:
            _check_label(component, census)
        else:
            check_text_display(component, census)


def _check_row(row: Form, census: Census) -> None:
    """A row holds one text input, which carries its own label."""
    row.only(COMMON_KEYS | {"components"})
    for component in row.children("components", 1, minimum=1, required=True):
        if component.variant((TEXT_INPUT,)) is None:
            continue
        census.count(component)
        component.text("label", _LABEL_LIMIT, minimum=1, required=True)
        _check_text_input(component, census)


def _check_label(label: Form, census: Census) -> None:
    label.only(COMMON_KEYS | {"label", "description", "component"})
    label.text("label", _LABEL_LIMIT, minimum=1, required=True)
    label.text("description", 100, minimum=1)
    component = label.child("component", required=True)
    if component is None:
        return
    kind = component.variant(_IN_LABEL)
    if kind is None:
        return
    census.count(component)
    if kind in SELECTS:
        check_select(component, kind, census, in_modal=True)
        return
    if kind == TEXT_INPUT and component.given("label"):
        text = "The text input of a label has no label of its own"
        component.fault("label", "EMULATOR_TEXT_INPUT_LABEL_IN_LABEL", text)
    check_not_disabled(component)
    _CHECKS[kind](component, census)


def _check_text_input(text_input: Form, census: Census) -> None:
    """A text input; a prefilled ``value`` is not longer than ``max_length``."""
    text_input.only(
        COMMON_KEYS | {"custom_id", "style", "label", "value", "placeholder", "required", "min_length", "max_length"}
    )
    census.check_custom_id(text_input)
    text_input.choice("style", (1, 2), required=True)
    text_input.text("placeholder", 100)
    text_input.boolean("required")
    shortest = text_input.integer("min_length", 0, TEXT_LIMIT)
    longest = text_input.integer("max_length", 1, TEXT_LIMIT)
    if shortest is not None and longest is not None and shortest > longest:
        text = f"int value should be less than or equal to {longest}."
        text_input.fault("min_length", "NUMBER_TYPE_MAX", text)
    text_input.text("value", TEXT_LIMIT if longest is None else longest)


def _check_file_upload(upload: Form, census: Census) -> None:
    upload.only(COMMON_KEYS | {"custom_id", "min_values", "max_values", "required"})
    census.check_custom_id(upload)
    upload.boolean("required")
    least, _ = check_amounts(upload, _GROUP_LIMIT)
    check_required_amount(upload, least)


def _check_radio_group(group: Form, census: Census) -> None:
    """Two to ten options of which one is chosen."""
    group.only(COMMON_KEYS | {"custom_id", "options", "required"})
    census.check_custom_id(group)
    group.boolean("required")
    _, defaults = check_options(group, 2, _GROUP_LIMIT, with_emoji=False)
    check_defaults(group, "options", defaults, 1)


def _check_checkbox_group(group: Form, census: Census) -> None:
    """One to ten options of which ``min_values`` to ``max_values`` are chosen, by default 1 to all."""
    group.only(COMMON_KEYS | {"custom_id", "options", "min_values", "max_values", "required"})
    census.check_custom_id(group)
    group.boolean("required")
    count, defaults = check_options(group, 1, _GROUP_LIMIT, with_emoji=False)
    least, most = check_amounts(group, _GROUP_LIMIT, default_most=count or 1)
    check_required_amount(group, least)
    check_defaults(group, "options", defaults, most)
    if 0 < count < most:
        text = f"Must be between {most} and {_GROUP_LIMIT} in length."
        group.fault("options", "BASE_TYPE_BAD_LENGTH", text)


def _check_checkbox(checkbox: Form, census: Census) -> None:
    checkbox.only(COMMON_KEYS | {"custom_id", "default"})
    census.check_custom_id(checkbox)
    checkbox.boolean("default")


_CHECKS: dict[int, Callable[[Form, Census], None]] = {
    TEXT_INPUT: _check_text_input,
    FILE_UPLOAD: _check_file_upload,
    RADIO_GROUP: _check_radio_group,
    CHECKBOX_GROUP: _check_checkbox_group,
    CHECKBOX: _check_checkbox,
}
