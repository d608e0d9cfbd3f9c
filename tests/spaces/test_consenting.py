from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from spaces import consenting
from spaces.errors import DiscordUnavailable, RetryableSpeechError, StorageUnavailable
from spaces.model import ConsentChoice, Space, TranscriptLine
from spaces.room import Room
from tests.spaces.stand_ins import StageEars
from tests.spaces.world import ANN, BO, CY, DEE, GUILD, World, actor, turns

DAY = 86_400.0
FULL = StorageUnavailable("The disk is full.")


@pytest.fixture
async def room(world: World) -> Room:
    """A Space with captions on and Bo on stage, who has not chosen."""
    room = await world.open()
    await world.bot.transcribing.turn_on(room, actor(ANN))
    await world.on_stage(room, BO)
    return room


async def test_nobody_is_heard_who_did_not_choose(world: World, room: Room) -> None:
    assert world.speak(room, BO, "not a word") is None

    assert await world.bot.consenting.current(room.space, BO.id) is None
    assert await world.bot.consenting.must_ask(room, BO.id)
    assert await world.bot.consenting.captioned(room) == ()
    assert world.ears.ears[GUILD].refused == 1
    assert world.engine.jobs == []


async def test_nobody_is_asked_while_captions_are_off(world: World) -> None:
    room = await world.open()

    assert not await world.bot.consenting.must_ask(room, BO.id)


@pytest.mark.parametrize("choice", [ConsentChoice.CAPTIONS, ConsentChoice.TRANSCRIPT])
async def test_who_agrees_is_heard_from_then_on(world: World, room: Room, choice: ConsentChoice) -> None:
    await world.agree(room, BO, choice)
    world.speak(room, BO, "so the second chapter")
    await world.written(room)

    [line] = world.lines(room)
    assert (line.text, line.name, line.kept) == ("so the second chapter", "Bo", choice is ConsentChoice.TRANSCRIPT)
    assert world.board.captions == {line.id: line}
    assert [one.person for one in await world.bot.consenting.captioned(room)] == [BO]
    assert not await world.bot.consenting.must_ask(room, BO.id)


async def test_the_receipt_records_what_was_told(world: World, room: Room) -> None:
    receipt = await world.bot.consenting.choose(room, BO, ConsentChoice.CAPTIONS, hide_name=True)

    terms = world.bot.consenting.terms(room.space)
    assert (receipt.engine, receipt.readers, receipt.kept_days) == (terms.engine, terms.readers, terms.kept_days)
    assert (receipt.wording, receipt.chosen_at, receipt.expires_at) == (
        consenting.WORDING,
        world.clock.now(),
        None,
    )
    assert world.stores.consents.rows == [receipt]


async def test_choosing_neither_is_a_choice(world: World, room: Room) -> None:
    await world.agree(room, BO, ConsentChoice.NEITHER)

    assert world.speak(room, BO, "not a word") is None
    assert not await world.bot.consenting.must_ask(room, BO.id)


async def test_a_hidden_name_is_in_no_line(world: World, room: Room) -> None:
    await world.agree(room, BO, hide_name=True)
    world.speak(room, BO, "anonymous words")
    await world.written(room)

    assert [line.name for line in world.lines(room)] == ["a speaker"]


async def test_the_name_in_a_line_is_the_one_borne_now(world: World, room: Room) -> None:
    await world.agree(room, BO)
    _, seat = world.stage.seat(BO.id)
    seat.person = replace(BO, name="Bo the Reader")
    world.stage.toggle_mute(BO.id)
    await world.stage.quiet()
    world.speak(room, BO, "words")
    await world.written(room)

    assert [line.name for line in world.lines(room)] == ["Bo the Reader"]


# --- the order of gate and store -----------------------------------------------------------------------------------


async def test_the_gate_is_closed_before_a_withdrawal_is_stored(world: World, room: Room) -> None:
    await world.agree(room, BO)
    world.stores.consents.failure = FULL

    with pytest.raises(StorageUnavailable):
        await world.bot.consenting.stop(room, BO)

    assert world.speak(room, BO, "not a word") is None


async def test_the_gate_is_closed_at_once_while_the_room_is_busy(world: World, room: Room) -> None:
    await world.agree(room, BO)
    async with room.lock:
        stopping = asyncio.create_task(world.bot.consenting.stop(room, BO))
        await turns()
        assert world.speak(room, BO, "not a word") is None
    await stopping


