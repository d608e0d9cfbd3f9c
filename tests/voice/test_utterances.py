from __future__ import annotations

from collections.abc import Iterable

import pytest

from audio.opus import OpusDecoder
from tests.audio.sound import encode, loudness, read_speech
from tests.voice.packets import SPEECH_END, speech
from voice.rtp import FRAME_TICKS, SILENCE
from voice.utterances import LONG_FRAMES, LONGEST_FRAMES, Frame, UtteranceBuilder

FRAME = 0.02


class Talk:
    """A person whose frames reach an utterance builder one by one."""

    def __init__(self) -> None:
        self.utterances: list[tuple[Frame, ...]] = []
        self.spans: list[tuple[float, float]] = []
        self.builder = UtteranceBuilder(self._finish)
        self.timestamp = 2**32 - 50 * FRAME_TICKS
        self.now = 100.0

    def _finish(self, frames: tuple[Frame, ...], first: float, last: float) -> None:
        self.utterances.append(frames)
        self.spans.append((first, last))

    def say(self, frames: Iterable[Frame]) -> Talk:
        lost = 0
        for frame in frames:
            if frame is None:
                lost += 1
            else:
                self.builder.add(self.timestamp, frame, self.now, lost)
                lost = 0
            self.timestamp = (self.timestamp + FRAME_TICKS) % 2**32
            self.now += FRAME
        return self

    def pause(self, seconds: float) -> Talk:
        self.timestamp = (self.timestamp + round(seconds * 48_000)) % 2**32
        self.now += seconds
        return self


def test_an_utterance_is_what_was_said_to_the_byte() -> None:
    words = speech(60)
    talk = Talk().say(words)
    talk.builder.close()
    assert talk.utterances == [tuple(words)]
    assert talk.spans == [(100.0, pytest.approx(100.0 + 59 * FRAME))]


def test_a_pause_of_half_a_second_ends_it() -> None:
    talk = Talk().say(speech(30)).pause(0.5).say(speech(30, seed=1))
    assert talk.utterances == [tuple(speech(30))]


def test_a_shorter_pause_is_kept_as_silence_of_its_length() -> None:
    talk = Talk().say(speech(30)).pause(0.3).say(speech(30, seed=1))
    talk.builder.close()
    assert talk.utterances == [(*speech(30), *[SILENCE] * 15, *speech(30, seed=1))]


def test_lost_frames_are_holes_of_their_length() -> None:
    words: list[Frame] = [*speech(60)]
    words[20] = words[21] = words[40] = None
    talk = Talk().say(words)
    talk.builder.close()
    assert talk.utterances == [tuple(words)]


def test_an_outage_is_no_hole_but_an_end() -> None:
    gone: list[Frame] = [None]
    talk = Talk().say([*speech(30), *gone * 25, *speech(30, seed=1), *gone * 24, *speech(30, seed=2)])
    talk.builder.close()
    assert talk.utterances == [
        tuple(speech(30)),
        (*speech(30, seed=1), *[None] * 24, *speech(30, seed=2)),
    ]


def test_silence_frames_count_towards_the_pause_and_begin_nothing() -> None:
    talk = Talk().say(SPEECH_END).say(speech(30)).say(SPEECH_END).pause(0.4).say(SPEECH_END)
    assert talk.utterances == [(*speech(30), *SPEECH_END)]
    assert not talk.builder.is_open


def test_endless_silence_frames_end_it_and_are_not_kept() -> None:
    talk = Talk().say(speech(30)).say([SILENCE] * 100)
    assert talk.utterances == [(*speech(30), *SPEECH_END)]


def test_the_timer_ends_it_when_nothing_more_comes() -> None:
    talk = Talk().say(speech(30)).say(SPEECH_END)
    last_packet = talk.now - FRAME
    talk.builder.expire(last_packet + 0.39)
    assert not talk.utterances
    talk.builder.expire(last_packet + 0.41)
    assert talk.utterances == [(*speech(30), *SPEECH_END)]
    assert talk.spans[0][1] == pytest.approx(last_packet)


