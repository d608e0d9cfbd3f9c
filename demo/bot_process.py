"""The bot as a process, exactly as a user runs it, pointed at the local Discord."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parent.parent
_STOP_SECONDS = 20.0


class BotProcess:
    """``python bot.py`` with its log in a file. Ended by its id, whatever happens.

    ``environment`` is what ``Application.environment()`` of the local Discord gives; ``data`` is where the bot keeps
    what it keeps, so that a second process can take up what the first one left.
    """

    def __init__(self, environment: Mapping[str, str], data: Path, *, config: Path | None = None) -> None:
        self._environment = {**os.environ, **environment, "SPACES_DATA": str(data)}
        if config is not None:
            self._environment["SPACES_CONFIG"] = str(config)
        self._process: asyncio.subprocess.Process | None = None
        self.log = data / "bot.log"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def pid(self) -> int:
        """The process id. Raises :class:`RuntimeError` if it was not started."""
        if self._process is None:
            raise RuntimeError("the bot was not started")
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it runs now."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Starts it; the log goes on where it was."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, str(ROOT / "bot.py"), env=self._environment, stdout=log, stderr=log
            )

    async def kill(self) -> None:
        """Ends it as a power cut would: SIGKILL, no farewell."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def ended(self) -> int:
        """Waits until it ends by itself; its exit status. Raises ``TimeoutError`` if it does not."""
        if self._process is None:
            raise RuntimeError("the bot was not started")
        async with asyncio.timeout(_STOP_SECONDS):
            return await self._process.wait()

    async def stop(self) -> int | None:
        """Ends it in good order (SIGTERM) and returns its exit status; kills what does not end in time."""
        if self._process is None:
            return None
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(_STOP_SECONDS):
                    await self._process.wait()
            except TimeoutError:
                await self.kill()
        return self._process.returncode

    def log_text(self) -> str:
        """All that it has logged so far."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""
