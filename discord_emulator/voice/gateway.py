"""The voice gateway, version 8: identify, select protocol, speaking, resume.

Source: https://discord.com/developers/docs/topics/voice-connections
"""

from __future__ import annotations

import asyncio
import ipaddress
import random
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from discord_emulator.voice.ciphers import CIPHERS, KEY_SIZE
from discord_emulator.voice.connection import GATEWAY_VERSION, Connection
from discord_emulator.voice.counters import VoiceCounters
from discord_emulator.voice.datagrams import Address
from discord_emulator.voice.media import MediaServer
from discord_emulator.voice.protocol import CloseCode, Op, Refusal
from discord_emulator.voice.roster import Participant, Roster
from discord_emulator.voice.sessions import Admission, VoiceSession

CLOSE_TIMEOUT = 2.0
"""Seconds a client has to answer a close."""


class VoiceGateway:
    """Admissions and sessions of all clients.

    Invariant: a user has at most one session per guild; a session is on the roster from identify to its end, and
    only its newest connection writes to it.
    """

    def __init__(
        self,
        *,
        roster: Roster,
        counters: VoiceCounters,
        chance: random.Random,
        modes: Sequence[str],
        media: MediaServer,
        heartbeat_interval: float,
        resume_window: float,
    ) -> None:
        self._roster = roster
        self._counters = counters
        self._chance = chance
        self._modes = list(modes)
        self._media = media
        self._heartbeat_interval = heartbeat_interval
        self._resume_window = resume_window
        self._admissions: dict[tuple[int, int], Admission] = {}
        self._connections: set[Connection] = set()

    def admit(self, admission: Admission) -> None:
        """Lets a client in; replaces what it was told before for that guild."""
        self._admissions[admission.guild_id, admission.user_id] = admission

    def withdraw(self, guild_id: int, user_id: int, *, unless_channel: int | None = None) -> None:
        """Forgets an admission, unless it is for that channel; a session that it opened goes on."""
        admission = self._admissions.get((guild_id, user_id))
        if admission is not None and admission.channel_id != unless_channel:
            del self._admissions[guild_id, user_id]

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serves one websocket. Versions other than 8 are closed with 4012."""
        socket = web.WebSocketResponse(timeout=CLOSE_TIMEOUT)
        await socket.prepare(request)
        if request.query.get("v") != str(GATEWAY_VERSION):
            await socket.close(code=CloseCode.UNKNOWN_PROTOCOL)
            return socket
        connection = Connection(socket, self._receive, self._ended, self._counters, self._heartbeat_interval)
        self._connections.add(connection)
        await connection.run()
        return socket

    def end(self, session: VoiceSession, code: int) -> None:
        """Ends a session for good: closes its websocket with ``code`` and tells the others."""
        self._roster.leave(session)
        self._detach(session, code)

    def interrupt(self, session: VoiceSession, code: int) -> None:
        """Closes a session's websocket with ``code``, but it can be resumed within the resume window."""
        self._detach(session, code)
        loop = asyncio.get_running_loop()
        session.expiry = loop.call_later(self._resume_window, self.end, session, CloseCode.SESSION_NO_LONGER_VALID)

    def stop(self) -> None:
        """Ends every session and closes every websocket."""
        for participant in self._roster.everyone():
            if isinstance(participant, VoiceSession):
                self.end(participant, CloseCode.GOING_AWAY)
        for connection in self._connections:
            connection.close(CloseCode.GOING_AWAY)

    def _ended(self, connection: Connection, resumable: bool) -> None:
        self._connections.discard(connection)
        if connection.session is not None:
            finish = self.interrupt if resumable else self.end
            finish(connection.session, CloseCode.GOING_AWAY)

    def _detach(self, session: VoiceSession, code: int) -> None:
        if session.expiry is not None:
            session.expiry.cancel()
            session.expiry = None
        connection, session.connection = session.connection, None
        if connection is not None:
            connection.session = None
            connection.close(code)

    def _attach(self, session: VoiceSession, connection: Connection) -> None:
        self._detach(session, CloseCode.SESSION_NO_LONGER_VALID)
        session.connection, connection.session = connection, session

    def _receive(self, connection: Connection, op: int, data: Any) -> None:
        """Handles one message; raises :class:`Refusal` for one that ends the websocket."""
        session = connection.session
        match op:
            case Op.IDENTIFY | Op.RESUME:
                if session is not None:
                    raise Refusal(CloseCode.ALREADY_AUTHENTICATED)
                (self._identify if op == Op.IDENTIFY else self._resume)(connection, _Fields(data))
            case Op.SELECT_PROTOCOL | Op.SPEAKING | Op.DAVE_TRANSITION_READY | Op.MLS_INVALID_COMMIT_WELCOME:
                if session is None:
                    raise Refusal(CloseCode.NOT_AUTHENTICATED)
                if op == Op.SELECT_PROTOCOL:
                    self._select_protocol(session, _Fields(data))
                elif op == Op.SPEAKING:
                    self._speak(session, _Fields(data))
            case _:
                raise Refusal(CloseCode.UNKNOWN_OPCODE)

    def _identify(self, connection: Connection, fields: _Fields) -> None:
        admission = self._admissions.get((fields.snowflake("server_id"), fields.snowflake("user_id")))
        if admission is None or admission.session_id != fields.text("session_id"):
            raise Refusal(CloseCode.SESSION_NO_LONGER_VALID)
        if admission.token != fields.text("token"):
            raise Refusal(CloseCode.AUTHENTICATION_FAILED)
        if admission.requires_e2ee:
            # No client can pass: the emulator speaks no DAVE, the lowest shared version would be 0.
            raise Refusal(CloseCode.E2EE_REQUIRED)
        self._supersede(self._roster.find(admission.guild_id, admission.user_id))
        session = VoiceSession(
            guild_id=admission.guild_id,
            channel_id=admission.channel_id,
            user_id=admission.user_id,
            ssrc=self._roster.new_ssrc(),
            session_id=admission.session_id,
        )
        self._attach(session, connection)
        host, port = self._media.address
        ready = {
            "ssrc": session.ssrc,
            "ip": host,
            "port": port,
            "modes": self._modes,
            "heartbeat_interval": 1,  # documented as erroneous and to be ignored
        }
        connection.send(Op.READY, ready)
        self._roster.join(session)

    def _supersede(self, older: Participant | None) -> None:
        if isinstance(older, VoiceSession):
            self.end(older, CloseCode.DISCONNECTED)

    def _select_protocol(self, session: VoiceSession, fields: _Fields) -> None:
        if fields.text("protocol") != "udp":
            raise Refusal(CloseCode.UNKNOWN_PROTOCOL)
        choice = _Fields(fields.get("data"))
        mode = choice.text("mode")
        if mode not in self._modes:
            raise Refusal(CloseCode.UNKNOWN_ENCRYPTION_MODE)
        session.address = choice.address()
        session.cipher = CIPHERS[mode](self._chance.randbytes(KEY_SIZE))
        description = {"mode": mode, "secret_key": list(session.cipher.key), "dave_protocol_version": 0}
        session.notify(Op.SESSION_DESCRIPTION, description)
        self._roster.introduce(session)

    def _speak(self, session: VoiceSession, fields: _Fields) -> None:
        # py-cord 2.8 leaves out its SSRC, of which a connection has one only.
        if fields.number("ssrc", session.ssrc) != session.ssrc:
            raise Refusal(CloseCode.BAD_REQUEST)
        session.set_speaking(fields.number("speaking"))
        self._roster.announce(session)

    def _resume(self, connection: Connection, fields: _Fields) -> None:
        guild_id, session_id = fields.snowflake("server_id"), fields.text("session_id")
        session = self._resumable(guild_id, session_id)
        admission = self._admissions.get((guild_id, session.user_id)) if session is not None else None
        if session is None or admission is None or admission.channel_id != session.channel_id:
            raise Refusal(CloseCode.SESSION_NO_LONGER_VALID)
        if admission.token != fields.text("token"):
            raise Refusal(CloseCode.AUTHENTICATION_FAILED)
        missed = session.missed_since(fields.number("seq_ack", -1))
        self._attach(session, connection)
        connection.send(Op.RESUMED, None)
        for text in missed:
            connection.send_text(text)

    def _resumable(self, guild_id: int, session_id: str) -> VoiceSession | None:
        for participant in self._roster.everyone():
            if (
                isinstance(participant, VoiceSession)
                and participant.guild_id == guild_id
                and participant.session_id == session_id
            ):
                return participant
        return None


