"""The RTP stream of one speaker: sequence numbers and timestamps, from clip to clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from discord_emulator.voice import rtp
from discord_emulator.voice.ogg import packet_ticks

TRAILING_SILENCE_FRAMES = 5
"""https://discord.com/developers/docs/topics/voice-connections#voice-data-interpolation"""
_GRID_TICKS = rtp.SAMPLE_RATE // 50
"""20 ms: the frame length of Discord's clients, and the grid of their timestamps."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One numbered Opus packet; ``sequence`` and ``timestamp`` are not wrapped, ``ticks`` is its length."""

    sequence: int
    timestamp: int
    ticks: int
    payload: bytes
    voiced: bool


class SpeechStream:
    """Numbers packet after packet: sequence numbers go on, timestamps also count the time between talk spurts."""

    def __init__(self, sequence: int, timestamp: int) -> None:
        self._sequence = sequence
        self._timestamp = timestamp
        self._rested_at: float | None = None

    def begin(self, now: float) -> None:
        """Begins a talk spurt; the time since :meth:`rest` passes in the timestamps as well."""
        if self._rested_at is not None:
            self._timestamp += int((now - self._rested_at) * rtp.SAMPLE_RATE) // _GRID_TICKS * _GRID_TICKS
            self._rested_at = None

    def number(self, payload: bytes, *, voiced: bool) -> Frame:
        """The next packet of the talk spurt."""
        frame = self.preview(payload, voiced=voiced)
        self._sequence += 1
        self._timestamp += frame.ticks
        return frame

    def preview(self, payload: bytes, *, voiced: bool = True) -> Frame:
        """What :meth:`number` would give."""
        return Frame(self._sequence, self._timestamp, packet_ticks(payload), payload, voiced)

    def skip(self) -> tuple[int, int]:
        """A sequence number for a packet without sound, and the present timestamp."""
        self._sequence += 1
        return self._sequence - 1, self._timestamp

    def rest(self, now: float) -> None:
        """Ends a talk spurt. Idempotent: the first end counts."""
        if self._rested_at is None:
            self._rested_at = now


def cut(packets: Sequence[bytes], skip: float, seconds: float | None) -> list[bytes]:
    """The packets that begin at or after ``skip`` seconds and end within ``seconds`` from there."""
    first = round(skip * rtp.SAMPLE_RATE)
    end = None if seconds is None else first + round(seconds * rtp.SAMPLE_RATE)
    chosen: list[bytes] = []
    at = 0
    for packet in packets:
        begin, at = at, at + packet_ticks(packet)
        if begin >= first and (end is None or at <= end):
            chosen.append(packet)
    return chosen
