"""Voice sessions of clients: they outlive their websocket for a while, so that it can be resumed."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from discord_emulator.voice.protocol import CloseCode, Op, Refusal
from discord_emulator.voice.roster import Listener

if TYPE_CHECKING:
    from discord_emulator.voice.connection import Connection

SEQUENCE_MODULUS = 1 << 16
"""Sequence numbers of messages are as wide as those of binary messages: 16 bits."""
BUFFERED_MESSAGES = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What VOICE_STATE_UPDATE and VOICE_SERVER_UPDATE told a client; valid until the next one for that guild."""

    guild_id: int
    channel_id: int
    user_id: int
    session_id: str
    token: str
    requires_e2ee: bool
    modes: tuple[str, ...]
    """The encryption modes offered, in this order."""


@dataclass(eq=False, kw_only=True)
class VoiceSession(Listener):
    """A client in a channel. Messages through :meth:`notify` are numbered from 0 and kept for a resume."""

    session_id: str
    modes: tuple[str, ...]
    connection: Connection | None = None
    """None while the websocket is lost."""
    expiry: asyncio.TimerHandle | None = None
    """Ends the session unless it is resumed before."""
    _sent: deque[str] = field(default_factory=lambda: deque(maxlen=BUFFERED_MESSAGES), init=False)
    _sent_in_all: int = field(default=0, init=False)

    def notify(self, op: Op, data: Any) -> None:
        """Sends a numbered message now, or with the resume while the websocket is lost."""
        text = json.dumps({"op": op, "d": data, "seq": self._sent_in_all % SEQUENCE_MODULUS})
        self._sent_in_all += 1
        self._sent.append(text)
        if self.connection is not None:
            self.connection.send_text(text)

    def check_received(self, last_received: int) -> None:
        """Raises :class:`Refusal` 4020 when a message with that number was never sent (−1: none was received)."""
        wrapped = self._sent_in_all > SEQUENCE_MODULUS
        if not -1 <= last_received < (SEQUENCE_MODULUS if wrapped else self._sent_in_all):
            raise Refusal(CloseCode.BAD_REQUEST)

    async def flushed(self) -> None:
        """Returns when all messages so far are written to the websocket or that is lost."""
        if self.connection is not None:
            await self.connection.flushed()

    def missed_since(self, last_received: int) -> list[str]:
        """The messages after number ``last_received`` (−1: none was received).

        Raises :class:`Refusal` 4006 when one of them is no longer buffered or that number was never sent.
        """
        missed = (self._sent_in_all - 1 - last_received) % SEQUENCE_MODULUS
        if missed > len(self._sent) or not -1 <= last_received < SEQUENCE_MODULUS:
            raise Refusal(CloseCode.SESSION_NO_LONGER_VALID)
        return list(self._sent)[len(self._sent) - missed :]
