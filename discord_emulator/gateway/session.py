"""A gateway session: outlives its socket, keeps what was sent so that RESUME can replay it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from discord_emulator.encoding import encode

from .intents import Intent

if TYPE_CHECKING:
    from discord_emulator.model.users import Application
    from discord_emulator.record import Record
    from discord_emulator.world import World

    from .connection import Connection

_REPLAYED_EVENTS = 5_000


class Session:
    """One client's subscription to events. ``sequence`` is the number of the last event.

    ``compresses_payloads`` and ``large_threshold`` (members) are what the client asked for when it identified:
    https://discord.com/developers/docs/events/gateway-events#identify
    """

    def __init__(
        self, session_id: str, application: Application, intents: int, shard: tuple[int, int], record: Record
    ) -> None:
        self.id = session_id
        self.application = application
        self.intents = intents
        self.shard = shard
        self.sequence = 0
        self.ready = False
        self.compresses_payloads = False
        self.large_threshold = 50
        self.connection: Connection | None = None
        self._record = record
        self._sent: deque[tuple[int, str]] = deque(maxlen=_REPLAYED_EVENTS)

    @property
    def live(self) -> bool:
        """Whether a client is connected and has got READY."""
        return self.ready and self.connection is not None

    def wants(self, intent: Intent) -> bool:
        """Whether events that need ``intent`` (none, or any of several) are delivered."""
        return not intent or bool(self.intents & intent)

    def covers(self, guild_id: int | None) -> bool:
        """Whether this shard is responsible for a server; direct messages (``None``) go to shard 0."""
        number, count = self.shard
        return number == (0 if guild_id is None else (guild_id >> 22) % count)

    def dispatch(self, event: str, data: Any) -> None:
        """Sends an event, or keeps it for a RESUME while no socket is there."""
        self.sequence += 1
        text = encode({"op": 0, "s": self.sequence, "t": event, "d": data})
        self._sent.append((self.sequence, text))
        self._record.dispatched(event, text)
        if self.connection is not None:
            self.connection.send_text(text)

    def replay(self, after: int) -> list[str] | None:
        """The events after sequence ``after``; ``None`` if they are no longer all known."""
        if after > self.sequence:
            return None
        missed = [text for sequence, text in self._sent if sequence > after]
        return missed if len(missed) == self.sequence - after else None


def end_session(world: World, session: Session) -> None:
    """Forgets a session; the bot leaves voice in every server it was connected to through it."""
    from discord_emulator.actions.voice import session_ended

    if world.hub.sessions.pop(session.id, None) is not None:
        session_ended(world, session)
