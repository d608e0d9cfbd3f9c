"""Application commands: one, and the list of all that a bot registers.

Rules: https://docs.discord.com/developers/interactions/application-commands
"""

from __future__ import annotations

from typing import Any

from discord_emulator.errors import ApiError, FormErrors

from .command_options import OPTION_LIMIT, check_options, size
from .form import NOT_A_LIST, NOT_AN_OBJECT, Form
from .localized import check_description, check_name, check_translations

CHAT_INPUT = 1
USER = 2
MESSAGE = 3
PRIMARY_ENTRY_POINT = 4

LIMITS = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15, PRIMARY_ENTRY_POINT: 1}
"""Commands of each type in one scope (global, or one guild)."""

SIZE_LIMIT = 8_000
_PERMISSIONS_LIMIT = 2**54 - 1
_KEYS = frozenset(
    {"id", "type", "name", "name_localizations", "description", "description_localizations", "options"}
    | {"default_member_permissions", "default_permission", "dm_permission", "nsfw"}
    | {"contexts", "integration_types", "handler"}
)


def check_command(body: dict[str, Any], *, is_edit: bool = False, kind: int | None = None) -> None:
    """Checks one command. With ``is_edit`` every key may be missing, and ``kind`` is the stored command's type.

    Raises ApiError 50035.
    """
    command = Form.of(body)
    _check(command, is_edit=is_edit, kind=kind)
    command.errors.raise_if_any()


def check_commands(bodies: list[dict[str, Any]]) -> None:
    """Checks all commands of a scope, as in a bulk overwrite.

    Raises ApiError 50035, or 30032 for more commands of a type than :data:`LIMITS`.
    """
    errors = FormErrors()
    if not isinstance(bodies, list):
        errors.add((), *NOT_A_LIST)
        errors.raise_if_any()
    seen: set[tuple[int, str]] = set()
    amounts = dict.fromkeys(LIMITS, 0)
    for index, body in enumerate(bodies):
        if not isinstance(body, dict):
            errors.add((index,), *NOT_AN_OBJECT)
            continue
        command = Form(body, (index,), errors)
        kind, name = _check(command, is_edit=False, kind=None)
        amounts[kind] += 1
        if name is not None and (kind, name) in seen:
            text = "Application command names must be unique"
            command.fault(None, "APPLICATION_COMMANDS_DUPLICATE_NAME", text)
        if name is not None:
            seen.add((kind, name))
    for kind, amount in amounts.items():
        check_amount(kind, amount)
    errors.raise_if_any()


def check_amount(kind: int, amount: int) -> None:
    """Raises ApiError 30032 where ``amount`` commands of type ``kind`` are more than a scope can hold."""
    if amount > LIMITS[kind]:
        text = f"Maximum number of application commands reached ({LIMITS[kind]})."
        raise ApiError(400, 30032, text)


def _check(command: Form, *, is_edit: bool, kind: int | None) -> tuple[int, str | None]:
    """Notes the faults of a command; returns its type and, where that is sound, its name."""
    command.only(_KEYS)
    kind = kind or command.choice("type", tuple(LIMITS)) or CHAT_INPUT
    name = check_name(command, is_free=kind != CHAT_INPUT, required=not is_edit)
    if kind == CHAT_INPUT:
        check_description(command, required=not is_edit or "description" in command.data)
        check_options(command)
    else:
        _check_context_menu(command, kind)
    _check_availability(command)
    if size(command.data) > SIZE_LIMIT:
        command.fault(None, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({SIZE_LIMIT})")
    return kind, name


def _check_context_menu(command: Form, kind: int) -> None:
    """Commands of context menus have neither description nor options."""
    if command.data.get("description") and kind != PRIMARY_ENTRY_POINT:
        text = "Context menu commands cannot have description"
        command.fault("description", "EMULATOR_CONTEXT_MENU_DESCRIPTION", text)
    check_translations(command, "description_localizations", 100)
    if command.children("options", OPTION_LIMIT):
        command.fault("options", "EMULATOR_CONTEXT_MENU_OPTIONS", "Only slash commands can have options")


def _check_availability(command: Form) -> None:
    """Who may use a command, and where."""
    permissions = command.bits("default_member_permissions")
    if permissions is not None and permissions > _PERMISSIONS_LIMIT:
        text = f"int value should be less than or equal to {_PERMISSIONS_LIMIT}."
        command.fault("default_member_permissions", "NUMBER_TYPE_MAX", text)
    for key in ("default_permission", "dm_permission", "nsfw"):
        command.boolean(key)
    command.choices("contexts", (0, 1, 2), minimum=1)
    command.choices("integration_types", (0, 1), minimum=1)
    command.choice("handler", (1, 2))