async def test_the_gate_is_opened_after_a_choice_is_stored(world: World, room: Room) -> None:
    world.stores.consents.failure = FULL

    with pytest.raises(StorageUnavailable):
        await world.agree(room, BO)

    assert world.speak(room, BO, "not a word") is None


async def test_what_is_said_when_consent_ends_is_thrown_away(world: World, room: Room) -> None:
    await world.agree(room, BO)
    world.ears.unfinished.append(world.utterance(room, BO, "half a sentence"))

    await world.bot.consenting.stop(room, BO)
    await world.bot.transcribing.turn_off(room, actor(ANN))
    await world.written(room)

    assert world.engine.jobs == []


async def test_a_withdrawal_while_captions_are_being_turned_on_holds(world: World) -> None:
    """The listener joins with the consents of a moment ago."""
    room = await world.open()
    await world.on_stage(room, BO)
    await world.agree(room, BO)
    door = world.ears.holds("join")
    turning_on = asyncio.create_task(world.bot.transcribing.turn_on(room, actor(ANN)))
    await world.ears.reached("join")
    stopping = asyncio.create_task(world.bot.consenting.stop(room, BO))
    await turns()
    door.set()
    await asyncio.gather(turning_on, stopping)

    assert world.speak(room, BO, "not a word") is None


async def test_withdrawn_while_the_engine_is_busy_leaves_no_line(world: World, room: Room) -> None:
    await world.agree(room, BO)
    world.engine.door.clear()
    utterance = world.speak(room, BO, "taken back")
    assert utterance is not None
    await world.engine.reached("transcribe")

    await world.bot.consenting.stop(room, BO)
    world.engine.door.set()
    await world.written(room)

    assert world.lines(room) == []
    assert world.board.captions == {}
    assert world.spool.waiting == {}


async def test_withdrawn_before_the_engine_begins_is_never_transcribed(world: World, room: Room) -> None:
    await world.agree(room, BO)
    door = world.spool.holds("add")
    world.speak(room, BO, "taken back")
    await world.spool.reached("add")

    stopping = asyncio.create_task(world.bot.consenting.stop(room, BO))
    await turns()
    assert not stopping.done()
    door.set()
    await stopping
    assert world.spool.waiting == {}
    await world.written(room)

    assert world.engine.jobs == []
    assert world.lines(room) == []


async def test_what_waits_on_disk_goes_with_the_consent(world: World, room: Room) -> None:
    await world.agree(room, BO)
    world.engine.faults = [RetryableSpeechError("down")] * 3
    world.speak(room, BO, "taken back")
    await world.written(room)
    assert world.spool.waiting != {}

    await world.bot.consenting.stop(room, BO)

    assert world.spool.waiting == {}


async def test_a_withdrawal_is_answered_when_what_was_under_way_can_be_removed(world: World, room: Room) -> None:
    await world.agree(room, BO)
    storing, door = asyncio.Event(), asyncio.Event()
    add = world.stores.transcripts.add

    async def slow(line: TranscriptLine) -> TranscriptLine | None:
        storing.set()
        await door.wait()
        return await add(line)

    world.stores.transcripts.add = slow  # type: ignore[method-assign]
    world.speak(room, BO, "just in time")
    await storing.wait()

    stopping = asyncio.create_task(world.bot.consenting.stop(room, BO))
    await turns()
    assert not stopping.done()
    door.set()
    await stopping

    assert await world.bot.consenting.remove_mine(room.space, BO.id) == 1
    assert world.board.captions == {}


async def test_a_choice_in_one_space_does_not_reach_into_another(world: World, room: Room) -> None:
    """Bo sits in the captioned Space and presses a button on the panel of another one."""
    await world.agree(room, BO)
    other = await world.open(CY, "Another Space")

    await world.bot.consenting.choose(other, BO, ConsentChoice.NEITHER, hide_name=False)

    assert world.speak(room, BO, "still agreed") is not None
    await world.written(room)


# --- words that wait while the choice changes ----------------------------------------------------------------------


async def test_a_second_yes_does_not_reach_back_over_a_withdrawal(world: World, room: Room) -> None:
    await world.agree(room, BO)
    world.engine.door.clear()
    world.speak(room, BO, "taken back")
    await world.engine.reached("transcribe")

    await world.bot.consenting.stop(room, BO)
    await world.agree(room, BO)
    world.engine.door.set()
    await world.written(room)
    await world.bot.scribe.replay()
    await world.written(room)

    assert world.lines(room) == []
    world.clock.advance(1)
    world.speak(room, BO, "agreed anew")
    await world.written(room)
    assert world.texts(room) == ["agreed anew"]


