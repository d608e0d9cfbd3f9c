"""How a client turns what a person types into a command's options, and what it does not let them send."""

from __future__ import annotations

from typing import Any

from discord_emulator.model.channels import Channel
from discord_emulator.model.errors import EmulatorError
from discord_emulator.model.guild import Role
from discord_emulator.model.members import Member
from discord_emulator.model.users import ApplicationCommand

from .resolved import Resolved

SUB_COMMAND, SUB_COMMAND_GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(
    1, 12
)


def full_names(command: ApplicationCommand) -> dict[str, tuple[list[str], list[dict[str, Any]]]]:
    """The names a person can type for a slash command: full name to (path of groups, options)."""
    found: dict[str, tuple[list[str], list[dict[str, Any]]]] = {}
    plain = True
    for option in command.body.get("options", []):
        if option["type"] == SUB_COMMAND:
            plain = False
            found[f"{command.name} {option['name']}"] = ([option["name"]], option.get("options", []))
        elif option["type"] == SUB_COMMAND_GROUP:
            plain = False
            for inner in option.get("options", []):
                path = [option["name"], inner["name"]]
                found[" ".join([command.name, *path])] = (path, inner.get("options", []))
    if plain:
        found[command.name] = ([], command.body.get("options", []))
    return found


def nest(path: list[str], options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Wraps the options into the groups of the command's full name."""
    for depth, name in enumerate(reversed(path)):
        kind = SUB_COMMAND if depth == 0 else SUB_COMMAND_GROUP
        options = [{"type": kind, "name": name, "options": options}]
    return options


def fill(declared: list[dict[str, Any]], given: dict[str, Any], resolved: Resolved) -> list[dict[str, Any]]:
    """The options as an interaction carries them, checked as a client does; raises :class:`EmulatorError`."""
    for option in declared:
        if option.get("required") and given.get(option["name"]) is None:
            raise EmulatorError(f"option {option['name']!r} is required")
    return _fill(declared, given, resolved)


def fill_typing(
    declared: list[dict[str, Any]], typed: dict[str, Any], resolved: Resolved
) -> tuple[list[dict[str, Any]], int]:
    """The options while a person types the last of ``typed``, and the type of that one.

    Raises :class:`EmulatorError` unless it is an option with autocomplete.
    """
    focused = list(typed)[-1]
    option = next((each for each in declared if each["name"] == focused), None)
    if option is None or not option.get("autocomplete"):
        raise EmulatorError(f"option {focused!r} makes no suggestions")
    before = {name: value for name, value in typed.items() if name != focused}
    entry = {"type": option["type"], "name": focused, "value": str(typed[focused]), "focused": True}
    return [*_fill(declared, before, resolved), entry], option["type"]


def _fill(declared: list[dict[str, Any]], given: dict[str, Any], resolved: Resolved) -> list[dict[str, Any]]:
    names = [option["name"] for option in declared]
    for name in given:
        if name not in names:
            raise EmulatorError(f"no such option {name!r}; there are: {', '.join(names) or 'none'}")
    return [
        {"type": option["type"], "name": option["name"], "value": _value(option, given[option["name"]], resolved)}
        for option in declared
        if given.get(option["name"]) is not None
    ]


_THINGS: dict[int, tuple[type[Member | Channel | Role], ...]] = {
    USER: (Member,),
    CHANNEL: (Channel,),
    ROLE: (Role,),
    MENTIONABLE: (Member, Role),
}


def _value(option: dict[str, Any], given: Any, resolved: Resolved) -> Any:
    kind = option["type"]
    if kind in (STRING, INTEGER, NUMBER):
        return _plain(option, given)
    if kind == BOOLEAN:
        if not isinstance(given, bool):
            raise _wrong(option, given, "True or False")
        return given
    if kind == ATTACHMENT:
        if not isinstance(given, dict) or len(given) != 1:
            raise _wrong(option, given, "one file as {name: bytes}")
        return resolved.add_file(*next(iter(given.items())))
    wanted = _THINGS.get(kind)
    if wanted is None or not isinstance(given, wanted):
        raise _wrong(option, given, "a member, a channel or a role, as the option says")
    kinds = option.get("channel_types")
    if isinstance(given, Channel) and kinds and given.type not in kinds:
        raise _wrong(option, given, f"a channel of the types {kinds}")
    return resolved.add_any(given)


def _plain(option: dict[str, Any], given: Any) -> str | int | float:
    choices = option.get("choices") or []
    if choices:
        for choice in choices:
            if given in (choice["name"], choice["value"]):
                return choice["value"]
        raise _wrong(option, given, "one of " + ", ".join(choice["name"] for choice in choices))
    if option["type"] == STRING:
        return _text(option, str(given))
    if isinstance(given, bool) or not isinstance(given, int if option["type"] == INTEGER else (int, float)):
        raise _wrong(option, given, "a number")
    least, most = option.get("min_value"), option.get("max_value")
    if (least is not None and given < least) or (most is not None and given > most):
        raise _wrong(option, given, f"{least} to {most}")
    return given


def _text(option: dict[str, Any], text: str) -> str:
    least, most = option.get("min_length") or 1, option.get("max_length") or 6000
    if not least <= len(text) <= most:
        raise _wrong(option, text, f"{least} to {most} characters")
    return text


def _wrong(option: dict[str, Any], given: Any, wanted: str) -> EmulatorError:
    return EmulatorError(f"option {option['name']!r} takes {wanted}, not {given!r}")
