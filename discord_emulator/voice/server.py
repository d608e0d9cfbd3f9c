"""The voice server as the rest of the local Discord uses it."""

from __future__ import annotations

import random
import ssl
from collections.abc import Sequence

from discord_emulator.voice.counters import VoiceCounters
from discord_emulator.voice.forwarding import Forwarder
from discord_emulator.voice.gateway import VoiceGateway
from discord_emulator.voice.lines import Direction
from discord_emulator.voice.media import MediaServer
from discord_emulator.voice.people import PersonVoice
from discord_emulator.voice.protocol import CloseCode, VoiceHooks
from discord_emulator.voice.roster import Participant, Roster
from discord_emulator.voice.sessions import Admission, VoiceSession
from discord_emulator.voice.sites import Site, Sites

MODES = ("aead_aes256_gcm_rtpsize", "aead_xchacha20_poly1305_rtpsize")
"""What Discord offers since November 2024, its preferred one first."""
HEARTBEAT_INTERVAL = 13.75
RESUME_WINDOW = 30.0


_SITES = 2
"""Voice servers, so that a call can move to another one."""


class VoiceServer:
    """Voice gateway v8 over TLS and UDP media servers.

    There are two voice servers, the first on ``port`` of ``host`` (TCP and UDP), the second on the next one; with 0 the
    system chooses. Every call begins on the first. ``seed`` decides SSRCs, keys
    and first sequence numbers. ``heartbeat_interval`` (seconds) is what op 8 asks for; ``resume_window`` is how many
    seconds a session survives the loss of its websocket.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int = 0,
        ssl_context: ssl.SSLContext,
        hooks: VoiceHooks,
        seed: int = 0,
        heartbeat_interval: float = HEARTBEAT_INTERVAL,
        resume_window: float = RESUME_WINDOW,
    ) -> None:
        self.counters = VoiceCounters()
        self._host = host
        self._port = port
        self._ssl_context = ssl_context
        self._chance = random.Random(seed)
        self._roster = Roster(hooks, self._chance)
        self._forwarder = Forwarder(self._roster, self.counters)
        self._sites = Sites(
            [Site(MediaServer(self._roster, self.counters, self._forwarder)) for _ in range(_SITES)],
        )
        self._gateway = VoiceGateway(
            roster=self._roster,
            counters=self.counters,
            chance=self._chance,
            sites=self._sites,
            heartbeat_interval=heartbeat_interval,
            resume_window=resume_window,
        )

    async def start(self) -> None:
        """Opens all ports."""
        for number, site in enumerate(self._sites):
            port = self._port and self._port + number
            await site.start(self._host, port, self._ssl_context, self._gateway.handle)

    async def stop(self) -> None:
        """Sends everybody away and frees all ports. Idempotent."""
        for participant in self._roster.everyone():
            if isinstance(participant, PersonVoice):
                participant.leave()
        self._gateway.stop()
        self._forwarder.stop()
        for site in self._sites:
            await site.stop()

    def endpoint(self, channel_id: int) -> str:
        """``host:port`` of the voice gateway that clients in a channel are sent to."""
        return self._sites.endpoint(channel_id)

    def admit(
        self,
        *,
        guild_id: int,
        channel_id: int,
        user_id: int,
        session_id: str,
        token: str,
        requires_e2ee: bool,
        modes: Sequence[str] = MODES,
    ) -> None:
        """Lets a client in that was just told ``session_id``, ``token`` and :meth:`endpoint`.

        Replaces the client's earlier admission to that guild. With ``requires_e2ee`` (any channel but a stage) its
        identify is closed with 4017. ``modes`` are the encryption modes offered, in this order.
        """
        self._gateway.admit(
            Admission(
                guild_id=guild_id,
                channel_id=channel_id,
                user_id=user_id,
                session_id=session_id,
                token=token,
                requires_e2ee=requires_e2ee,
                modes=tuple(modes),
            )
        )

    def is_connected(self, guild_id: int, user_id: int) -> bool:
        """Whether a person, or a client that identified, is in a voice channel of that guild."""
        return self._roster.find(guild_id, user_id) is not None

    async def move(self, *, guild_id: int, user_id: int, channel_id: int) -> None:
        """Takes somebody to another channel of the guild.

        A person moves at once. A client's session ends with 4014 and its admission lapses: it identifies anew with
        what :meth:`admit` is given for the new channel, before this call or after it.
        """
        self._gateway.withdraw(guild_id, user_id, unless_channel=channel_id)
        participant = self._roster.find(guild_id, user_id)
        if participant is None or participant.channel_id == channel_id:
            return
        if isinstance(participant, PersonVoice):
            participant.move(channel_id)
        elif isinstance(participant, VoiceSession):
            self._gateway.end(participant, CloseCode.DISCONNECTED)

    async def expel(self, *, guild_id: int, user_id: int, code: int = CloseCode.DISCONNECTED) -> None:
        """Sends somebody out of voice: a person leaves, a client's websocket is closed with ``code``.

        Does nothing for somebody who is not connected.
        """
        participant = self._roster.find(guild_id, user_id)
        self._gateway.withdraw(guild_id, user_id)
        if isinstance(participant, PersonVoice):
            participant.leave()
        elif isinstance(participant, VoiceSession):
            self._gateway.end(participant, code)

    def close_client(self, *, guild_id: int, user_id: int, code: int | None) -> None:
        """Closes a client's websocket with ``code``, or breaks it off without one; the rest is in :data:`AFTERMATHS`.

        Does nothing for a client that is not connected; raises ValueError for a code that Discord does not use.
        """
        if code is None:
            self._gateway.cut(guild_id, user_id)
        else:
            self._gateway.close(guild_id, user_id, code)

    def relocate(self, *, guild_id: int, channel_id: int) -> None:
        """Moves the call of a channel to another voice server, with another :meth:`endpoint`.

        People go along with new SSRCs. Clients' admissions lapse; they hear on until :meth:`end_stale`.
        """
        self._sites.move(channel_id)
        for one in self._present(guild_id, channel_id):
            self._gateway.withdraw(guild_id, one.user_id)
            if isinstance(one, PersonVoice):
                one.move(channel_id)

    async def end_stale(self, *, guild_id: int, channel_id: int) -> None:
        """Closes the websockets of clients that are still where their call was before, with 4022."""
        for one in self._present(guild_id, channel_id):
            if isinstance(one, VoiceSession) and one.exit is not self._sites.of(channel_id).socket:
                self._gateway.end(one, CloseCode.CALL_TERMINATED)

    def _present(self, guild_id: int, channel_id: int) -> list[Participant]:
        return [one for one in self._roster.everyone() if (one.guild_id, one.channel_id) == (guild_id, channel_id)]

    def announce_downgrade(self, *, guild_id: int, channel_id: int) -> int:
        """Begins a transition of a call to no end-to-end encryption (op 21, 23, 22); returns its id."""
        return self._gateway.announce_downgrade(guild_id, channel_id)

    def black_hole(self, *, guild_id: int, user_id: int, seconds: float, direction: Direction = Direction.BOTH) -> None:
        """Swallows a client's datagrams of a direction for so many seconds from now on; 0 ends it."""
        self._forwarder.line(guild_id, user_id).go_dark(seconds, direction)

    def delay(self, *, guild_id: int, user_id: int, seconds: float) -> None:
        """Lets a client's datagrams take so many seconds, either way."""
        self._forwarder.line(guild_id, user_id).latency = seconds

    def open_person(self, *, guild_id: int, channel_id: int, user_id: int, name: str) -> PersonVoice:
        """Brings a person into a channel; an earlier voice of theirs in that guild leaves first."""
        earlier = self._roster.find(guild_id, user_id)
        if isinstance(earlier, PersonVoice):
            earlier.leave()
        return PersonVoice(
            name=name,
            guild_id=guild_id,
            channel_id=channel_id,
            user_id=user_id,
            roster=self._roster,
            forwarder=self._forwarder,
            counters=self.counters,
            chance=self._chance,
        )
