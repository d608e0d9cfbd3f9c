"""PocketSphinx: speech to text that needs no download, no network and no graphics card. English only, often wrong."""

from __future__ import annotations

import importlib.util

from spaces.errors import FatalSpeechError, RetryableSpeechError, SpeechError
from spaces.model import Hypothesis, Utterance
from spaces.ports import EngineCapabilities
from speech import worker
from speech.options import EngineOptions
from speech.pool import WorkerPool

_CAPABILITIES = EngineCapabilities(
    name="PocketSphinx",
    runs_where="on the bot's own computer",
    languages=("en",),
    # Accuracy does not fall with length, but a reader waits for the whole utterance to end first.
    max_seconds=15.0,
    word_times=True,
    confidence=True,
)
_REMEDY = (
    "PocketSphinx is not installed, so nothing can be transcribed. Run the bot on Python 3.11, 3.12 or 3.13 and "
    "install requirements.txt again: there is no PocketSphinx for Python 3.14 yet."
)


class PocketSphinxEngine:
    """Transcribes in worker processes, since PocketSphinx holds the interpreter lock while it works."""

    def __init__(self, options: EngineOptions) -> None:
        self.pool = WorkerPool(
            workers=options.workers,
            job_seconds=options.job_seconds,
            preload="speech.preload",
            warm_up=worker.load,
        )

    @property
    def capabilities(self) -> EngineCapabilities:
        """English, with word times and confidences."""
        return _CAPABILITIES

    async def start(self) -> None:
        """Starts the workers and lets one try. Raises :class:`SpeechError` with a remedy."""
        if importlib.util.find_spec("pocketsphinx") is None:
            raise SpeechError(_REMEDY)
        try:
            await self.pool.start()
            await self.pool.run(worker.transcribe, ())
        except Exception as error:
            await self.pool.close()
            raise SpeechError(f"PocketSphinx cannot work here: {error}") from error

    async def transcribe(self, utterance: Utterance) -> Hypothesis:
        """Text of an utterance; empty if nobody speaks in it. Cancelling stops the work.

        Raises :class:`RetryableSpeechError` if it took too long, or its workers died, or the engine was closed;
        :class:`FatalSpeechError` if PocketSphinx refuses this sound.
        """
        try:
            words = await self.pool.run(worker.transcribe, utterance.frames)
        except SpeechError:
            raise
        except RuntimeError as error:  # how PocketSphinx refuses sound
            raise FatalSpeechError(f"PocketSphinx cannot transcribe utterance {utterance.id}: {error}") from error
        except Exception as error:
            raise RetryableSpeechError(f"utterance {utterance.id} failed in a speech worker: {error!r}") from error
        text = " ".join(word.text for word in words)
        return Hypothesis(text=text, words=words, engine=_CAPABILITIES.name, language="en")

    async def close(self) -> None:
        """Stops the workers at once, whatever they do."""
        await self.pool.close()