async def test_withdrawn_words_that_wait_for_a_worker_are_not_heard_by_it(world: World, room: Room) -> None:
    await world.agree(room, BO)
    world.engine.door.clear()
    world.speak(room, BO, "taken back")
    await world.engine.reached("transcribe")

    await world.bot.consenting.stop(room, BO)

    assert await world.bot.scribe.drain(room.space.id, 1)  # given up, though the engine never answered


async def test_words_said_for_the_moment_are_not_kept_by_a_later_choice(world: World, room: Room) -> None:
    await world.agree(room, BO, ConsentChoice.CAPTIONS, hide_name=True)
    world.engine.door.clear()
    world.speak(room, BO, "for the moment")
    await world.engine.reached("transcribe")
    world.clock.advance(1)
    await world.agree(room, BO, ConsentChoice.TRANSCRIPT)
    world.clock.advance(1)
    world.speak(room, BO, "for the transcript")
    world.engine.door.set()
    await world.written(room)

    assert {(line.text, line.name, line.kept) for line in world.lines(room)} == {
        ("for the moment", "a speaker", False),
        ("for the transcript", "Bo", True),
    }


async def test_what_is_removed_takes_along_what_is_still_being_transcribed(world: World, room: Room) -> None:
    await world.agree(room, BO)
    world.engine.door.clear()
    world.speak(room, BO, "taken back")
    await world.engine.reached("transcribe")

    assert await world.bot.consenting.remove_mine(room.space, BO.id) == 0
    world.engine.door.set()
    await world.written(room)

    assert world.lines(room) == []
    assert world.speak(room, BO, "still agreed") is not None
    await world.written(room)


# --- how long a choice holds ---------------------------------------------------------------------------------------


async def test_a_choice_for_the_server_holds_elsewhere_until_it_expires(world: World, room: Room) -> None:
    world.policies.change(consent_days=90)
    await world.agree(room, BO, whole_server=True)
    await world.end(room)
    later = await world.open(title="Later")

    world.clock.advance(90 * DAY - 1)
    assert await world.bot.consenting.consenting(later.space) == {BO.id}
    world.clock.advance(1)
    assert await world.bot.consenting.current(later.space, BO.id) is None
    assert await world.bot.consenting.consenting(later.space) == frozenset()


async def test_the_gate_closes_when_a_choice_runs_out_in_mid_space(world: World, room: Room) -> None:
    await world.agree(room, BO, whole_server=True)
    world.clock.advance(90 * DAY - 1)
    await world.bot.transcribing.turn_off(room, actor(ANN))
    await world.bot.transcribing.turn_on(room, actor(ANN))
    assert world.ears.ears[GUILD].open_for == {BO.id}

    world.clock.advance(1)
    async with asyncio.timeout(5):
        while world.ears.ears[GUILD].open_for:  # noqa: ASYNC110 - the gate tells nobody
            await asyncio.sleep(0.02)

    assert world.speak(room, BO, "not a word") is None


async def test_a_choice_for_the_server_is_heard_where_one_sits(world: World, room: Room) -> None:
    """Bo sits in the captioned Space and chooses on the panel of another one."""
    other = await world.open(CY, "Another Space")

    await world.bot.consenting.choose(other, BO, ConsentChoice.TRANSCRIPT, hide_name=False, whole_server=True)

    assert world.speak(room, BO, "heard here") is not None
    await world.written(room)
    assert world.texts(room) == ["heard here"]


async def test_a_choice_for_one_space_holds_in_no_other(world: World, room: Room) -> None:
    await world.agree(room, BO)
    other = await world.open(CY, "Another Space")

    assert await world.bot.consenting.current(other.space, BO.id) is None


async def test_the_newest_choice_counts_whatever_it_is_for(world: World, room: Room) -> None:
    await world.agree(room, BO, whole_server=True)
    await world.bot.consenting.stop(room, BO)
    assert await world.bot.consenting.consenting(room.space) == frozenset()

    await world.agree(room, BO, whole_server=True)
    assert await world.bot.consenting.consenting(room.space) == {BO.id}


async def test_withdrawing_for_the_server_is_heard_in_every_space(world: World, room: Room) -> None:
    await world.agree(room, BO)
    other = await world.open(CY, "Another Space")

    await world.bot.consenting.choose(other, BO, ConsentChoice.NEITHER, hide_name=False, whole_server=True)

    assert world.speak(room, BO, "not a word") is None


