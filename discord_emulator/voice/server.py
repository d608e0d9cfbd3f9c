"""The voice server as the rest of the local Discord uses it."""

from __future__ import annotations

import random
import ssl
from collections.abc import Sequence

from aiohttp import web

from discord_emulator.voice.ciphers import CIPHERS, KEY_SIZE
from discord_emulator.voice.counters import VoiceCounters
from discord_emulator.voice.gateway import VoiceGateway
from discord_emulator.voice.media import MediaServer
from discord_emulator.voice.people import PersonVoice
from discord_emulator.voice.protocol import CloseCode, VoiceHooks
from discord_emulator.voice.roster import Roster
from discord_emulator.voice.sessions import Admission, VoiceSession

MODES = ("aead_aes256_gcm_rtpsize", "aead_xchacha20_poly1305_rtpsize")
"""What Discord offers since November 2024, its preferred one first."""
HEARTBEAT_INTERVAL = 13.75
RESUME_WINDOW = 30.0


class VoiceServer:
    """Voice gateway v8 over TLS and a UDP media server, both on system-chosen ports of ``host``.

    ``modes`` are the encryption modes offered, in this order; people use the first. ``seed`` decides SSRCs, keys and
    first sequence numbers. ``heartbeat_interval`` (seconds) is what op 8 asks for; ``resume_window`` is how many
    seconds a session survives the loss of its websocket.
    """

    def __init__(
        self,
        *,
        host: str,
        ssl_context: ssl.SSLContext,
        hooks: VoiceHooks,
        seed: int = 0,
        modes: Sequence[str] = MODES,
        heartbeat_interval: float = HEARTBEAT_INTERVAL,
        resume_window: float = RESUME_WINDOW,
    ) -> None:
        if unknown := set(modes) - set(CIPHERS):
            raise ValueError(f"unknown encryption modes: {', '.join(sorted(unknown))}")
        self.counters = VoiceCounters()
        self.endpoint = ""
        """``host:port`` of the voice gateway once started."""
        self._host = host
        self._ssl_context = ssl_context
        self._chance = random.Random(seed)
        self._person_cipher = CIPHERS[modes[0]]
        self._roster = Roster(hooks, self._chance)
        self._media = MediaServer(self._roster, self.counters)
        self._gateway = VoiceGateway(
            roster=self._roster,
            counters=self.counters,
            chance=self._chance,
            modes=modes,
            media=self._media,
            heartbeat_interval=heartbeat_interval,
            resume_window=resume_window,
        )
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Opens both ports."""
        await self._media.start(self._host)
        application = web.Application()
        application.router.add_get("/", self._gateway.handle)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, 0, ssl_context=self._ssl_context).start()
        host, port = self._runner.addresses[0][:2]
        self.endpoint = f"{host}:{port}"

    async def stop(self) -> None:
        """Sends everybody away and frees both ports. Idempotent."""
        for participant in self._roster.everyone():
            if isinstance(participant, PersonVoice):
                participant.leave()
        self._gateway.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        self._media.stop()

    def admit(
        self,
        *,
        guild_id: int,
        channel_id: int,
        user_id: int,
        session_id: str,
        token: str,
        requires_e2ee: bool,
    ) -> None:
        """Lets a client in that was just told ``session_id``, ``token`` and :attr:`endpoint`.

        Replaces the client's earlier admission to that guild. With ``requires_e2ee`` (any channel but a stage) its
        identify is closed with 4017.
        """
        self._gateway.admit(
            Admission(
                guild_id=guild_id,
                channel_id=channel_id,
                user_id=user_id,
                session_id=session_id,
                token=token,
                requires_e2ee=requires_e2ee,
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
        """Closes a client's websocket with ``code``; its session and admission end, except with 4015 (crash).

        A person leaves voice. Does nothing for somebody who is not connected.
        """
        participant = self._roster.find(guild_id, user_id)
        if code == CloseCode.VOICE_SERVER_CRASHED:
            if isinstance(participant, VoiceSession):
                self._gateway.interrupt(participant, code)
            return
        self._gateway.withdraw(guild_id, user_id)
        if isinstance(participant, PersonVoice):
            participant.leave()
        elif isinstance(participant, VoiceSession):
            self._gateway.end(participant, code)

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
            cipher=self._person_cipher(self._chance.randbytes(KEY_SIZE)),
            roster=self._roster,
            server=self._media.address,
            chance=self._chance,
        )
