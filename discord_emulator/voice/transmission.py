"""One talk under way: every packet at its own time, through a good or bad network."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from discord_emulator.voice import rtp, strays
from discord_emulator.voice.network import PLAIN, Path, Shape, Stray
from discord_emulator.voice.ogg import packet_ticks
from discord_emulator.voice.stream import Frame, SpeechStream

_REMEMBERED = 256
"""Packets back to which a replay reaches."""


@dataclass(slots=True)
class Sent:
    """Datagrams of one talk, by kind. What a bad network made of them is in here, what Discord made of them is not."""

    speech: int = 0
    """Voice packets with speech that left, both copies of a doubled one."""
    silence: int = 0
    """Voice packets of the silence at the end of talk spurts that left, both copies of a doubled one."""
    lost: int = 0
    """Voice packets that did not leave."""
    doubled: int = 0
    """Voice packets that were to leave twice."""
    reordered: int = 0
    """Voice packets that were held back; lost ones are not."""
    padded: int = 0
    contributed: int = 0
    """Voice packets with CSRCs that left."""
    marked: int = 0
    source_changes: int = 0
    rtcp: int = 0
    video: int = 0
    garbage: int = 0
    replay: int = 0
    truncated: int = 0
    overlong_extension: int = 0
    padding_only: int = 0

    @property
    def strays(self) -> int:
        """Datagrams that are no voice packets."""
        return sum(getattr(self, stray.value) for stray in Stray)

    @property
    def datagrams(self) -> int:
        """All that left."""
        return self.speech + self.silence + self.strays


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a person said. The silence frames at the end count in ``sent`` only."""

    first_packet_at: float
    """``time.time()`` when the first speech packet left."""
    last_packet_at: float
    """``time.time()`` when the last speech packet left."""
    packets: int
    """Speech packets that left: one that a bad network doubled counts once, one that it lost does not count."""
    seconds: float
    """Length of the speech in those packets."""
    sent: Sent = field(default_factory=Sent)


class Mouth(Protocol):
    """The speaker whose packets leave."""

    ssrc: int

    @property
    def closed(self) -> bool: ...
    @property
    def video_ssrc(self) -> int: ...

    def send(self, header: bytes, body: bytes, *, keep: float = 1.0) -> None: ...
    def send_as_is(self, data: bytes) -> None: ...
    def change_source(self, *, announced: bool) -> None: ...


