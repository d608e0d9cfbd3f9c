"""The voice gateway, version 8: identify, select protocol, speaking, resume.

Source: https://discord.com/developers/docs/topics/voice-connections
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any

from aiohttp import web

from discord_emulator.voice.ciphers import CIPHERS, KEY_SIZE
from discord_emulator.voice.connection import GATEWAY_VERSION, Connection
from discord_emulator.voice.counters import VoiceCounters
from discord_emulator.voice.fields import Fields
from discord_emulator.voice.media import MediaServer
from discord_emulator.voice.protocol import AFTERMATHS, Aftermath, CloseCode, Op, Refusal
from discord_emulator.voice.roster import Participant, Roster
from discord_emulator.voice.sessions import Admission, VoiceSession
from discord_emulator.voice.sites import Sites
from discord_emulator.voice.transitions import Transitions

CLOSE_TIMEOUT = 2.0
"""Seconds a client has to answer a close."""
MAX_FRAME_BYTES = 256 * 1024
"""More is not even read: 1009 (RFC 6455 §7.4.1), or the connection is reset. Discord publishes no limit."""
_SPEAKING_FLAGS = range(8)
"""https://discord.com/developers/docs/topics/voice-connections#speaking"""


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
        sites: Sites,
        heartbeat_interval: float,
        resume_window: float,
    ) -> None:
        self._roster = roster
        self._counters = counters
        self._chance = chance
        self._sites = sites
        self._heartbeat_interval = heartbeat_interval
        self._resume_window = resume_window
        self._admissions: dict[tuple[int, int], Admission] = {}
        self._connections: set[Connection] = set()
        self._transitions = Transitions()

    def admit(self, admission: Admission) -> None:
        """Lets a client in; replaces what it was told before for that guild."""
        self._admissions[admission.guild_id, admission.user_id] = admission

    def withdraw(self, guild_id: int, user_id: int, *, unless_channel: int | None = None) -> None:
        """Forgets an admission, unless it is for that channel; a session that it opened goes on."""
        admission = self._admissions.get((guild_id, user_id))
        if admission is not None and admission.channel_id != unless_channel:
            del self._admissions[guild_id, user_id]

    async def handle(self, request: web.Request, site: MediaServer) -> web.WebSocketResponse:
        """Serves one websocket to the voice server of ``site``. Versions other than 8 are closed with 4012."""
        socket = web.WebSocketResponse(timeout=CLOSE_TIMEOUT, max_msg_size=MAX_FRAME_BYTES)
        await socket.prepare(request)
        if request.query.get("v") != str(GATEWAY_VERSION):
            self._counters.closes[CloseCode.UNKNOWN_PROTOCOL] += 1
            await socket.close(code=CloseCode.UNKNOWN_PROTOCOL)
            return socket
        connection = Connection(
            socket,
            self._receive,
            self._ended,
            counters=self._counters,
            heartbeat_interval=self._heartbeat_interval,
            site=site,
            cut=lambda: request.transport and request.transport.abort(),
        )
        self._connections.add(connection)
        await connection.run()
        return socket

    def close(self, guild_id: int, user_id: int, code: int) -> None:
        """Closes a client's websocket with ``code`` and leaves it what :data:`AFTERMATHS` says.

        Raises ValueError for a code that Discord does not close a voice websocket with.
        """
        aftermath = AFTERMATHS.get(CloseCode(code))
        session = self._roster.find(guild_id, user_id)
        if aftermath in (Aftermath.REJOIN, Aftermath.NOTHING):
            self.withdraw(guild_id, user_id)
        if isinstance(session, VoiceSession):
            (self.interrupt if aftermath is Aftermath.RESUME else self.end)(session, code)

    def cut(self, guild_id: int, user_id: int) -> None:
        """Breaks a client's websocket off without a close; the session can be resumed."""
        session = self._roster.find(guild_id, user_id)
        if isinstance(session, VoiceSession) and session.connection is not None:
            session.connection.cut()

    def announce_downgrade(self, guild_id: int, channel_id: int) -> int:
        """Tells the clients of a channel that their call goes without end-to-end encryption (op 21)."""
        return self._transitions.announce_downgrade(
            [
                one
                for one in self._roster.everyone()
                if isinstance(one, VoiceSession) and (one.guild_id, one.channel_id) == (guild_id, channel_id)
            ]
        )

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
        self._transitions.stop()

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
        if op in (Op.IDENTIFY, Op.RESUME):
            if connection.session is not None:
                raise Refusal(CloseCode.ALREADY_AUTHENTICATED)
            (self._identify if op == Op.IDENTIFY else self._resume)(connection, Fields(data))
            return
        handlers: dict[int, Callable[[VoiceSession, Fields], None]] = {
            Op.SELECT_PROTOCOL: self._select_protocol,
            Op.SPEAKING: self._speak,
            Op.DAVE_TRANSITION_READY: self._be_ready,
            Op.MLS_INVALID_COMMIT_WELCOME: self._regret,
        }
        handle = handlers.get(op)
        if handle is None:
            raise Refusal(CloseCode.UNKNOWN_OPCODE)
        if connection.session is None:
            raise Refusal(CloseCode.NOT_AUTHENTICATED)
        handle(connection.session, Fields(data))

    def _identify(self, connection: Connection, fields: Fields) -> None:
        guild_id, user_id = fields.snowflake("server_id"), fields.snowflake("user_id")
        session_id, token = fields.text("session_id"), fields.text("token")
        if fields.number("max_dave_protocol_version", 0) < 0:
            raise Refusal(CloseCode.BAD_REQUEST)
        admission = self._admissions.get((guild_id, user_id))
        if admission is None or admission.session_id != session_id:
            raise Refusal(CloseCode.SESSION_NO_LONGER_VALID)
        if self._sites.of(admission.channel_id) is not connection.site:
            raise Refusal(CloseCode.SERVER_NOT_FOUND)
        if admission.token != token:
            raise Refusal(CloseCode.AUTHENTICATION_FAILED)
        if admission.requires_e2ee:
            # No client can pass: the emulator speaks no DAVE, the lowest shared version would be 0.
            raise Refusal(CloseCode.E2EE_REQUIRED)
        self._supersede(self._roster.find(guild_id, user_id))
        session = VoiceSession(
            guild_id=guild_id,
            channel_id=admission.channel_id,
            user_id=user_id,
            ssrc=self._roster.new_ssrc(),
            session_id=session_id,
            modes=admission.modes,
            exit=connection.site.socket,
        )
        self._attach(session, connection)
        host, port = connection.site.address
        ready = {
            "ssrc": session.ssrc,
            "ip": host,
            "port": port,
            "modes": list(session.modes),
            "heartbeat_interval": 1,  # documented as erroneous and to be ignored
        }
        self._counters.identified += 1
        connection.send(Op.READY, ready)
        self._roster.join(session)

    def _supersede(self, older: Participant | None) -> None:
        if isinstance(older, VoiceSession):
            self.end(older, CloseCode.DISCONNECTED)

    def _select_protocol(self, session: VoiceSession, fields: Fields) -> None:
        if fields.text("protocol") != "udp":
            raise Refusal(CloseCode.UNKNOWN_PROTOCOL)
        choice = Fields(fields.get("data"))
        mode = choice.text("mode")
        if mode not in session.modes or mode not in CIPHERS:
            raise Refusal(CloseCode.UNKNOWN_ENCRYPTION_MODE)
        session.address = choice.address()
        session.cipher = CIPHERS[mode](self._chance.randbytes(KEY_SIZE))
        description = {"mode": mode, "secret_key": list(session.cipher.key), "dave_protocol_version": 0}
        session.notify(Op.SESSION_DESCRIPTION, description)
        self._roster.introduce(session)

    def _speak(self, session: VoiceSession, fields: Fields) -> None:
        # py-cord 2.8 leaves out its SSRC, of which a connection has one only.
        if fields.number("ssrc", session.ssrc) != session.ssrc:
            raise Refusal(CloseCode.BAD_REQUEST)
        speaking = fields.number("speaking")
        if speaking not in _SPEAKING_FLAGS:
            raise Refusal(CloseCode.BAD_REQUEST)
        session.set_speaking(speaking)
        self._roster.announce(session)

    def _be_ready(self, session: VoiceSession, fields: Fields) -> None:
        if not self._transitions.ready(session, fields.number("transition_id")):
            self._counters.dave_ignored += 1

    def _regret(self, session: VoiceSession, fields: Fields) -> None:
        """A client could not take part in an encryption group, of which there is none."""
        fields.number("transition_id")
        self._counters.dave_ignored += 1

    def _resume(self, connection: Connection, fields: Fields) -> None:
        guild_id, session_id = fields.snowflake("server_id"), fields.text("session_id")
        token, last_received = fields.text("token"), fields.number("seq_ack", -1)
        session = self._resumable(guild_id, session_id)
        admission = self._admissions.get((guild_id, session.user_id)) if session is not None else None
        if session is None or admission is None or admission.channel_id != session.channel_id:
            raise Refusal(CloseCode.SESSION_NO_LONGER_VALID)
        if session.exit is not connection.site.socket:
            raise Refusal(CloseCode.SERVER_NOT_FOUND)
        if admission.token != token:
            raise Refusal(CloseCode.AUTHENTICATION_FAILED)
        missed = session.missed_since(last_received)
        self._attach(session, connection)
        self._counters.resumed += 1
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
