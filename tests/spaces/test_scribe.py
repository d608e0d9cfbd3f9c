from __future__ import annotations

import asyncio
import logging

import pytest

from spaces import ending
from spaces.errors import FatalSpeechError, RetryableSpeechError, StorageUnavailable
from spaces.model import ConsentChoice
from tests.spaces.world import ANN, BO, CY, GUILD, World, actor, turns


async def test_words_become_lines_captions_and_leave_the_disk(world: World) -> None:
    room = await world.captioned(BO, CY)
    first = world.speak(room, BO, "so the second chapter")
    world.clock.advance(3)
    world.speak(room, CY, "turns it around")
    world.clock.advance(3)
    await world.written(room)

    lines = await world.stores.transcripts.lines(room.space.id)
    assert [(line.name, line.text) for line in lines] == [("Bo", "so the second chapter"), ("Cy", "turns it around")]
    assert first is not None
    assert (lines[0].utterance_id, lines[0].started_at, lines[0].ended_at) == (
        first.id,
        first.started_at,
        first.ended_at,
    )
    assert [word.text for word in lines[1].words] == ["turns", "it", "around"]
    assert lines[0].stored_at == world.clock.now()
    assert set(world.board.captions.values()) == set(lines)
    assert world.spool.waiting == {}


async def test_silence_makes_no_line(world: World) -> None:
    room = await world.captioned(BO)
    world.speak(room, BO, "")
    await world.written(room)

    assert world.lines(room) == []
    assert world.spool.waiting == {}


async def test_an_utterance_is_on_disk_before_the_engine_hears_it(world: World) -> None:
    room = await world.captioned(BO)
    world.engine.door.clear()
    utterance = world.speak(room, BO, "words")
    assert utterance is not None
    await world.engine.reached("transcribe")

    assert world.spool.waiting == {utterance.id: utterance}


async def test_an_engine_that_fails_is_asked_again(world: World) -> None:
    room = await world.captioned(BO)
    world.engine.faults = [RetryableSpeechError("busy"), RetryableSpeechError("busy")]
    world.speak(room, BO, "words")
    await world.written(room)

    assert world.texts(room) == ["words"]
    assert len(world.engine.jobs) == 3


async def test_what_the_engine_cannot_do_for_now_waits_on_disk_and_is_done_once(world: World) -> None:
    room = await world.captioned(BO)
    world.engine.faults = [RetryableSpeechError("down")] * 3
    utterance = world.speak(room, BO, "late words")
    assert utterance is not None
    await world.written(room)
    assert world.lines(room) == []
    assert list(world.spool.waiting) == [utterance.id]

    assert await world.bot.scribe.replay() == 1
    assert await world.bot.scribe.replay() == 0
    await world.written(room)

    assert world.texts(room) == ["late words"]
    assert world.spool.waiting == {}


async def test_what_the_engine_can_never_do_is_dropped(world: World, caplog: pytest.LogCaptureFixture) -> None:
    room = await world.captioned(BO)
    world.engine.faults = [FatalSpeechError("too long")]
    utterance = world.speak(room, BO, "words")
    assert utterance is not None
    await world.written(room)

    assert world.lines(room) == []
    assert world.spool.waiting == {}
    assert len(world.engine.jobs) == 1
    assert f"the engine cannot transcribe utterance {utterance.id}" in caplog.text


async def test_a_full_spool_loses_no_words_while_nothing_crashes(world: World) -> None:
    room = await world.captioned(BO)
    world.spool.fails("add", StorageUnavailable("The disk is full."))
    world.speak(room, BO, "words")
    await world.written(room)

    assert world.texts(room) == ["words"]


async def test_a_line_that_cannot_be_stored_waits_on_disk(world: World, caplog: pytest.LogCaptureFixture) -> None:
    room = await world.captioned(BO)
    world.stores.transcripts.failure = StorageUnavailable("The disk is full.")
    utterance = world.speak(room, BO, "words")
    assert utterance is not None
    await world.written(room)
    await turns(1)
    assert f"utterance {utterance.id} could not be handled" in caplog.text

    world.stores.transcripts.failure = None
    await world.bot.scribe.replay()
    await world.written(room)
    assert world.texts(room) == ["words"]


async def test_the_same_utterance_twice_is_one_line(world: World) -> None:
    room = await world.captioned(BO)
    utterance = world.utterance(room, BO, "words")
    world.bot.scribe.put(utterance)
    world.bot.scribe.put(utterance)
    await world.written(room)
    world.bot.scribe.put(utterance)
    await world.written(room)

    assert world.texts(room) == ["words"]
    assert len(world.board.captions) == 1


# --- crashes -------------------------------------------------------------------------------------------------------


async def test_a_crash_at_the_engine_loses_nothing(world: World) -> None:
    room = await world.captioned(BO)
    world.engine.door.clear()
    world.speak(room, BO, "words")
    await world.engine.reached("transcribe")

    await world.restart()
    world.engine.door.set()
    assert await world.bot.scribe.replay() == 1
    await world.written(room)

    assert world.texts(room) == ["words"]
    assert world.spool.waiting == {}


