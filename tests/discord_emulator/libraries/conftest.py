"""Bots written with libraries that know nothing of the emulator, each a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

from discord_emulator import Application, Channel, Emulator, Guild, Person, Settings

ALL_PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15  # members, presences, message content
_WAIT_SECONDS = 20.0
_Value = TypeVar("_Value")


@dataclass
class BotProcess:
    """A running bot. ``reports`` are the lines it has written, parsed; ``errors`` those on standard error."""

    reports: list[dict[str, Any]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    ended: bool = False
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def says(self, what: str, *, after: int = 0, **details: object) -> dict[str, Any]:
        """The first report of this kind with these details, from report number ``after`` on.

        Raises ``AssertionError`` with all that was said when the bot ends, its library logs an error, or 20 s pass.
        """

        def found() -> dict[str, Any] | None:
            for report in self.reports[after:]:
                if report["what"] == what and details.items() <= report.items():
                    return report
            return None

        return await self.until(found)

    async def until(self, condition: Callable[[], _Value | None]) -> _Value:
        """The first truthy value of ``condition``, asked at every report; raises as :meth:`says` does."""
        async with self._news:
            with suppress(TimeoutError):
                over = self._news.wait_for(lambda: self.ended or self._failed or condition())
                await asyncio.wait_for(over, _WAIT_SECONDS)
        value = condition()
        if not value:
            raise AssertionError(f"never said what was waited for; said {self.reports}\n{''.join(self.errors)}")
        return value

    @property
    def complaints(self) -> list[str]:
        """The warnings and errors that the library logged, and what it wrote to standard error."""
        logged = [f"{one['logger']}: {one['text']}" for one in self.reports if one["what"] == "complaint"]
        return [*logged, *self.errors]

    @property
    def _failed(self) -> bool:
        return any(one["what"] == "complaint" and one["level"] != "WARNING" for one in self.reports)

    async def listen(self, process: asyncio.subprocess.Process) -> None:
        """Reads both streams to their ends."""
        assert process.stdout is not None
        assert process.stderr is not None
        await asyncio.gather(self._hear(process.stdout), self._hear_errors(process.stderr))
        async with self._news:
            self.ended = True
            self._news.notify_all()

    async def _hear(self, stream: asyncio.StreamReader) -> None:
        async for line in stream:
            async with self._news:
                self.reports.append(json.loads(line))
                self._news.notify_all()

    async def _hear_errors(self, stream: asyncio.StreamReader) -> None:
        async for line in stream:
            self.errors.append(line.decode())


@dataclass
class House:
    """A server with everything a library may want to read, two people, and a bot that has not been started."""

    discord: Emulator
    application: Application
    guild: Guild
    chat: Channel
    stage: Channel
    ada: Person
    ben: Person
    start: Callable[..., Awaitable[BotProcess]]

    @property
    def host(self) -> Person:
        return self.guild.owner


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        # A busy machine may still hand a bot what came 50 ms apart in one piece.
        settings = Settings(voice_server_delay=0.2)
        emulator = await stack.enter_async_context(Emulator(seed=11, settings=settings))
        application = emulator.add_application("Visitor", privileged_intents=ALL_PRIVILEGED)
        guild = emulator.add_guild("Book club", community=True, owner_name="Grace")
        category = guild.add_category("Rooms")
        chat = guild.add_text_channel("general")
        stage = guild.add_stage_channel("Reading room", category)
        guild.add_voice_channel("Kitchen", category)
        ada, ben = guild.add_member("Ada", roles=[guild.add_role("Early Hosts")]), guild.add_member("Ben")
        guild.install(application, "administrator")

        async def start(script: str, python: str = sys.executable, **environment: str) -> BotProcess:
            bot = BotProcess()
            # OpenSSL's own variable: no library has to be told of the certificate.
            trusting = {"SSL_CERT_FILE": str(emulator.ca_file)}
            process = await asyncio.create_subprocess_exec(
                python,
                str(Path(__file__).with_name(script)),
                env={**os.environ, **application.environment(), **trusting, **environment},
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                limit=2**20,
            )
            listening = asyncio.create_task(bot.listen(process))
            stack.push_async_callback(_end, process, listening)
            return bot

        yield House(emulator, application, guild, chat, stage, ada, ben, start)


async def _end(process: asyncio.subprocess.Process, listening: asyncio.Task[None]) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()
    await listening
