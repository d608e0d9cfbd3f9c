"""One voice websocket: reads and checks messages, enforces heartbeats, writes in order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from aiohttp import WSMsgType, web

from discord_emulator import strict_json
from discord_emulator.voice.counters import VoiceCounters
from discord_emulator.voice.protocol import CloseCode, Op, Refusal, close_reason
from discord_emulator.voice.sessions import VoiceSession

GATEWAY_VERSION = 8
HEARTBEAT_GRACE = 1.5
"""Intervals without a heartbeat after which a client is taken for gone."""
FINAL_CLIENT_CODES = frozenset({1000, CloseCode.GOING_AWAY, CloseCode.DISCONNECTED})
"""Close codes by which a client says that it will not resume."""


class Connection:
    """One voice websocket; ``on_message(connection, op, data)`` gets every message but heartbeats.

    ``on_end(connection, resumable)`` is called once, when nothing more will be read. ``resumable`` says that the
    client vanished, instead of leaving or misbehaving.

    Messages and the close that follows them leave in the order they were given; all methods but :meth:`run` and
    :meth:`flushed` only queue.
    """

    def __init__(
        self,
        socket: web.WebSocketResponse,
        on_message: Callable[[Connection, int, Any], None],
        on_end: Callable[[Connection, bool], None],
        counters: VoiceCounters,
        heartbeat_interval: float,
    ) -> None:
        self.session: VoiceSession | None = None
        self._socket = socket
        self._on_message = on_message
        self._on_end = on_end
        self._counters = counters
        self._heartbeat_interval = heartbeat_interval
        self._outbox: asyncio.Queue[str | int] = asyncio.Queue()
        self._closing = False

    def send(self, op: Op, data: Any) -> None:
        """Sends a message without a number: it is not repeated after a resume."""
        self.send_text(json.dumps({"op": op, "d": data}))

    def send_text(self, text: str) -> None:
        """Sends a message as it is; nothing once closing began."""
        if not self._closing:
            self._outbox.put_nowait(text)

    def close(self, code: int) -> None:
        """Closes after what was sent before. Idempotent: the first code counts."""
        if not self._closing:
            self._closing = True
            self._outbox.put_nowait(code)

    async def flushed(self) -> None:
        """Returns when everything sent so far is written, or can no longer be."""
        await self._outbox.join()

    async def run(self) -> None:
        """Serves the websocket until it ends."""
        hello = {"v": GATEWAY_VERSION, "heartbeat_interval": round(self._heartbeat_interval * 1000)}
        self.send(Op.HELLO, hello)
        reader = asyncio.create_task(self._read(), name="voice websocket reader")
        try:
            code = await self._write()
        finally:
            self._closing = True
            self._discard_outbox()
            reader.cancel()
            await asyncio.wait({reader})
        if not reader.cancelled() and (fault := reader.exception()) is not None:
            raise fault
        # Only now that nobody reads, or aiohttp cuts the connection before the client could answer the close.
        await self._socket.close(code=code, message=close_reason(code).encode())

    async def _write(self) -> int:
        """Writes until a close is due or the connection is lost; returns the close code."""
        while not isinstance(item := await self._outbox.get(), int):
            try:
                await self._socket.send_str(item)
            except ConnectionError:
                return CloseCode.GOING_AWAY
            finally:
                self._outbox.task_done()
        self._outbox.task_done()
        return item

    def _discard_outbox(self) -> None:
        while not self._outbox.empty():
            self._outbox.get_nowait()
            self._outbox.task_done()

    async def _read(self) -> None:
        resumable = True
        try:
            await self._receive()
            resumable = self._socket.close_code not in FINAL_CLIENT_CODES
        except Refusal as refusal:
            resumable = False
            self.close(refusal.code)
        finally:
            self._on_end(self, resumable)
            self.close(CloseCode.GOING_AWAY)

    async def _receive(self) -> None:
        """Handles messages until the client is gone; raises :class:`Refusal` for what ends the websocket."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._heartbeat_interval * HEARTBEAT_GRACE
        while True:
            try:
                message = await self._socket.receive(timeout=max(deadline - loop.time(), 0.001))
            except TimeoutError:
                raise Refusal(CloseCode.SESSION_TIMEOUT) from None
            if message.type is WSMsgType.BINARY:
                self._counters.binary_ignored += 1
            elif message.type is WSMsgType.TEXT:
                op, data = _decode(message.data)
                if op == Op.HEARTBEAT:
                    self._acknowledge(data)
                    deadline = loop.time() + self._heartbeat_interval * HEARTBEAT_GRACE
                else:
                    self._on_message(self, op, data)
            else:
                return

    def _acknowledge(self, data: Any) -> None:
        """Answers a heartbeat with its own nonce; since v8 it comes as ``{"t", "seq_ack"}``."""
        if not isinstance(data, dict) or "t" not in data:
            raise Refusal(CloseCode.FAILED_TO_DECODE_PAYLOAD)
        self.send(Op.HEARTBEAT_ACK, {"t": data["t"]})


def _decode(text: str) -> tuple[int, Any]:
    """Opcode and data of a message; raises :class:`Refusal` 4002 when it is not an object with an opcode."""
    try:
        message = strict_json.loads(text)
    except ValueError as error:
        raise Refusal(CloseCode.FAILED_TO_DECODE_PAYLOAD) from error
    if not isinstance(message, dict) or not isinstance(message.get("op"), int):
        raise Refusal(CloseCode.FAILED_TO_DECODE_PAYLOAD)
    return message["op"], message.get("d")
