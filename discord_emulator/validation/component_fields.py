"""What the components of messages and modals have in common: ids, labels, emoji, media, option lists.

Shapes: https://docs.discord.com/developers/components/reference
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import regex

from .form import Form

CUSTOM_ID_LIMIT = 100
OPTION_TEXT_LIMIT = 100
TEXT_LIMIT = 4_000
"""Characters of all text displays of a message together, and of one of them in a modal."""

_EMOJI = regex.compile(
    r"(?=.*[\p{Extended_Pictographic}\p{Regional_Indicator}\u20e3])"
    r"[\p{Extended_Pictographic}\p{Emoji_Component}\u20e3]+"
)
"""One or more Unicode emoji: pictographs, flags and keycaps with what joins and colours them (UTS #51)."""

ATTACHMENT = "attachment://"
"""What a reference to a file of the same message begins with."""

COMMON_KEYS = frozenset({"type", "id"})
_MEDIA_KEYS = frozenset(
    {"url", "proxy_url", "height", "width", "content_type", "attachment_id", "id"}
    | {"placeholder", "placeholder_version", "loading_state", "flags"}
)


@dataclass(slots=True)
class Census:
    """What has been seen in a whole message or modal: some rules hold across all components.

    ``total`` counts components with all nested ones (gallery items are none), ``text_length`` the characters of
    text displays; ``references`` holds the media objects that name an uploaded file, with the file's name.
    """

    custom_ids: set[str] = field(default_factory=set)
    ids: set[int] = field(default_factory=set)
    total: int = 0
    text_length: int = 0
    references: list[tuple[Form, str]] = field(default_factory=list)

    def count(self, component: Form) -> None:
        """Counts ``component`` and checks its numeric ``id``, which is unique where it is not 0."""
        self.total += 1
        number = component.integer("id", 0, 2**31 - 1)
        if number and number in self.ids:
            component.fault("id", "EMULATOR_COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
        elif number:
            self.ids.add(number)

    def check_custom_id(self, component: Form) -> None:
        """A ``custom_id`` of 1 to 100 characters that no other component has."""
        custom_id = component.text("custom_id", CUSTOM_ID_LIMIT, minimum=1, required=True)
        if custom_id is None:
            return
        if custom_id in self.custom_ids:
            text = "Component custom id cannot be duplicated"
            component.fault("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", text)
        self.custom_ids.add(custom_id)


def check_text_display(component: Form, census: Census) -> None:
    """Type 10, in messages and modals."""
    component.only(COMMON_KEYS | {"content"})
    content = component.text("content", TEXT_LIMIT, minimum=1, required=True)
    census.text_length += len(content or "")


def check_emoji(owner: Form) -> None:
    """A partial emoji under ``emoji``: an id with a name, or the Unicode emoji as name."""
    emoji = owner.child("emoji")
    if emoji is None:
        return
    emoji.only({"id", "name", "animated"})
    emoji.boolean("animated")
    custom = emoji.snowflake("id")
    name = emoji.text("name", 32, minimum=1)
    if custom is None and not emoji.given("id") and not _EMOJI.fullmatch(name or ""):
        emoji.fault("name", "BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji")


def is_emoji(text: str) -> bool:
    """Whether ``text`` is one or more Unicode emoji and nothing else."""
    return _EMOJI.fullmatch(text) is not None


def check_options(owner: Form, minimum: int, maximum: int, *, with_emoji: bool) -> tuple[int, int]:
    """The options of a string select, radio group or checkbox group.

    Returns how many there are and how many of them are chosen by default.
    """
    options = owner.children("options", maximum, minimum=minimum, required=True)
    values: set[str] = set()
    defaults = 0
    keys = {"label", "value", "description", "default"} | ({"emoji"} if with_emoji else set())
    for option in options:
        option.only(keys)
        option.text("label", OPTION_TEXT_LIMIT, minimum=1, required=True)
        option.text("description", OPTION_TEXT_LIMIT)
        defaults += option.boolean("default") is True
        value = option.text("value", OPTION_TEXT_LIMIT, minimum=1, required=True)
        if value in values:
            text = "The specified option value is already used"
            option.fault(None, "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", text)
        if value is not None:
            values.add(value)
        if with_emoji:
            check_emoji(option)
    return len(options), defaults


def check_amounts(owner: Form, maximum: int, *, default_most: int = 1) -> tuple[int, int]:
    """``min_values`` (0 to ``maximum``, else 1) and ``max_values`` (1 to ``maximum``), in this order."""
    least = owner.integer("min_values", 0, maximum)
    most = owner.integer("max_values", 1, maximum)
    low = 1 if least is None else least
    high = default_most if most is None else most
    if low > high:
        text = f"int value should be less than or equal to {high}."
        owner.fault("min_values", "NUMBER_TYPE_MAX", text)
    return low, high


def check_defaults(owner: Form, key: str, defaults: int, most: int) -> None:
    """Not more than ``most`` values chosen beforehand."""
    if defaults > most:
        text = "The specified number of default values exceeds the specified maximum values"
        owner.fault(key, "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", text)


def check_media(owner: Form, key: str, schemes: Iterable[str], census: Census) -> None:
    """An unfurled media item; only its ``url`` is read, the rest is what Discord answered before."""
    media = owner.child(key, required=True)
    if media is None:
        return
    media.only(_MEDIA_KEYS)
    url = media.url("url", 2_048, tuple(schemes), required=True)
    if url is not None and url.startswith(ATTACHMENT):
        census.references.append((media, url.removeprefix(ATTACHMENT)))
