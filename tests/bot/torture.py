"""The bot is killed again and again in the middle of evenings: ``make torture``.

Where it is killed is drawn from a seed: after so many calls to Discord, or so many milliseconds, of a step, or while it
starts. After every kill it is started again, and all that members were told must hold exactly once.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from discord_emulator import Emulator, Reply, Settings
from tests.bot.conftest import City, start_city
from tests.bot.scripted_evening import ScriptedEvening, Step

KILLS = 200
MOST_CALLS = 4
LONGEST_MILLISECONDS = 120
LONGEST_START = 2.0
"""Seconds from the start of the process within which it is killed while it starts."""
SOON_MILLISECONDS = 20
"""Within which after an answer it is killed."""
IDLE_SECONDS = 1.0
LAST_BYTES = 0.1
"""Seconds for what it had sent before it was killed to arrive."""
UNDER_FIRE = 0.7
"""How likely a step is interrupted."""
AT_START = 0.15
"""How likely a start is."""
TOLD_SECONDS = 10.0
"""How long what was told may take to show, such as a panel that is edited every five seconds."""


class Torture:
    """Evenings under fire. ``ready`` are seconds from a start to the first answered command, ``killed`` counts."""

    def __init__(self, city: City, kills: int, seed: int) -> None:
        self._city = city
        self._kills = kills
        self._random = Random(seed)
        self._facts: dict[str, Callable[[], object]] = {}
        self.killed = 0
        self.ready: list[float] = []
        self.faults: list[str] = []
        self.evenings = 0

    async def run(self) -> None:
        """Plays evenings until the bot was killed often enough."""
        while self.killed < self._kills and not self.faults:
            self.evenings += 1
            evening = ScriptedEvening(self._city, self.evenings)
            self._facts = {}
            for step in evening.script():
                await self._play(evening, step)
                if self.faults:
                    return

    async def _play(self, evening: ScriptedEvening, step: Step) -> None:
        """Does one step, again and again if need be, until somebody has read its answer."""
        for name in step.ends:
            self._facts.pop(name, None)
        for attempt in itertools.count():
            aims = self.killed < self._kills and self._random.random() < UNDER_FIRE
            is_told, reply = await self._attempt(step, under_fire=aims)
            if is_told:
                self._take(evening, step, reply, attempt)
            where = f"{step.name}, attempt {attempt}"
            if not self._city.bot.is_running:
                await self._come_back(evening, f"killed at {where}")
            else:
                await self._check(evening, where)
            if is_told or self.faults:
                return

    def _take(self, evening: ScriptedEvening, step: Step, reply: Reply | None, attempt: int) -> None:
        """Notes what somebody was told: from now on it has to hold."""
        told = "" if reply is None else reply.text
        fair = (step.done, *step.again) if attempt else (step.done,)
        if reply is not None and not any(words in told for words in fair):
            self.faults.append(f"{evening.title}, {step.name}, attempt {attempt}: told {told!r}")
        self._facts[step.name] = step.holds

    async def _attempt(self, step: Step, *, under_fire: bool) -> tuple[bool, Reply | None]:
        """Does something, perhaps under fire; whether it came to an answer that somebody read, and which."""
        deed = asyncio.ensure_future(step.do())
        if under_fire:
            await self._shoot(deed)
        else:
            await asyncio.wait({deed})
        if not self._city.bot.is_running:
            await asyncio.wait({deed}, timeout=LAST_BYTES)
        if not deed.done():
            deed.cancel()
            await asyncio.wait({deed})
        if deed.cancelled() or (deed.exception() is not None and not self._city.bot.is_running):
            return False, None
        if (error := deed.exception()) is not None:
            self.faults.append(f"{step.name}: {error}")
            return False, None
        reply = deed.result()
        return reply is None or not reply.failed, reply

    async def _shoot(self, deed: asyncio.Future[Reply | None]) -> None:
        """Kills the bot after some calls or milliseconds of a deed, or when it has just been answered."""
        calls, pause = len(self._city.discord.calls), 0.0
        match self._random.choice(("calls", "time", "answer")):
            case "calls":
                calls += self._random.randint(1, MOST_CALLS)
            case "time":
                pause = self._random.random() * LONGEST_MILLISECONDS / 1e3
            case _:
                await asyncio.wait({deed})
                pause = self._random.random() * SOON_MILLISECONDS / 1e3
        await asyncio.sleep(pause)
        with contextlib.suppress(TimeoutError):  # it makes fewer calls: then it dies idle
            await self._city.discord.wait_for(lambda: len(self._city.discord.calls) >= calls, IDLE_SECONDS)
        await self._city.bot.kill()

    async def _come_back(self, evening: ScriptedEvening, where: str) -> None:
        """Starts the bot again, perhaps to be killed while it starts, and looks whether all is as it was told."""
        self.killed += 1
        discord, bot = self._city.discord, self._city.bot
        await discord.wait_for(lambda: not discord.is_online(self._city.application), 10)
        while self.killed < self._kills and self._random.random() < AT_START:
            await bot.start()
            await asyncio.sleep(self._random.random() * LONGEST_START)
            await bot.kill()
            self.killed += 1
            await discord.wait_for(lambda: not discord.is_online(self._city.application), 10)
        began = time.perf_counter()
        await bot.start()
        await discord.wait_until_ready(self._city.application, timeout=60)
        reply = await evening.mod.run("block list")
        if reply.text != "You keep nobody out.":
            self.faults.append(f"{where}: not ready, but {reply.text!r}")
        self.ready.append(time.perf_counter() - began)
        await self._check(evening, where)

    async def _check(self, evening: ScriptedEvening, where: str) -> None:
        """Notes what does not come to hold in time."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + TOLD_SECONDS
        while wrong := self._wrong(evening):
            if loop.time() > deadline:
                self.faults.append(f"{evening.title}, {where}: {wrong}")
                return
            await asyncio.sleep(0.05)

    def _wrong(self, evening: ScriptedEvening) -> str:
        lost = [name for name, holds in self._facts.items() if not holds()]
        return "; ".join(
            [*(f"{name!r} was told and does not hold" for name in lost), *filter(None, [evening.orderly()])]
        )


async def torture(kills: int, seed: int, folder: Path) -> Torture:
    """Runs it in a city of its own."""
    async with Emulator(seed=seed, settings=Settings(identify_window=0)) as discord:
        city = await start_city(discord, folder)
        try:
            ordeal = Torture(city, kills, seed)
            await ordeal.run()
        finally:
            await city.bot.stop()
        # Who was answered by nobody because of a kill reads so; anything else is a fault.
        ordeal.faults += [str(one) for one in discord.violations if one.kind != "unanswered interaction"]
        if "Traceback" in city.bot.log_text():
            ordeal.faults.append("there are tracebacks in the log")
        return ordeal


def main() -> int:
    """What ``make torture`` runs; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ordeal = asyncio.run(torture(asked.kills, asked.seed, Path(folder)))
    ready = sorted(ordeal.ready)
    print(f"{ordeal.killed} kills in {ordeal.evenings} evenings (seed {asked.seed})")
    print(f"ready again: p50 {statistics.median(ready):.2f} s, most {ready[-1]:.2f} s (aim: 10 s)")
    print("\n".join(ordeal.faults) or "nothing lost, nothing doubled")
    return 1 if ordeal.faults else 0


if __name__ == "__main__":
    sys.exit(main())
