"""Writes down what happens, one line each, without secrets."""

from __future__ import annotations

import asyncio
import re
from typing import TextIO

from discord_emulator.faults import Entry
from discord_emulator.record import Call, Violation
from discord_emulator.server import Emulator

_SECRET = re.compile(r"[A-Za-z0-9]{32,}")
"""Tokens of interactions, webhooks and voice here are letters and digits; ids are shorter."""
_SHOWN = 4
_DAY = 86_400.0


class Journal:
    """Observes an emulator. With ``quiet`` only what must be seen goes to the screen; the file gets everything."""

    def __init__(self, emulator: Emulator, screen: TextIO, file: TextIO | None, *, quiet: bool) -> None:
        self._emulator = emulator
        self._screen = screen
        self._file = file
        self._quiet = quiet
        self._watcher: asyncio.Task[None] | None = None
        self._shown_violations = 0

    def start(self) -> None:
        """Begins to observe."""
        self._emulator.world.record.observers.append(self)
        self._emulator.faults.log.observers.append(self.fault)
        self._watcher = asyncio.create_task(self._watch(), name="violations")

    async def stop(self) -> None:
        """Writes what is still to be written."""
        self._show_violations()
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.wait([self._watcher])

    def called(self, call: Call) -> None:
        """A REST call has been answered."""
        status = "cut" if call.status == 0 else str(call.status)
        words = call.response_body.get("message", "") if isinstance(call.response_body, dict) else ""
        refusal = f"  {words} ({call.code})" if call.code is not None else f"  by {call.fault}" if call.fault else ""
        self.write(
            f"{call.caller or '-':12}  {call.method:6} {call.path}  {status}  {call.seconds * 1000:.0f} ms{refusal}"
        )

    def dispatched(self, event: str, payload: str) -> None:
        """An event goes out."""
        self.write(f"{'event':12}  {event}  {len(payload)} bytes")

    def fault(self, entry: Entry) -> None:
        """A fault began, struck, ended or found nothing."""
        self.write(f"{'fault':12}  {str(entry).strip()}")

    def write(self, text: str, *, loud: bool = False) -> None:
        """Writes a line with the emulator's time; ``loud`` whatever was asked for."""
        moment = self._emulator.world.clock.now().astimezone().strftime("%H:%M:%S.%f")[:-3]
        line = f"{moment}  {self._without_secrets(text)}\n"
        if loud or not self._quiet:
            _print(self._screen, line)
        if self._file is not None:
            _print(self._file, line)

    async def _watch(self) -> None:
        record = self._emulator.world.record
        while True:
            try:
                await self._emulator.wait_for(lambda: len(record.violations) != self._shown_violations, _DAY)
            except TimeoutError:
                continue
            self._show_violations()

    def _show_violations(self) -> None:
        violations = self._emulator.violations
        for violation in violations[self._shown_violations :]:
            self.write(loudly(violation), loud=True)
        self._shown_violations = len(violations)

    def _without_secrets(self, text: str) -> str:
        for application in self._emulator.world.applications.values():
            text = text.replace(application.token, f"{application.token[:_SHOWN]}…")
        text = _SECRET.sub(lambda match: f"{match[0][:_SHOWN]}…", text)
        return "".join(each if each.isprintable() else " " for each in text)


def loudly(violation: Violation) -> str:
    """A violation as it is told."""
    return f"!! VIOLATION  {str(violation).strip()}"


def _print(stream: TextIO, text: str) -> None:
    """Writes at once, whatever characters the stream knows."""
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, errors="replace").decode(encoding))
    stream.flush()
