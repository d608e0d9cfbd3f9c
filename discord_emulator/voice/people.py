"""Simulated people who speak, as Discord's clients do. Their packets enter the voice server without a socket."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable, Sequence
from pathlib import Path

from discord_emulator.voice import network as networks
from discord_emulator.voice.counters import VoiceCounters
from discord_emulator.voice.forwarding import Forwarder
from discord_emulator.voice.network import Network
from discord_emulator.voice.ogg import read_opus_packets
from discord_emulator.voice.protocol import MICROPHONE
from discord_emulator.voice.roster import Listener, Participant, Roster
from discord_emulator.voice.rtp import SILENCE_FRAME
from discord_emulator.voice.stream import TRAILING_SILENCE_FRAMES, SpeechStream, cut
from discord_emulator.voice.transmission import Spoken, Transmission

Speech = str | Path | Iterable[bytes] | AsyncIterable[bytes]
"""An Ogg Opus file, Opus packets, or Opus packets as they come into being."""
LIVE_PATIENCE = 0.1
"""Seconds that live speech may be late before the talk spurt ends with silence frames."""
_SILENCE = (SILENCE_FRAME,) * TRAILING_SILENCE_FRAMES


class PersonVoice(Participant):
    """A person in a voice channel. Moves and rejoins change ``ssrc``, as on Discord.

    A person says one thing after the other: a second :meth:`speak` waits for the first.
    """

    def __init__(
        self,
        *,
        name: str,
        guild_id: int,
        channel_id: int,
        user_id: int,
        roster: Roster,
        forwarder: Forwarder,
        counters: VoiceCounters,
        chance: random.Random,
    ) -> None:
        super().__init__(guild_id=guild_id, channel_id=channel_id, user_id=user_id, ssrc=roster.new_ssrc())
        self.name = name
        self._roster = roster
        self._forwarder = forwarder
        self._counters = counters
        self._turn = asyncio.Lock()
        self._stream = SpeechStream(chance.getrandbits(16), chance.getrandbits(32))
        self._video_ssrc: int | None = None
        self._left = asyncio.Event()
        roster.join(self)

    @property
    def closed(self) -> bool:
        """Whether the person left voice."""
        return self._left.is_set()

    @property
    def listeners(self) -> list[Listener]:
        """The clients in the channel."""
        return self._roster.listeners(self)

    @property
    def video_ssrc(self) -> int:
        """What a camera of theirs would send with."""
        if self._video_ssrc is None:
            self._video_ssrc = self._roster.new_ssrc()
        return self._video_ssrc

    async def speak(
        self,
        speech: Speech,
        *,
        skip: float = 0.0,
        seconds: float | None = None,
        network: Network | None = None,
    ) -> Spoken:
        """Sends an Ogg Opus file or Opus packets in real time, from ``skip`` seconds on and at most ``seconds`` long.

        From an asynchronous source packets are taken as they come, never ahead of the time they take to hear; where
        it stalls, a talk spurt ends and another begins. It has no beginning to ``skip`` and no length to cut.

        Raises :class:`discord_emulator.voice.OggError` for another kind of file, OSError when it cannot be read,
        ValueError for what is no Opus packet and RuntimeError when the person left voice before; who leaves meanwhile
        falls silent. What a suppressed person says is sent and goes nowhere.
        """
        if isinstance(speech, AsyncIterable):
            if skip or seconds is not None:
                raise ValueError("live speech cannot be cut")
            return await self._talk(speech, network)
        packets = (
            await asyncio.to_thread(read_opus_packets, Path(speech)) if isinstance(speech, str | Path) else list(speech)
        )
        _check(packets)
        return await self._talk(cut(packets, skip, seconds), network)

    async def send_packets(self, packets: Sequence[bytes], *, network: Network | None = None) -> Spoken:
        """Sends Opus packets as :meth:`speak` does."""
        return await self.speak(packets, network=network)

    def send(self, header: bytes, body: bytes, *, keep: float = 1.0) -> None:
        """Hands a packet of theirs to the voice server, which seals it for each listener.

        Only the first part of it arrives where ``keep`` is less than 1.
        """
        self._counters.packets_in += 1
        self._forwarder.forward(self, header, body, keep=keep)

    def send_as_is(self, data: bytes) -> None:
        """Lets a datagram that nobody sealed come to each listener."""
        self._counters.packets_in += 1
        self._forwarder.forward_as_is(self, data)

    def change_source(self, *, announced: bool = True) -> None:
        """Goes on with another SSRC; unless ``announced``, op 5 tells it only when they begin to speak anew."""
        self._roster.change_ssrc(self, concealed=not announced)

    def move(self, channel_id: int) -> None:
        """Takes the person to a channel of the guild, with a new SSRC; a clip under way goes on there."""
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
            self._left.set()

    async def _talk(self, speech: Sequence[bytes] | AsyncIterable[bytes], network: Network | None) -> Spoken:
        async with self._turn:
            if self.closed:
                raise RuntimeError(f"{self.name} is not in voice")
            path = None if network is None else networks.Path(network)
            transmission = Transmission(self, self._stream, path)
            try:
                if isinstance(speech, AsyncIterable):
                    await self._relay(speech, transmission)
                else:
                    await self._begin(transmission)
                    transmission.say(speech)
                    transmission.say(_SILENCE, voiced=False)
                    await transmission.drain()
            finally:
                transmission.stop()
                self.set_speaking(0)
            return transmission.spoken()

    async def _begin(self, transmission: Transmission) -> None:
        """Says that a talk spurt begins; the listeners know before its first packet comes."""
        self.set_speaking(MICROPHONE)
        await asyncio.gather(*(listener.flushed() for listener in self._roster.announce(self)))
        transmission.begin()

    async def _relay(self, speech: AsyncIterable[bytes], transmission: Transmission) -> None:
        """Sends live speech until its source ends or the person leaves."""
        loop = asyncio.get_running_loop()
        async with _reader(speech, self._left) as reader:
            while not self.closed and (packet := await reader.next()) is not None:
                await self._begin(transmission)
                while packet is not None and not self.closed:
                    begun = transmission.end
                    transmission.say([packet])
                    await asyncio.sleep(begun - loop.time())
                    packet = await reader.next(until=transmission.end + LIVE_PATIENCE)
                transmission.say(_SILENCE, voiced=False)
                await transmission.drain()
                self.set_speaking(0)


@contextlib.asynccontextmanager
async def _reader(speech: AsyncIterable[bytes], left: asyncio.Event) -> AsyncIterator[_Reader]:
    source = aiter(speech)
    reader = _Reader(source, left)
    try:
        yield reader
    finally:
        await reader.close()
        if isinstance(source, AsyncGenerator):
            await source.aclose()


class _Reader:
    """Reads a live source, with a time limit that loses no packet, until its speaker left."""

    def __init__(self, source: AsyncIterator[bytes], left: asyncio.Event) -> None:
        self._source = source
        self._left = asyncio.create_task(left.wait(), name="live speech of somebody who may leave")
        self._underway: asyncio.Task[bytes | None] | None = None

    async def next(self, until: float | None = None) -> bytes | None:
        """The next packet; None at the end of the source, at loop time ``until`` or when the speaker left."""
        if self._underway is None:
            self._underway = asyncio.create_task(self._read(), name="live speech")
        timeout = None if until is None else max(0.0, until - asyncio.get_running_loop().time())
        await asyncio.wait({self._underway, self._left}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        if not self._underway.done():
            return None
        done, self._underway = self._underway, None
        return done.result()

    async def close(self) -> None:
        """Reads no more."""
        for task in (self._left, self._underway):
            if task is not None:
                task.cancel()
                await asyncio.wait({task})

    async def _read(self) -> bytes | None:
        try:
            packet = await anext(self._source)
        except StopAsyncIteration:
            return None
        _check([packet])
        return packet


def _check(packets: Sequence[bytes]) -> None:
    if not all(isinstance(packet, bytes) and packet for packet in packets):
        raise ValueError("an Opus packet is bytes, at least one")
