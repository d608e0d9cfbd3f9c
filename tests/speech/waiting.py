"""Waiting for what happens in other processes."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path


def wait_until(happened: Callable[[], bool], *, seconds: float = 10.0) -> None:
    """Returns as soon as ``happened()``; raises :class:`TimeoutError` if it does not."""
    latest = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > latest:
            raise TimeoutError(f"did not happen within {seconds:g} s")
        time.sleep(0.01)


async def until(happened: Callable[[], bool], *, seconds: float = 10.0) -> None:
    """The same, while the event loop goes on."""
    await asyncio.to_thread(wait_until, happened, seconds=seconds)


def ended(pid: int) -> bool:
    """Whether a process is gone, or waits only for someone to take note (in a container, maybe nobody does)."""
    try:
        os.kill(pid, 0)
        if not sys.platform.startswith("linux"):
            return False
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True
