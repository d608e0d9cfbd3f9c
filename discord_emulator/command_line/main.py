"""``python -m discord_emulator``: reads, starts, serves, ends."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import TextIO

from discord_emulator.faults import CATALOGUE, Plan, PlanError
from discord_emulator.faults.kinds import seconds
from discord_emulator.server import Emulator

from .building import build
from .console import Console
from .description import Description, Line
from .faulty import BadFile
from .guidance import guidance
from .journal import Journal
from .keyboard import typed_lines
from .loading import load, load_plans, settings_of

OK, BROKEN, BAD_INPUT = 0, 1, 2
EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "book-club.yaml"


def main(arguments: Sequence[str]) -> int:
    """Does what ``arguments`` (without the program's name) say; returns the exit status.

    0 after Ctrl-C, SIGTERM or ``quit``; 1 with ``--strict`` if a bot did what a correct one never does, or a line of
    the console could not be done; 2 for input that cannot be used.
    """
    options = _parser().parse_args(arguments)
    try:
        description = load(options.description)
        plans = [*description.faults, *options.fault]
        if options.faults is not None:
            plans += load_plans(options.faults)
        for plan in plans:
            Plan.parse(plan)
        return asyncio.run(_serve(options, description, plans))
    except (BadFile, PlanError) as error:
        sys.stderr.write(f"{error}\n")
        return BAD_INPUT
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        sys.stderr.write(f"{place}{error.strerror or error}\n")
        return BAD_INPUT
    except KeyboardInterrupt:
        return OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m discord_emulator",
        description="A local Discord: REST, gateway and voice on 127.0.0.1, for any bot.",
        epilog=f"Faults: {', '.join(CATALOGUE)}. Type help for what people can be told to do.",
    )
    parser.add_argument(
        "description",
        nargs="?",
        type=Path,
        default=EXAMPLE,
        help="YAML file of servers and people",
    )
    parser.add_argument("--port", type=_port, default=0, help="of REST and gateway; the system chooses if not given")
    parser.add_argument("--voice-port", type=_port, default=0, help="of voice; the next one is used as well")
    parser.add_argument("--seed", type=int, default=0, help="decides everything that is left to chance (default: 0)")
    parser.add_argument(
        "--fault", action="append", default=[], metavar="FAULT", help='e.g. "rest.fail status=503 share=0.2 for=1m"'
    )
    parser.add_argument("--faults", type=Path, metavar="FILE", help="YAML file with a list of such faults")
    parser.add_argument("--log-file", type=Path, metavar="FILE", help="where everything is written down, too")
    parser.add_argument("--quiet", action="store_true", help="show violations and answers only")
    parser.add_argument("--strict", action="store_true", help="exit 1 if there were violations or lines not done")
    return parser


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:6]) <= 65_535):
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return int(text)


async def _serve(options: argparse.Namespace, description: Description, plans: list[str]) -> int:
    settings = settings_of(description)
    ended = _end_by_signal()
    emulator = Emulator(seed=options.seed, settings=settings, port=options.port, voice_port=options.voice_port)
    async with AsyncExitStack() as stack:
        log: TextIO | None = None
        if options.log_file is not None:
            log = stack.enter_context(options.log_file.open("a", encoding="utf-8"))
        await stack.enter_async_context(emulator)
        build(emulator, description)
        journal = Journal(emulator, sys.stdout, log, quiet=options.quiet)
        journal.start()
        stack.push_async_callback(journal.stop)
        sys.stdout.write(guidance(emulator))
        sys.stdout.flush()
        emulator.faults.plan(*plans)
        console = Console(emulator, lambda text: _show(journal, text), ended)
        await _until_ended(console, description.story)
        await journal.stop()
        broken = bool(emulator.violations) or console.failures > 0
    return BROKEN if broken and options.strict else OK


def _show(journal: Journal, text: str) -> None:
    for line in text.splitlines():
        journal.write(line, loud=True)


async def _until_ended(console: Console, story: list[Line]) -> None:
    """Serves until somebody quits, types Ctrl-D or sends a signal."""
    tasks = [
        asyncio.create_task(_tell(console, story), name="story"),
        asyncio.create_task(_listen(console), name="console"),
    ]
    for task in tasks:
        task.add_done_callback(lambda done: None if done.cancelled() or not done.exception() else console.ended.set())
    try:
        await console.ended.wait()
    finally:
        for task in tasks:
            if not task.done():
                task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome


def _end_by_signal() -> asyncio.Event:
    """An event that Ctrl-C and SIGTERM set."""
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl-C arrives as KeyboardInterrupt
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
    return ended


async def _tell(console: Console, story: list[Line]) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    for line in sorted(story, key=lambda line: seconds(line.at)):
        await asyncio.sleep(max(0.0, began + seconds(line.at) - loop.time()))
        await console.do(line.do)


async def _listen(console: Console) -> None:
    """Does what is typed. The end of a terminal ends the program; the end of a pipe or file only the typing."""
    async for line in typed_lines(sys.stdin.fileno()):
        await console.do(line)
    if sys.stdin.isatty():
        console.ended.set()
