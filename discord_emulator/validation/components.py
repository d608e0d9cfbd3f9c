"""The components of a message: rows of controls, and the layouts of components v2.

Shapes and limits: https://docs.discord.com/developers/components/reference
"""

from __future__ import annotations

from collections.abc import Callable

from .component_fields import COMMON_KEYS, TEXT_LIMIT, Census, check_media, check_text_display
from .controls import BUTTON, SELECTS, check_button, check_select
from .form import Form

ACTION_ROW = 1
SECTION = 9
TEXT_DISPLAY = 10
THUMBNAIL = 11
MEDIA_GALLERY = 12
FILE = 13
SEPARATOR = 14
CONTAINER = 17

LEGACY_ROW_LIMIT = 5
COMPONENT_LIMIT = 40
"""Components of a message, all nested ones counted."""

_IN_CONTAINER = (ACTION_ROW, SECTION, TEXT_DISPLAY, MEDIA_GALLERY, FILE, SEPARATOR)
_TOP_LEVEL = (*_IN_CONTAINER, CONTAINER)
_MEDIA_SCHEMES = ("http", "https", "attachment")
_DESCRIPTION_LIMIT = 1_024


def check_components(message: Form, *, v2: bool) -> Census:
    """Checks ``message["components"]``; without ``v2`` (flag IS_COMPONENTS_V2) it may hold action rows only.

    Returns what was seen, with the uploaded files that components refer to.
    """
    census = Census()
    limit = COMPONENT_LIMIT if v2 else LEGACY_ROW_LIMIT
    for component in message.children("components", limit):
        _check_layout(component, _TOP_LEVEL if v2 else (ACTION_ROW,), census)
    if census.total > COMPONENT_LIMIT:
        text = f"Components exceed the maximum total of {COMPONENT_LIMIT}"
        message.fault("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", text)
    if census.text_length > TEXT_LIMIT:
        text = f"Components displayable text size exceeds maximum size of {TEXT_LIMIT}"
        message.fault("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", text)
    return census


def _check_layout(component: Form, allowed: tuple[int, ...], census: Census) -> None:
    """A component of one of the types ``allowed`` at its place, with everything in it."""
    kind = component.variant(allowed)
    if kind is None:
        return
    census.count(component)
    _CHECKS[kind](component, census)


def _check_row(row: Form, census: Census) -> None:
    """Up to five buttons, or one select, which is as wide as five buttons."""
    row.only(COMMON_KEYS | {"components"})
    width = 0
    for control in row.children("components", 5, minimum=1, required=True):
        kind = control.variant((BUTTON, *SELECTS))
        if kind is None:
            continue
        census.count(control)
        width += 1 if kind == BUTTON else 5
        if width > 5:
            text = "The specified component exceeds the maximum width"
            control.fault(None, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", text)
        if kind == BUTTON:
            check_button(control, census)
        else:
            check_select(control, kind, census, in_modal=False)


def _check_section(section: Form, census: Census) -> None:
    """One to three text displays beside a button or a thumbnail."""
    section.only(COMMON_KEYS | {"components", "accessory"})
    for component in section.children("components", 3, minimum=1, required=True):
        _check_layout(component, (TEXT_DISPLAY,), census)
    accessory = section.child("accessory", required=True)
    if accessory is None:
        return
    kind = accessory.variant((BUTTON, THUMBNAIL))
    if kind is None:
        return
    census.count(accessory)
    if kind == BUTTON:
        check_button(accessory, census)
    else:
        accessory.only(COMMON_KEYS | {"media", "description", "spoiler"})
        _check_picture(accessory, census)


def _check_picture(owner: Form, census: Census) -> None:
    check_media(owner, "media", _MEDIA_SCHEMES, census)
    owner.text("description", _DESCRIPTION_LIMIT, minimum=1)
    owner.boolean("spoiler")


def _check_gallery(gallery: Form, census: Census) -> None:
    gallery.only(COMMON_KEYS | {"items"})
    for item in gallery.children("items", 10, minimum=1, required=True):
        item.only({"media", "description", "spoiler"})
        _check_picture(item, census)


def _check_file(component: Form, census: Census) -> None:
    """A file is always one uploaded with the message. Name and size are what Discord answered before."""
    component.only(COMMON_KEYS | {"file", "spoiler", "name", "size"})
    check_media(component, "file", ("attachment",), census)
    component.boolean("spoiler")


def _check_separator(separator: Form, _census: Census) -> None:
    separator.only(COMMON_KEYS | {"divider", "spacing"})
    separator.boolean("divider")
    separator.choice("spacing", (1, 2))


def _check_container(container: Form, census: Census) -> None:
    container.only(COMMON_KEYS | {"components", "accent_color", "spoiler"})
    container.integer("accent_color", 0, 0xFFFFFF)
    container.boolean("spoiler")
    for component in container.children("components", COMPONENT_LIMIT, minimum=1, required=True):
        _check_layout(component, _IN_CONTAINER, census)


_CHECKS: dict[int, Callable[[Form, Census], None]] = {
    ACTION_ROW: _check_row,
    SECTION: _check_section,
    TEXT_DISPLAY: check_text_display,
    MEDIA_GALLERY: _check_gallery,
    FILE: _check_file,
    SEPARATOR: _check_separator,
    CONTAINER: _check_container,
}
