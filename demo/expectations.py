"""The story, step by step: who does what, and what somebody must then see within seconds."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from demo.screen import excerpt
from discord_emulator import Channel, EmulatorError, Message, Modal, Person, Reply

PATIENCE_SECONDS = 8.0
"""How long a member waits for something to appear: the panel may lag behind by its five seconds."""

_Value = TypeVar("_Value")


class Named(Protocol):
    """Somebody with a name."""

    @property
    def name(self) -> str:
        """The name shown in the server."""
        ...


class Witness(Named, Protocol):
    """Somebody who sees things happen."""

    async def wait_for(self, condition: Callable[[], _Value], timeout: float = ...) -> _Value:
        """The first truthy value of ``condition``; raises ``TimeoutError`` if there is none in time."""
        ...


class Readable(Protocol):
    """An answer, a message: ``text`` is what it says now."""

    @property
    def text(self) -> str:
        """All that can be read."""
        ...


class Teller(Protocol):
    """Tells whoever watches the demo. Times are seconds since the story began."""

    def tell_deed(self, at: float, who: str, what: str) -> None:
        """Somebody does something."""
        ...

    def tell_sight(self, at: float, who: str, what: str, waited: float) -> None:
        """Somebody saw what they should, after ``waited`` seconds."""
        ...


class NotSeen(Exception):
    """A step was not observed: who should have seen or could have done what, and what there was instead."""

    def __init__(self, who: str, what: str, instead: str) -> None:
        super().__init__(f"{who} {what}: {instead}")
        self.who = who
        self.what = what
        self.instead = instead


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was observed, ``waited`` seconds after somebody began to look."""

    who: str
    what: str
    waited: float


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command and the seconds until its first answer was there."""

    name: str
    seconds: float


class Story:
    """Lets people act and observes what they see. The first thing that goes otherwise raises :class:`NotSeen`.

    ``shown`` turns what a message holds into what a client shows.
    """

    def __init__(self, teller: Teller, shown: Callable[[str], str] = str) -> None:
        self._teller = teller
        self._shown = shown
        self._began = time.monotonic()
        self.steps: list[Step] = []
        self.commands: list[Command] = []

    @property
    def seconds(self) -> float:
        """How long it has been going on."""
        return time.monotonic() - self._began

    # -- what people do ------------------------------------------------------------------------------------------

    async def does(self, who: Named, what: str, deed: Awaitable[_Value]) -> _Value:
        """Somebody acts. What a client would not let them do, or what nobody answers, is a step not observed."""
        self._teller.tell_deed(self.seconds, who.name, what)
        try:
            result = await deed
        except EmulatorError as error:
            raise NotSeen(who.name, what, str(error)) from error
        if isinstance(result, Reply) and result.failed:
            raise NotSeen(who.name, what, result.text)
        return result

    async def runs(self, who: Person, command: str, *, where: Channel | None = None, **options: Any) -> Reply:
        """Somebody runs a slash command; how soon it was answered is kept in :attr:`commands`."""
        given = "".join(f" {name}: {_spelled(value)}" for name, value in options.items())
        reply = await self.does(who, f"types /{command}{given}", who.run(command, where=where, **options))
        self.commands.append(Command(command, reply.seconds))
        return reply

    async def presses(self, who: Person, on: Reply | Message, button: str) -> Reply:
        """Somebody presses a button."""
        return await self.does(who, f"presses [{button}]", who.press(on, button))

    async def submits(self, who: Person, form: Modal, answers: dict[str, Any]) -> Reply:
        """Somebody fills a form and sends it."""
        given = ", ".join(f"{label}: {_spelled(value)}" for label, value in answers.items()) or "nothing"
        return await self.does(who, f"fills the form “{form.title}” with {given}", who.submit(form, answers))

    # -- what people see -----------------------------------------------------------------------------------------

    async def sees(
        self,
        who: Witness,
        what: str,
        look: Callable[[], _Value | None],
        *,
        instead: Callable[[], object] = lambda: "nothing",
        within: float = PATIENCE_SECONDS,
        quoting: bool = False,
    ) -> _Value:
        """A step: ``look`` gives something true within seconds. ``instead`` says what there is if it does not.

        With ``quoting``, what was seen is told as well.
        """
        began = time.monotonic()
        try:
            value = await who.wait_for(look, within)
        except TimeoutError:
            value = None
        if value is None:
            raise NotSeen(who.name, f"sees {what}", str(instead()) or "nothing")
        self._observed(who, f"sees {what}{f': “{value}”' if quoting else ''}", time.monotonic() - began)
        return value

    async def reads(
        self, who: Witness, message: Readable | None, *words: str, where: str = "", within: float = PATIENCE_SECONDS
    ) -> str:
        """A step: a message says all of ``words`` within seconds. Returns all that it says then."""

        def text() -> str:
            return "" if message is None else self._shown(message.text)

        wanted = f"reads{where and f' {where}'}"
        began = time.monotonic()
        try:
            await who.wait_for(lambda: all(word in text() for word in words), within)
        except TimeoutError:
            missing = ", ".join(f"“{word}”" for word in words if word not in text())
            raise NotSeen(who.name, f"{wanted} {missing}", text() or "nothing") from None
        said = text()
        self._observed(who, f"{wanted}: {excerpt(said, words)}", time.monotonic() - began)
        return said

    async def opens(self, who: Witness, reply: Reply, title: str) -> Modal:
        """A step: a form with this title has opened."""
        modal = reply.modal
        if modal is None or modal.title != title:
            raise NotSeen(who.name, f"sees the form “{title}”", self._shown(reply.text) or "nothing")
        self._observed(who, f"sees the form “{title}”", 0.0)
        return modal

    def _observed(self, who: Named, what: str, waited: float) -> None:
        self.steps.append(Step(who.name, what, waited))
        self._teller.tell_sight(self.seconds, who.name, what, waited)


def _spelled(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(getattr(value, "name", value))
