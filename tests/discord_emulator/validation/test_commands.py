"""Application commands: every limit from both sides, and lists of commands."""

from __future__ import annotations

from typing import Any

import pytest

from discord_emulator.validation.commands import check_command, check_commands
from tests.discord_emulator.validation.support import Rule, command, faults, parameter, without


def having(*options: dict[str, Any]) -> dict[str, Any]:
    return command(options=list(options))


def menu(**changes: Any) -> dict[str, Any]:
    return {"name": "Invite to speak", "type": 2} | changes


def branch(*options: dict[str, Any], kind: int = 1, name: str = "start") -> dict[str, Any]:
    return parameter(kind, name, options=list(options))


def group(*options: dict[str, Any]) -> dict[str, Any]:
    return branch(*options, kind=2, name="admin")


def named(amount: int) -> list[dict[str, Any]]:
    return [parameter(name=f"option-{number}") for number in range(amount)]


def choice(number: int = 0, **changes: Any) -> dict[str, Any]:
    return {"name": f"Choice {number}", "value": f"value-{number}"} | changes


def chosen(*choices: dict[str, Any], kind: int = 3) -> dict[str, Any]:
    return having(parameter(kind, choices=list(choices)))


def choices(amount: int) -> list[dict[str, Any]]:
    return [choice(number) for number in range(amount)]


