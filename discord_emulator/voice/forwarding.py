"""From one speaker to all who hear: checks that they may, seals for each receiver, sends."""

from __future__ import annotations

from discord_emulator.voice.counters import VoiceCounters
from discord_emulator.voice.lines import Direction, Line
from discord_emulator.voice.roster import Listener, Participant, Roster


class Forwarder:
    """Hands on what may be heard; the rest is counted and dropped.

    Receivers get header and body as sent, sealed anew with their own key, mode and nonce counter.
    """

    def __init__(self, roster: Roster, counters: VoiceCounters) -> None:
        self._roster = roster
        self._counters = counters
        self._lines: dict[tuple[int, int], Line] = {}

    def line(self, guild_id: int, user_id: int) -> Line:
        """The disturbances of a client's datagrams; from now on they are looked at."""
        return self._lines.setdefault((guild_id, user_id), Line(self._counters))

    @property
    def disturbed(self) -> bool:
        """Whether any client's line was ever asked for."""
        return bool(self._lines)

    def disturbance(self, client: Participant | None) -> Line | None:
        """The line of a client if it was ever asked for."""
        return self._lines.get((client.guild_id, client.user_id)) if self._lines and client is not None else None

    def forward(self, sender: Participant, header: bytes, body: bytes, *, keep: float = 1.0) -> None:
        """Sends a packet on to each listener, the last part of its bytes cut off where ``keep`` is less than 1."""
        for listener in self._audience(sender):
            if listener.cipher is None:
                continue
            sealed = listener.cipher.seal(header, body)
            if keep < 1.0:
                sealed = sealed[: max(1, int(len(sealed) * keep))]
            self._deliver(listener, sealed)

    def forward_as_is(self, sender: Participant, data: bytes) -> None:
        """Sends each listener a datagram that no key sealed."""
        for listener in self._audience(sender):
            self._deliver(listener, data)

    def stop(self) -> None:
        """Forgets what is under way on slow lines."""
        for line in self._lines.values():
            line.cut()

    def _audience(self, sender: Participant) -> list[Listener]:
        """Who hears the sender now; each knows the sender's SSRC afterwards."""
        if not sender.announced:
            self._counters.dropped_unannounced += 1
            return []
        if not self._roster.may_speak(sender):
            self._counters.dropped_suppressed += 1
            return []
        self._counters.accepted += 1
        audience = [
            listener
            for listener in self._roster.listeners(sender)
            if listener.cipher is not None and listener.address is not None and self._roster.may_hear(listener)
        ]
        for listener in audience:
            # Whoever was let speak in mid-sentence has not been announced yet.
            listener.learn(sender)
        return audience

    def _deliver(self, listener: Listener, data: bytes) -> None:
        line = self.disturbance(listener)
        if line is None:
            self._send(listener, data)
        else:
            line.carry(Direction.TO_CLIENT, lambda: self._send(listener, data))

    def _send(self, listener: Listener, data: bytes) -> None:
        if listener.address is not None and listener.exit is not None and listener.exit.send(data, listener.address):
            self._counters.forwarded += 1
        else:
            self._counters.send_failures += 1
