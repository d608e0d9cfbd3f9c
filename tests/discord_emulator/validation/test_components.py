"""Components of messages: rows, buttons, selects, and the layouts of components v2."""

from __future__ import annotations

from typing import Any

import pytest

from discord_emulator.validation.messages import check_message
from tests.discord_emulator.validation.support import (
    Rule,
    button,
    faults,
    layout,
    link,
    option,
    picture,
    row,
    select,
    text,
    without,
)

FIRST = "components.0.components.0"


def controls(*items: dict[str, Any]) -> dict[str, Any]:
    return {"components": [row(*items)]}


def section(*texts: dict[str, Any], accessory: object = None) -> dict[str, Any]:
    return {"type": 9, "components": list(texts), "accessory": accessory or button()}


def thumbnail(**changes: Any) -> dict[str, Any]:
    return {"type": 11} | picture() | changes


def gallery(*items: dict[str, Any]) -> dict[str, Any]:
    return {"type": 12, "items": list(items)}


def separator(**changes: Any) -> dict[str, Any]:
    return {"type": 14} | changes


def container(*components: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"type": 17, "components": list(components)} | changes


def picker(kind: int, **changes: Any) -> dict[str, Any]:
    return {"type": kind, "custom_id": "pick"} | changes


def default(kind: str, number: int = 1) -> dict[str, Any]:
    return {"type": kind, "id": str(number)}


def emoji(**fields: Any) -> dict[str, Any]:
    return controls(button(emoji=fields))


def options(amount: int) -> list[dict[str, Any]]:
    return [option(number) for number in range(amount)]


