"""Worker processes for work that holds the interpreter lock, awaited from the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import InvalidStateError
from concurrent.futures.process import BrokenProcessPool
from typing import ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from spaces.errors import RetryableSpeechError
from speech.processes import prepare_worker, start_context

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class WorkerPool:
    """Runs functions in worker processes, a bounded time each.

    Invariants:

    * At most ``workers`` jobs are with pebble; the others wait here, first come first served. So a job that is
      cancelled while it waits costs nothing, and one that runs costs its worker, which is started anew.
    * A worker that dies takes only its own job with it, and that job is tried once more.
    * Every future in ``_jobs`` is answered: by pebble, or by ``_stop`` when the pool is replaced or closed.
    * ``_mutex`` guards ``_pool`` and ``_closed``. It is only held in threads, since starting and stopping processes
      blocks.
    """

    def __init__(
        self,
        *,
        workers: int,
        job_seconds: float,
        preload: str,
        warm_up: Callable[[], object],
        grace_seconds: float = 5.0,
    ) -> None:
        """``preload`` is the module for the fork server, ``warm_up`` what each worker does before its first job.

        A job that is neither done nor timed out ``grace_seconds`` after its time means that the pool itself hangs: a
        worker killed at the instant of taking a job leaves pebble's lock taken for ever. The pool is then replaced.
        """
        self._workers = workers
        self._job_seconds = job_seconds
        self._grace_seconds = grace_seconds
        self._preload = preload
        self._warm_up = warm_up
        self._slots = asyncio.Semaphore(workers)
        self._mutex = threading.Lock()
        self._jobs: set[ProcessFuture] = set()
        self._pool: ProcessPool | None = None
        self._closed = False

    async def start(self) -> None:
        """Starts the workers. Raises :class:`RetryableSpeechError` if the pool was closed."""
        await asyncio.to_thread(self._usable_pool)

    async def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of ``function``, which must be importable by name in a worker; what it raises is raised here.

        Raises :class:`RetryableSpeechError` if it took too long, if two workers died of it, or if the pool closed.
        Cancelling stops the job.
        """
        async with self._slots:
            try:
                return await self._attempt(function, *args, **kwargs)
            except (ProcessExpired, BrokenProcessPool) as error:
                log.warning("A speech worker died (%s); its job is tried once more.", error)
            try:
                return await self._attempt(function, *args, **kwargs)
            except (ProcessExpired, BrokenProcessPool) as error:
                raise RetryableSpeechError(f"two speech workers died of the same job: {error}") from error

    async def close(self) -> None:
        """Stops the workers at once, whatever they do; unfinished jobs raise :class:`RetryableSpeechError`."""
        await asyncio.to_thread(self._close)

    async def _attempt(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        pool = await asyncio.to_thread(self._usable_pool)
        try:
            job = pool.schedule(function, args=args, kwargs=kwargs, timeout=self._job_seconds)
        except RuntimeError as error:  # stopped since
            raise BrokenProcessPool("the pool was stopped") from error
        self._jobs.add(job)
        limit = asyncio.timeout(self._job_seconds + self._grace_seconds)
        try:
            async with limit:
                return await asyncio.wrap_future(job)
        except TimeoutError as error:
            if limit.expired():
                log.warning("The speech workers do not answer; they are started anew.")
                await asyncio.to_thread(self._discard, pool)
            raise RetryableSpeechError(f"a speech job took longer than {self._job_seconds:g} s") from error
        finally:
            self._jobs.discard(job)

    def _usable_pool(self) -> ProcessPool:
        """The running pool; a broken one is replaced. pebble gives up a pool when an idle worker is killed."""
        with self._mutex:
            if self._closed:
                raise RetryableSpeechError("the speech engine is closed")
            if self._pool is None or not self._pool.active:
                self._stop()
                context = start_context(self._preload)
                self._pool = ProcessPool(
                    self._workers, initializer=prepare_worker, initargs=[self._warm_up], context=context
                )
                if not self._pool.active:  # asking starts it
                    raise RetryableSpeechError("the speech workers could not be started")
            return self._pool

    def _discard(self, pool: ProcessPool) -> None:
        with self._mutex:
            if pool is self._pool:
                self._stop()

    def _close(self) -> None:
        with self._mutex:
            self._closed = True
            self._stop()

    def _stop(self) -> None:
        """Ends the workers and pebble's threads, and answers the jobs that were with them."""
        if self._pool is None:
            return
        self._pool.stop()
        self._pool.join()
        self._pool = None
        for job in list(self._jobs):
            with contextlib.suppress(InvalidStateError):
                job.set_exception(BrokenProcessPool("the speech workers were stopped"))
