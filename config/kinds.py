"""The kinds of values that settings have. Each says in words what is allowed, for whoever wrote something else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

import regex
from pydantic import (
    AfterValidator,
    AnyUrl,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    PlainValidator,
    StringConstraints,
    TypeAdapter,
    UrlConstraints,
    ValidationError,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from spaces.rollout import OpenTo
from spaces.rules import LARGEST_CAPACITY, JoinMode, NameOrId, QueueOrder, SpeakMode

SNOWFLAKE_PATTERN = r"[1-9][0-9]{16,19}"
"""An id of Discord, in digits. https://discord.com/developers/docs/reference#snowflakes"""

REFUSED = "refused"
"""The type of the pydantic errors whose message already says what is allowed."""


def refusal(allowed: str) -> PydanticCustomError:
    """The error whose message is "must be …"."""
    return PydanticCustomError(REFUSED, "must be {allowed}", {"allowed": allowed})


@dataclass(frozen=True, slots=True)
class Allowed:
    """In an ``Annotated``, after the constraints: turns whatever they object to into one sentence."""

    what: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(self._validate, handler(source))

    def _validate(self, value: Any, inner: Callable[[Any], Any]) -> Any:
        try:
            return inner(value)
        except ValidationError as error:
            raise refusal(self.what) from error


def _empty_list(value: Any) -> Any:
    """A key whose items are all commented out means an empty list."""
    return [] if value is None else value


EmptyList = BeforeValidator(_empty_list)

Switch = Annotated[bool, Allowed("true or false")]
Days = Annotated[int, Field(ge=1, le=3650), Allowed("a whole number from 1 to 3650")]
SpeakerLimit = Annotated[int, Field(ge=1, le=100), Allowed("a whole number from 1 to 100")]
CoHostLimit = Annotated[int, Field(ge=0, le=20), Allowed("a whole number from 0 to 20")]
Workers = Annotated[int, Field(ge=0, le=64), Allowed("a whole number from 0 to 64 (0: chosen by the number of cores)")]
Hours = Annotated[int, Field(ge=0, le=8760), Allowed("a whole number from 0 to 8760, or null for ever")]
Cooldown = Annotated[float, Field(ge=0, le=3600), Allowed("a number of seconds from 0 to 3600")]
Speak = Annotated[SpeakMode, Field(strict=False), Allowed(", ".join(SpeakMode).replace(", invited", " or invited"))]
Join = Annotated[JoinMode, Field(strict=False), Allowed("everyone, roles or invited")]
Order = Annotated[QueueOrder, Field(strict=False), Allowed("as raised, newcomers first or least time on stage")]
Opening = Annotated[OpenTo, Field(strict=False), Allowed("nobody, roles, members or everyone")]
Capacity = Annotated[int, Field(ge=1, le=LARGEST_CAPACITY), Allowed("a whole number from 1 to 10000, or null")]
TurnSeconds = Annotated[int, Field(ge=15, le=3600), Allowed("a whole number from 15 to 3600, or null for no turns")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}\z"), Allowed("two letters such as en, or null")]
MemberDays = Annotated[int, Field(ge=0, le=3650), Allowed("a whole number from 0 to 3650")]
SpacesLimit = Annotated[int, Field(ge=1, le=100), Allowed("a whole number from 1 to 100")]
InvitationSeconds = Annotated[int, Field(ge=10, le=600), Allowed("a whole number from 10 to 600")]
Misses = Annotated[int, Field(ge=1, le=10), Allowed("a whole number from 1 to 10")]
Minutes = Annotated[int, Field(ge=1, le=1440), Allowed("a whole number from 1 to 1440")]
AwaySeconds = Annotated[int, Field(ge=5, le=3600), Allowed("a whole number from 5 to 3600")]
HourlyLimit = Annotated[int, Field(ge=0, le=100), Allowed("a whole number from 0 to 100")]
Engine = Annotated[Literal["pocketsphinx"], Allowed("pocketsphinx, the one engine there is")]
Level = Annotated[Literal["debug", "info", "warning", "error"], Allowed("debug, info, warning or error")]


