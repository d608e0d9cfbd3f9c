"""Simulated people who speak: each has its own UDP socket and key, and sends as Discord's clients do."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from discord_emulator.voice import rtp
from discord_emulator.voice.ciphers import Cipher
from discord_emulator.voice.datagrams import Address
from discord_emulator.voice.network import Network
from discord_emulator.voice.ogg import read_opus_packets
from discord_emulator.voice.protocol import MICROPHONE
from discord_emulator.voice.roster import Participant, Roster
from discord_emulator.voice.stream import Frame, SpeechStream, cut


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a person said. The silence frames at the end count nowhere here."""

    first_packet_at: float
    """``time.time()`` when the first speech packet left."""
    last_packet_at: float
    """``time.time()`` when the last speech packet left."""
    packets: int
    """Speech packets that left: one that a bad network doubled counts once, one that it lost does not count."""
    seconds: float
    """Length of the speech in those packets."""


class PersonVoice(Participant):
    """A person in a voice channel. Moves and rejoins change ``ssrc``, as on Discord.

    A person says one clip after the other: a second :meth:`speak` waits for the first.
    """

    def __init__(
        self,
        *,
        name: str,
        guild_id: int,
        channel_id: int,
        user_id: int,
        cipher: Cipher,
        roster: Roster,
        server: Address,
        chance: random.Random,
    ) -> None:
        super().__init__(
            guild_id=guild_id,
            channel_id=channel_id,
            user_id=user_id,
            ssrc=roster.new_ssrc(),
            cipher=cipher,
        )
        self.name = name
        self._sealing = cipher
        self._roster = roster
        self._turn = asyncio.Lock()
        self._stream = SpeechStream(chance.getrandbits(16), chance.getrandbits(32))
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.connect(server)
        roster.join(self)

    @property
    def closed(self) -> bool:
        """Whether the person left voice."""
        return self._socket.fileno() < 0

    async def speak(
        self,
        path: str | Path,
        *,
        skip: float = 0.0,
        seconds: float | None = None,
        network: Network | None = None,
    ) -> Spoken:
        """Sends an Ogg Opus file in real time, from ``skip`` seconds on and at most ``seconds`` long.

        Raises :class:`discord_emulator.voice.OggError` for another kind of file, OSError when it cannot be read and
        RuntimeError when the person left voice before; who leaves meanwhile falls silent. What a suppressed person
        says is sent and goes nowhere.
        """
        packets = await asyncio.to_thread(read_opus_packets, Path(path))
        return await self.send_packets(cut(packets, skip, seconds), network=network)

    async def send_packets(self, packets: Sequence[bytes], *, network: Network | None = None) -> Spoken:
        """Sends Opus packets as :meth:`speak` does."""
        async with self._turn:
            if self.closed:
                raise RuntimeError(f"{self.name} is not in voice")
            self.set_speaking(MICROPHONE)
            try:
                listeners = self._roster.announce(self)
                await asyncio.gather(*(listener.flushed() for listener in listeners))
                return await self._transmit(packets, network)
            finally:
                self.set_speaking(0)

    async def send_raw(self, data: bytes) -> None:
        """Sends a datagram as it is, from the person's own port."""
        await asyncio.get_running_loop().sock_sendall(self._socket, data)

    def move(self, channel_id: int) -> None:
        """Takes the person to another channel of the guild, with a new SSRC; a clip under way goes on there."""
        self._roster.leave(self)
        self.channel_id = channel_id
        self.ssrc = self._roster.new_ssrc()
        self._roster.join(self)

    async def close(self) -> None:
        """Leaves voice. Idempotent."""
        self.leave()

    def leave(self) -> None:
        """What :meth:`close` does, for callers that do not wait."""
        if not self.closed:
            self._roster.leave(self)
            self._socket.close()

    async def _transmit(self, packets: Sequence[bytes], network: Network | None) -> Spoken:
        """Sends every frame at its own time from the start, so that lateness never adds up."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        plan = self._stream.plan(packets, started)
        reached = -1
        moments: list[float] = []
        voiced: dict[int, int] = {}
        try:
            for due, frame in plan if network is None else network.carry(plan):
                if (wait := started + due - loop.time()) > 0:
                    await asyncio.sleep(wait)
                if self.closed:
                    break
                self._send(frame)
                reached = max(reached, frame.index)
                if frame.voiced:
                    voiced[frame.index] = frame.ticks
                    moments.append(time.time())
            else:
                reached = len(plan) - 1
        finally:
            if reached >= 0:
                self._stream.sent(plan[reached][1], loop.time())
        seconds = sum(voiced.values()) / rtp.SAMPLE_RATE
        moments = moments or [time.time()]
        return Spoken(moments[0], moments[-1], len(voiced), seconds)

    def _send(self, frame: Frame) -> None:
        header = rtp.header(frame.sequence, frame.timestamp, self.ssrc)
        body = rtp.extension_body(voiced=frame.voiced) + frame.payload
        # UDP promises nothing: a full buffer or a server that went away loses the packet.
        with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
            self._socket.send(self._sealing.seal(header, body))