async def test_a_crash_between_store_and_disk_stores_and_shows_once(world: World) -> None:
    room = await world.captioned(BO)
    world.spool.holds("remove")
    world.speak(room, BO, "words")
    await world.spool.reached("remove")
    assert world.texts(room) == ["words"]
    world.board.captions.clear()

    await world.restart()
    assert await world.bot.scribe.replay() == 1
    await world.written(room)

    assert world.texts(room) == ["words"]
    assert world.board.captions == {}
    assert world.spool.waiting == {}


async def test_what_waits_on_disk_is_forgotten_if_consent_ended_meanwhile(world: World) -> None:
    room = await world.captioned(BO)
    world.engine.faults = [RetryableSpeechError("down")] * 3
    world.speak(room, BO, "taken back")
    await world.written(room)
    jobs = len(world.engine.jobs)
    utterance = next(iter(world.spool.waiting.values()))
    await world.bot.consenting.stop(room, BO)
    world.spool.waiting[utterance.id] = utterance  # as if the withdrawal had crashed before it came to the disk

    await world.restart()
    await world.bot.scribe.replay()
    await world.written(room)

    assert world.spool.waiting == {}
    assert len(world.engine.jobs) == jobs


async def test_what_belongs_to_no_space_is_forgotten(world: World) -> None:
    room = await world.captioned(BO)
    utterance = world.utterance(room, BO, "words")
    world.spool.waiting[utterance.id] = utterance
    world.stores.spaces.rows.clear()
    world.bot.rooms.discard(room.space.id)

    await world.bot.scribe.replay()
    await world.written(room)

    assert world.spool.waiting == {}
    assert world.engine.jobs == []


# --- the end -------------------------------------------------------------------------------------------------------


async def test_the_end_waits_for_the_last_words(world: World) -> None:
    room = await world.captioned(BO)
    world.engine.door.clear()
    world.speak(room, BO, "said in time")
    world.ears.unfinished.append(world.utterance(room, BO, "and the very last word"))
    await world.bot.hosting.end(room, actor(ANN))
    await turns()
    world.engine.door.set()
    await world.bot.hosting.settled(room.space.id)

    assert sorted(world.texts(room)) == ["and the very last word", "said in time"]
    assert world.board.summaries[room.space.id].lines == 2


async def test_words_that_come_too_late_are_kept_only_for_the_transcript(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "LAST_WORDS_SECONDS", 0.01)
    room = await world.captioned(BO)
    await world.on_stage(room, CY)
    await world.agree(room, CY, ConsentChoice.CAPTIONS)
    world.engine.door.clear()
    world.speak(room, BO, "for the transcript")
    world.speak(room, CY, "for the moment")
    await world.end(room)
    assert world.board.summaries[room.space.id].lines == 0

    world.engine.door.set()
    await world.written(room)

    assert world.texts(room) == ["for the transcript"]
    assert world.spool.waiting == {}


async def test_no_captions_only_line_is_stored_once_they_were_taken_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "LAST_WORDS_SECONDS", 0.0)
    room = await world.captioned(BO, choice=ConsentChoice.CAPTIONS)
    world.engine.door.clear()
    world.speak(room, BO, "for the moment")
    door = world.board.holds("finish")
    await world.bot.hosting.end(room, actor(ANN))
    await world.board.reached("finish")
    world.engine.door.set()
    await world.written(room)
    door.set()
    await world.bot.hosting.settled(room.space.id)

    assert world.lines(room) == []
    assert world.board.captions == {}


async def test_a_line_that_is_just_being_stored_does_not_outlive_the_captions(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tidying up stops waiting at the moment at which a captions-only line is on its way into the store."""
    monkeypatch.setattr(ending, "LAST_WORDS_SECONDS", 0.0)
    room = await world.captioned(BO, choice=ConsentChoice.CAPTIONS)
    storing, door = asyncio.Event(), asyncio.Event()
    add = world.stores.transcripts.add

    async def slow(line: object) -> object:
        storing.set()
        await door.wait()
        return await add(line)  # type: ignore[arg-type]

    monkeypatch.setattr(world.stores.transcripts, "add", slow)
    world.speak(room, BO, "for the moment")
    await storing.wait()
    await world.bot.hosting.end(room, actor(ANN))
    await turns()
    door.set()
    await world.bot.hosting.settled(room.space.id)
    await world.written(room)

    assert world.lines(room) == []
    assert world.board.captions == {}


async def test_closing_leaves_what_is_not_done_on_disk(world: World) -> None:
    room = await world.captioned(BO)
    world.engine.door.clear()
    utterance = world.speak(room, BO, "words")
    assert utterance is not None
    await world.engine.reached("transcribe")

    assert not await world.bot.scribe.drain(room.space.id, 0.01)
    await world.bot.scribe.close()

    assert list(world.spool.waiting) == [utterance.id]
    assert await world.bot.scribe.drain(room.space.id, 0.01)


async def test_how_late_a_line_is_can_be_read_in_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "spaces.scribe")
    room = await world.captioned(BO)
    world.engine.door.clear()
    world.speak(room, BO, "words")
    world.clock.advance(3.25)
    world.engine.door.set()
    await world.written(room)

    assert "stored 1.25 s after its last packet" in caplog.text
    assert "words" not in caplog.text
    assert world.ears.ears[GUILD].heard == 1
