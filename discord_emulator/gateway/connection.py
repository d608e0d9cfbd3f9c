"""One WebSocket of a client: hello, heartbeats, and in order whatever its session dispatches."""

from __future__ import annotations

import asyncio
import traceback
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from discord_emulator import strict_json
from discord_emulator.encoding import encode

from .closing import CloseCode, GatewayClose
from .commands import obey
from .compression import Compressor
from .pace import Pace
from .session import Session, end_session

if TYPE_CHECKING:
    from discord_emulator.world import World

_HEARTBEAT = 1
# https://discord.com/developers/docs/events/gateway#rate-limiting
_SENDS = (120, 60.0)
_PRESENCES = (5, 20.0)
# https://discord.com/developers/docs/events/gateway#sending-events
_MAX_PAYLOAD_BYTES = 4096
# Shares of the heartbeat interval after which one is asked for (op 1), and after which the socket is closed. The
# documentation speaks of a tolerance without naming it.
_ASKED_AFTER = 1.25
_GIVEN_UP_AFTER = 1.5
# Payload compression spares short payloads; where Discord draws the line is not documented.
_COMPRESSED_FROM = 1024
# How long a client may take to answer a closing handshake, and to read what was sent before it.
_CLOSING_SECONDS = 2.0


class Connection:
    """Reads what a client sends and writes what it is sent; survives whatever the client does.

    Invariants: at most one connection speaks for a session; nothing is queued once closing began; the queue never
    holds more than ``Settings.outgoing_bytes``: a client that does not read is cut off and may resume.
    """

    def __init__(self, world: World, socket: web.WebSocketResponse, compressor: Compressor | None) -> None:
        self.world = world
        self.session: Session | None = None
        self.presences = Pace(world.clock, *_PRESENCES)
        self._sends = Pace(world.clock, *_SENDS)
        self._socket = socket
        self._compressor = compressor
        self._outgoing: asyncio.Queue[str | GatewayClose] = asyncio.Queue()
        self._queued_bytes = 0
        self._heard_at = 0.0
        self._asked_for_heartbeat = False
        self._unidentified_since = 0.0
        self._abort: Callable[[], None] = lambda: None
        self._closing = False
        self._end: asyncio.TimerHandle | None = None
        self._said_goodbye = False

    async def serve(self, abort: Callable[[], None]) -> None:
        """Runs until the socket is closed by either side; ``abort`` cuts the TCP connection."""
        self._abort = abort
        interval = self.world.settings.heartbeat_interval
        self.send({"op": 10, "d": {"heartbeat_interval": round(interval * 1000), "_trace": []}})
        self._heard_at = self._unidentified_since = asyncio.get_running_loop().time()
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
            if self._end is not None:
                self._end.cancel()
            self._detach()

    def send(self, payload: dict[str, Any]) -> None:
        """Queues a payload that is no event."""
        self.send_text(encode(payload))

    def send_text(self, text: str) -> None:
        """Queues an encoded payload (ASCII), unless a fault is in its way."""
        self.world.hub.line.carry(self, self._queue, text)

    def _queue(self, text: str) -> None:
        """Queues a payload; cuts the connection off if too much waits to be read."""
        if self._closing:
            return
        self._queued_bytes += len(text)
        if self._queued_bytes > self.world.settings.outgoing_bytes:
            self.close(CloseCode.UNKNOWN_ERROR)
            self.world.record.violate("gateway", f"cut off: {self._queued_bytes} bytes wait for a client to read them")
            self.drop()
            return
        self._outgoing.put_nowait(text)

    def ask_for_heartbeat(self) -> None:
        """Sends op 1: https://discord.com/developers/docs/events/gateway#heartbeat-requests"""
        self._asked_for_heartbeat = True
        self.send({"op": _HEARTBEAT, "d": None})

    def invalidate(self, *, resumable: bool) -> None:
        """Sends op 9: the client has to resume its session, or to start a new one where it is not ``resumable``.

        https://discord.com/developers/docs/events/gateway-events#invalid-session
        """
        session = self.session
        if session is not None and not resumable:
            end_session(self.world, session)
        self._detach()
        self.session = None
        self._unidentified_since = asyncio.get_running_loop().time()
        self.send({"op": 9, "d": resumable})

    def close(self, code: int, message: str = "") -> None:
        """Closes the socket once everything queued before has been sent. Idempotent: the first code counts."""
        self._close(GatewayClose(code, message))

    def _close(self, close: GatewayClose) -> None:
        if not self._closing:
            self._closing = True
            self._outgoing.put_nowait(close)
            # Whatever the client does, or does not read, it is over then.
            self._end = asyncio.get_running_loop().call_later(_CLOSING_SECONDS, self._abort)

    def drop(self) -> None:
        """Cuts the TCP connection without a closing handshake."""
        self._abort()

    async def _write(self) -> None:
        while True:
            item = await self._outgoing.get()
            with suppress(ConnectionError):
                if isinstance(item, GatewayClose):
                    await self._socket.close(code=item.code, message=item.reason.encode())
                    return
                self._queued_bytes -= len(item)
                encoded = self._encode(item)
                if isinstance(encoded, str):
                    await self._socket.send_str(encoded)
                else:
                    await self._socket.send_bytes(encoded)

    def _encode(self, text: str) -> str | bytes:
        if self._compressor is not None:
            return self._compressor.compress(text)
        if self.session is not None and self.session.compresses_payloads and len(text) >= _COMPRESSED_FROM:
            return zlib.compress(text.encode(), level=1)
        return text

    async def _read(self) -> None:
        while not self._socket.closed:
            try:
                message = await self._socket.receive(timeout=self._patience())
                if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                    self._said_goodbye = message.type == WSMsgType.CLOSE and message.data in (1000, 1001)
                    return
                if not self.world.hub.line.hears(self):
                    self._is_alive()  # or the socket, which is to stay open, would be closed for lack of heartbeats
                    continue
                self._receive(message.data)
            except TimeoutError:
                if self._has_lost_patience():
                    self._close(GatewayClose(CloseCode.SESSION_TIMED_OUT))
                    return
            except GatewayClose as close:
                self.world.record.violate("gateway", f"closed with {close.code}: {close.reason}", close.code)
                self._close(close)
                return

    def _receive(self, data: str | bytes) -> None:
        if not self._sends.take():
            raise GatewayClose(CloseCode.RATE_LIMITED)
        raw = data.encode() if isinstance(data, str) else data
        if len(raw) > _MAX_PAYLOAD_BYTES:
            raise GatewayClose(CloseCode.DECODE_ERROR, f"{len(raw)} bytes, {_MAX_PAYLOAD_BYTES} are allowed")
        try:
            payload = strict_json.loads(raw)
        except ValueError as error:
            raise GatewayClose(CloseCode.DECODE_ERROR, str(error)) from error
        if not isinstance(payload, dict) or "op" not in payload:
            raise GatewayClose(CloseCode.DECODE_ERROR, "op")
        opcode = payload["op"]
        # True and 1.0 equal 1 to Python, but are no opcodes.
        if type(opcode) is not int:
            raise GatewayClose(CloseCode.UNKNOWN_OPCODE)
        try:
            if opcode == _HEARTBEAT:
                self._beat(payload.get("d"))
            else:
                obey(self, opcode, payload.get("d"))
        except GatewayClose:
            raise
        except Exception as error:
            self.world.record.violate("emulator fault", traceback.format_exc())
            raise GatewayClose(CloseCode.UNKNOWN_ERROR, f"emulator fault in opcode {opcode}") from error
        self.world.changes.announce()

    def _beat(self, sequence: Any) -> None:
        """Acknowledges a heartbeat, whose data is the last sequence number received, or null before the first."""
        if sequence is not None and (not isinstance(sequence, int) or isinstance(sequence, bool)):
            raise GatewayClose(CloseCode.DECODE_ERROR, "a heartbeat carries the last sequence number or null")
        if sequence is not None and self.session is not None and not 0 <= sequence <= self.session.sequence:
            raise GatewayClose(CloseCode.INVALID_SEQUENCE)
        self._is_alive()
        self.send({"op": 11})

    def _is_alive(self) -> None:
        self._heard_at = asyncio.get_running_loop().time()
        self._asked_for_heartbeat = False

    def _patience(self) -> float:
        """Seconds until something has to be done about a silent client."""
        interval = self.world.settings.heartbeat_interval
        due = self._heard_at + interval * (_GIVEN_UP_AFTER if self._asked_for_heartbeat else _ASKED_AFTER)
        if self.session is None:
            due = min(due, self._unidentified_since + self.world.settings.identify_timeout)
        return max(0.001, due - asyncio.get_running_loop().time())

    def _has_lost_patience(self) -> bool:
        """Whether to give up on a client; asks it for a heartbeat first."""
        now = asyncio.get_running_loop().time()
        if self.session is None and now - self._unidentified_since >= self.world.settings.identify_timeout:
            return True
        interval = self.world.settings.heartbeat_interval
        if now - self._heard_at >= interval * _GIVEN_UP_AFTER:
            return True
        if not self._asked_for_heartbeat and now - self._heard_at >= interval * _ASKED_AFTER:
            self.ask_for_heartbeat()
        return False

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


def _expire(world: World, session: Session) -> None:
    if session.connection is None:
        end_session(world, session)
