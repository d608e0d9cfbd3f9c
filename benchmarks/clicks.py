"""How soon presses are answered under load: ``make bench ONLY=clicks``.

People press the buttons of a live Space at a steady rate, whether or not earlier presses are answered. The real bot and
a bare discord.py bot that commits one row per press take turns of a few seconds, so that other work on the machine
disturbs both alike. Local Discord and its people live in this process, each bot in one of its own.

``python -m benchmarks.clicks --seconds 60`` measures longer.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from benchmarks.table import Row, Table
from demo.bot_process import BotProcess
from demo.evening import BOT_PERMISSIONS
from discord_emulator import Application, Channel, Emulator, Guild, Message, Person, Reply

SECONDS = 15
RATE = 200
"""Presses a second."""
TURN_SECONDS = 5
"""How long one bot is under load before it is the other's turn."""
PEOPLE = 600
"""So many that nobody meets a cooldown: each presses every three seconds."""
HOSTS = 3
_CONFIG = """
spaces: { category: Spaces, co_host_limit: 2 }
"""

Press = Callable[[Person], Awaitable[Reply]]


@dataclass
class Load:
    """What one bot was asked and how it answered. Times in seconds from the press to the first answer."""

    seconds: list[float] = field(default_factory=list[float])
    by_kind: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    unanswered: int = 0
    processor: float = 0.0

    def take(self, kind: str, reply: Reply) -> None:
        """Notes one answer."""
        if reply.failed:
            self.unanswered += 1
            return
        self.seconds.append(reply.seconds)
        self.by_kind.setdefault(kind, []).append(reply.seconds)

    def percentile(self, percent: int, kind: str | None = None) -> float:
        """In milliseconds; 0 where nothing was answered."""
        values = self.seconds if kind is None else self.by_kind.get(kind, [])
        return statistics.quantiles(values, n=100, method="inclusive")[percent - 1] * 1e3 if len(values) > 1 else 0.0


class Room:
    """The Space of the real bot, and what people press there."""

    def __init__(self, panel: Message, hosts: Sequence[Person], people: Sequence[Person], random: Random) -> None:
        self._panel = panel
        self._hosts = hosts
        self._people = people
        self._random = random
        self._hands: set[int] = set()
        self._turn = 0
        self._space = (panel.button("Raise hand").custom_id or "").split(":")[2]

    def next(self) -> tuple[str, Person, str]:
        """What is pressed next, by whom, and the id of the button; people take turns."""
        person = self._people[self._turn % len(self._people)]
        self._turn += 1
        kind = self._random.choices(("react", "hand", "my words", "console"), (50, 25, 15, 10))[0]
        if kind == "console":
            return kind, self._hosts[self._turn % len(self._hosts)], f"spaces:console:{self._space}"
        if kind == "my words":
            return kind, person, f"spaces:my-words:{self._space}"
        if kind == "react":
            return kind, person, f"spaces:react:{self._space}:clap"
        lowers = person.id in self._hands
        (self._hands.discard if lowers else self._hands.add)(person.id)
        return ("lower", person, f"spaces:lower-hand:{self._space}") if lowers else self._raise(person)

    def _raise(self, person: Person) -> tuple[str, Person, str]:
        return "raise", person, f"spaces:raise-hand:{self._space}"

    @property
    def panel(self) -> Message:
        """The message that is pressed on."""
        return self._panel


def run(seconds: int = SECONDS) -> Table:
    """Measures and gives the table; each bot is under load for ``seconds``."""
    return asyncio.run(_measure(seconds))


async def _measure(seconds: int) -> Table:
    random = Random(4)
    ours, bare = Load(), Load()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        discord = await stack.enter_async_context(Emulator(seed=4))
        application, plain = discord.add_application("Spaces"), discord.add_application("Bare")
        guild, hosts, people = _populate(discord, application, plain)
        bot = await stack.enter_async_context(_real_bot(application, folder))
        plain_pid = await stack.enter_async_context(_bare_bot(plain, folder))
        await discord.wait_until_ready(application, timeout=60)
        await discord.wait_for(lambda: discord.is_online(plain), timeout=60)
        room = await _open(guild, hosts, people, random)
        target = _pressable(discord, guild, plain)
        for _ in range(max(1, round(seconds / TURN_SECONDS))):
            await _turn(ours, room, room.panel, bot.pid)
            await _turn(bare, room, target, plain_pid)
        memory = _resident(bot.pid)
    return _table(ours, bare, seconds, memory, discord)


def _populate(discord: Emulator, *applications: Application) -> tuple[Guild, list[Person], list[Person]]:
    guild = discord.add_guild("Bench", community=True)
    guild.add_category("Spaces")
    guild.add_text_channel("general")
    for application in applications:
        guild.install(application, BOT_PERMISSIONS)
    hosts = [guild.add_member(f"Host {number}") for number in range(HOSTS)]
    return guild, hosts, [guild.add_member(f"Person {number}") for number in range(PEOPLE)]


