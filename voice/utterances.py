"""Cuts one person's frames into utterances, without decoding.

Where somebody pauses is read from the RTP timestamps (clients stop sending) and from silence frames. Inside unbroken
speech, quietness is judged by the size of the Opus frames: encoders with a variable bit rate, Discord's among them,
spend the fewest bytes where there is the least to code. Of the 100 ms windows in two seconds of read speech, the one
with the fewest bytes lies among the quietest tenth on average.
"""

from __future__ import annotations

from collections.abc import Callable

from voice.rtp import FRAME_TICKS, SILENCE

FRAMES_A_SECOND = 50
HANGOVER_FRAMES = FRAMES_A_SECOND // 2
"""A pause of 0.5 s ends an utterance."""

LONG_FRAMES = 5 * FRAMES_A_SECOND
"""After 5 s, a shorter pause ends it as well: people wait for their captions."""

SHORT_PAUSE_FRAMES = FRAMES_A_SECOND // 5
"""That shorter pause: 0.2 s."""

LONGEST_FRAMES = 15 * FRAMES_A_SECOND
"""Unbroken speech is cut after 15 s, where it was quietest in the last 2 s."""

SHORTEST_FRAMES = FRAMES_A_SECOND // 5
"""Less than 0.2 s of sound is no speech."""

_SEARCHED_FRAMES = 2 * FRAMES_A_SECOND
_QUIET_FRAMES = FRAMES_A_SECOND // 10
_TRAILING_SILENCE_FRAMES = 5  # the silence frames that a client sends after speech
_QUIET_SHARE = 0.7  # of the mean frame size; measured: speech pauses stay below it for 0.2 s, syllables do not
_TIMESTAMPS = 1 << 32

Frame = bytes | None
Finish = Callable[[tuple[Frame, ...], float, float], None]
"""Takes an utterance's frames and the arrival times of its first and last packet."""


class UtteranceBuilder:
    """Collects the ordered frames of one person and calls ``finish`` with each utterance.

    Times of arrival are seconds of any steady clock.
    """

    __slots__ = ("_arrivals", "_finish", "_frames", "_next_timestamp", "_quiet_limit", "_silent")

    def __init__(self, finish: Finish) -> None:
        self._finish = finish
        self._next_timestamp = 0
        self._frames: list[Frame] = []
        self._arrivals: list[float] = []
        self._silent = 0
        self._quiet_limit = 0.0

    @property
    def is_open(self) -> bool:
        """Whether an utterance has begun and not ended."""
        return bool(self._frames)

    def add(self, timestamp: int, frame: bytes, arrived: float, lost: int) -> None:
        """Takes the next frame; ``lost`` packets before it never came."""
        if self._frames and timestamp != self._next_timestamp:
            self._bridge(timestamp, lost)
        self._next_timestamp = (timestamp + FRAME_TICKS) % _TIMESTAMPS
        if frame == SILENCE:
            if self._frames:
                self._append_silence(frame, arrived)
            return
        self._silent = 0
        self._frames.append(frame)
        self._arrivals.append(arrived)
        if len(self._frames) >= LONG_FRAMES:
            self._shorten()

    def expire(self, now: float) -> None:
        """Ends the utterance if nothing has come for the length of a pause."""
        if self._frames and now - self._arrivals[-1] + self._silent / FRAMES_A_SECOND >= (
            HANGOVER_FRAMES / FRAMES_A_SECOND
        ):
            self.close()

    def close(self) -> None:
        """Ends the utterance, if one has begun."""
        if self._frames:
            self._emit(len(self._frames))

    def _append_silence(self, frame: bytes, arrived: float) -> None:
        self._frames.append(frame)
        self._arrivals.append(arrived)
        self._silent += 1
        self._end_at_pause(0)

    def _bridge(self, timestamp: int, lost: int) -> None:
        """Fills the time since the last frame: with losses first, the rest was not sent and is silence."""
        missing = (((timestamp - self._next_timestamp) % _TIMESTAMPS) + FRAME_TICKS // 2) // FRAME_TICKS
        unsent = missing - min(lost, missing)
        if missing >= HANGOVER_FRAMES or self._end_at_pause(unsent):
            self.close()  # also when time went backwards, which reads as a jump far ahead
            return
        fill: list[Frame] = [None] * (missing - unsent)
        self._frames += fill + [SILENCE] * unsent
        self._arrivals += [self._arrivals[-1]] * missing

    def _end_at_pause(self, unsent: int) -> bool:
        """Ends the utterance if the silence so far, with the frames that were not sent, is a pause."""
        pause = SHORT_PAUSE_FRAMES if len(self._frames) >= LONG_FRAMES else HANGOVER_FRAMES
        if self._silent + unsent < pause:
            return False
        self.close()
        return True

    def _shorten(self) -> None:
        """Cuts a long utterance in a pause of continuous sending, or at last where it is quietest."""
        count = len(self._frames)
        if count >= LONGEST_FRAMES:
            self._emit(self._quietest())
        elif count % _QUIET_FRAMES == 0 and self._is_quiet():
            self._emit(count - SHORT_PAUSE_FRAMES // 2)

    def _is_quiet(self) -> bool:
        """Whether the newest frames are all small, measured by what came before."""
        if not self._quiet_limit:
            self._quiet_limit = _QUIET_SHARE * sum(len(frame or b"") for frame in self._frames) / len(self._frames)
        newest = self._frames[-SHORT_PAUSE_FRAMES:]
        return all(frame is not None and len(frame) < self._quiet_limit for frame in reversed(newest))

    def _quietest(self) -> int:
        """Middle of the 100 ms with the fewest bytes, so that both sides keep at least 0.2 s."""
        start = len(self._frames) - _SEARCHED_FRAMES
        end = len(self._frames) - SHORTEST_FRAMES
        known = [len(frame) for frame in self._frames[start:] if frame]
        typical = sum(known) // len(known)
        sizes = [len(frame) if frame else typical for frame in self._frames[start:end]]
        windows = range(len(sizes) - _QUIET_FRAMES + 1)
        quietest = min(windows, key=lambda first: (sum(sizes[first : first + _QUIET_FRAMES]), -first))
        return start + quietest + _QUIET_FRAMES // 2

    def _emit(self, count: int) -> None:
        """Finishes the first ``count`` frames; the rest begins the next utterance."""
        frames, arrivals = self._frames[:count], self._arrivals[:count]
        self._frames, self._arrivals = self._frames[count:], self._arrivals[count:]
        self._silent = 0
        self._quiet_limit = 0.0
        sounding = [index for index, frame in enumerate(frames) if frame is not None and frame != SILENCE]
        if len(sounding) >= SHORTEST_FRAMES:
            end = min(sounding[-1] + 1 + _TRAILING_SILENCE_FRAMES, count)
            self._finish(tuple(frames[:end]), arrivals[0], arrivals[end - 1])
