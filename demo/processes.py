"""The processes that a process has started, as Linux tells in /proc (see proc(5))."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

_PROC = Path("/proc")
_LOOK_SECONDS = 0.02
_Value = TypeVar("_Value")
_PARENT, _STARTED = 1, 19  # places after the command's name in /proc/<pid>/stat; proc(5) numbers them 4 and 22


@dataclass(frozen=True, slots=True)
class Process:
    """A process. ``started`` (clock ticks since boot) tells it from a later one with the same number."""

    pid: int
    started: int

    @property
    def is_alive(self) -> bool:
        """Whether it still runs; one that has ended and waits to be collected does not."""
        fields = _stat(self.pid)
        return fields is not None and int(fields[_STARTED]) == self.started and fields[0] not in {"Z", "X"}


def descendants(pid: int) -> list[Process]:
    """Everything that the process has started, and what that has started; empty where there is no /proc."""
    children: dict[int, list[Process]] = {}
    for entry in _PROC.glob("[0-9]*"):
        fields = _stat(int(entry.name))
        if fields is not None:
            process = Process(int(entry.name), int(fields[_STARTED]))
            children.setdefault(int(fields[_PARENT]), []).append(process)
    found: list[Process] = []
    waiting = [pid]
    while waiting:
        offspring = children.get(waiting.pop(), [])
        found += offspring
        waiting += [process.pid for process in offspring]
    return found


class ProcessTable:
    """The operating system as a witness of the story: it sees which processes there are."""

    name = "System"

    async def wait_for(self, condition: Callable[[], _Value], timeout: float = 5.0) -> _Value:
        """The first truthy value of ``condition``; raises ``TimeoutError``."""
        async with asyncio.timeout(timeout):
            while not (value := condition()):  # noqa: ASYNC110 - nothing tells when a stranger's process ends
                await asyncio.sleep(_LOOK_SECONDS)
            return value


def _stat(pid: int) -> list[str] | None:
    """The fields after the command's name, which may itself hold spaces and brackets."""
    try:
        text = (_PROC / str(pid) / "stat").read_text()
    except OSError:  # it has ended
        return None
    return text.rpartition(")")[2].split()