@asynccontextmanager
async def _real_bot(application: Application, folder: Path) -> AsyncIterator[BotProcess]:
    config = folder / "spaces.yaml"
    config.write_text(_CONFIG, encoding="utf-8")
    async with BotProcess(application.environment(), folder / "data", config=config) as bot:
        yield bot


@asynccontextmanager
async def _bare_bot(application: Application, folder: Path) -> AsyncIterator[int]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.bare_bot", str(folder / "bare.sqlite3"), env=application.environment()
    )
    try:
        yield process.pid
    finally:
        process.kill()
        await process.wait()


async def _open(guild: Guild, hosts: Sequence[Person], people: Sequence[Person], random: Random) -> Room:
    """A Space with everybody in it."""
    host = hosts[0]
    reply = await host.run("space create", title="Load")
    await host.wait_for(lambda: "is live" in reply.text, 30)
    (stage,) = guild.stages
    for person in (*hosts, *people):
        await person.join(stage)
    for person in hosts[1:]:
        await host.run("space cohost", person=person)
    panel = host.messages(stage)[0]
    await host.wait_for(lambda: f"{len(people) + len(hosts)} listening" in panel.text, 60)
    return Room(panel, hosts, people, random)


def _pressable(discord: Emulator, guild: Guild, application: Application) -> Message:
    """A message of the bare bot to press on."""
    channel: Channel = next(one for one in guild.channels.values() if one.name == "general")
    message = Message(discord.world.snowflakes.next(), channel, application.bot, discord.world.clock.now())
    channel.messages[message.id] = message
    return message


async def _turn(load: Load, room: Room, on: Message, pid: int) -> None:
    """One bot's turn: presses at a steady rate, then the answers that are still to come."""
    loop = asyncio.get_running_loop()
    before = _processor_time(pid)
    began = loop.time()
    waiting: list[asyncio.Task[None]] = []
    for number in range(RATE * TURN_SECONDS):
        await asyncio.sleep(max(0.0, began + number / RATE - loop.time()))
        waiting.append(asyncio.create_task(_press(load, *room.next(), on)))
    await asyncio.gather(*waiting)
    load.processor += _processor_time(pid) - before


async def _press(load: Load, kind: str, person: Person, custom_id: str, on: Message) -> None:
    component = {"type": 2, "id": 1, "custom_id": custom_id}
    load.take(kind, await person._use(on, component, {}, 30.0))


def _processor_time(pid: int) -> float:
    """Seconds that a process has had a processor; 0 where the system does not tell."""
    status = Path(f"/proc/{pid}/stat")
    if not status.exists():
        return 0.0
    user, system = status.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> float:
    """Memory of a process in MiB; 0 where the system does not tell."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _cost(load: Load) -> float:
    return load.processor / max(1, len(load.seconds)) * 1e3


def _table(ours: Load, bare: Load, seconds: int, memory: float, discord: Emulator) -> Table:
    ratio = ours.percentile(99) / bare.percentile(99)
    rows = [
        Row("presses answered", len(ours.seconds), f"of {len(ours.seconds) + ours.unanswered}"),
        Row("unanswered after 3 s", ours.unanswered, "presses", "0"),
        Row("p50", ours.percentile(50), "ms"),
        Row("p99", ours.percentile(99), "ms", "≤ 250"),
        *(Row(f"p99 of {kind}", ours.percentile(99, kind), "ms") for kind in sorted(ours.by_kind)),
        Row("processor time", _cost(ours), "ms a press"),
        Row("bare bot, p50", bare.percentile(50), "ms"),
        Row("bare bot, p99", bare.percentile(99), "ms"),
        Row("bare bot, processor time", _cost(bare), "ms a press"),
        Row("p50 over the bare bot's", ours.percentile(50) / bare.percentile(50), "times"),
        Row("p99 over the bare bot's", ratio, "times", "≤ 2"),
        Row("memory of the bot at the end", memory, "MiB"),
    ]
    notes = [
        f"{RATE} presses a second by {PEOPLE} people for {seconds} s a bot, in turns of {TURN_SECONDS} s; a press "
        "comes when it is due, whether or not earlier ones are answered.",
        "Half are reactions, a quarter hands that go up and down, the rest My words and the host console with "
        "everybody's hands in it. From the press to the first answer that the person sees.",
        "The bare bot is discord.py and aiosqlite: it commits one row of a press (WAL, synchronous FULL), then answers "
        "the same word to all.",
        f"The local Discord noted {len(discord.violations)} faults of the bots.",
    ]
    return Table("clicks", rows, notes)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=SECONDS, help="how long each bot is under load")
    table = run(parser.parse_args().seconds)
    table.save()
    print(table.text())
