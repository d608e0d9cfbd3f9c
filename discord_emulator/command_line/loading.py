"""From a YAML file to a description that makes sense, or to every mistake in it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from discord_emulator.faults import Plan, PlanError
from discord_emulator.world import Settings

from .description import ChannelEntry, Description, GuildEntry
from .faulty import BadFile, KeyPath, Mistake
from .yaml_file import Document, read

_WORDS = {
    "missing": "is missing",
    "string_type": 'must be text, in "quotes" where YAML would read something else',
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be a section",
    "model_type": "must be a section",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
    "literal_error": "must be {expected}",
    "value_error": "{error}",
    "string_pattern_mismatch": "holds characters that it cannot",
}
EVERYONE = "@everyone"


def load(path: Path) -> Description:
    """The description in a file; raises :class:`BadFile`."""
    document = read(path)
    try:
        description = Description.model_validate(document.value if document.value is not None else {})
    except ValidationError as error:
        raise BadFile(_of_pydantic(error, document)) from None
    if mistakes := list(_senseless(description, document)):
        raise BadFile(mistakes)
    return description


def settings_of(description: Description) -> Settings:
    """The emulator's settings."""
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in description.settings.items()
    }
    return Settings(**values)


def load_plans(path: Path) -> list[str]:
    """The faults in a file that holds nothing but a list of them; raises :class:`BadFile`."""
    document = read(path)
    if not isinstance(document.value, list) or not all(isinstance(each, str) for each in document.value):
        raise BadFile([document.mistake((), 'must be a list of faults such as "- rest.fail status=503"')])
    if mistakes := list(_bad_plans(document.value, (), document)):
        raise BadFile(mistakes)
    return document.value


def _of_pydantic(error: ValidationError, document: Document) -> Iterator[Mistake]:
    for detail in error.errors(include_url=False):
        path: KeyPath = tuple(part for part in detail["loc"] if part != "[key]")
        yield document.mistake(path, _sentence(detail, path))


def _sentence(detail: ErrorDetails, path: KeyPath) -> str:
    if detail["type"] == "extra_forbidden":
        return _no_key(str(path[-1]), list(_section_at(path[:-1]).model_fields))
    words = _WORDS.get(detail["type"])
    return detail["msg"] if words is None else words.format_map(detail.get("ctx", {}))


def _no_key(key: str, known: list[str]) -> str:
    close = difflib.get_close_matches(key[:64], known, n=1)
    return f'is no key here; did you mean "{close[0]}"?' if close else f"is no key here; there are: {', '.join(known)}"


def _section_at(path: KeyPath) -> type[BaseModel]:
    section: type[BaseModel] = Description
    for part in path:
        if isinstance(part, str) and part in section.model_fields:
            section = next(_models_in(section.model_fields[part].annotation), section)
    return section


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _senseless(description: Description, document: Document) -> Iterator[Mistake]:
    """What is well-formed and still cannot be."""
    yield from _bad_settings(description.settings, document)
    applications = [each.name for each in description.applications]
    yield from _twice(applications, ("applications",), "an application", document)
    tokens = [each.token or f"(none {number})" for number, each in enumerate(description.applications)]
    yield from _twice(tokens, ("applications",), "a token", document, shown=False)
    yield from _twice([each.name for each in description.guilds], ("guilds",), "a server", document)
    for number, guild in enumerate(description.guilds):
        yield from _bad_guild(guild, ("guilds", number), applications, document)
    yield from _bad_plans(description.faults, ("faults",), document)


def _bad_guild(guild: GuildEntry, path: KeyPath, applications: list[str], document: Document) -> Iterator[Mistake]:
    people = [guild.owner, *(each.name for each in guild.members)]
    roles = [each.name for each in guild.roles]
    bots = [each.name for each in guild.applications]
    yield from _twice(roles, (*path, "roles"), "a role", document)
    yield from _twice(bots, (*path, "applications"), "an application", document)
    yield from _twice(people, (*path, "members"), "a member", document, first=-1)
    for number, member in enumerate(guild.members):
        for index, role in enumerate(member.roles):
            yield from _unknown(role, "role", roles, (*path, "members", number, "roles", index), document)
    for number, bot in enumerate(bots):
        yield from _unknown(bot, "application", applications, (*path, "applications", number, "name"), document)
    for where, channel in _channels(guild.channels, (*path, "channels")):
        yield from _bad_channel(channel, where, guild, [EVERYONE, *roles, *people, *bots], document)


def _channels(entries: Iterable[ChannelEntry], path: KeyPath) -> Iterator[tuple[KeyPath, ChannelEntry]]:
    for number, channel in enumerate(entries):
        yield (*path, number), channel
        yield from _channels(channel.channels, (*path, number, "channels"))


def _bad_channel(
    channel: ChannelEntry, path: KeyPath, guild: GuildEntry, targets: list[str], document: Document
) -> Iterator[Mistake]:
    if channel.channels and channel.type != "category":
        yield document.mistake((*path, "channels"), f"only a category holds channels, not a {channel.type} channel")
    if channel.type == "category" and len(path) > 4:
        yield document.mistake((*path, "type"), "a category cannot be in another one")
    if channel.type == "stage" and not guild.community:
        yield document.mistake((*path, "type"), "stages need a Community server: set community to true")
    for key, overwrites in (("allow", channel.allow), ("deny", channel.deny)):
        for target in overwrites:
            yield from _unknown(target, "role or member", targets, (*path, key, target), document)


def _twice(
    names: list[str], path: KeyPath, what: str, document: Document, *, first: int = 0, shown: bool = True
) -> Iterator[Mistake]:
    """Names are told apart without regard to capitals, as the console does."""
    seen: set[str] = set()
    for number, name in enumerate(names, start=first):
        if name.casefold() in seen:
            yield document.mistake((*path, number), f"there is {what} of this name already{f': {name}' * shown}")
        seen.add(name.casefold())


def _unknown(name: str, what: str, known: list[str], path: KeyPath, document: Document) -> Iterator[Mistake]:
    if name not in known:
        yield document.mistake(path, f"there is no {what} {name!r}; there are: {', '.join(known) or 'none'}")


def _bad_settings(settings: dict[str, Any], document: Document) -> Iterator[Mistake]:
    hints = get_type_hints(Settings)
    for key, value in settings.items():
        path = ("settings", key)
        if key not in hints:
            yield document.mistake(path, _no_key(key, [each.name for each in fields(Settings)]))
            continue
        try:
            TypeAdapter(hints[key]).validate_python(value, strict=not isinstance(value, list))
        except ValidationError as error:
            yield document.mistake(path, _sentence(error.errors(include_url=False)[0], path))
        else:
            if isinstance(value, float | int) and value < 0:
                yield document.mistake(path, "must not be negative")


def _bad_plans(texts: list[str], path: KeyPath, document: Document) -> Iterator[Mistake]:
    for number, text in enumerate(texts):
        try:
            Plan.parse(text)
        except PlanError as error:
            yield document.mistake((*path, number), str(error))
