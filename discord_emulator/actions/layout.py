"""Components as Discord keeps and shows them: numbered, with the defaults of what was left out."""

from __future__ import annotations

import copy
import itertools
from typing import Any

from discord_emulator.model.messages import SELECTS, ComponentType, walk_components

_DEFAULTS: dict[int, dict[str, Any]] = {
    ComponentType.THUMBNAIL: {"description": None, "spoiler": False},
    ComponentType.FILE: {"spoiler": False, "name": None, "size": None},
    ComponentType.SEPARATOR: {"divider": True, "spacing": 1},
    ComponentType.CONTAINER: {"accent_color": None, "spoiler": False},
} | {kind: {"min_values": 1, "max_values": 1} for kind in SELECTS}
_GALLERY_ITEM: dict[str, Any] = {"description": None, "spoiler": False}


def arrange(written: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """A copy of checked components in the form in which they are stored."""
    components = copy.deepcopy(written or [])
    every = list(walk_components(components))
    taken = {component["id"] for component in every if component.get("id")}
    free = (number for number in itertools.count(1) if number not in taken)
    for component in every:
        defaults = _DEFAULTS.get(component["type"], {})
        _drop_nulls(component)
        # Whether a choice is required matters in forms only; a message takes the word and forgets it.
        component.pop("required", None)
        for owner in (component, *component.get("options", [])):
            _drop_nulls(owner.get("emoji", {}))
        component.update(defaults | component)
        if not component.get("id"):
            component["id"] = next(free)
        for item in component.get("items", []):
            _drop_nulls(item)
            item.update(_GALLERY_ITEM | item)
    return components


def _drop_nulls(thing: dict[str, Any]) -> None:
    for key in [key for key, value in thing.items() if value is None]:
        del thing[key]
