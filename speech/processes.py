"""How worker processes are started, and what each does before its first job.

On Linux they are forked from a fork server that has imported the ``preload`` module once, so that a worker is ready
at once and shares the loaded model's memory; elsewhere each is spawned and loads the model itself.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from multiprocessing.context import BaseContext
from pathlib import Path

# The event loop must win whenever it has something to do: a caption may be late, an answer may not.
NICENESS = 5
_IMPORT_ROOT = Path(__file__).resolve().parents[1]


def start_context(preload: str) -> BaseContext:
    """The way to start workers here. On Linux also starts the fork server, which imports the module ``preload``.

    A process has one fork server for its whole life: the first call decides what is preloaded.
    """
    if not sys.platform.startswith("linux"):
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([preload])
    with _importable_from_anywhere():
        forkserver.ensure_running()
    return context


@contextlib.contextmanager
def _importable_from_anywhere() -> Iterator[None]:
    """Lets a process started inside this block import our packages, wherever the bot was started from.

    The fork server of Python 3.11 is handed ``sys.path`` but ignores it, and a preload that cannot be imported is
    passed over in silence; ``PYTHONPATH`` reaches it all the same. Mended in Python 3.12.8 and 3.13.1:
    https://github.com/python/cpython/issues/117378
    """
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(_IMPORT_ROOT), before]))
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def prepare_worker(warm_up: Callable[[], object]) -> None:
    """Runs once in every worker: gives way to the bot, ends with it, and does ``warm_up`` (loads the model).

    A failing ``warm_up`` is left for the first job to meet and report: here it would only make the pool start
    workers over and over.
    """
    # A decoder inside C code never gets to run a Python signal handler; the default action stops it at once.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _end_with_parent()
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    with contextlib.suppress(Exception):
        warm_up()


def _end_with_parent() -> None:
    """Lets the kernel end this process when the bot is gone, even one that is stuck in C code.

    An idle worker sees its pipe close; a stuck one would never look. The parent's sentinel is a pipe that becomes
    readable when the parent ends; with O_ASYNC the kernel then sends SIGIO (fcntl(2)), which on Linux ends a process.
    PR_SET_PDEATHSIG would not do: a fork server, the parent in the kernel's eyes, lives as long as its workers.
    """
    parent = multiprocessing.parent_process()
    if parent is None or not sys.platform.startswith("linux"):
        return
    import fcntl

    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(parent.sentinel, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(parent.sentinel, fcntl.F_SETFL, fcntl.fcntl(parent.sentinel, fcntl.F_GETFL) | os.O_ASYNC)