def test_less_than_a_fifth_of_a_second_is_no_speech() -> None:
    talk = Talk().say(speech(9)).pause(1).say(speech(10))
    talk.builder.close()
    assert talk.utterances == [tuple(speech(10))]


def test_minutes_of_time_jump_allocate_nothing() -> None:
    talk = Talk().say(speech(30)).pause(3600 * 6).say(speech(30))
    talk.timestamp = 5  # and a clock that starts over
    talk.say(speech(30))
    talk.builder.close()
    assert talk.utterances == [tuple(speech(30))] * 3


def test_after_five_seconds_a_fifth_of_a_second_is_enough_of_a_pause() -> None:
    talk = Talk().say(speech(LONG_FRAMES - 20)).say(SPEECH_END).pause(0.1).say(speech(20)).say(SPEECH_END)
    assert not talk.utterances
    talk.pause(0.1).say(speech(30, seed=2))
    talk.builder.close()
    assert [len(frames) for frames in talk.utterances] == [LONG_FRAMES - 20 + 10 + 20 + 5, 30]


def test_after_five_seconds_a_quiet_moment_of_continuous_sending_is_a_pause_too() -> None:
    quiet = [b"\xf8" + bytes(40)] * 10
    talk = Talk().say(speech(100)).say(quiet).say(speech(190)).say(quiet).say(speech(40))
    assert [len(frames) for frames in talk.utterances] == [305]  # cut in the middle of the second one
    talk.builder.close()
    assert sum(map(len, talk.utterances)) == 350


def test_unbroken_speech_is_cut_at_fifteen_seconds_where_it_was_quietest() -> None:
    words = speech(LONGEST_FRAMES + 60)
    words[700:705] = [b"\xf8" + bytes(60)] * 5  # too short for a pause, yet the quietest of the last 2 s
    words[300:305] = [b"\xf8" + bytes(60)] * 5
    talk = Talk().say(words)
    talk.builder.close()
    assert [len(frames) for frames in talk.utterances] == [702, LONGEST_FRAMES + 60 - 702]
    assert [frame for frames in talk.utterances for frame in frames] == words
    assert talk.spans[1][0] == pytest.approx(100.0 + 702 * FRAME)
    assert talk.spans[0][1] == pytest.approx(100.0 + 701 * FRAME)


def test_a_constant_bit_rate_is_cut_as_well_and_leaves_enough_for_the_next() -> None:
    words = speech(LONGEST_FRAMES * 3)
    talk = Talk().say(words)
    talk.builder.close()
    assert [frame for frames in talk.utterances for frame in frames] == words
    assert all(10 <= len(frames) <= LONGEST_FRAMES for frames in talk.utterances)


def test_lost_frames_do_not_look_quiet() -> None:
    words: list[Frame] = [*speech(LONGEST_FRAMES)]
    words[690:696] = [None] * 6
    words[720:725] = [b"\xf8" + bytes(90)] * 5
    talk = Talk().say(words)
    assert [len(frames) for frames in talk.utterances] == [722]


def test_real_speech_is_cut_where_it_is_quiet() -> None:
    """The sizes of Opus frames stand for loudness well enough: judged by decoding, which the builder never does."""
    frames = [frame for name in ("0870", "0880", "0890") for frame in encode(read_speech(f"librivox-{name}"))] * 2
    pcm = OpusDecoder().decode_frames(frames)

    def level(start: int) -> float:
        return loudness(pcm[start * 640 : (start + 5) * 640])

    shares = []
    for shift in range(0, 500, 25):
        talk = Talk()
        talk.builder.add(0, frames[shift], 0.0, 0)
        # Give the cutter no pauses, so that it must decide by size at 15 s.
        words = frames[shift + 1 : shift + LONGEST_FRAMES]
        talk.builder._quiet_limit = 1e-9
        for number, frame in enumerate(words, start=1):
            talk.builder.add(number * FRAME_TICKS, frame, 0.0, 0)
        [first] = talk.utterances
        cut = shift + len(first) - 2
        window = sorted(level(start) for start in range(shift + 650, shift + 735))
        shares.append(sum(other < level(cut) for other in window) / len(window))
    assert sum(shares) / len(shares) < 0.15
