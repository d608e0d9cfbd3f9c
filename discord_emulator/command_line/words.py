"""Finds people and things by the words that are typed for them."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar

from discord_emulator.model.channels import Channel
from discord_emulator.model.errors import EmulatorError
from discord_emulator.model.guild import GuildState, Role
from discord_emulator.model.members import Member
from discord_emulator.people import options
from discord_emulator.people.person import Person
from discord_emulator.world import World


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_SWITCH = {"true": True, "yes": True, "false": False, "no": False}
Thing = TypeVar("Thing", Channel, Role, Member)


def split(text: str) -> list[str]:
    """Words, where "what is quoted" is one. Raises :class:`EmulatorError`."""
    try:
        return shlex.split(text)
    except ValueError as error:
        raise EmulatorError(f"{text}: {str(error).lower()}") from None


def pairs(words: Iterable[str]) -> dict[str, str]:
    """The words of the form ``key=value``. Raises :class:`EmulatorError` for others."""
    found: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key:
            raise EmulatorError(f"{word!r} is no key=value")
        found[key] = value
    return found


def person(world: World, name: str) -> Person:
    """Somebody by name, or by server and name where there are several: ``"Book club/Ada"``."""
    place, _, own_name = name.rpartition("/")
    people = [
        each
        for guild in world.guilds.values()
        if not place or guild.name.casefold() == place.casefold()
        for each in guild.members.values()
        if isinstance(each, Person)
    ]
    found = [each for each in people if each.name.casefold() == own_name.casefold()]
    if len(found) > 1:
        where = ", ".join(f'"{each.guild.name}/{each.name}"' for each in found)
        raise EmulatorError(f"there are several: {where}")
    if not found:
        raise EmulatorError(f"there is nobody called {name!r}; there are: {_names(people)}")
    return found[0]


def channel(guild: GuildState, name: str) -> Channel:
    """A channel or thread by name, with or without ``#``. Raises :class:`EmulatorError`."""
    return _one([*guild.channels.values(), *guild.threads.values()], name.removeprefix("#"), "channel")


def role(guild: GuildState, name: str) -> Role:
    """A role by name. Raises :class:`EmulatorError`."""
    return _one(list(guild.roles.values()), name, "role")


def member(guild: GuildState, name: str) -> Member:
    """Anybody in the server by name, bots too. Raises :class:`EmulatorError`."""
    return _one(list(guild.members.values()), name.removeprefix("@"), "member")


def _one(things: list[Thing], name: str, what: str) -> Thing:
    for thing in things:
        if thing.name.casefold() == name.casefold():
            return thing
    raise EmulatorError(f"there is no {what} {name!r}; there are: {_names(things)}")


def _names(things: Iterable[_Named]) -> str:
    return ", ".join(thing.name for thing in things) or "none"


def member_or_role(guild: GuildState, name: str) -> Member | Role:
    """A member or else a role of that name. Raises :class:`EmulatorError`."""
    try:
        return member(guild, name)
    except EmulatorError:
        return role(guild, name)


_READERS: dict[int, Callable[[GuildState, str], Any]] = {
    options.INTEGER: lambda _, text: int(text),
    options.NUMBER: lambda _, text: float(text),
    options.BOOLEAN: lambda _, text: _SWITCH[text.casefold()],
    options.USER: member,
    options.CHANNEL: channel,
    options.ROLE: role,
    options.MENTIONABLE: member_or_role,
}


def option_value(guild: GuildState, declared: list[dict[str, Any]], name: str, text: str) -> Any:
    """What a person means by ``text`` for an option of a command; names of choices, and of no option, stay text."""
    option = next((each for each in declared if each["name"] == name), None)
    if option is None or any(choice["name"] == text for choice in option.get("choices") or []):
        return text
    reader = _READERS.get(option["type"])
    try:
        return text if reader is None else reader(guild, text)
    except (ValueError, KeyError):
        raise EmulatorError(f"option {name!r} takes something else than {text!r}") from None
