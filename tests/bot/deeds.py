"""Deeds: what can be done about a Space, in which ways, and how its outcome is written down.

The first :class:`Expected` that fits who and state counts. ``changes`` are the facts of :class:`tests.bot.cast.Cast`
that differ afterwards: a person's place, the Space itself, or by how much something counted has grown; ``self`` stands
for whoever did it. Where nothing says otherwise, people of another server, and all in a Space that is over, get
nowhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from discord_emulator import Reply
from tests.bot.cast import ROLES, Cast
from ui.custom_ids import Kind

EVERYBODY = tuple(ROLES)
OVER = "That Space is over. `/space create` opens a new one."
NONE_LIVE = "No Space is live here. `/space create` opens one."


@dataclass(frozen=True)
class Expected:
    """What comes of a deed."""

    sentence: str
    changes: dict[str, Any] = field(default_factory=dict)
    who: Collection[str] = EVERYBODY
    state: str | None = None


@dataclass(frozen=True)
class Way:
    """One way to do something. ``kind`` is the press or form that it is, None for commands, which carry no ids."""

    name: str
    do: Callable[[Cast, str], Awaitable[Reply]]
    kind: Kind | None = None


@dataclass(frozen=True)
class Deed:
    """Something that can be done in one or several ways."""

    ways: tuple[Way, ...]
    expected: tuple[Expected, ...]

    def outcome(self, way: Way, who: str, state: str) -> Expected:
        """What must come of it."""
        for one in self.expected:
            said = one.state == state or (one.state is None and state != "ended" and who != "Fay")
            if who in one.who and said:
                return one
        return Expected(OVER if way.kind is not None else NONE_LIVE)


# --- ways ------------------------------------------------------------------------------------------------------------


def press(kind: Kind, about: str | None = None, *, extra: str | None = None, choose: str | None = None) -> Way:
    """A button about a person or a thing, or a select in which a person is chosen."""

    async def do(cast: Cast, who: str) -> Reply:
        values = () if choose is None else (str(cast.people[choose].id),)
        return await cast.press(who, kind, extra if about is None else str(cast.people[about].id), *values)

    return Way(f"press {kind.value}", do, kind)


def form(kind: Kind, answers: dict[str, Any] | None = None) -> Way:
    """A form that is sent in. ``Link`` is filled with a new one."""

    async def do(cast: Cast, who: str) -> Reply:
        link = {"Link": cast.new_link()} if kind is Kind.SHARE_FORM else {}
        return await cast.send_form(who, kind, (answers or {}) | link)

    return Way(f"send {kind.value}", do, kind)


def run(name: str, **options: Any) -> Way:
    """A slash command. ``person`` is given by name, ``link`` is a new one."""

    async def do(cast: Cast, who: str) -> Reply:
        given = dict(options)
        if "person" in given:
            given["person"] = cast.people[given["person"]]
        if "link" in given:
            given["link"] = cast.new_link()
        return await cast.people[who].run(name, **given)

    return Way(f"/{name}", do)


def menu(name: str, about: str) -> Way:
    """A command in the context menu of a person."""

    async def do(cast: Cast, who: str) -> Reply:
        return await cast.people[who].use_on_user(name, cast.people[about])

    return Way(name, do)
