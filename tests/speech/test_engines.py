"""The registry, the options, and a machine without PocketSphinx."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import pytest

from spaces.errors import FatalSpeechError, RetryableSpeechError, SpeechError
from speech.engines import create_engine
from speech.options import EngineOptions
from speech.pocketsphinx_engine import PocketSphinxEngine
from speech.pool import WorkerPool
from tests.speech import material, probes


def test_makes_an_engine_by_its_name() -> None:
    assert create_engine("pocketsphinx").capabilities.name == "PocketSphinx"


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(SpeechError, match=r"no speech engine called 'sphinx'\. Choose one of: pocketsphinx"):
        create_engine("sphinx")


@pytest.mark.parametrize("wrong", [{"workers": 0}, {"workers": -1}, {"job_seconds": 0.0}])
def test_options_that_make_no_sense_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="not"):
        EngineOptions(**wrong)


P = ParamSpec("P")
T = TypeVar("T")


class _FailingPool(WorkerPool):
    """Workers in which every job raises the same."""

    def __init__(self, error: Exception) -> None:
        super().__init__(workers=1, job_seconds=1.0, preload="speech.preload", warm_up=probes.nothing)
        self._error = error

    async def start(self) -> None:
        pass

    async def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        raise self._error


@pytest.mark.parametrize(
    ("raised", "seen"),
    [
        (RuntimeError("Failed to process audio data"), FatalSpeechError),
        (MemoryError(), RetryableSpeechError),
        (ImportError("no pocketsphinx"), RetryableSpeechError),
        (RetryableSpeechError("closed"), RetryableSpeechError),
    ],
)
async def test_no_foreign_exception_comes_out(raised: Exception, seen: type[SpeechError]) -> None:
    engine = PocketSphinxEngine(EngineOptions(workers=1))
    engine.pool = _FailingPool(raised)
    with pytest.raises(seen):
        await engine.transcribe(material.silence(0.1))
    with pytest.raises(SpeechError):
        await engine.start()


async def test_without_pocketsphinx_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pocketsphinx", None)  # what Python itself keeps for "cannot be imported"
    engine = create_engine("pocketsphinx")
    with pytest.raises(SpeechError, match=r"not installed.*Python 3\.11"):
        await engine.start()
    await engine.close()
