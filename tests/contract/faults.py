"""What is wrong with a piece of JSON, down to the key: what a validator says, boiled down."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

Kind = jsonschema_rs.ValidationErrorKind
_NO_ALTERNATIVE = (Kind.OneOfNotValid, Kind.AnyOf)
UNKNOWN_KEY = "no such key"
ABSENT_VALUE = "is missing"
_LONGEST_VALUE = 120


@dataclass(frozen=True, slots=True)
class Fault:
    """``place`` is a JSON path such as ``$.embeds[0].title``; ``value`` what stands there, shortened."""

    place: str
    message: str
    value: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" + (f" (is {self.value})" if self.value else "")


def faults(validator: jsonschema_rs.Draft202012Validator, body: Any) -> list[Fault]:
    """Every fault of a body; none if it suits the schema."""
    return list(_boiled_down(list(validator.iter_errors(body))))


def _boiled_down(errors: Iterable[jsonschema_rs.ValidationError]) -> Iterator[Fault]:
    errors = list(errors)
    # Where no alternative fits, none says which keys there are: then every key is reported as unknown.
    unclear = {tuple(error.instance_path) for error in errors if isinstance(error.kind, _NO_ALTERNATIVE)}
    for error in errors:
        kind, path = error.kind, tuple(error.instance_path)
        if isinstance(kind, _NO_ALTERNATIVE):
            yield from _boiled_down(_nearest(kind.context, path))
        elif isinstance(kind, (Kind.UnevaluatedProperties, Kind.AdditionalProperties)):
            if path not in unclear and isinstance(error.instance, dict):
                for key in kind.unexpected:
                    yield Fault(_json_path((*path, key)), UNKNOWN_KEY, _shortened(error.instance[key]))
        elif isinstance(kind, Kind.Required):
            yield Fault(_json_path((*path, kind.property)), ABSENT_VALUE)
        else:
            yield Fault(_json_path(path), _rule(error), _shortened(error.instance))


def _nearest(
    alternatives: list[list[jsonschema_rs.ValidationError]], path: tuple[Any, ...]
) -> list[jsonschema_rs.ValidationError]:
    """Of several schemas that do not fit, what is wrong by the one that was probably meant."""

    def distance(errors: list[jsonschema_rs.ValidationError]) -> tuple[int, int, int]:
        strange = sum(
            tuple(error.instance_path) in (path, (*path, "type"))
            and isinstance(error.kind, (Kind.Type, Kind.Constant, Kind.Enum, Kind.OneOfNotValid))
            # An object below "type" does not name a kind: it is a field that happens to be called so.
            and (tuple(error.instance_path) == path or not isinstance(error.instance, dict))
            for error in errors
        )
        return strange, -min(len(error.instance_path) for error in errors), sum(map(_weight, errors))

    return min(alternatives, key=distance)


def _weight(error: jsonschema_rs.ValidationError) -> int:
    """How much of a body an error speaks of: unknown keys weigh as much as what they hold."""
    if isinstance(error.kind, (Kind.UnevaluatedProperties, Kind.AdditionalProperties)):
        return sum(_size(error.instance[key]) for key in error.kind.unexpected)
    return 1


def _size(value: Any) -> int:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return max(1, sum(_size(part) for part in parts))


def _rule(error: jsonschema_rs.ValidationError) -> str:
    """The message without the value, which a validator repeats in full."""
    return f"breaks {error.kind.name!r}: {_shortened(error.kind.value)}"


def _shortened(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _json_path(path: Iterable[Any]) -> str:
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