@pytest.mark.parametrize("what", ["wording", "engine", "readers"])
async def test_other_terms_are_asked_anew(world: World, room: Room, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.agree(room, BO)
    if what == "wording":
        monkeypatch.setattr(consenting, "WORDING", consenting.WORDING + 1)
    elif what == "readers":
        world.policies.change(readers="the whole internet")
    else:
        world.engine.capabilities = replace(world.engine.capabilities, name="another engine")
        await world.restart()
        room = world.bot.rooms.require(room.space.id, GUILD)

    assert await world.bot.consenting.must_ask(room, BO.id)
    assert await world.bot.consenting.consenting(room.space) == frozenset()
    await world.agree(room, BO)
    assert not await world.bot.consenting.must_ask(room, BO.id)


# --- removing what was said ----------------------------------------------------------------------------------------


async def test_what_i_said_is_removed_from_store_chat_and_disk(world: World, room: Room) -> None:
    await world.on_stage(room, CY)
    await world.agree(room, BO)
    await world.agree(room, CY)
    for person, text in ((BO, "one"), (CY, "two"), (BO, "three")):
        world.speak(room, person, text)
    await world.written(room)
    assert await world.bot.consenting.lines_of(room.space, BO.id) == 2

    assert await world.bot.consenting.remove_mine(room.space, BO.id) == 2

    assert world.texts(room) == ["two"]
    assert [line.text for line in world.board.captions.values()] == ["two"]
    assert world.scrubber.calls == ["scrub"]
    assert await world.bot.consenting.remove_mine(room.space, BO.id) == 0
    assert await world.bot.consenting.remove_mine(room.space, DEE.id) == 0


async def test_what_discord_did_not_take_out_can_be_removed_again(world: World, room: Room) -> None:
    await world.agree(room, BO)
    world.speak(room, BO, "one")
    await world.written(room)
    world.board.fails("remove_lines", DiscordUnavailable("Discord did not answer."), times=1)

    with pytest.raises(DiscordUnavailable):
        await world.bot.consenting.remove_mine(room.space, BO.id)
    assert await world.bot.consenting.remove_mine(room.space, BO.id) == 1

    assert world.board.captions == {}
    assert world.lines(room) == []


async def test_two_removals_at_once_do_not_show_each_others_lines_anew(world: World, room: Room) -> None:
    await world.on_stage(room, CY)
    await world.agree(room, BO)
    await world.agree(room, CY)
    world.speak(room, BO, "one")
    world.speak(room, CY, "two")
    await world.written(room)
    door = world.board.holds("remove_lines")

    first = asyncio.create_task(world.bot.consenting.remove_mine(room.space, BO.id))
    await world.board.reached("remove_lines")
    second = asyncio.create_task(world.bot.consenting.remove_mine(room.space, CY.id))
    await turns()
    assert world.board.calls.count("remove_lines") == 1
    door.set()
    await asyncio.gather(first, second)

    assert world.lines(room) == []


async def test_a_line_that_is_just_being_told_is_not_shown_after_its_removal(world: World, room: Room) -> None:
    """The line is stored; before it is off the disk its speaker has it removed."""
    await world.agree(room, BO)
    door = world.spool.holds("remove")
    world.speak(room, BO, "one")
    await world.spool.reached("remove")

    assert await world.bot.consenting.remove_mine(room.space, BO.id) == 1
    door.set()
    await world.written(room)

    assert world.board.captions == {}
    assert world.lines(room) == []


async def test_lines_of_an_ended_space_can_be_removed(world: World, room: Room) -> None:
    await world.agree(room, BO)
    world.speak(room, BO, "one")
    await world.written(room)
    await world.end(room)
    space = await world.stores.spaces.get(room.space.id)
    assert isinstance(space, Space)

    assert await world.bot.consenting.remove_mine(space, BO.id) == 1
    assert world.lines(room) == []


async def test_many_choices_at_once_leave_gate_and_store_agreed(world: World, room: Room) -> None:
    choices = [ConsentChoice.TRANSCRIPT, ConsentChoice.NEITHER, ConsentChoice.CAPTIONS, ConsentChoice.NEITHER] * 3
    await asyncio.gather(*(world.agree(room, BO, choice) for choice in choices))
    assert gate(world.ears) == await world.bot.consenting.consenting(room.space) == frozenset()

    await asyncio.gather(*(world.agree(room, BO, choice) for choice in reversed(choices)))
    assert gate(world.ears) == await world.bot.consenting.consenting(room.space) == {BO.id}


def gate(ears: StageEars) -> set[int]:
    """Who is heard now."""
    return ears.ears[GUILD].open_for