NAMES = [
    Rule("name", command(name="x" * 32), command(name="x" * 33), "name", "BASE_TYPE_BAD_LENGTH"),
    Rule("name is there", command(), without(command(), "name"), "name", "BASE_TYPE_REQUIRED"),
    Rule("small letters", command(name="space-2_b"), command(name="Space"), "name", "APPLICATION_COMMAND_INVALID_NAME"),
    Rule("no spaces", command(name="raum-für"), command(name="my space"), "name", "APPLICATION_COMMAND_INVALID_NAME"),
    Rule("scripts", command(name="नमस्ते"), command(name="hello!"), "name", "APPLICATION_COMMAND_INVALID_NAME"),
    Rule("thai", command(name="สวัสดี"), command(name="สวัสดี\n"), "name", "APPLICATION_COMMAND_INVALID_NAME"),
    Rule("large umlauts", command(name="über"), command(name="Über"), "name", "APPLICATION_COMMAND_INVALID_NAME"),
    Rule("menus are free", menu(), menu(name="x" * 33), "name", "BASE_TYPE_BAD_LENGTH"),
    Rule(
        "description",
        command(description="x" * 100),
        command(description="x" * 101),
        "description",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule("description is there", command(), command(description=""), "description", "BASE_TYPE_REQUIRED"),
    Rule(
        "menus have none",
        menu(description=""),
        menu(description="x"),
        "description",
        "EMULATOR_CONTEXT_MENU_DESCRIPTION",
    ),
    Rule(
        "menus have no options",
        menu(options=[]),
        menu(options=[parameter()]),
        "options",
        "EMULATOR_CONTEXT_MENU_OPTIONS",
    ),
    Rule("type", menu(type=3), menu(type=5, description="x", name="x"), "type", "BASE_TYPE_CHOICES"),
    Rule("keys", command(nsfw=False), command(desciption="x"), "desciption", "EMULATOR_UNKNOWN_KEY"),
    Rule(
        "locales",
        command(name_localizations={"de": "raum"}),
        command(name_localizations={"de-DE": "raum"}),
        "name_localizations.de-DE",
        "ENUM_TYPE_COERCE",
    ),
    Rule(
        "translated names",
        command(name_localizations={"de": "raum"}),
        command(name_localizations={"de": "Raum"}),
        "name_localizations.de",
        "APPLICATION_COMMAND_INVALID_NAME",
    ),
    Rule(
        "translated descriptions",
        command(description_localizations={"fr": "x" * 100}),
        command(description_localizations={"fr": "x" * 101}),
        "description_localizations.fr",
        "BASE_TYPE_BAD_LENGTH",
    ),
]

AVAILABILITY = [
    Rule("handler", command(handler=2), command(handler=3), "handler", "BASE_TYPE_CHOICES"),
    Rule(
        "permissions",
        command(default_member_permissions="8"),
        command(default_member_permissions="manage"),
        "default_member_permissions",
        "NUMBER_TYPE_COERCE",
    ),
    Rule(
        "permission bits",
        command(default_member_permissions=2**54 - 1),
        command(default_member_permissions=2**54),
        "default_member_permissions",
        "NUMBER_TYPE_MAX",
    ),
    Rule("contexts", command(contexts=[0, 1, 2]), command(contexts=[3]), "contexts.0", "BASE_TYPE_CHOICES"),
    Rule("a context", command(contexts=None), command(contexts=[]), "contexts", "BASE_TYPE_BAD_LENGTH"),
    Rule(
        "contexts differ",
        command(contexts=[0, 1]),
        command(contexts=[0, 0]),
        "contexts.1",
        "SET_TYPE_ALREADY_CONTAINS_VALUE",
    ),
    Rule(
        "installs",
        command(integration_types=[0, 1]),
        command(integration_types=[2]),
        "integration_types.0",
        "BASE_TYPE_CHOICES",
    ),
    Rule("nsfw", command(nsfw=True), command(nsfw="no"), "nsfw", "BOOLEAN_TYPE_CONVERT"),
]

OPTIONS = [
    Rule(
        "shortest choice",
        chosen({"name": "n", "value": "v"}),
        chosen({"name": "", "value": "v"}),
        "options.0.choices.0.name",
        "BASE_TYPE_REQUIRED",
    ),
    Rule(
        "option name is there",
        having(parameter(name="a")),
        having(without(parameter(), "name")),
        "options.0.name",
        "BASE_TYPE_REQUIRED",
    ),
    Rule("options", having(*named(25)), having(*named(26)), "options", "BASE_TYPE_MAX_LENGTH"),
    Rule("option type", having(parameter(11)), having(parameter(12)), "options.0", "UNION_TYPE_CHOICES"),
    Rule(
        "option name",
        having(parameter(name="x" * 32)),
        having(parameter(name="X")),
        "options.0.name",
        "APPLICATION_COMMAND_INVALID_NAME",
    ),
    Rule(
        "option description",
        having(parameter(description="x")),
        having(parameter(description="")),
        "options.0.description",
        "BASE_TYPE_REQUIRED",
    ),
    Rule(
        "option names differ",
        having(parameter(name="a"), parameter(name="b")),
        having(parameter(name="a"), parameter(name="a")),
        "options.1",
        "APPLICATION_COMMAND_OPTIONS_NAME_INVALID",
    ),
    Rule(
        "required first",
        having(parameter(name="a", required=True), parameter(name="b")),
        having(parameter(name="a"), parameter(name="b", required=True)),
        "options.1",
        "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
    ),
    Rule(
        "required first in subcommands",
        having(branch(parameter(name="a", required=True), parameter(name="b", required=False))),
        having(branch(parameter(name="a"), parameter(name="b", required=True))),
        "options.0.options.1",
        "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
    ),
    Rule(
        "subcommands or values",
        having(branch(), group(branch())),
        having(branch(), parameter()),
        "options",
        "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
    ),
    Rule(
        "depth",
        having(group(branch(parameter()))),
        having(branch(branch())),
        "options.0.options.0",
        "UNION_TYPE_CHOICES",
    ),
    Rule(
        "groups in groups", having(group(branch())), having(group(group())), "options.0.options.0", "UNION_TYPE_CHOICES"
    ),
    Rule(
        "values in groups",
        having(group(branch())),
        having(group(parameter())),
        "options.0.options.0",
        "UNION_TYPE_CHOICES",
    ),
    Rule(
        "subcommands are optional",
        having(branch() | {"required": False}),
        having(branch() | {"required": True}),
        "options.0.required",
        "EMULATOR_SUBCOMMAND_REQUIRED",
    ),
    Rule(
        "subcommand options",
        having(branch(*named(25))),
        having(branch(*named(26))),
        "options.0.options",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule(
        "shortest text",
        having(parameter(min_length=0)),
        having(parameter(min_length=-1)),
        "options.0.min_length",
        "NUMBER_TYPE_MIN",
    ),
    Rule(
        "longest text",
        having(parameter(max_length=6_000)),
        having(parameter(max_length=6_001)),
        "options.0.max_length",
        "NUMBER_TYPE_MAX",
    ),
    Rule(
        "texts in order",
        having(parameter(min_length=5, max_length=5)),
        having(parameter(min_length=6, max_length=5)),
        "options.0.min_length",
        "NUMBER_TYPE_MAX",
    ),
    Rule(
        "least number",
        having(parameter(4, min_value=-(2**53) + 1)),
        having(parameter(4, min_value=-(2**53))),
        "options.0.min_value",
        "NUMBER_TYPE_MIN",
    ),
    Rule(
        "whole numbers",
        having(parameter(4, max_value=5)),
        having(parameter(4, max_value=5.5)),
        "options.0.max_value",
        "NUMBER_TYPE_COERCE",
    ),
    Rule(
        "numbers in order",
        having(parameter(10, min_value=0.5, max_value=0.5)),
        having(parameter(10, min_value=0.6, max_value=0.5)),
        "options.0.min_value",
        "NUMBER_TYPE_MAX",
    ),
    Rule(
        "bounds of texts",
        having(parameter(3, max_value=None)),
        having(parameter(3, max_value=5)),
        "options.0.max_value",
        "EMULATOR_UNKNOWN_KEY",
    ),
    Rule(
        "channel types",
        having(parameter(7, channel_types=[2, 13])),
        having(parameter(7, channel_types=[98])),
        "options.0.channel_types.0",
        "BASE_TYPE_CHOICES",
    ),
    Rule(
        "channels have types",
        having(parameter(7)),
        having(parameter(6, channel_types=[2])),
        "options.0.channel_types",
        "EMULATOR_UNKNOWN_KEY",
    ),
    Rule(
        "choices or autocomplete",
        having(parameter(autocomplete=True, choices=[])),
        having(parameter(autocomplete=True, choices=[choice()])),
        "options.0.autocomplete",
        "EMULATOR_CHOICES_WITH_AUTOCOMPLETE",
    ),
    Rule(
        "autocomplete",
        having(parameter(4, autocomplete=True)),
        having(parameter(5, autocomplete=True)),
        "options.0.autocomplete",
        "EMULATOR_UNKNOWN_KEY",
    ),
    Rule("choices", chosen(*choices(25)), chosen(*choices(26)), "options.0.choices", "BASE_TYPE_MAX_LENGTH"),
    Rule(
        "choice name",
        chosen(choice(name="x" * 100)),
        chosen(choice(name="x" * 101)),
        "options.0.choices.0.name",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule(
        "choice value",
        chosen(choice(value="x" * 100)),
        chosen(choice(value="x" * 101)),
        "options.0.choices.0.value",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule(
        "choice text",
        chosen(choice(value="5")),
        chosen(choice(value=5)),
        "options.0.choices.0.value",
        "STRING_TYPE_CONVERT",
    ),
    Rule(
        "choice number",
        chosen(choice(value=5), kind=4),
        chosen(choice(value="5"), kind=4),
        "options.0.choices.0.value",
        "NUMBER_TYPE_COERCE",
    ),
    Rule(
        "choice fraction",
        chosen(choice(value=0.5), kind=10),
        chosen(choice(value=True), kind=10),
        "options.0.choices.0.value",
        "NUMBER_TYPE_COERCE",
    ),
    Rule(
        "choice names differ",
        chosen(choice(1), choice(2)),
        chosen(choice(1), choice(1)),
        "options.0.choices.1",
        "EMULATOR_CHOICE_NAME_DUPLICATED",
    ),
    Rule(
        "translated choices",
        chosen(choice(name_localizations={"de": "Große Wahl"})),
        chosen(choice(name_localizations={"xx": "x"})),
        "options.0.choices.0.name_localizations.xx",
        "ENUM_TYPE_COERCE",
    ),
]

RULES = NAMES + AVAILABILITY + OPTIONS


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_just_within(rule: Rule) -> None:
    assert faults(check_command, rule.good) == set()


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_just_beyond(rule: Rule) -> None:
    assert faults(check_command, rule.bad) == {(rule.at, rule.code)}


def sized(amount: int, **changes: Any) -> dict[str, Any]:
    """A slash command of ``amount`` (7,936 to 8,035) characters: 39 choices of 200 and what is about them."""
    filling = [choice(number, name=f"{number:0100}", value=f"{number:0100}") for number in range(20)]
    options = [
        parameter(name="a", description="d", choices=filling),
        parameter(name="b", description="d", choices=filling[:19]),
        parameter(name="c" * 32, description="d" * 98),
    ]
    others = 39 * 200 + 2 + 2 + 130 + len("x")
    return command(name="x", description="d" * (amount - others), options=options) | changes


def test_a_command_is_at_most_8000_characters() -> None:
    assert faults(check_command, sized(8_000)) == set()
    assert faults(check_command, sized(8_001)) == {("", "APPLICATION_COMMAND_TOO_LARGE")}


def test_of_translations_the_longest_counts() -> None:
    translations = {"de": "d" * 64, "fr": "d" * 65}
    assert faults(check_command, sized(8_000, description_localizations=translations)) == set()
    translations["fr"] += "d"
    assert faults(check_command, sized(8_000, description_localizations=translations)) == {
        ("", "APPLICATION_COMMAND_TOO_LARGE")
    }


def test_an_edit_may_leave_everything_out() -> None:
    assert faults(check_command, {}, is_edit=True, kind=1) == set()
    assert faults(check_command, {"name": "Speak up"}, is_edit=True, kind=2) == set()
    assert faults(check_command, {"name": "Speak up"}, is_edit=True, kind=1) == {
        ("name", "APPLICATION_COMMAND_INVALID_NAME")
    }
    assert faults(check_command, {"description": ""}, is_edit=True, kind=1) == {("description", "BASE_TYPE_REQUIRED")}


@pytest.mark.parametrize(("kind", "limit"), [(1, 100), (2, 15), (3, 15)])
def test_commands_of_a_type_are_limited(kind: int, limit: int) -> None:
    make = command if kind == 1 else menu
    commands = [make(name=f"c{number}", type=kind) for number in range(limit + 1)]
    assert faults(check_commands, commands[:limit]) == set()
    assert faults(check_commands, commands) == {("", "30032")}


def test_the_types_do_not_share_their_limits() -> None:
    commands = [command(name=f"c{number}") for number in range(100)]
    commands += [menu(name=f"c{number}", type=kind) for kind in (2, 3) for number in range(15)]
    assert faults(check_commands, commands) == set()


def test_names_are_unique_per_type() -> None:
    assert faults(check_commands, [command(name="a"), menu(name="a"), menu(name="a", type=3)]) == set()
    assert faults(check_commands, [command(name="a"), command(name="b"), command(name="a")]) == {
        ("2", "APPLICATION_COMMANDS_DUPLICATE_NAME")
    }


def test_what_is_wrong_as_a_whole_has_no_faults_inside() -> None:
    assert faults(check_commands, [command(), having(parameter(name="A"))]) == {
        ("1", "APPLICATION_COMMANDS_DUPLICATE_NAME")
    }


def test_every_command_of_a_list_is_whole() -> None:
    assert faults(check_commands, [without(command(), "description")]) == {("0.description", "BASE_TYPE_REQUIRED")}


def test_faults_of_a_list_name_the_command() -> None:
    assert faults(check_commands, [menu(), having(parameter(name="A"))]) == {
        ("1.options.0.name", "APPLICATION_COMMAND_INVALID_NAME")
    }
    assert faults(check_commands, ["space"]) == {("0", "MODEL_TYPE_CONVERT")}
    assert faults(check_commands, {"name": "space"}) == {("", "LIST_TYPE_CONVERT")}