ROWS = [
    Rule(
        "five rows",
        {"components": [row(button(number)) for number in range(5)]},
        {"components": [row(button(number)) for number in range(6)]},
        "components",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule(
        "five buttons",
        controls(*(button(number) for number in range(5))),
        controls(*(button(number) for number in range(6))),
        "components.0.components",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule("a row holds something", controls(button()), controls(), "components.0.components", "BASE_TYPE_BAD_LENGTH"),
    Rule(
        "a select is alone",
        controls(select()),
        controls(button(), select()),
        "components.0.components.1",
        "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
    ),
    Rule(
        "rows in rows",
        controls(button()),
        controls(row(button())),
        FIRST,
        "UNION_TYPE_CHOICES",
    ),
    Rule("unknown types", controls(button()), {"components": [{"type": 99}]}, "components.0", "UNION_TYPE_CHOICES"),
    Rule("types", controls(button()), {"components": [{"components": []}]}, "components.0.type", "BASE_TYPE_REQUIRED"),
    Rule("text inputs are for modals", controls(button()), controls({"type": 4}), FIRST, "UNION_TYPE_CHOICES"),
    Rule(
        "custom ids differ",
        {"components": [row(button(1)), row(button(2))]},
        {"components": [row(button(1)), row(button(1, disabled=True))]},
        "components.1.components.0.custom_id",
        "COMPONENT_CUSTOM_ID_DUPLICATED",
    ),
    Rule(
        "ids differ",
        controls(button(1, id=0), button(2, id=0), button(3, id=1)),
        controls(button(1, id=7), button(2, id=7)),
        "components.0.components.1.id",
        "EMULATOR_COMPONENT_ID_DUPLICATED",
    ),
    Rule("id", controls(button(id=2**31 - 1)), controls(button(id=2**31)), f"{FIRST}.id", "NUMBER_TYPE_MAX"),
]

BUTTONS = [
    Rule(
        "shortest ids",
        controls(button(custom_id="x", label="x")),
        controls(button(custom_id=" ")),
        f"{FIRST}.custom_id",
        "BASE_TYPE_REQUIRED",
    ),
    Rule("styles", controls(button(style=4)), controls(button(style=7)), f"{FIRST}.style", "BASE_TYPE_CHOICES"),
    Rule("style", controls(button()), controls(without(button(), "style")), f"{FIRST}.style", "BASE_TYPE_REQUIRED"),
    Rule(
        "label",
        controls(button(label="x" * 80)),
        controls(button(label="x" * 81)),
        f"{FIRST}.label",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule(
        "label or emoji",
        controls(button(label=None, emoji={"name": "✋"})),
        controls(button(label="")),
        f"{FIRST}.label",
        "EMULATOR_BUTTON_LABEL_OR_EMOJI_REQUIRED",
    ),
    Rule(
        "custom id",
        controls(button(custom_id="x" * 100)),
        controls(button(custom_id="x" * 101)),
        f"{FIRST}.custom_id",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule(
        "custom id of a disabled button",
        controls(button(disabled=True)),
        controls(without(button(disabled=True), "custom_id")),
        f"{FIRST}.custom_id",
        "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED",
    ),
    Rule(
        "custom id or url",
        controls(button(url=None)),
        controls(button(url="https://example.org")),
        f"{FIRST}.url",
        "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
    ),
    Rule(
        "url or custom id",
        controls(link()),
        controls(link(custom_id="x")),
        f"{FIRST}.custom_id",
        "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
    ),
    Rule("link", controls(link()), controls(without(link(), "url")), f"{FIRST}.url", "BASE_TYPE_REQUIRED"),
    Rule(
        "link scheme",
        controls(link(url="discord://-/channels/1/2")),
        controls(link(url="steam://connect/1")),
        f"{FIRST}.url",
        "URL_TYPE_INVALID_SCHEME",
    ),
    Rule(
        "link length",
        controls(link(url="https://e.org/" + "x" * 498)),
        controls(link(url="https://e.org/" + "x" * 499)),
        f"{FIRST}.url",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule(
        "premium",
        controls({"type": 2, "style": 6, "sku_id": "5"}),
        controls({"type": 2, "style": 6}),
        f"{FIRST}.sku_id",
        "BASE_TYPE_REQUIRED",
    ),
    Rule(
        "premium alone",
        controls({"type": 2, "style": 6, "sku_id": "5"}),
        controls({"type": 2, "style": 6, "sku_id": "5", "label": "Buy"}),
        f"{FIRST}.label",
        "EMULATOR_BUTTON_PREMIUM",
    ),
    Rule("sku", controls(button()), controls(button(sku_id="5")), f"{FIRST}.sku_id", "EMULATOR_BUTTON_SKU_NOT_ALLOWED"),
    Rule(
        "disabled",
        controls(button(disabled=True)),
        controls(button(disabled=1)),
        f"{FIRST}.disabled",
        "BOOLEAN_TYPE_CONVERT",
    ),
    Rule("keys", controls(button(id=1)), controls(button(lable="x")), f"{FIRST}.lable", "EMULATOR_UNKNOWN_KEY"),
    Rule("emoji", emoji(name="🏳️‍🌈"), emoji(name="rainbow"), f"{FIRST}.emoji.name", "BUTTON_COMPONENT_INVALID_EMOJI"),
    Rule(
        "emoji keycap",
        emoji(name="1️⃣", id=None),
        emoji(name="1", id=None),
        f"{FIRST}.emoji.name",
        "BUTTON_COMPONENT_INVALID_EMOJI",
    ),
    Rule("emoji flag", emoji(name="🇦🇹"), emoji(name="é"), f"{FIRST}.emoji.name", "BUTTON_COMPONENT_INVALID_EMOJI"),
    Rule(
        "own emoji",
        emoji(name="hand", id="5", animated=True),
        emoji(name="hand", id="five"),
        f"{FIRST}.emoji.id",
        "NUMBER_TYPE_COERCE",
    ),
    Rule("emoji is an object", emoji(name="✋"), controls(button(emoji="✋")), f"{FIRST}.emoji", "MODEL_TYPE_CONVERT"),
]

SELECTS = [
    Rule(
        "shortest option",
        controls(select(options=[{"label": "l", "value": "v"}])),
        controls(select(options=[{"label": "", "value": "v"}])),
        f"{FIRST}.options.0.label",
        "BASE_TYPE_REQUIRED",
    ),
    Rule(
        "all channels",
        controls(picker(8, channel_types=[0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16])),
        controls(picker(8, channel_types=[6])),
        f"{FIRST}.channel_types.0",
        "BASE_TYPE_CHOICES",
    ),
    Rule(
        "options",
        controls(select(options=options(25))),
        controls(select(options=options(26))),
        f"{FIRST}.options",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule(
        "an option",
        controls(select(options=options(1))),
        controls(select(options=[])),
        f"{FIRST}.options",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule(
        "values differ",
        controls(select(options=options(2))),
        controls(select(options=[option(1), option(1, label="other")])),
        f"{FIRST}.options.1",
        "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
    ),
    Rule(
        "option label",
        controls(select(options=[option(label="x" * 100)])),
        controls(select(options=[option(label="x" * 101)])),
        f"{FIRST}.options.0.label",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule(
        "option value",
        controls(select(options=[option(value="x" * 100)])),
        controls(select(options=[option(value="x" * 101)])),
        f"{FIRST}.options.0.value",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule(
        "option value is there",
        controls(select(options=[option()])),
        controls(select(options=[option(value="")])),
        f"{FIRST}.options.0.value",
        "BASE_TYPE_REQUIRED",
    ),
    Rule(
        "option description",
        controls(select(options=[option(description="x" * 100)])),
        controls(select(options=[option(description="x" * 101)])),
        f"{FIRST}.options.0.description",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule(
        "option emoji",
        controls(select(options=[option(emoji={"name": "🎤"})])),
        controls(select(options=[option(emoji={"name": "mic"})])),
        f"{FIRST}.options.0.emoji.name",
        "BUTTON_COMPONENT_INVALID_EMOJI",
    ),
    Rule(
        "placeholder",
        controls(select(placeholder="x" * 150)),
        controls(select(placeholder="x" * 151)),
        f"{FIRST}.placeholder",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule(
        "least",
        controls(select(min_values=0)),
        controls(select(min_values=-1)),
        f"{FIRST}.min_values",
        "NUMBER_TYPE_MIN",
    ),
    Rule(
        "most", controls(select(max_values=1)), controls(select(max_values=0)), f"{FIRST}.max_values", "NUMBER_TYPE_MIN"
    ),
    Rule(
        "most of 25",
        controls(picker(5, max_values=25)),
        controls(picker(5, max_values=26)),
        f"{FIRST}.max_values",
        "NUMBER_TYPE_MAX",
    ),
    Rule(
        "least below most",
        controls(select(min_values=2, max_values=2)),
        controls(select(min_values=3, max_values=2)),
        f"{FIRST}.min_values",
        "NUMBER_TYPE_MAX",
    ),
    Rule(
        "options for the most",
        controls(select(max_values=3)),
        controls(select(max_values=4)),
        f"{FIRST}.options",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule(
        "chosen beforehand",
        controls(select(options=[option(1, default=True), option(2)])),
        controls(select(options=[option(1, default=True), option(2, default=True)])),
        f"{FIRST}.options",
        "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES",
    ),
    Rule(
        "custom id",
        controls(select()),
        controls(without(select(), "custom_id")),
        f"{FIRST}.custom_id",
        "BASE_TYPE_REQUIRED",
    ),
    Rule(
        "users",
        controls(picker(5, default_values=[default("user")])),
        controls(picker(5, default_values=[default("role")])),
        f"{FIRST}.default_values.0.type",
        "BASE_TYPE_CHOICES",
    ),
    Rule(
        "roles",
        controls(picker(6, default_values=[default("role")])),
        controls(picker(6, default_values=[default("user")])),
        f"{FIRST}.default_values.0.type",
        "BASE_TYPE_CHOICES",
    ),
    Rule(
        "mentionables",
        controls(picker(7, max_values=2, default_values=[default("role", 1), default("user", 2)])),
        controls(picker(7, default_values=[default("channel")])),
        f"{FIRST}.default_values.0.type",
        "BASE_TYPE_CHOICES",
    ),
    Rule(
        "channels",
        controls(picker(8, channel_types=[2, 13])),
        controls(picker(8, channel_types=[99])),
        f"{FIRST}.channel_types.0",
        "BASE_TYPE_CHOICES",
    ),
    Rule(
        "channel kinds",
        controls(picker(8)),
        controls(picker(5, channel_types=[2])),
        f"{FIRST}.channel_types",
        "EMULATOR_UNKNOWN_KEY",
    ),
    Rule(
        "defaults up to the most",
        controls(picker(5, max_values=2, default_values=[default("user", 1), default("user", 2)])),
        controls(picker(5, default_values=[default("user", 1), default("user", 2)])),
        f"{FIRST}.default_values",
        "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES",
    ),
    Rule(
        "defaults from the least",
        controls(picker(5, min_values=1, max_values=3, default_values=[default("user")])),
        controls(picker(5, min_values=2, max_values=3, default_values=[default("user")])),
        f"{FIRST}.default_values",
        "BASE_TYPE_BAD_LENGTH",
    ),
]

LONG_URL = "https://e.org/" + "x" * 2_034

LAYOUTS = [
    Rule(
        "media url",
        layout(gallery(picture(LONG_URL))),
        layout(gallery(picture(LONG_URL + "x"))),
        "components.0.items.0.media.url",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule(
        "black",
        layout(container(text(), accent_color=0)),
        layout(container(text(), accent_color=-1)),
        "components.0.accent_color",
        "NUMBER_TYPE_MIN",
    ),
    Rule(
        "forty components",
        layout(container(*(text() for _ in range(37)), row(button()))),
        layout(container(*(text() for _ in range(38)), row(button()))),
        "components",
        "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
    ),
    Rule(
        "accessories count",
        layout(*(section(text(), accessory=button(number)) for number in range(13)), text()),
        layout(*(section(text(), accessory=button(number)) for number in range(13)), text(), text()),
        "components",
        "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
    ),
    Rule(
        "text in all",
        layout(text("x" * 2_000), container(section(text("y" * 2_000)))),
        layout(text("x" * 2_000), container(section(text("y" * 2_001)))),
        "components",
        "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
    ),
    Rule(
        "a text", layout(text("x" * 4_000)), layout(text("x" * 4_001)), "components.0.content", "BASE_TYPE_BAD_LENGTH"
    ),
    Rule("text is there", layout(text()), layout(text("")), "components.0.content", "BASE_TYPE_REQUIRED"),
    Rule(
        "more than five rows",
        layout(*(row(button(number)) for number in range(7))),
        layout(button()),
        "components.0",
        "UNION_TYPE_CHOICES",
    ),
    Rule(
        "texts of a section",
        layout(section(text(), text(), text())),
        layout(section(text(), text(), text(), text())),
        "components.0.components",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule(
        "a section has text",
        layout(section(text())),
        layout(section()),
        "components.0.components",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule(
        "a section holds text only",
        layout(section(text())),
        layout(section(row(button(1)))),
        "components.0.components.0",
        "UNION_TYPE_CHOICES",
    ),
    Rule(
        "accessory",
        layout(section(text())),
        layout(without(section(text()), "accessory")),
        "components.0.accessory",
        "BASE_TYPE_REQUIRED",
    ),
    Rule(
        "accessories",
        layout(section(text(), accessory=thumbnail())),
        layout(section(text(), accessory=select())),
        "components.0.accessory",
        "UNION_TYPE_CHOICES",
    ),
    Rule(
        "thumbnail description",
        layout(section(text(), accessory=thumbnail(description="d" * 1_024))),
        layout(section(text(), accessory=thumbnail(description="d" * 1_025))),
        "components.0.accessory.description",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule(
        "thumbnail place",
        layout(section(text(), accessory=thumbnail())),
        layout(thumbnail()),
        "components.0",
        "UNION_TYPE_CHOICES",
    ),
    Rule(
        "gallery",
        layout(gallery(*[picture()] * 10)),
        layout(gallery(*[picture()] * 11)),
        "components.0.items",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule(
        "gallery holds something",
        layout(gallery(picture())),
        layout(gallery()),
        "components.0.items",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule(
        "gallery media",
        layout(gallery(picture())),
        layout(gallery(picture("data:image/png"))),
        "components.0.items.0.media.url",
        "URL_TYPE_INVALID_SCHEME",
    ),
    Rule(
        "gallery media is there",
        layout(gallery(picture())),
        layout(gallery({"spoiler": True})),
        "components.0.items.0.media",
        "BASE_TYPE_REQUIRED",
    ),
    Rule(
        "separator",
        layout(separator(spacing=2, divider=False), text()),
        layout(separator(spacing=3), text()),
        "components.0.spacing",
        "BASE_TYPE_CHOICES",
    ),
    Rule(
        "container",
        layout(container(text(), accent_color=0xFFFFFF)),
        layout(container(text(), accent_color=0x1000000)),
        "components.0.accent_color",
        "NUMBER_TYPE_MAX",
    ),
    Rule(
        "container in container",
        layout(container(separator(), text())),
        layout(container(container(text()))),
        "components.0.components.0",
        "UNION_TYPE_CHOICES",
    ),
    Rule(
        "container holds something",
        layout(container(text())),
        layout(container()),
        "components.0.components",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule("labels are for modals", layout(text()), layout({"type": 18}), "components.0", "UNION_TYPE_CHOICES"),
    Rule(
        "custom ids differ everywhere",
        layout(container(section(text(), accessory=button(1)), row(button(2)))),
        layout(container(section(text(), accessory=button(1)), row(button(1)))),
        "components.0.components.1.components.0.custom_id",
        "COMPONENT_CUSTOM_ID_DUPLICATED",
    ),
]

RULES = ROWS + BUTTONS + SELECTS + LAYOUTS


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_just_within(rule: Rule) -> None:
    assert faults(check_message, rule.good, files=0) == set()


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_just_beyond(rule: Rule) -> None:
    assert faults(check_message, rule.bad, files=0) == {(rule.at, rule.code)}


def test_files_are_uploaded_ones() -> None:
    body = layout({"type": 13, "file": {"url": "https://example.org/a.txt"}})
    assert faults(check_message, body, files=1) == {("components.0.file.url", "URL_TYPE_INVALID_SCHEME")}
    body = layout({"type": 13, "file": {"url": "attachment://a.txt"}, "spoiler": True})
    assert faults(check_message, body, files=1) == set()
    body = layout({"type": 13})
    assert faults(check_message, body, files=1) == {("components.0.file", "BASE_TYPE_REQUIRED")}
