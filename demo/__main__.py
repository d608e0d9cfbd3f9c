"""``python -m demo``: a whole Space on a local Discord, observed from its members' side.

Exits with 0 if every step was observed and every number is what it must be, else with 1. ``demo-output/`` then holds
the transcript and the panel; if anything was not as it must be, the bot's log.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from demo import acts
from demo.bot_process import ROOT
from demo.evening import Evening, evening_in
from demo.expectations import NotSeen
from demo.report import Narrator
from demo.results import results

OUTPUT = ROOT / "demo-output"


def main() -> int:
    """Plays the demo; returns the exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir()
    try:
        with Narrator(Console(highlight=False)) as narrator:
            return asyncio.run(_demo(narrator))
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 130  # what a shell reports for Ctrl-C


async def _demo(narrator: Narrator) -> int:
    _end_in_good_order()
    with tempfile.TemporaryDirectory(prefix="spaces-demo-") as name:
        folder = Path(name)
        async with evening_in(folder, narrator) as evening:
            failures: list[NotSeen] = []
            try:
                await acts.play(evening)
                await _end_bot(evening)
            except* NotSeen as group:
                failures += _all_in(group)
            if failures:
                narrator.tell_failure(failures[0], evening.bot.log_text())
            elif _succeeds(evening, folder):
                return 0
            (OUTPUT / "bot.log").write_text(evening.bot.log_text(), encoding="utf-8")
            return 1


def _end_in_good_order() -> None:
    """Lets a request to terminate end the bot as well, as Ctrl-C does."""
    this = asyncio.current_task()
    if this is not None:
        with contextlib.suppress(NotImplementedError):  # Windows
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)


async def _end_bot(evening: Evening) -> None:
    evening.note_offspring()
    status = await evening.bot.stop()
    if status != 0:
        raise NotSeen("The bot", "ends in good order", f"exit status {status}")
    await evening.sees_no_process_left()


def _succeeds(evening: Evening, folder: Path) -> bool:
    """Keeps what members have seen last, and tells the results."""
    contents = {
        "transcript.txt": evening.files["transcript.txt"],
        "transcript.vtt": evening.files["transcript.vtt"],
        "panel.txt": evening.panel_when_live + "\n",
        "summary.txt": evening.panel_when_over + "\n",
    }
    for name, content in contents.items():
        (OUTPUT / name).write_text(content, encoding="utf-8")
    found = results(evening, folder)
    evening.narrator.tell_results(found, evening.story.seconds, f"See {OUTPUT.name}/: {', '.join(contents)}.")
    return all(result.met for result in found)


def _all_in(group: BaseExceptionGroup[NotSeen]) -> Iterator[NotSeen]:
    for error in group.exceptions:
        if isinstance(error, NotSeen):
            yield error
        elif isinstance(error, BaseExceptionGroup):
            yield from _all_in(error)


if __name__ == "__main__":
    sys.exit(main())
