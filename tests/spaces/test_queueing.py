from __future__ import annotations

import pytest

from spaces.errors import Conflict, DiscordUnavailable, InvalidInput, NotAllowed, NotFound
from spaces.model import Standing
from spaces.presence import FULL_STAGE, HANDS_CLOSED
from spaces.rules import QueueOrder, SpeakMode
from spaces.speaking import LONGEST_QUESTION
from tests.spaces.world import ANN, BO, CY, DEE, EVE, World, actor


async def test_closed_hands_are_refused_and_lowered(world: World) -> None:
    room = await world.open()
    await world.join(room, BO, CY, DEE)
    await world.bot.speaking.raise_hand(room, BO)
    await world.bot.queueing.set_hands(room, actor(ANN), are_open=False)

    with pytest.raises(NotAllowed, match="Hands are closed"):
        await world.bot.speaking.raise_hand(room, CY)
    world.stage.raise_hand(DEE.id)
    await world.stage.quiet()
    assert world.queue(room) == ["Bo"]
    assert [notice.text for person_id, notice in world.words.told if person_id == DEE.id] == [HANDS_CLOSED]
    world.check(room)
    await world.bot.queueing.set_hands(room, actor(ANN), are_open=True)
    await world.bot.speaking.raise_hand(room, CY)
    with pytest.raises(Conflict, match="open already"):
        await world.bot.queueing.set_hands(room, actor(ANN), are_open=True)


async def test_closing_hands_holds_whatever_discord_does(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    world.stage.fails("set_doors", DiscordUnavailable("no"))
    await world.bot.queueing.set_hands(room, actor(ANN), are_open=False)
    await world.restart()
    room = world.bot.rooms.require(room.space.id, 1)
    with pytest.raises(NotAllowed, match="Hands are closed"):
        await world.bot.speaking.raise_hand(room, BO)


async def test_hands_cannot_be_closed_where_they_are_the_way_to_speak(world: World) -> None:
    room = await world.open(speak=SpeakMode.EVERYONE)
    with pytest.raises(InvalidInput, match="Everyone may speak by raising a hand"):
        await world.bot.queueing.set_hands(room, actor(ANN), are_open=False)


async def test_all_hands_go_down_native_ones_too(world: World) -> None:
    room = await world.open()
    await world.join(room, BO, CY, DEE)
    await world.bot.speaking.raise_hand(room, BO)
    world.stage.raise_hand(CY.id)
    await world.stage.quiet()

    assert await world.bot.queueing.lower_all(room, actor(ANN)) == 2
    await world.stage.quiet()
    assert world.queue(room) == []
    world.check(room)
    with pytest.raises(Conflict, match="No hand is up"):
        await world.bot.queueing.lower_all(room, actor(ANN))


async def test_only_hosts_run_the_queue(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    await world.bot.speaking.raise_hand(room, BO, question="Why?")
    queueing = world.bot.queueing
    for attempt in (
        queueing.set_hands(room, actor(BO), are_open=False),
        queueing.set_order(room, actor(BO), QueueOrder.LEAST_TIME),
        queueing.lower_all(room, actor(BO)),
        queueing.show_question(room, actor(BO), BO.id),
        queueing.hide_question(room, actor(BO)),
    ):
        with pytest.raises(NotAllowed, match="Ann hosts this Space"):
            await attempt


async def test_a_question_comes_with_the_hand_and_is_shown_by_a_host(world: World) -> None:
    room = await world.open()
    await world.join(room, BO, CY)
    await world.bot.speaking.raise_hand(room, BO, question="  Which\u202e chapter? ", read_aloud=True)
    assert [(one.question, one.read_aloud) for one in room.queue] == [("Which chapter?", True)]
    assert (await world.bot.speaking.raise_hand(room, BO, question="And why?")).again
    assert [one.question for one in room.queue] == ["And why?"]

    assert await world.bot.queueing.show_question(room, actor(ANN), BO.id) == BO
    assert room.space.shown_question_of == BO.id
    await world.bot.queueing.hide_question(room, actor(ANN))
    assert room.space.shown_question_of is None
    with pytest.raises(Conflict, match="No question"):
        await world.bot.queueing.hide_question(room, actor(ANN))
    with pytest.raises(Conflict, match="has not asked"):
        await world.bot.queueing.show_question(room, actor(ANN), CY.id)
    with pytest.raises(NotFound, match="left"):
        await world.bot.queueing.show_question(room, actor(ANN), EVE.id)


async def test_a_question_stays_on_stage_and_goes_with_the_hand(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    await world.bot.speaking.raise_hand(room, BO, question="Why?")
    await world.bot.speaking.next(room, actor(ANN))
    world.stage.accept(BO.id)
    await world.stage.quiet()
    assert [one.question for one in room.on_stage] == ["Why?"]
    world.stage.step_down(BO.id)
    await world.stage.quiet()
    assert room.participant(BO).question == ""


async def test_where_questions_are_required_a_hand_needs_one(world: World) -> None:
    world.policies.change_rules(question_required=True)
    room = await world.open()
    await world.join(room, BO)
    for question in ("", " \u200b "):
        with pytest.raises(InvalidInput, match="Write your question"):
            await world.bot.speaking.raise_hand(room, BO, question=question)
    with pytest.raises(InvalidInput, match=f"{LONGEST_QUESTION} is the most"):
        await world.bot.speaking.raise_hand(room, BO, question="x" * (LONGEST_QUESTION + 1))
    assert world.queue(room) == []
    await world.bot.speaking.raise_hand(room, BO, question="Why?")


async def test_places_are_explained(world: World) -> None:
    world.policies.change_rules(queue_order=QueueOrder.NEWCOMERS_FIRST)
    room = await world.open()
    await world.on_stage(room, BO)
    world.clock.advance(60)
    world.stage.step_down(BO.id)
    await world.join(room, CY, DEE)
    await world.bot.speaking.raise_hand(room, CY)
    hand = await world.bot.speaking.raise_hand(room, BO)
    assert hand.sentence == "You're 2nd: newcomers go first, and you have been on stage."
    await world.bot.queueing.set_order(room, actor(ANN), QueueOrder.LEAST_TIME)
    hand = await world.bot.speaking.raise_hand(room, BO)
    assert hand.sentence == (
        "Your hand is up already: you're 2nd: who has spoken least goes first, and you have had about 1 min."
    )


async def test_the_stage_holds_no_more_than_it_may_whoever_promotes(world: World) -> None:
    world.policies.change_rules(speaker_limit=2)
    room = await world.open()
    await world.on_stage(room, BO, CY)
    await world.join(room, DEE)
    world.stage.seat(DEE.id)[1].suppressed = False  # a moderator of the server, in Discord itself
    world.stage.seat(DEE.id)[1].requested_at = None
    world.stage.toggle_mute(DEE.id)
    await world.stage.quiet()

    assert world.standing(room, DEE) is Standing.LISTENING
    assert [notice.text for person_id, notice in world.words.told if person_id == DEE.id] == [FULL_STAGE]
    world.check(room)


async def test_hosts_are_never_sent_back_for_want_of_a_seat(world: World) -> None:
    world.policies.change_rules(speaker_limit=1)
    room = await world.open()
    await world.on_stage(room, BO)
    await world.join(room, ANN)
    assert world.standing(room, ANN) is Standing.LISTENING  # not invited: the stage is full
    seat = world.stage.seat(ANN.id)[1]
    seat.suppressed = False
    world.stage.toggle_mute(ANN.id)
    await world.stage.quiet()
    assert world.standing(room, ANN) is Standing.ON_STAGE
