from __future__ import annotations

import asyncio

import pytest

from spaces.choices import Choices
from spaces.errors import Conflict, DiscordUnavailable, InvalidInput, NotAllowed, NotFound, StorageUnavailable
from spaces.model import Person, Standing
from spaces.presence import MUTED_ON_STAGE, TURN_WAITS
from spaces.room import Room
from spaces.rules import SpeakMode
from spaces.turns import MOST_MINUTES, OVER
from tests.spaces.world import ANN, BO, CY, DEE, EVE, GUILD, World, actor

TURN = 120


@pytest.fixture
async def room(world: World) -> Room:
    """A Space with timed turns; three listeners have raised their hands."""
    world.policies.change_rules(turn_seconds=TURN)
    room = await world.open()
    await world.join(room, BO, CY, DEE)
    for person in (BO, CY, DEE):
        await world.bot.speaking.raise_hand(room, person)
    return room


def words_to(world: World, person: Person) -> list[str]:
    return [notice.text for person_id, notice in world.words.told if person_id == person.id]


def called(world: World, person: Person) -> list[str]:
    return [text for text in words_to(world, person) if text.startswith("You're next")]


async def takes_stage(world: World, room: Room, person: Person, *, muted: bool = False) -> None:
    channel, seat = world.stage.seat(person.id)
    seat.self_muted = muted
    if world.standing(room, person) is not Standing.INVITED:
        await world.bot.speaking.invite(room, actor(ANN), person.id)
    world.stage.accept(person.id)
    await world.stage.quiet()
    assert channel.id == room.space.channel_id


def left(world: World, room: Room, person: Person) -> float | None:
    """Seconds that are left of the person's turn."""
    one = room.known(person.id)
    return None if one.turn_ends_at is None else (one.turn_ends_at - world.clock.now()).total_seconds()


# --- the beginning --------------------------------------------------------------------------------------------------


async def test_a_turn_begins_with_an_open_microphone(world: World, room: Room) -> None:
    await takes_stage(world, room, BO)
    assert await world.look(1) == 1
    assert left(world, room, BO) == TURN
    assert await world.look(10) == 0
    assert left(world, room, BO) == TURN - 10
    world.check(room)


async def test_who_is_muted_is_told_and_begins_when_they_unmute(world: World, room: Room) -> None:
    await takes_stage(world, room, BO, muted=True)
    assert words_to(world, BO)[-1] == TURN_WAITS
    await world.look(20)
    assert left(world, room, BO) is None
    world.stage.toggle_mute(BO.id)
    await world.stage.quiet()
    await world.look(1)
    assert left(world, room, BO) == TURN
    world.stage.toggle_mute(BO.id)  # muting later does not stop it
    await world.stage.quiet()
    await world.look(5)
    assert left(world, room, BO) == TURN - 5


async def test_who_stays_muted_begins_after_half_a_minute(world: World, room: Room) -> None:
    await takes_stage(world, room, BO, muted=True)
    assert await world.look(29) == 0
    assert await world.look(1) == 1
    assert left(world, room, BO) == TURN
    assert "You're still muted" in words_to(world, BO)[-1]
    await world.look(1)
    assert sum("still muted" in text for text in words_to(world, BO)) == 1


