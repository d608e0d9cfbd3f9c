"""Rules as table rows, and bodies to write them with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from discord_emulator.errors import ApiError

V2 = 1 << 15


@dataclass(frozen=True)
class Rule:
    """A limit: ``good`` is just within it, ``bad`` just beyond, with one fault ``code`` at the dotted path ``at``."""

    name: str
    good: Any
    bad: Any
    at: str
    code: str
    options: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def faults(check: Callable[..., None], *args: Any, **options: Any) -> set[tuple[str, str]]:
    """What ``check`` refuses: pairs of dotted path and code; a code of its own stands at the path ''."""
    refusal: ApiError | None = None
    try:
        check(*args, **options)
    except ApiError as error:
        refusal = error
    if refusal is None:
        return set()
    assert refusal.status == (413 if refusal.code == 40005 else 400)
    return {("", str(refusal.code))} if refusal.errors is None else set(_flat(refusal.errors))


def _flat(node: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    for key, value in node.items():
        if key == "_errors":
            yield from ((".".join(path), fault["code"]) for fault in value)
        else:
            yield from _flat(value, (*path, key))


def places(rules: list[Rule]) -> list[tuple[Rule, tuple[Any, ...]]]:
    """All places of values in the good bodies of ``rules``, each once (indices of lists do not count)."""
    found: dict[tuple[Any, ...], tuple[Rule, tuple[Any, ...]]] = {}
    for rule in rules:
        for place in _within(rule.good):
            kind = tuple("#" if isinstance(part, int) else part for part in place)
            found.setdefault(kind, (rule, place))
    return list(found.values())


def _within(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield from _within(below, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    """A copy of ``value`` with ``odd`` at ``path``."""
    if not path:
        return odd
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], odd)
    return copy


def without(body: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key not in keys}


def button(number: int = 0, **changes: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Raise hand", "custom_id": f"hand:{number}"} | changes


def link(**changes: Any) -> dict[str, Any]:
    return {"type": 2, "style": 5, "label": "Listen", "url": "https://example.org/space"} | changes


def option(number: int = 0, **changes: Any) -> dict[str, Any]:
    return {"label": f"Option {number}", "value": f"value-{number}"} | changes


def select(**changes: Any) -> dict[str, Any]:
    return {"type": 3, "custom_id": "pick", "options": [option(0), option(1), option(2)]} | changes


def row(*controls: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(controls)}


def text(content: str = "Live now") -> dict[str, Any]:
    return {"type": 10, "content": content}


def picture(url: str = "https://example.org/cover.png", **changes: Any) -> dict[str, Any]:
    return {"media": {"url": url}} | changes


def layout(*components: dict[str, Any]) -> dict[str, Any]:
    return {"flags": V2, "components": list(components)}


def modal(*components: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"custom_id": "space:new", "title": "Start a Space", "components": list(components)} | changes


def label(component: dict[str, Any] | None, **changes: Any) -> dict[str, Any]:
    return {"type": 18, "label": "Title", "component": component} | changes


def text_input(**changes: Any) -> dict[str, Any]:
    return {"type": 4, "custom_id": "title", "style": 1} | changes


def command(**changes: Any) -> dict[str, Any]:
    return {"name": "space", "description": "Starts a Space", "type": 1} | changes


def parameter(kind: int = 3, name: str = "topic", **changes: Any) -> dict[str, Any]:
    return {"type": kind, "name": name, "description": "What it is about"} | changes
