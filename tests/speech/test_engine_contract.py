"""What every speech engine must do. A new engine is one more key in ``ENGINES``."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from demo.script import ADA, BEN, LINES, WELCOME
from demo.word_errors import word_errors
from spaces.errors import RetryableSpeechError
from spaces.model import Utterance
from spaces.ports import SpeechEngine
from speech.engines import ENGINES
from speech.options import EngineOptions
from tests.speech import material

pytestmark = [pytest.mark.speech, pytest.mark.asyncio(loop_scope="module")]


@pytest.fixture(scope="module", params=sorted(ENGINES))
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(name: str) -> AsyncIterator[SpeechEngine]:
    """One started engine for the module: what an utterance does to it must not show in the next."""
    engine = ENGINES[name](EngineOptions(workers=2))
    await engine.start()
    yield engine
    await engine.close()


async def _word_error_rate(engine: SpeechEngine, said: dict[str, Utterance]) -> float:
    heard = await asyncio.gather(*(engine.transcribe(utterance) for utterance in said.values()))
    return word_errors(zip(said, (hypothesis.text for hypothesis in heard), strict=True)).rate


async def test_says_what_it_can_do_before_it_is_started(name: str) -> None:
    capabilities = ENGINES[name](EngineOptions()).capabilities
    assert capabilities.name
    assert capabilities.runs_where
    assert "en" in capabilities.languages
    assert capabilities.max_seconds >= 10


async def test_words_carry_what_the_capabilities_promise(engine: SpeechEngine) -> None:
    utterance = material.spoken(WELCOME)
    hypothesis = await engine.transcribe(utterance)

    assert hypothesis.engine == engine.capabilities.name
    assert hypothesis.language in engine.capabilities.languages
    assert hypothesis.text.split() == [word.text for word in hypothesis.words]
    for word in hypothesis.words:
        assert (word.start is not None, word.end is not None) == (engine.capabilities.word_times,) * 2
        assert (word.confidence is not None) == engine.capabilities.confidence
        assert word.confidence is None or 0 <= word.confidence <= 1
    edges = [edge for word in hypothesis.words for edge in (word.start, word.end) if edge is not None]
    assert edges == sorted(edges)
    assert all(0 <= edge <= utterance.seconds for edge in edges)


async def test_word_times_are_measured_from_the_utterances_start(engine: SpeechEngine) -> None:
    if not engine.capabilities.word_times:
        pytest.skip("this engine gives no word times")
    later = material.utterance([*material.silence(1.0).frames, *material.spoken(WELCOME).frames])
    first, shifted = [
        (await engine.transcribe(utterance)).words[-1].end for utterance in (material.spoken(WELCOME), later)
    ]
    assert first is not None
    assert shifted == pytest.approx(first + 1.0, abs=0.1)


async def test_hears_the_demos_voices(engine: SpeechEngine) -> None:
    said = {line.text: material.spoken(line) for line in LINES if line.speaker in {ADA, BEN}}
    assert await _word_error_rate(engine, said) <= 0.15


async def test_hears_the_voice_that_must_not_be_transcribed_when_asked_to(engine: SpeechEngine) -> None:
    """Else its absence from the demo's transcript would prove nothing."""
    said = {line.text: material.spoken(line) for line in LINES if not line.speaker.consents}
    assert await _word_error_rate(engine, said) <= 0.15


async def test_hears_a_real_reader(engine: SpeechEngine) -> None:
    said = {text: material.reading(name) for name, text in material.READINGS.items()}
    assert await _word_error_rate(engine, said) <= 0.32


async def test_hears_a_command(engine: SpeechEngine) -> None:
    assert await _word_error_rate(engine, {material.GO_FORWARD: material.go_forward()}) == 0


async def test_hears_through_lost_packets(engine: SpeechEngine) -> None:
    frames: list[bytes | None] = list(material.spoken(WELCOME).frames)
    frames[10::33] = itertools.repeat(None, len(frames[10::33]))  # 3 %
    assert await _word_error_rate(engine, {WELCOME.text: material.utterance(frames)}) <= 0.3


@pytest.mark.parametrize(
    "nobody",
    [
        material.utterance([]),
        material.utterance([None] * 50),
        material.silence(),
        material.noise(30),
        material.noise(1_000),
        material.noise(10_000),
    ],
    ids=["no frames", "all lost", "silence", "faint noise", "noise", "loud noise"],
)
async def test_hears_nothing_where_nobody_speaks(engine: SpeechEngine, nobody: Utterance) -> None:
    hypothesis = await engine.transcribe(nobody)
    assert (hypothesis.text, hypothesis.words) == ("", ())


async def test_garbage_harms_no_other_utterance(engine: SpeechEngine) -> None:
    garbage = [asyncio.create_task(engine.transcribe(material.garbage(frames))) for frames in (50, 7, 60)]
    assert await _word_error_rate(engine, {WELCOME.text: material.spoken(WELCOME)}) <= 0.15
    await asyncio.gather(*garbage)


async def test_a_cancelled_utterance_leaves_the_engine_usable(engine: SpeechEngine) -> None:
    waiting = [asyncio.create_task(engine.transcribe(material.spoken(WELCOME))) for _ in range(4)]
    await asyncio.sleep(0.3)  # two run, two wait; either way the outcome is the same
    for task in waiting:
        task.cancel()
    assert all(
        isinstance(end, asyncio.CancelledError) for end in await asyncio.gather(*waiting, return_exceptions=True)
    )
    assert await _word_error_rate(engine, {WELCOME.text: material.spoken(WELCOME)}) <= 0.15


async def test_an_utterance_that_takes_too_long_can_be_tried_again(name: str) -> None:
    engine = ENGINES[name](EngineOptions(workers=1, job_seconds=0.2))
    await engine.start()
    try:
        endless = material.utterance([frame for line in LINES for frame in material.spoken(line).frames])
        with pytest.raises(RetryableSpeechError):
            await engine.transcribe(endless)
        assert (await engine.transcribe(material.silence(0.5))).text == ""
    finally:
        await engine.close()


async def test_closing_ends_what_is_under_way_and_leaves_no_thread(name: str) -> None:
    executor = {thread.name for thread in threading.enumerate()}
    engine = ENGINES[name](EngineOptions(workers=1))
    await engine.start()
    running, waiting = (asyncio.create_task(engine.transcribe(material.spoken(WELCOME))) for _ in range(2))
    await asyncio.sleep(0.1)  # whether it runs by then or not, the outcome is the same
    async with asyncio.timeout(2.0):
        await engine.close()
        for task in (running, waiting):
            with pytest.raises(RetryableSpeechError):
                await task
    with pytest.raises(RetryableSpeechError):
        await engine.transcribe(material.spoken(WELCOME))
    await engine.close()
    left = {thread.name for thread in threading.enumerate()} - executor
    assert not {thread for thread in left if not thread.startswith("asyncio_")}  # the loop's own executor