async def test_without_turns_nobody_has_one(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    await takes_stage(world, room, BO, muted=True)
    assert words_to(world, BO)[-1] == MUTED_ON_STAGE
    assert await world.look(500) == 0
    assert world.standing(room, BO) is Standing.ON_STAGE


async def test_hosts_and_co_hosts_have_no_turns(world: World, room: Room) -> None:
    await world.on_stage(room, ANN, BO)
    await world.look(1)
    assert left(world, room, ANN) is None
    await world.bot.leading.appoint(room, actor(ANN), BO)
    await world.look(1)
    assert left(world, room, BO) is None
    await world.look(TURN)
    assert world.standing(room, BO) is Standing.ON_STAGE
    await world.bot.leading.dismiss(room, actor(ANN), BO)
    await world.look(1)
    assert left(world, room, BO) == TURN  # not counted from when they came up


async def test_turns_are_switched_on_and_off(world: World) -> None:
    room = await world.open()
    await world.on_stage(room, BO)
    world.clock.advance(3600)
    await world.bot.editing.edit(room, actor(ANN), Choices(turn_seconds=60))
    await world.look(1)
    assert left(world, room, BO) == 60
    await world.bot.editing.edit(room, actor(ANN), Choices(turn_seconds=0))
    await world.look(1)
    assert left(world, room, BO) is None
    await world.look(3600)
    assert world.standing(room, BO) is Standing.ON_STAGE


# --- on deck --------------------------------------------------------------------------------------------------------


async def test_the_next_one_is_told_once_in_time(world: World, room: Room) -> None:
    await takes_stage(world, room, BO)
    await world.look()
    await world.look(TURN - 31)
    assert called(world, CY) == []
    await world.look(1)
    ends_at = room.known(BO.id).turn_ends_at
    assert ends_at is not None
    assert called(world, CY) == [f"You're next: Bo's turn ends <t:{int(ends_at.timestamp())}:R>."]
    await world.look(5)
    assert len(called(world, CY)) == 1
    assert called(world, DEE) == []


async def test_who_moves_up_is_told_as_well(world: World, room: Room) -> None:
    await takes_stage(world, room, BO)
    await world.look()
    await world.look(TURN - 20)
    await world.bot.speaking.lower_hand(room, CY)
    await world.look(1)
    assert len(called(world, CY)) == len(called(world, DEE)) == 1


async def test_several_turns_call_several_hands(world: World, room: Room) -> None:
    await takes_stage(world, room, BO)
    await world.look()
    await world.look(5)
    await takes_stage(world, room, CY)
    await world.look()
    await world.join(room, EVE)
    await world.bot.speaking.raise_hand(room, EVE)
    await world.look(TURN - 35)
    assert (len(called(world, DEE)), called(world, EVE)) == (1, [])
    await world.look(5)
    assert (len(called(world, DEE)), len(called(world, EVE))) == (1, 1)
    assert "Cy's turn" in called(world, EVE)[0]


async def test_a_question_to_be_read_aloud_is_not_on_deck(world: World, room: Room) -> None:
    await world.bot.speaking.raise_hand(room, CY, question="Why?", read_aloud=True)
    await takes_stage(world, room, BO)
    await world.look()
    await world.look(TURN)
    assert called(world, CY) == []
    assert len(called(world, DEE)) == 1
    assert (world.standing(room, CY), world.standing(room, DEE)) == (Standing.HAND_UP, Standing.INVITED)


# --- the end --------------------------------------------------------------------------------------------------------


async def test_at_the_end_the_baton_goes_on(world: World, room: Room) -> None:
    await takes_stage(world, room, BO)
    await world.look()
    await world.look(TURN - 1)
    assert world.standing(room, BO) is Standing.ON_STAGE
    await world.look(1)
    assert world.standing(room, BO) is Standing.LISTENING
    assert words_to(world, BO)[-1] == OVER
    assert world.standing(room, CY) is Standing.INVITED
    assert words_to(world, CY)[-1].startswith("Ann invites you to speak")
    assert room.known(CY.id).invited_by == ANN.id
    assert room.known(BO.id).turn_ends_at is None
    world.check(room)
    await takes_stage(world, room, CY)
    await world.look()
    await world.look(TURN)
    assert world.standing(room, DEE) is Standing.INVITED
    world.check(room)


async def test_a_turn_ends_without_anybody_waiting(world: World, room: Room) -> None:
    await world.bot.queueing.lower_all(room, actor(ANN))
    await takes_stage(world, room, BO)
    await world.look()
    await world.look(TURN)
    assert world.standing(room, BO) is Standing.LISTENING
    await world.bot.speaking.raise_hand(room, CY)
    await world.look(1)
    assert world.standing(room, CY) is Standing.HAND_UP  # the baton is with the host again
    world.check(room)


async def test_where_everyone_may_speak_one_turn_makes_room_for_one(world: World) -> None:
    world.policies.change_rules(turn_seconds=60, speaker_limit=1)
    room = await world.open(speak=SpeakMode.EVERYONE)
    await world.join(room, BO, CY, DEE)
    for person in (BO, CY, DEE):
        await world.bot.speaking.raise_hand(room, person)
    world.stage.accept(BO.id)
    await world.stage.quiet()
    await world.look()
    await world.look(60)
    assert (world.standing(room, CY), world.queue(room)) == (Standing.INVITED, ["Dee"])
    world.check(room)


async def test_turns_that_ended_during_an_absence_end_at_the_next_look(world: World, room: Room) -> None:
    await takes_stage(world, room, BO)
    await world.look()
    await world.look(TURN - 10)
    await world.restart()
    room = world.bot.rooms.require(room.space.id, GUILD)
    assert left(world, room, BO) == 10
    await world.look(1)
    assert len(called(world, CY)) == 2  # once by each process
    await world.restart()
    room = world.bot.rooms.require(room.space.id, GUILD)
    await world.look(600)
    assert world.standing(room, BO) is Standing.LISTENING
    assert world.standing(room, CY) is Standing.INVITED
    world.check(room)


async def test_what_discord_does_not_end_is_tried_again_and_keeps_no_other(world: World, room: Room) -> None:
    await takes_stage(world, room, BO)
    await takes_stage(world, room, CY)
    await world.look()
    world.stage.fails("to_audience", DiscordUnavailable("no"), times=1)
    await world.look(TURN)
    standings = [world.standing(room, person) for person in (BO, CY, DEE)]
    assert standings == [Standing.ON_STAGE, Standing.LISTENING, Standing.INVITED]
    await world.look(1)
    assert world.standing(room, BO) is Standing.LISTENING
    world.check(room)


async def test_who_could_not_be_invited_at_once_is_invited_later(world: World, room: Room) -> None:
    await takes_stage(world, room, BO)
    await world.look()
    world.stage.fails("invite", DiscordUnavailable("no"), times=2)
    await world.look(TURN)
    assert world.standing(room, BO) is Standing.LISTENING
    assert world.standing(room, CY) is Standing.HAND_UP
    await world.look(1)
    assert world.standing(room, CY) is Standing.HAND_UP
    await world.look(1)
    assert world.standing(room, CY) is Standing.INVITED
    await world.look(1)
    assert world.standing(room, DEE) is Standing.HAND_UP


async def test_a_turn_that_cannot_be_stored_is_not_shown(world: World, room: Room) -> None:
    await takes_stage(world, room, BO)
    world.stores.spaces.failure = StorageUnavailable("no")
    await world.look(1)
    assert left(world, room, BO) is None
    world.stores.spaces.failure = None
    await world.look(1)
    assert left(world, room, BO) == TURN


async def test_who_leaves_or_steps_down_loses_the_turn(world: World, room: Room) -> None:
    await takes_stage(world, room, BO)
    await world.look()
    world.stage.step_down(BO.id)
    await world.stage.quiet()
    assert left(world, room, BO) is None
    await takes_stage(world, room, BO)
    await world.look(TURN)
    world.check(room)
    assert left(world, room, BO) == TURN  # a new turn, not the rest of the old one
    world.stage.leave(BO.id)
    await world.stage.quiet()
    assert await world.look(TURN) == 0


# --- more time ------------------------------------------------------------------------------------------------------


async def test_a_host_gives_more_time(world: World, room: Room) -> None:
    await takes_stage(world, room, BO)
    await world.look()
    await world.look(TURN - 10)
    assert len(called(world, CY)) == 1
    extended = await world.bot.turns.extend(room, actor(ANN), BO.id)
    assert extended.turn_ends_at == room.known(BO.id).turn_ends_at
    assert left(world, room, BO) == 70
    await world.look(30)
    assert len(called(world, CY)) == 1
    await world.look(20)
    assert len(called(world, CY)) == 2  # the new end
    await world.look(20)
    assert world.standing(room, BO) is Standing.LISTENING


async def test_more_time_is_for_hosts_and_running_turns(world: World, room: Room) -> None:
    extend = world.bot.turns.extend
    with pytest.raises(Conflict, match="not on stage"):
        await extend(room, actor(ANN), BO.id)
    with pytest.raises(NotFound):
        await extend(room, actor(ANN), EVE.id)
    await takes_stage(world, room, BO, muted=True)
    with pytest.raises(Conflict, match="not begun yet"):
        await extend(room, actor(ANN), BO.id)
    await world.look(30)
    with pytest.raises(NotAllowed):
        await extend(room, actor(BO), BO.id)
    for minutes in (0, -5, MOST_MINUTES):
        with pytest.raises(InvalidInput):
            await extend(room, actor(ANN), BO.id, minutes=minutes)
    assert left(world, room, BO) == TURN
    await world.on_stage(room, ANN)
    with pytest.raises(Conflict, match="no turn"):
        await extend(room, actor(ANN), ANN.id)
    await world.end(room)
    with pytest.raises(NotFound):
        await extend(room, actor(ANN), BO.id)


async def test_more_time_just_before_the_end_wins_or_loses_whole(world: World, room: Room) -> None:
    await takes_stage(world, room, BO)
    await world.look()
    door = world.stage.holds("to_audience")
    world.clock.advance(TURN)
    looking = asyncio.create_task(world.bot.watch.look())
    await world.stage.reached("to_audience")
    asking = asyncio.create_task(world.bot.turns.extend(room, actor(ANN), BO.id))
    await asyncio.sleep(0)
    door.set()
    await looking
    with pytest.raises(Conflict, match="not on stage"):
        await asking
    await world.stage.quiet()
    world.check(room)

    await takes_stage(world, room, CY)
    await world.look()
    world.clock.advance(TURN)
    await asyncio.gather(world.bot.turns.extend(room, actor(ANN), CY.id), world.bot.watch.look())
    assert world.standing(room, CY) is Standing.ON_STAGE
    assert left(world, room, CY) == 60


@pytest.mark.parametrize("first", ["leaves", "is moved", "the Space ends"])
async def test_what_happens_at_the_very_end_of_a_turn(world: World, room: Room, first: str) -> None:
    await takes_stage(world, room, BO)
    await world.look()
    world.clock.advance(TURN)
    if first == "leaves":
        world.stage.leave(BO.id)
        await world.bot.watch.look()
    elif first == "is moved":
        await asyncio.gather(world.bot.speaking.to_audience(room, actor(ANN), BO.id), world.bot.watch.look())
    else:
        await asyncio.gather(world.end(room), world.bot.watch.look())
    await world.stage.quiet()
    world.check(room)
    assert OVER not in words_to(world, BO)