class Transmission:
    """Sends what :meth:`say` is given at the pace of the sound, from timers of the event loop.

    A packet is due when the sound in it is over. Due times follow from the first, so that lateness never adds up, and
    a held-up event loop catches up.
    """

    def __init__(self, mouth: Mouth, stream: SpeechStream, path: Path | None) -> None:
        self.sent = Sent()
        self._mouth = mouth
        self._stream = stream
        self._path = path
        self._loop = asyncio.get_running_loop()
        self.end = self._loop.time()
        """Loop time at which the last packet so far is due."""
        self._upcoming: deque[tuple[float, bytes, bool]] = deque()
        self._late: list[tuple[float, int, Frame, Shape]] = []
        self._order = itertools.count()
        self._earlier: deque[tuple[bytes, bytes]] = deque(maxlen=_REMEMBERED)
        self._voiced: set[int] = set()
        self._voiced_ticks = 0
        self._first_at: float | None = None
        self._last_at: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._drained: asyncio.Future[None] | None = None

    def begin(self) -> None:
        """Begins a talk spurt now."""
        self.end = max(self.end, self._loop.time())
        self._stream.begin(self.end)

    def say(self, packets: Iterable[bytes], *, voiced: bool = True) -> None:
        """Adds Opus packets of the talk spurt."""
        for packet in packets:
            self.end += packet_ticks(packet) / rtp.SAMPLE_RATE
            self._upcoming.append((self.end, packet, voiced))
        if self._timer is None:
            self._step()

    async def drain(self) -> None:
        """Ends the talk spurt: returns when everything left or the speaker is gone."""
        self._drained = self._loop.create_future()
        self._step()
        await self._drained
        self._stream.rest(self._loop.time())

    def stop(self) -> None:
        """Sends nothing more. Idempotent."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._upcoming.clear()
        self._late.clear()
        self._stream.rest(self._loop.time())

    def spoken(self) -> Spoken:
        """What was said so far."""
        now = time.time()
        first, last = self._first_at or now, self._last_at or now
        return Spoken(first, last, len(self._voiced), self._voiced_ticks / rtp.SAMPLE_RATE, self.sent)

    def _step(self) -> None:
        """Sends everything that is due and comes back for the rest."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        now = self._loop.time()
        while not self._mouth.closed and (due := self._next_due()) is not None:
            if due > now:
                self._timer = self._loop.call_at(due, self._step)
                return
            if self._upcoming and self._upcoming[0][0] == due:
                self._launch(*self._upcoming.popleft())
            else:
                _, _, frame, shape = heapq.heappop(self._late)
                self._send(frame, shape)
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)

    def _next_due(self) -> float | None:
        upcoming = self._upcoming[0][0] if self._upcoming else None
        late = self._late[0][0] if self._late else None
        if upcoming is None or late is None:
            return late if upcoming is None else upcoming
        return min(upcoming, late)

    def _launch(self, due: float, packet: bytes, voiced: bool) -> None:
        """Gives a packet its number and sends it on its way."""
        path = self._path
        if path is None:
            self._send(self._stream.number(packet, voiced=voiced), PLAIN)
            return
        if path.changes_source():
            self.sent.source_changes += 1
            self._mouth.change_source(announced=path.network.announced)
        for stray in path.strays():
            self._stray(stray, packet, path)
        frame, shape = self._stream.number(packet, voiced=voiced), path.shape()
        delays = path.delays()
        self.sent.lost += not delays
        self.sent.doubled += len(delays) > 1
        self.sent.reordered += path.reordered and bool(delays)
        for delay in delays:
            heapq.heappush(self._late, (due + delay, next(self._order), frame, shape))

    def _send(self, frame: Frame, shape: Shape) -> None:
        header, body = self._packet(frame, shape)
        self._mouth.send(header, body)
        if self._path is not None and self._path.network.replay:
            self._earlier.append((header, body))
        if shape is not PLAIN:
            self.sent.padded += shape.padding > 0
            self.sent.contributed += shape.contributors > 0
            self.sent.marked += shape.marked
        if not frame.voiced:
            self.sent.silence += 1
            return
        self.sent.speech += 1
        self._last_at = time.time()
        self._first_at = self._first_at or self._last_at
        if frame.sequence not in self._voiced:
            self._voiced.add(frame.sequence)
            self._voiced_ticks += frame.ticks

    def _packet(self, frame: Frame, shape: Shape) -> tuple[bytes, bytes]:
        body = rtp.extension_body(voiced=frame.voiced) + frame.payload
        if shape is PLAIN:
            return rtp.header(frame.sequence, frame.timestamp, self._mouth.ssrc), body
        header = rtp.header(
            frame.sequence,
            frame.timestamp,
            self._mouth.ssrc,
            kind=rtp.OPUS_PAYLOAD_TYPE | (rtp.MARKER if shape.marked else 0),
            padded=shape.padding > 0,
            contributors=range(1, shape.contributors + 1),
        )
        return header, body + (rtp.padding(shape.padding) if shape.padding else b"")

    def _stray(self, stray: Stray, packet: bytes, path: Path) -> None:
        """Sends a datagram that the listeners can do without."""
        mouth, chance = self._mouth, path.chance
        keep = 1.0
        match stray:
            case Stray.GARBAGE:
                mouth.send_as_is(strays.garbage(chance))
                self.sent.garbage += 1
                return
            case Stray.REPLAY:
                if not self._earlier:
                    return
                part = chance.choice(self._earlier)
            case Stray.RTCP:
                part = strays.rtcp(mouth.ssrc, chance)
            case Stray.VIDEO:
                part = strays.video(mouth.video_ssrc, chance)
            case Stray.PADDING_ONLY:
                part = strays.padding_only(*self._stream.skip(), mouth.ssrc, chance)
            case Stray.OVERLONG_EXTENSION:
                next_one = self._stream.preview(packet)
                part = strays.overlong_extension(next_one.sequence, next_one.timestamp, mouth.ssrc, packet, chance)
            case Stray.TRUNCATED:
                part = self._packet(self._stream.preview(packet), PLAIN)
                keep = chance.uniform(0.0, 0.95)
        mouth.send(*part, keep=keep)
        setattr(self.sent, stray.value, getattr(self.sent, stray.value) + 1)
