"""Reading a JSON object field by field, noting every fault where it is.

The codes and sentences are those of Discord's form errors:
https://docs.discord.com/developers/reference#error-messages
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from discord_emulator.errors import ApiError, FormErrors

Path = tuple[str | int, ...]
Choice = TypeVar("Choice", int, str)

UNKNOWN_KEY = "EMULATOR_UNKNOWN_KEY"
"""A key that Discord would drop in silence; see the package's docstring."""

REQUIRED = ("BASE_TYPE_REQUIRED", "This field is required")
NOT_AN_OBJECT = ("MODEL_TYPE_CONVERT", "Expected an object/dictionary.")
NOT_A_LIST = ("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
ALREADY_CONTAINED = ("SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value")

SNOWFLAKE_LIMIT = 2**64
SNOWFLAKE_DIGITS = len(str(SNOWFLAKE_LIMIT))
_MISSING_VALUES: tuple[Any, ...] = (None, [], {})


@dataclass(frozen=True, slots=True)
class Form:
    """One JSON object of a body, and the path where it sits.

    Every reader notes a fault and returns ``None`` where the value is missing or wrong, and returns the value
    where it is right; ``null`` counts as missing, as it does at Discord.
    """

    data: dict[str, Any]
    path: Path = ()
    errors: FormErrors = field(default_factory=FormErrors)

    @classmethod
    def of(cls, body: object) -> Form:
        """The form of a whole body; raises ApiError 50035 at once where it is no object."""
        if not isinstance(body, dict):
            code, message = NOT_AN_OBJECT
            raise ApiError(400, 50035, "Invalid Form Body", {"_errors": [{"code": code, "message": message}]})
        return cls(body)

    def fault(self, key: str | None, code: str, message: str) -> None:
        """Notes a fault at ``key``, or at the object itself."""
        self.errors.add(self.path if key is None else (*self.path, key), code, message)

    def given(self, key: str) -> bool:
        """Whether the key is there with a value."""
        return self.data.get(key) is not None

    def only(self, keys: Collection[str]) -> None:
        """Refuses keys outside ``keys`` that carry a value (empty ones say nothing)."""
        for key, value in self.data.items():
            if key not in keys and value not in _MISSING_VALUES:
                self.fault(str(key), UNKNOWN_KEY, f"Unknown key {key!r}.")

    def forbid(self, keys: Iterable[str], code: str, message: str) -> None:
        """Notes ``code`` at each of ``keys`` that carries a value."""
        for key in keys:
            if self.given(key):
                self.fault(key, code, message)

    def require(self, key: str) -> bool:
        """Whether the key carries a value; a fault where not."""
        if self.given(key):
            return True
        self.fault(key, *REQUIRED)
        return False

    def _value(self, key: str, required: bool) -> Any:
        if not self.given(key):
            if required:
                self.fault(key, *REQUIRED)
            return None
        return self.data[key]

    def text(self, key: str, maximum: int, *, minimum: int = 0, required: bool = False) -> str | None:
        """A string of ``minimum`` to ``maximum`` characters (Unicode code points)."""
        value = self._value(key, required)
        if value is None:
            return None
        if not isinstance(value, str):
            self.fault(key, "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
            return None
        if required and minimum and not value.strip():
            self.fault(key, *REQUIRED)
            return None
        return value if self._length(key, len(value), minimum, maximum) else None

    def _length(self, key: str, length: int, minimum: int, maximum: int) -> bool:
        if minimum <= length <= maximum:
            return True
        if minimum:
            self.fault(key, "BASE_TYPE_BAD_LENGTH", f"Must be between {minimum} and {maximum} in length.")
        else:
            self.fault(key, "BASE_TYPE_MAX_LENGTH", f"Must be {maximum} or fewer in length.")
        return False

    def integer(self, key: str, minimum: int, maximum: int, *, required: bool = False) -> int | None:
        """A whole number within the bounds."""
        value = self._value(key, required)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            self.fault(key, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
            return None
        return value if self._within(key, "int", value, minimum, maximum) else None

    def number(self, key: str, minimum: float, maximum: float, *, required: bool = False) -> float | None:
        """A finite number within the bounds."""
        value = self._value(key, required)
        if value is None:
            return None
        if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
            self.fault(key, "NUMBER_TYPE_COERCE", f'Value "{value}" is not float.')
            return None
        return value if self._within(key, "float", value, minimum, maximum) else None

    def _within(self, key: str, kind: str, value: float, minimum: float, maximum: float) -> bool:
        if value < minimum:
            text = f"{kind} value should be greater than or equal to {minimum}."
            self.fault(key, "NUMBER_TYPE_MIN", text)
        elif value > maximum:
            self.fault(key, "NUMBER_TYPE_MAX", f"{kind} value should be less than or equal to {maximum}.")
        else:
            return True
        return False

    def boolean(self, key: str) -> bool | None:
        """``true`` or ``false``."""
        value = self.data.get(key)
        if value is None or isinstance(value, bool):
            return value
        self.fault(key, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
        return None

    def choice(self, key: str, choices: Collection[Choice], *, required: bool = False) -> Choice | None:
        """One of ``choices``."""
        value = self._value(key, required)
        if value is None:
            return None
        if _is_choice(value, choices):
            return value
        self.fault(key, "BASE_TYPE_CHOICES", f"Value must be one of {{{_listed(choices)}}}.")
        return None

    def variant(self, choices: Collection[int]) -> int | None:
        """The object's ``type`` where it is one of ``choices``; the fault is the object's, as at Discord."""
        if not self.require("type"):
            return None
        value = self.data["type"]
        if _is_choice(value, choices):
            return value
        comma = "," if len(choices) == 1 else ""
        text = f'Value of field "type" must be one of ({_listed(choices)}{comma}).'
        self.fault(None, "UNION_TYPE_CHOICES", text)
        return None

    def snowflake(self, key: str, *, required: bool = False) -> int | None:
        """An id, as a decimal string or an integer."""
        value = self._value(key, required)
        if value is None:
            return None
        number = as_snowflake(value)
        if number is None:
            self.fault(key, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
        return number

    def snowflakes(self, key: str, maximum: int) -> list[int]:
        """A list of at most ``maximum`` distinct ids; those that are right."""
        seen: list[int] = []
        for index, value in self._entries(key, maximum):
            number = as_snowflake(value)
            where = (*self.path, key, index)
            if number is None:
                self.errors.add(where, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
            elif number in seen:
                self.errors.add(where, *ALREADY_CONTAINED)
            else:
                seen.append(number)
        return seen

    def choices(self, key: str, choices: Collection[Choice], *, minimum: int = 0) -> list[Choice]:
        """A list of distinct values out of ``choices``; those that are right."""
        seen: list[Choice] = []
        for index, value in self._entries(key, len(choices), minimum=minimum):
            where = (*self.path, key, index)
            if not _is_choice(value, choices):
                self.errors.add(where, "BASE_TYPE_CHOICES", f"Value must be one of {{{_listed(choices)}}}.")
            elif value in seen:
                self.errors.add(where, *ALREADY_CONTAINED)
            else:
                seen.append(value)
        return seen

    def timestamp(self, key: str, *, required: bool = False) -> datetime | None:
        """An ISO 8601 point in time; UTC where it names no zone."""
        value = self._value(key, required)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            self.fault(key, "DATE_TIME_TYPE_PARSE", f"Could not parse {value}. Should be ISO8601.")
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def url(self, key: str, maximum: int, schemes: tuple[str, ...], *, required: bool = False) -> str | None:
        """A well-formed URL with one of ``schemes``, of at most ``maximum`` characters."""
        value = self.text(key, maximum, minimum=1 if required else 0, required=required)
        if value is None:
            return None
        scheme, rest = _split_url(value)
        if not scheme:
            self.fault(key, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        elif scheme not in schemes:
            text = f'Scheme "{scheme}" is not supported. Scheme must be one of {schemes}.'
            self.fault(key, "URL_TYPE_INVALID_SCHEME", text)
        elif not rest:
            self.fault(key, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        else:
            return value
        return None

    def bits(self, key: str, *, required: bool = False) -> int | None:
        """A permission bit set: a non-negative integer of 64 bits, or one in decimal digits."""
        value = self._value(key, required)
        if value is None:
            return None
        number = as_snowflake(value)
        if number is None:
            self.fault(key, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        return number

    def child(self, key: str, *, required: bool = False) -> Form | None:
        """The object under ``key``."""
        value = self._value(key, required)
        return None if value is None else self._below(value, key)

    def children(self, key: str, maximum: int, *, minimum: int = 0, required: bool = False) -> list[Form]:
        """The objects of the list under ``key``, which holds ``minimum`` to ``maximum`` of them."""
        entries = self._entries(key, maximum, minimum=minimum, required=required)
        forms = [self._below(value, key, index) for index, value in entries]
        return [form for form in forms if form is not None]

    def _below(self, value: object, *path: str | int) -> Form | None:
        where = (*self.path, *path)
        if isinstance(value, dict):
            return Form(value, where, self.errors)
        self.errors.add(where, *NOT_AN_OBJECT)
        return None

    def _entries(self, key: str, maximum: int, *, minimum: int = 0, required: bool = False) -> list[tuple[int, Any]]:
        value = self._value(key, required)
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            self.fault(key, *NOT_A_LIST)
            return []
        self._length(key, len(value), minimum, maximum)
        return list(enumerate(value[:maximum]))


def as_snowflake(value: object) -> int | None:
    """The id that ``value`` (decimal string or integer of 64 bits) stands for, or ``None``."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= SNOWFLAKE_DIGITS:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < SNOWFLAKE_LIMIT:
        return value
    return None


def _is_choice(value: object, choices: Collection[Any]) -> bool:
    """Whether ``value`` is one of ``choices``, without Python's ``True == 1 == 1.0``."""
    return isinstance(value, int | str) and not isinstance(value, bool) and value in choices


def _split_url(value: str) -> tuple[str, str]:
    """Scheme and host of a URL; empty where it has none."""
    if any(character.isspace() for character in value):
        return "", ""
    try:
        parts = urlsplit(value)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc


def _listed(choices: Iterable[object]) -> str:
    return ", ".join(repr(choice) for choice in choices)
