"""The commands that are typed, or told in a story."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from discord_emulator.faults import CATALOGUE, PlanError
from discord_emulator.faults.kinds import seconds
from discord_emulator.model.errors import EmulatorError
from discord_emulator.server import Emulator

from . import words
from .deeds import SENTENCES, Deeds
from .journal import loudly

_SHOWN_CALLS = 20

HELP = f"""\
{SENTENCES}
fault <fault> [parameter=value …] [at=10s] [every=30s] [for=5s] | faults | lift
advance <seconds> | who | calls | violations | help | quit
A person is named as the servers know them; what holds blanks is put in "quotes"."""


class Console:
    """Does one command after the other; ``quit`` sets ``ended``. ``failures`` counts those that could not be done."""

    def __init__(self, emulator: Emulator, say: Callable[[str], None], ended: asyncio.Event) -> None:
        self.ended = ended
        self.failures = 0
        self._emulator = emulator
        self._say = say
        self._deeds = Deeds()
        self._turn = asyncio.Lock()
        self._commands: dict[str, Callable[[str], Awaitable[str]]] = {
            "fault": self._fault,
            "faults": self._faults,
            "lift": self._lift,
            "advance": self._advance,
            "who": self._who,
            "calls": self._calls,
            "violations": self._violations,
            "help": self._help,
            "quit": self._quit,
        }

    async def do(self, line: str) -> None:
        """Does what a line says and tells what came of it. Empty lines and lines after ``#`` say nothing."""
        line = line.strip()
        if not line or line.startswith("#"):
            return
        async with self._turn:
            try:
                answer = await self._done(line)
            except (EmulatorError, PlanError) as error:
                self.failures += 1
                answer = f"? {error}"
        if answer:
            self._say(answer)

    async def _done(self, line: str) -> str:
        first, _, rest = line.partition(" ")
        if first in self._commands:
            return await self._commands[first](rest.strip())
        name, rest = _name_and_rest(line)
        try:
            person = words.person(self._emulator.world, name)
        except EmulatorError as error:
            raise EmulatorError(f"{error}; or a command: {', '.join(self._commands)}") from None
        if not rest:
            raise EmulatorError(f"what does {person.name} do? See help")
        return await self._deeds.do(person, rest)

    async def _fault(self, rest: str) -> str:
        if not rest:
            return "\n".join(f"{each.name:24}{each.summary}" for each in CATALOGUE.values())
        self._emulator.faults.plan(rest)
        return ""

    async def _faults(self, rest: str) -> str:
        return str(self._emulator.faults.log) or "no faults so far"

    async def _lift(self, rest: str) -> str:
        self._emulator.faults.lift_all()
        return ""

    async def _advance(self, rest: str) -> str:
        try:
            self._emulator.advance(seconds(rest))
        except ValueError:
            raise EmulatorError(f"advance takes a duration such as 10s or 2m, not {rest!r}") from None
        return f"it is {self._emulator.world.clock.now():%H:%M:%S} UTC now"

    async def _who(self, rest: str) -> str:
        lines: list[str] = []
        for application in self._emulator.world.applications.values():
            state = "online" if self._emulator.is_online(application) else "offline"
            lines.append(f"{application.name} (bot): {state}")
        for guild in self._emulator.world.guilds.values():
            lines.append(f"{guild.name}: {', '.join(f'#{channel.name}' for channel in guild.channels.values())}")
            for member in guild.members.values():
                place = f" in {member.voice.channel.name}, {member.voice_position}" if member.voice else ""
                lines.append(f"  {member.name}{place}")
        return "\n".join(lines)

    async def _calls(self, rest: str) -> str:
        calls = self._emulator.calls[-_SHOWN_CALLS:]
        shown = (f"{call.method:6} {call.route or call.path}  {call.status or 'cut'}" for call in calls)
        return "\n".join(shown) or "no calls so far"

    async def _violations(self, rest: str) -> str:
        return "\n".join(loudly(violation) for violation in self._emulator.violations) or "none"

    async def _help(self, rest: str) -> str:
        return HELP

    async def _quit(self, rest: str) -> str:
        self.ended.set()
        return ""


def _name_and_rest(line: str) -> tuple[str, str]:
    """The first word, which may be in quotes, and what follows it as it was typed."""
    if line[0] in "\"'" and (end := line.find(line[0], 1)) > 0:
        return line[1:end], line[end + 1 :].strip()
    name, _, rest = line.partition(" ")
    return name, rest.strip()