class _Fields:
    """The data of a message; every reader raises :class:`Refusal` 4002 where a field is missing or of a wrong kind."""

    def __init__(self, data: Any) -> None:
        if not isinstance(data, dict):
            raise Refusal(CloseCode.FAILED_TO_DECODE_PAYLOAD)
        self._data: dict[str, Any] = data

    def get(self, key: str) -> Any:
        return self._data.get(key)

    def text(self, key: str) -> str:
        value = self._data.get(key)
        if not isinstance(value, str):
            raise Refusal(CloseCode.FAILED_TO_DECODE_PAYLOAD)
        return value

    def number(self, key: str, default: int | None = None) -> int:
        value = self._data.get(key, default)
        if not isinstance(value, int):
            raise Refusal(CloseCode.FAILED_TO_DECODE_PAYLOAD)
        return value

    def snowflake(self, key: str) -> int:
        try:
            return int(self._data[key])
        except (KeyError, TypeError, ValueError) as error:
            raise Refusal(CloseCode.FAILED_TO_DECODE_PAYLOAD) from error

    def address(self) -> Address:
        """``address`` and ``port`` of op 1."""
        try:
            host = str(ipaddress.IPv4Address(self.text("address")))
        except ValueError as error:
            raise Refusal(CloseCode.BAD_REQUEST) from error
        port = self.number("port")
        if not 0 < port < 1 << 16:
            raise Refusal(CloseCode.BAD_REQUEST)
        return host, port