def _day(value: Any) -> date:
    """A day as 2026-03-31. Raises a refusal."""
    try:
        if isinstance(value, str) and regex.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise refusal("a day such as 2026-03-31, or null")


Day = Annotated[date, PlainValidator(_day)]


def _one_line(value: str) -> str:
    """Text that shows, in one line. Raises ValueError."""
    if value != value.strip() or not value.isprintable():
        raise ValueError(value)
    return value


Readers = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    AfterValidator(_one_line),
    Allowed('text of 1 to 200 characters in one line, in "quotes"'),
]

# A button's label: https://discord.com/developers/docs/components/reference#button
Label = Annotated[
    str,
    StringConstraints(min_length=1, max_length=80),
    AfterValidator(_one_line),
    Allowed('text of 1 to 80 characters in one line, in "quotes"'),
]

GestureKey = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9_-]{1,32}\z"),
    Allowed("1 to 32 small letters, digits, - and _"),
]

_CUSTOM_EMOJI = regex.compile(rf"<a?:\w{{2,32}}:{SNOWFLAKE_PATTERN}>")
_UNICODE_EMOJI = regex.compile(r"(?=.*[\p{Extended_Pictographic}\p{Regional_Indicator}\u20E3])\X")


def _emoji(value: str) -> str:
    """One emoji, or a server's own as Discord writes it. Raises ValueError."""
    if _CUSTOM_EMOJI.fullmatch(value) or _UNICODE_EMOJI.fullmatch(value):
        return value
    raise ValueError(value)


# A grapheme may be endless (combining marks, joiners); real emoji end far below 32 code points.
Emoji = Annotated[
    str,
    StringConstraints(max_length=64),
    AfterValidator(_emoji),
    Allowed("one emoji, or a server's own written as <:name:id>"),
]

_HTTPS = TypeAdapter[AnyUrl](Annotated[AnyUrl, UrlConstraints(allowed_schemes=["https"], max_length=512)])


def _https(value: str) -> str:
    """The address as it was typed. Raises ValueError (a ValidationError is one)."""
    _HTTPS.validate_python(value)
    return _one_line(value)


HttpsAddress = Annotated[str, AfterValidator(_https), Allowed("an https:// address of at most 512 characters")]

_SQLITE = regex.compile(r"sqlite\+aiosqlite:///(?!:memory:)[^?#]+")


def _database(value: str) -> str:
    """The address of a SQLite file. Raises ValueError."""
    if not _SQLITE.fullmatch(value):
        raise ValueError(value)
    return _one_line(value)


DatabaseAddress = Annotated[
    str,
    StringConstraints(max_length=1024),
    AfterValidator(_database),
    Allowed("sqlite+aiosqlite:/// and the path of a file"),
]
Folder = Annotated[
    str,
    StringConstraints(min_length=1, max_length=1024),
    AfterValidator(_one_line),
    Allowed("the path of a folder"),
]


def _name_or_id(value: Any) -> NameOrId:
    """A role or channel: a name of up to 100 characters, or an id with or without quotes."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
        if regex.fullmatch(SNOWFLAKE_PATTERN, value):
            return NameOrId(int(value))
        raise refusal('a name in "quotes" or an id (17 to 20 digits)')
    if not isinstance(value, str) or not 1 <= len(value) <= 100 or not value.isprintable() or not value.strip():
        raise refusal("a name of 1 to 100 characters or an id (17 to 20 digits)")
    if value.startswith(("#", "@", "<")):
        raise refusal("a name without # or @ in front, or an id (17 to 20 digits)")
    return NameOrId(int(value) if regex.fullmatch(SNOWFLAKE_PATTERN, value) else value.strip())


RoleOrChannel = Annotated[NameOrId, PlainValidator(_name_or_id)]
