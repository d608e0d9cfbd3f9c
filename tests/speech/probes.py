"""Functions that the tests run inside worker processes."""

from __future__ import annotations

import gc
import itertools
import os
import signal
import sys
from pathlib import Path
from typing import NamedTuple, NoReturn

from pebble.pool.channel import WorkerChannel


class WorkerReport(NamedTuple):
    """What a worker says of itself."""

    pid: int
    parent: int
    niceness: int
    modules: frozenset[str]


def nothing() -> None:
    """The warm-up of pools that transcribe nothing."""


def failing_warm_up() -> NoReturn:
    """A model that cannot be loaded."""
    raise RuntimeError("no model here")


def report() -> WorkerReport:
    """This worker."""
    return WorkerReport(os.getpid(), os.getppid(), os.nice(0), frozenset(sys.modules))


def add(left: int, right: int) -> int:
    """A job that succeeds."""
    return left + right


def fail() -> NoReturn:
    """A job that raises."""
    raise ValueError("these words")


def hang() -> None:
    """Never ends, and never leaves C code nor lets go of the interpreter lock."""
    sum(itertools.repeat(0))


def hang_after_writing(pid_file: Path) -> None:
    """Writes its worker's pid, then hangs."""
    write_whole(pid_file, str(os.getpid()))
    hang()


def die() -> NoReturn:
    """Ends its worker as the kernel does when memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("survived SIGKILL")


def die_while_taking_a_job() -> NoReturn:
    """Ends its worker with the lock in hand under which workers take jobs from pebble's pipe."""
    channel = next(thing for thing in gc.get_objects() if isinstance(thing, WorkerChannel))
    channel.mutex.acquire()
    die()


def die_once(marker: Path) -> str:
    """Ends its worker the first time."""
    if not marker.exists():
        marker.touch()
        die()
    return "second worker"


def write_whole(path: Path, text: str) -> None:
    """Writes a file that is there with all its text, or not at all."""
    draft = path.with_suffix(".draft")
    draft.write_text(text)
    draft.rename(path)
