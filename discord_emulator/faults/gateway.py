"""Faults of the gateway: sockets that break, fall silent, stutter or are sent away."""

from __future__ import annotations

import json
from collections import deque
from typing import TYPE_CHECKING

from discord_emulator.gateway.session import end_session

from .context import Context
from .handle import Fault
from .kinds import AnApplication, CloseCode, Seconds, Share, Switch

if TYPE_CHECKING:
    from discord_emulator.gateway.connection import Connection
    from discord_emulator.gateway.line import Deliver, Disturbance
    from discord_emulator.model.users import Application

_EVENT = 0
_ENDS_THE_SESSION = frozenset({4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014})
"""Documented: nothing to resume after 4007 and 4009, and no coming back at all after 4004 and from 4010 on."""


class GatewayFaults:
    """Without an application every bot is struck."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def drop(self, application: AnApplication = None) -> None:
        """Cuts the TCP connections without a closing handshake. Sessions can be resumed."""
        self._context.happen("gateway.drop", application=application)
        for connection in self._connections(application):
            connection.drop()

    def close(self, application: AnApplication = None, *, code: CloseCode = 4000) -> None:
        """Closes the sockets with a close code; sessions can be resumed unless the code says that they are over.

        https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
        """
        self._context.happen("gateway.close", application=application, code=code)
        for session in self._context.sessions(application):
            connection = session.connection
            if code in _ENDS_THE_SESSION:
                end_session(self._context.world, session)
            if connection is not None:
                connection.close(code)

    def reconnect(self, application: AnApplication = None) -> None:
        """Asks to connect anew and resume (op 7)."""
        self._context.happen("gateway.reconnect", application=application)
        for connection in self._connections(application):
            connection.send({"op": 7, "d": None})

    def invalidate(self, application: AnApplication = None, *, resumable: Switch = False) -> None:
        """Says that the session is invalid (op 9); unless ``resumable``, it is: the bot has to identify anew."""
        self._context.happen("gateway.invalidate", application=application, resumable=resumable or None)
        for session in self._context.sessions(application):
            if session.connection is not None:
                session.connection.invalidate(resumable=resumable)
            elif not resumable:
                end_session(self._context.world, session)

    def zombie(self, application: AnApplication = None) -> Fault:
        """The sockets that are open now stay open, but nothing comes through: no events, no heartbeat ACKs.

        What the client sends is not heard, and not missed either. New sockets are well. When it is lifted, what was
        held back arrives at sockets that are still there.
        """
        fault = self._context.begin("gateway.zombie", application=application)
        return self._disturb(fault, _Zombie(set(self._connections(application))))

    def duplicate(self, application: AnApplication = None, *, share: Share = 1.0) -> Fault:
        """A ``share`` of events arrives twice, with the same sequence number."""
        fault = self._context.begin("gateway.duplicate", application=application, share=share)
        return self._disturb(fault, _Duplicates(fault, application))

    def delay(self, application: AnApplication = None, *, seconds: Seconds, jitter: Seconds = 0.0) -> Fault:
        """Events arrive late by ``seconds`` and up to ``jitter`` more, in their order."""
        fault = self._context.begin("gateway.delay", application=application, seconds=seconds, jitter=jitter or None)
        late = _Late(self._context, fault, application, seconds, jitter)
        return self._disturb(fault, late)

    def _connections(self, application: Application | None) -> list[Connection]:
        return [each.connection for each in self._context.sessions(application) if each.connection is not None]

    def _disturb(self, fault: Fault, disturbance: _Zombie | _Duplicates | _Late) -> Fault:
        disturbances: list[Disturbance] = self._context.world.hub.line.disturbances
        disturbances.append(disturbance)

        def end() -> None:
            disturbances.remove(disturbance)
            disturbance.end()

        fault.when_lifted(end)
        return fault


class _Zombie:
    hears = False

    def __init__(self, connections: set[Connection]) -> None:
        self._connections = connections
        self._held: list[tuple[Deliver, str]] = []

    def concerns(self, connection: Connection) -> bool:
        return connection in self._connections

    def carry(self, deliver: Deliver, text: str) -> None:
        self._held.append((deliver, text))

    def end(self) -> None:
        for deliver, text in self._held:
            deliver(text)


class _Duplicates:
    hears = True

    def __init__(self, fault: Fault, application: Application | None) -> None:
        self._fault = fault
        self._application = application

    def concerns(self, connection: Connection) -> bool:
        return _belongs(connection, self._application)

    def carry(self, deliver: Deliver, text: str) -> None:
        deliver(text)
        if (event := _event(text)) and self._fault.strikes_now(event=event):
            deliver(text)

    def end(self) -> None:
        """Nothing is held back."""


class _Late:
    hears = True

    def __init__(
        self, context: Context, fault: Fault, application: Application | None, seconds: float, jitter: float
    ) -> None:
        self._context = context
        self._fault = fault
        self._application = application
        self._seconds = seconds
        self._jitter = jitter
        self._held: deque[tuple[Deliver, str]] = deque()

    def concerns(self, connection: Connection) -> bool:
        return _belongs(connection, self._application)

    def carry(self, deliver: Deliver, text: str) -> None:
        event = _event(text)
        if not event:
            deliver(text)
            return
        self._fault.strikes_now(event=event)
        self._held.append((deliver, text))
        late = self._seconds + self._fault.chance.uniform(0.0, self._jitter)
        self._context.world.later(late, self._release)

    def _release(self) -> None:
        # A timer that comes early lets the oldest go: as many go as timers came, and none overtakes another.
        if self._held:
            deliver, text = self._held.popleft()
            deliver(text)

    def end(self) -> None:
        while self._held:
            self._release()


def _belongs(connection: Connection, application: Application | None) -> bool:
    session = connection.session
    return session is not None and application in (None, session.application)


def _event(text: str) -> str | None:
    """The name of the event in a payload, ``None`` for what is no event."""
    payload = json.loads(text)
    return payload["t"] if payload["op"] == _EVENT else None
