"""What happens inside a worker process: Opus frames in, recognised words out. Never imports discord.

Importing this module starts nothing; the model is loaded by :func:`load`, once per process.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from audio.opus import FRAME_SAMPLES, SAMPLE_RATE, OpusDecoder, load_libopus
from spaces.model import Word

_FRAME_BYTES = 2 * FRAME_SAMPLES
# The decoder needs a little silence to begin and end in: zeros, since padding with noise makes it hear words.
_PADDING_SECONDS = 0.2
_PADDING = bytes(2 * int(SAMPLE_RATE * _PADDING_SECONDS))
# Less voice than this is a breath, a click or nothing, in which the decoder would still hear an "and".
_LEAST_VOICED_FRAMES = 10
# The decoder marks a word's second, third … pronunciation by a number: "to(2)".
_PRONUNCIATION = re.compile(r"\(\d+\)$")
# <s> <sil> [NOISE] ++UM++: sounds that are no words.
_NO_WORD = ("<", "[", "+")


class Recogniser:
    """PocketSphinx with its US English model: about 0.25 s and 100 MB to load, a fifth of real time to use.

    Words do not depend on what was heard before: each utterance is normalised by itself (``cmn="batch"``). Only
    confidences do, by a few hundredths.
    """

    def __init__(self) -> None:
        """Loads the model. Raises :class:`ImportError` where PocketSphinx is not installed."""
        from pocketsphinx import Decoder

        self._decoder = Decoder(samprate=SAMPLE_RATE, loglevel="FATAL", fwdflat=False, cmn="batch")
        self._frame_rate = self._decoder.config["frate"]

    def words(self, pcm: bytes) -> tuple[Word, ...]:
        """The words in ``pcm`` (16-bit little-endian mono at 16 kHz), with times in seconds from its start."""
        if not has_voice(pcm):
            return ()
        self._decoder.start_utt()
        try:
            self._decoder.process_raw(_PADDING + pcm + _PADDING, no_search=False, full_utt=True)
        finally:
            self._decoder.end_utt()
        if self._decoder.hyp() is None:
            return ()
        seconds = len(pcm) / (2 * SAMPLE_RATE)
        return tuple(
            Word(
                text=_PRONUNCIATION.sub("", segment.word),
                start=self._seconds(segment.start_frame, seconds),
                end=self._seconds(segment.end_frame + 1, seconds),
                confidence=round(min(1.0, segment.prob), 3),  # a probability that rounding errors can take past 1
            )
            for segment in self._decoder.seg()
            if not segment.word.startswith(_NO_WORD)
        )

    def _seconds(self, frame: int, most: float) -> float:
        return round(min(most, max(0.0, frame / self._frame_rate - _PADDING_SECONDS)), 2)


@cache
def load() -> Recogniser:
    """This process's recogniser, with libopus at hand. Raises what either of them raises where it is missing."""
    load_libopus()
    return Recogniser()


def transcribe(frames: Sequence[bytes | None]) -> tuple[Word, ...]:
    """The words in 20 ms Opus frames, ``None`` for a lost one; lost and corrupt frames are concealed.

    Empty if nobody speaks in them.
    """
    pcm = OpusDecoder().decode_frames(frames)
    # A forged packet can claim 120 ms (RFC 6716 section 3.2.5); nobody's utterance may cost six times its length.
    return load().words(pcm[: len(frames) * _FRAME_BYTES])


def has_voice(pcm: bytes) -> bool:
    """Whether at least 0.2 s of ``pcm`` (16-bit mono at 16 kHz) sounds like a voice."""
    from pocketsphinx import Vad

    detector = Vad(Vad.MEDIUM_STRICT, SAMPLE_RATE, FRAME_SAMPLES / SAMPLE_RATE)
    whole = len(pcm) - len(pcm) % _FRAME_BYTES
    voiced = sum(detector.is_speech(pcm[at : at + _FRAME_BYTES]) for at in range(0, whole, _FRAME_BYTES))
    return voiced >= _LEAST_VOICED_FRAMES
