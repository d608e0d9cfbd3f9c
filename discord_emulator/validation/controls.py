"""Buttons and select menus.

Shapes: https://docs.discord.com/developers/components/reference#button and the five selects after it.
"""

from __future__ import annotations

from .component_fields import (
    COMMON_KEYS,
    Census,
    check_amounts,
    check_defaults,
    check_emoji,
    check_options,
)
from .form import Form

BUTTON = 2
STRING_SELECT = 3
USER_SELECT = 5
ROLE_SELECT = 6
MENTIONABLE_SELECT = 7
CHANNEL_SELECT = 8
SELECTS = (STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT)

CHANNEL_TYPES = (0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16)

_LINK = 5
_PREMIUM = 6
_BUTTON_KEYS = COMMON_KEYS | {"style", "label", "emoji", "custom_id", "sku_id", "url", "disabled"}
_BUTTON_URL_SCHEMES = ("http", "https", "discord")
_EXCLUSIVE = (
    "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
    "A custom id and url cannot both be specified",
)
_NO_SKU = ("EMULATOR_BUTTON_SKU_NOT_ALLOWED", "Only premium buttons can have a sku id")

_SELECT_LIMIT = 25
_SELECT_KEYS = COMMON_KEYS | {
    "custom_id", "placeholder", "min_values", "max_values", "disabled", "required",
}  # fmt: skip
_OWN_KEYS = {STRING_SELECT: {"options"}, CHANNEL_SELECT: {"default_values", "channel_types"}}
_DEFAULT_TYPES = {
    USER_SELECT: ("user",),
    ROLE_SELECT: ("role",),
    MENTIONABLE_SELECT: ("user", "role"),
    CHANNEL_SELECT: ("channel",),
}


def check_button(button: Form, census: Census) -> None:
    """A button: what it may and must have depends on its style."""
    button.only(_BUTTON_KEYS)
    style = button.choice("style", range(1, 7), required=True)
    button.text("label", 80)
    button.boolean("disabled")
    check_emoji(button)
    if style == _LINK:
        _check_link(button)
    elif style == _PREMIUM:
        _check_premium(button)
    elif style is not None:
        _check_interactive(button, census)
    if style != _PREMIUM and not button.data.get("label") and not button.given("emoji"):
        code = "EMULATOR_BUTTON_LABEL_OR_EMOJI_REQUIRED"
        button.fault("label", code, "A button needs a label or an emoji")


def _check_interactive(button: Form, census: Census) -> None:
    if button.data.get("custom_id"):
        census.check_custom_id(button)
    else:
        button.fault("custom_id", "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required")
    button.forbid(["url"], *_EXCLUSIVE)
    button.forbid(["sku_id"], *_NO_SKU)


def _check_link(button: Form) -> None:
    button.url("url", 512, _BUTTON_URL_SCHEMES, required=True)
    button.forbid(["custom_id"], *_EXCLUSIVE)
    button.forbid(["sku_id"], *_NO_SKU)


def _check_premium(button: Form) -> None:
    button.snowflake("sku_id", required=True)
    text = "Premium buttons have nothing but a sku id"
    button.forbid(["custom_id", "label", "url", "emoji"], "EMULATOR_BUTTON_PREMIUM", text)


def check_select(select: Form, kind: int, census: Census, *, in_modal: bool) -> None:
    """A select menu of type ``kind``.

    In a modal it is never disabled, and ``min_values`` 0 needs ``required: false``; a message ignores
    ``required``.
    """
    select.only(_SELECT_KEYS | _OWN_KEYS.get(kind, {"default_values"}))
    census.check_custom_id(select)
    select.text("placeholder", 150)
    select.boolean("disabled")
    select.boolean("required")
    least, most = check_amounts(select, _SELECT_LIMIT)
    if in_modal:
        check_not_disabled(select)
        check_required_amount(select, least)
    if kind == STRING_SELECT:
        count, defaults = check_options(select, 1, _SELECT_LIMIT, with_emoji=True)
        check_defaults(select, "options", defaults, most)
        if 0 < count < most:
            text = f"Must be between {most} and {_SELECT_LIMIT} in length."
            select.fault("options", "BASE_TYPE_BAD_LENGTH", text)
        return
    _check_default_values(select, kind, least, most)
    if kind == CHANNEL_SELECT:
        select.choices("channel_types", CHANNEL_TYPES)


def _check_default_values(select: Form, kind: int, least: int, most: int) -> None:
    entries = select.children("default_values", _SELECT_LIMIT)
    for entry in entries:
        entry.only({"id", "type"})
        entry.snowflake("id", required=True)
        entry.choice("type", _DEFAULT_TYPES[kind], required=True)
    check_defaults(select, "default_values", len(entries), most)
    if 0 < len(entries) < least:
        text = f"Must be between {least} and {most} in length."
        select.fault("default_values", "BASE_TYPE_BAD_LENGTH", text)


def check_not_disabled(component: Form) -> None:
    """Modals have no disabled components."""
    if component.data.get("disabled") is True:
        component.fault("disabled", "EMULATOR_DISABLED_IN_MODAL", "Modals cannot have disabled components")


def check_required_amount(component: Form, least: int) -> None:
    """Something that must be answered cannot be answered with nothing."""
    if least == 0 and component.data.get("required") is not False:
        component.fault("min_values", "NUMBER_TYPE_MIN", "int value should be greater than or equal to 1.")
