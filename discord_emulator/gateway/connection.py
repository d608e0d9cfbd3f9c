"""One WebSocket of a client: hello, heartbeats, identify, resume, and the few commands a client sends."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from discord_emulator.errors import ApiError

from .commands import COMMANDS, GatewayClose
from .compression import Compressor

if TYPE_CHECKING:
    from discord_emulator.world import World

    from .session import Session

_SENDS_PER_MINUTE = 120
_MINUTE = 60.0
# A heartbeat may be late by this share of the interval before the socket is closed.
_HEARTBEAT_LEEWAY = 0.5
# How long a client may take to answer a closing handshake.
_CLOSING_SECONDS = 2.0
# https://discord.com/developers/docs/events/gateway#sending-events
_MAX_PAYLOAD_BYTES = 4096


class Connection:
    """Reads what a client sends and writes, in order, what its session dispatches."""

    def __init__(self, world: World, socket: web.WebSocketResponse, compressor: Compressor | None) -> None:
        self.world = world
        self.session: Session | None = None
        self._socket = socket
        self._compressor = compressor
        self._outgoing: asyncio.Queue[str | GatewayClose] = asyncio.Queue()
        self._received_at: deque[float] = deque(maxlen=_SENDS_PER_MINUTE)
        self._heartbeat_due = 0.0
        self._abort: Callable[[], None] = lambda: None
        self._closing = False
        self._said_goodbye = False

    async def serve(self, abort: Callable[[], None]) -> None:
        """Runs until the socket is closed by either side; ``abort`` cuts the TCP connection."""
        self._abort = abort
        interval = self.world.settings.heartbeat_interval
        self.send({"op": 10, "d": {"heartbeat_interval": round(interval * 1000), "_trace": []}})
        self._beat()
        writer = asyncio.create_task(self._write(), name="gateway writer")
        try:
            await self._read()
            self._detach()
            if self._closing:
                await asyncio.wait([writer], timeout=_CLOSING_SECONDS)
        finally:
            writer.cancel()
            with suppress(asyncio.CancelledError):
                await writer
            self._detach()

    def send(self, payload: dict[str, Any]) -> None:
        """Queues a payload that is no event."""
        self.send_text(json.dumps(payload, separators=(",", ":")))

    def send_text(self, text: str) -> None:
        """Queues an encoded payload."""
        self._outgoing.put_nowait(text)

    def close(self, code: int, message: str = "") -> None:
        """Closes the socket once everything queued before has been sent."""
        self._closing = True
        self._outgoing.put_nowait(GatewayClose(code, message))

    def drop(self) -> None:
        """Cuts the TCP connection without a closing handshake."""
        self._abort()

    async def _write(self) -> None:
        while True:
            item = await self._outgoing.get()
            if isinstance(item, GatewayClose):
                await self._socket.close(code=item.code, message=item.reason.encode())
                return
            with suppress(ConnectionError):
                if self._compressor is None:
                    await self._socket.send_str(item)
                else:
                    await self._socket.send_bytes(self._compressor.compress(item))

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._socket.closed:
            try:
                message = await self._socket.receive(timeout=max(0.0, self._heartbeat_due - loop.time()))
            except TimeoutError:
                await self._socket.close(code=4009, message=b"Session timed out.")
                return
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                self._said_goodbye = message.type == WSMsgType.CLOSE and message.data in (1000, 1001)
                return
            try:
                self._receive(message.data)
            except GatewayClose as close:
                self.world.record.violate("gateway", f"closed with {close.code}: {close.reason}", close.code)
                await self._socket.close(code=close.code, message=close.reason.encode())
                return

    def _receive(self, data: str | bytes) -> None:
        self._count()
        if len(data if isinstance(data, bytes) else data.encode()) > _MAX_PAYLOAD_BYTES:
            raise GatewayClose(4002, "Payload too large.")
        try:
            payload = json.loads(data)
            opcode, body = payload["op"], payload.get("d")
        except (ValueError, TypeError, KeyError) as error:
            raise GatewayClose(4002, "Error while decoding payload.") from error
        if opcode == 1:
            self._beat()
            self.send({"op": 11})
            return
        command = COMMANDS.get(opcode)
        if command is None:
            raise GatewayClose(4001, "Unknown opcode.")
        if self.session is None and opcode not in (2, 6):
            raise GatewayClose(4003, "Not authenticated.")
        try:
            command(self, body)
        except (KeyError, TypeError, ValueError, ApiError) as error:
            raise GatewayClose(4002, f"Error while decoding payload: {error!r}") from error
        except GatewayClose:
            raise
        except Exception as error:
            self.world.record.violate("emulator fault", traceback.format_exc())
            raise GatewayClose(4000, f"emulator fault in opcode {opcode}") from error
        self.world.changes.announce()

    def _count(self) -> None:
        now = asyncio.get_running_loop().time()
        if len(self._received_at) == _SENDS_PER_MINUTE and now - self._received_at[0] < _MINUTE:
            raise GatewayClose(4008, "You are being rate limited.")
        self._received_at.append(now)

    def _beat(self) -> None:
        interval = self.world.settings.heartbeat_interval
        self._heartbeat_due = asyncio.get_running_loop().time() + interval * (1 + _HEARTBEAT_LEEWAY)

    def _detach(self) -> None:
        session = self.session
        if session is None or session.connection is not self:
            return
        session.connection = None
        # A client that says goodbye with 1000 or 1001 ends its session; anything else leaves it open for RESUME.
        if self._said_goodbye:
            end_session(self.world, session)
        else:
            self.world.later(self.world.settings.session_lifetime, lambda: _expire(self.world, session))
        self.world.changes.announce()


def end_session(world: World, session: Session) -> None:
    """Forgets a session; the bot leaves voice in every server it was connected to through it."""
    from discord_emulator.actions.voice import session_ended

    if world.hub.sessions.pop(session.id, None) is not None:
        session_ended(world, session)


def _expire(world: World, session: Session) -> None:
    if session.connection is None:
        end_session(world, session)
