"""The options of a slash command: values, choices, subcommands and their groups.

Shapes: https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-option-structure
"""

from __future__ import annotations

from typing import Any

from .controls import CHANNEL_TYPES
from .form import Form
from .localized import check_description, check_name, check_translations, longest

SUB_COMMAND = 1
SUB_COMMAND_GROUP = 2
STRING = 3
INTEGER = 4
CHANNEL = 7
NUMBER = 10

OPTION_LIMIT = 25
CHOICE_LIMIT = 25
CHOICE_TEXT_LIMIT = 100
INTEGER_LIMIT = 2**53 - 1
NUMBER_LIMIT = 2**53
_LENGTH_LIMIT = 6_000

_VALUES = range(STRING, 12)
_BRANCHES = (SUB_COMMAND, SUB_COMMAND_GROUP)
_NAMED = frozenset({"type", "name", "name_localizations", "description", "description_localizations"})
_OWN_KEYS: dict[int, set[str]] = {
    STRING: {"choices", "autocomplete", "min_length", "max_length"},
    INTEGER: {"choices", "autocomplete", "min_value", "max_value"},
    NUMBER: {"choices", "autocomplete", "min_value", "max_value"},
    CHANNEL: {"channel_types"},
}


def check_options(owner: Form) -> None:
    """Checks the ``options`` of a command: values, or subcommands and groups of them, never both."""
    options = owner.children("options", OPTION_LIMIT)
    kinds = [option.data.get("type") for option in options]
    if any(kind in _BRANCHES for kind in kinds) and not all(kind in _BRANCHES for kind in kinds):
        text = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        owner.fault("options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", text)
    _check_level(options, (*_BRANCHES, *_VALUES))


def tidied(options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Checked options as Discord keeps them: without the keys of other kinds, which say nothing there."""
    return [_tidied(option) for option in options]


def _tidied(option: dict[str, Any]) -> dict[str, Any]:
    known = _NAMED | {"required", "options"} | _OWN_KEYS.get(option["type"], set())
    kept = {key: value for key, value in option.items() if key in known}
    return kept | ({"options": tidied(kept["options"] or [])} if "options" in kept else {})


def _check_level(options: list[Form], allowed: tuple[int, ...]) -> None:
    """Checks the options of one level: their types, their order and that no name comes twice."""
    names: set[str] = set()
    is_optional_seen = False
    for option in options:
        kind = option.variant(allowed)
        name = check_name(option, is_free=False, required=True)
        check_description(option, required=True)
        if name in names:
            text = f"Option name {name} is already used in these options"
            option.fault(None, "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", text)
        if name is not None:
            names.add(name)
        if kind is None:
            continue
        if kind in _BRANCHES:
            _check_branch(option, kind)
            continue
        is_required = option.boolean("required") is True
        if is_required and is_optional_seen:
            text = "Required options must be placed before non-required options"
            option.fault(None, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", text)
        is_optional_seen = is_optional_seen or not is_required
        _check_value(option, kind)


def _check_branch(option: Form, kind: int) -> None:
    """A subcommand holds values, a group holds subcommands; neither can be required."""
    option.only(_NAMED | {"options", "required"})
    option.boolean("required")
    if option.data.get("required") is True:
        text = "Subcommands and their groups cannot be required"
        option.fault("required", "EMULATOR_SUBCOMMAND_REQUIRED", text)
    allowed = tuple(_VALUES) if kind == SUB_COMMAND else (SUB_COMMAND,)
    _check_level(option.children("options", OPTION_LIMIT), allowed)


def _check_value(option: Form, kind: int) -> None:
    option.only(_NAMED | {"required"} | _OWN_KEYS.get(kind, set()) | _idle_flags(option))
    if kind == CHANNEL:
        option.choices("channel_types", CHANNEL_TYPES)
    if kind not in (STRING, INTEGER, NUMBER):
        return
    option.boolean("autocomplete")
    choices = option.children("choices", CHOICE_LIMIT)
    _check_choices(choices, kind)
    if choices and option.data.get("autocomplete") is True:
        text = "An option has either choices or autocomplete"
        option.fault("autocomplete", "EMULATOR_CHOICES_WITH_AUTOCOMPLETE", text)
    if kind == STRING:
        low = option.integer("min_length", 0, _LENGTH_LIMIT)
        high = option.integer("max_length", 1, _LENGTH_LIMIT)
        _check_order(option, "min_length", low, high)
        return
    if kind == INTEGER:
        low = option.integer("min_value", -INTEGER_LIMIT, INTEGER_LIMIT)
        high = option.integer("max_value", -INTEGER_LIMIT, INTEGER_LIMIT)
    else:
        low = option.number("min_value", -NUMBER_LIMIT, NUMBER_LIMIT)
        high = option.number("max_value", -NUMBER_LIMIT, NUMBER_LIMIT)
    _check_order(option, "min_value", low, high)


def _idle_flags(option: Form) -> set[str]:
    """Keys of other kinds that say nothing: a fetched option that is sent again has ``autocomplete: false``."""
    return {key for key, value in option.data.items() if value is False}


def _check_order(option: Form, key: str, low: float | None, high: float | None) -> None:
    if low is not None and high is not None and low > high:
        option.fault(key, "NUMBER_TYPE_MAX", f"value should be less than or equal to {high}.")


def _check_choices(choices: list[Form], kind: int) -> None:
    names: set[str] = set()
    for choice in choices:
        choice.only({"name", "name_localizations", "value"})
        name = choice.text("name", CHOICE_TEXT_LIMIT, minimum=1, required=True)
        if name in names:
            text = f"Option choice name {name} already exists"
            choice.fault(None, "EMULATOR_CHOICE_NAME_DUPLICATED", text)
        if name is not None:
            names.add(name)
        check_translations(choice, "name_localizations", CHOICE_TEXT_LIMIT)
        check_choice_value(choice, kind)


def check_choice_value(choice: Form, kind: int) -> None:
    """The ``value`` of a choice for an option of type ``kind`` (string, integer or number)."""
    if kind == STRING:
        choice.text("value", CHOICE_TEXT_LIMIT, minimum=1, required=True)
    elif kind == INTEGER:
        choice.integer("value", -INTEGER_LIMIT, INTEGER_LIMIT, required=True)
    else:
        choice.number("value", -NUMBER_LIMIT, NUMBER_LIMIT, required=True)


def size(data: dict[str, Any]) -> int:
    """Characters of a command or option with all that is in it: names, descriptions and choice values.

    https://docs.discord.com/developers/interactions/application-commands#slash-commands (8,000 in all)
    """
    value = data.get("value")
    total = longest(data, "name") + longest(data, "description") + (len(value) if isinstance(value, str) else 0)
    for key in ("options", "choices"):
        entries = data.get(key)
        if isinstance(entries, list):
            total += sum(size(entry) for entry in entries if isinstance(entry, dict))
    return total
