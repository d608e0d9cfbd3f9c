"""The RTP stream of one speaker: sequence numbers, timestamps, and when each frame is due."""

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
    """One Opus packet of a plan; ``sequence`` and ``timestamp`` are not wrapped, ``ticks`` is its length."""

    index: int
    sequence: int
    timestamp: int
    ticks: int
    payload: bytes
    voiced: bool


class SpeechStream:
    """Numbers clip after clip: sequence numbers go on, timestamps also count the time between clips."""

    def __init__(self, sequence: int, timestamp: int) -> None:
        self._sequence = sequence
        self._timestamp = timestamp
        self._ended_at: float | None = None

    def plan(self, packets: Sequence[bytes], now: float) -> list[tuple[float, Frame]]:
        """Frames for ``packets`` and for the silence after them, each with the seconds after ``now`` it is due.

        A frame is due when the sound in it is over. Nothing counts as sent before :meth:`sent`.
        """
        sequence, timestamp = self._sequence, self._timestamp
        if self._ended_at is not None:
            timestamp += int((now - self._ended_at) * rtp.SAMPLE_RATE) // _GRID_TICKS * _GRID_TICKS
        frames: list[tuple[float, Frame]] = []
        elapsed = 0
        silence = [rtp.SILENCE_FRAME] * TRAILING_SILENCE_FRAMES
        for index, payload in enumerate([*packets, *silence]):
            ticks = packet_ticks(payload)
            frame = Frame(index, sequence + index, timestamp + elapsed, ticks, payload, index < len(packets))
            elapsed += ticks
            frames.append((elapsed / rtp.SAMPLE_RATE, frame))
        return frames

    def sent(self, last: Frame, now: float) -> None:
        """Goes on after ``last``, which left at ``now``."""
        self._sequence = last.sequence + 1
        self._timestamp = last.timestamp + last.ticks
        self._ended_at = now


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
