"""One voice websocket: reads and checks messages, enforces heartbeats, writes in order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp import WebSocketError, WSMsgType, web

from discord_emulator.voice.counters import VoiceCounters
from discord_emulator.voice.fields import Fields, decode
from discord_emulator.voice.protocol import BinaryOp, CloseCode, Op, Refusal, close_reason
from discord_emulator.voice.sessions import VoiceSession

if TYPE_CHECKING:
    from discord_emulator.voice.media import MediaServer

GATEWAY_VERSION = 8
HEARTBEAT_GRACE = 1.5
"""Intervals without a heartbeat after which a client is taken for gone."""
MAX_TEXT = 4096
"""Characters of a message. Guessed: the main gateway documents as many bytes, and 4002 beyond."""
FINAL_CLIENT_CODES = frozenset({CloseCode.NORMAL, CloseCode.GOING_AWAY, CloseCode.DISCONNECTED})
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
        *,
        counters: VoiceCounters,
        heartbeat_interval: float,
        site: MediaServer,
        cut: Callable[[], None],
    ) -> None:
        self.site = site
        """The UDP side of the voice server that the websocket was opened to."""
        self.cut = cut
        """Breaks the connection off without a close."""
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
        if not self._socket.closed:
            self._counters.closes[code] += 1
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
            resumable = await self._receive()
        except Refusal as refusal:
            resumable = False
            self.close(refusal.code)
        finally:
            self._on_end(self, resumable)
            self.close(CloseCode.GOING_AWAY)

    async def _receive(self) -> bool:
        """Handles messages until the client is gone; raises :class:`Refusal` for what ends the websocket.

        Returns whether the client may come back, having neither left nor broken the websocket protocol.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._heartbeat_interval * HEARTBEAT_GRACE
        while True:
            try:
                message = await self._socket.receive(timeout=max(deadline - loop.time(), 0.001))
            except TimeoutError:
                raise Refusal(CloseCode.SESSION_TIMEOUT) from None
            if message.type is WSMsgType.BINARY:
                self._ignore(message.data)
            elif message.type is WSMsgType.TEXT:
                if len(message.data) > MAX_TEXT:
                    raise Refusal(CloseCode.FAILED_TO_DECODE_PAYLOAD)
                op, data = decode(message.data)
                if op == Op.HEARTBEAT:
                    self._acknowledge(data)
                    deadline = loop.time() + self._heartbeat_interval * HEARTBEAT_GRACE
                else:
                    self._on_message(self, op, data)
            else:
                broken = isinstance(message.data, WebSocketError)
                return not broken and self._socket.close_code not in FINAL_CLIENT_CODES

    def _acknowledge(self, data: Any) -> None:
        """Answers a heartbeat with its own nonce; since v8 it comes as ``{"t", "seq_ack"}``.

        Raises :class:`Refusal` 4020, the code documented for heartbeats of a wrong form.
        """
        heartbeat = Fields(data, fault=CloseCode.BAD_REQUEST)
        nonce, last_received = heartbeat.number("t"), heartbeat.number("seq_ack", -1)
        if self.session is not None:
            self.session.check_received(last_received)
        self.send(Op.HEARTBEAT_ACK, {"t": nonce})

    def _ignore(self, data: bytes) -> None:
        """Takes note of a message of end-to-end encryption: calls that need it are not served, others have no group.

        Raises :class:`Refusal` for one that no client sends.
        """
        if not data:
            raise Refusal(CloseCode.FAILED_TO_DECODE_PAYLOAD)
        if self.session is None:
            raise Refusal(CloseCode.NOT_AUTHENTICATED)
        if data[0] not in BinaryOp.__members__.values():
            raise Refusal(CloseCode.UNKNOWN_OPCODE)
        self._counters.dave_ignored += 1
