from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from spaces.errors import DiscordUnavailable
from spaces.model import Role, Standing
from spaces.presence import MUTED_ON_STAGE, NOT_ADMITTED
from tests.spaces.world import ANN, BO, CY, DEE, GUILD, World, actor, turns

OUTAGE = DiscordUnavailable("Discord did not answer.")


async def test_who_comes_and_goes_is_followed(world: World) -> None:
    room = await world.open()
    await world.join(room, BO, CY)
    world.stage.leave(BO.id)
    await world.stage.quiet()
    await world.join(room, DEE)

    assert {one.person for one in room.present} == {CY, DEE}
    assert await world.stores.spaces.peak(room.space.id) == 2
    world.check(room)


async def test_host_and_co_hosts_are_invited_when_they_join(world: World) -> None:
    room = await world.open()
    async with room.lock:
        await room.save(room.participant(BO).evolve(role=Role.CO_HOST))

    await world.join(room, ANN, BO, CY)

    assert [world.standing(room, one) for one in (ANN, BO, CY)] == [
        Standing.INVITED,
        Standing.INVITED,
        Standing.LISTENING,
    ]
    world.check(room)


async def test_a_host_who_steps_down_is_invited_again_only_when_they_join_again(world: World) -> None:
    room = await world.open()
    await world.join(room, ANN)
    world.stage.step_down(ANN.id)
    await world.stage.quiet()
    assert world.standing(room, ANN) is Standing.LISTENING

    world.stage.leave(ANN.id)
    await world.join(room, ANN)
    assert world.standing(room, ANN) is Standing.INVITED


async def test_a_host_who_cannot_be_invited_can_raise_a_hand(world: World) -> None:
    world.stage.fails("invite", OUTAGE, times=1)
    room = await world.open()
    await world.join(room, ANN)

    assert world.standing(room, ANN) is Standing.LISTENING
    assert (await world.bot.speaking.raise_hand(room, ANN)).place == 1
    world.check(room)


async def test_a_host_waits_in_the_audience_of_a_full_stage(world: World) -> None:
    world.policies.change_rules(speaker_limit=1)
    room = await world.open()
    await world.on_stage(room, BO)
    await world.join(room, ANN)

    assert world.standing(room, ANN) is Standing.LISTENING
    world.check(room)


async def test_the_muted_on_stage_are_told_in_private(world: World) -> None:
    room = await world.open()
    world.stage.join(BO, room.space.channel_id or 0, muted=True)
    await world.stage.quiet()
    await world.on_stage(room, BO)
    await world.on_stage(room, CY)

    muted = [(person_id, notice) for person_id, notice in world.words.told if notice.text == MUTED_ON_STAGE]
    assert [person_id for person_id, _ in muted] == [BO.id]
    assert muted[0][1].only_in_private


async def test_time_on_stage_adds_up_over_turns(world: World) -> None:
    room = await world.open()
    for seconds in (30, 12):
        await world.on_stage(room, BO)
        world.clock.advance(seconds)
        world.stage.leave(BO.id)
        await world.stage.quiet()

    one = room.find(BO.id)
    assert one is not None
    assert one.stage_seconds == 42


async def test_a_clock_that_is_set_back_takes_no_time_away(world: World) -> None:
    room = await world.open()
    await world.on_stage(room, BO)
    world.clock.advance(-100)
    world.stage.step_down(BO.id)
    await world.stage.quiet()

    one = room.find(BO.id)
    assert one is not None
    assert one.stage_seconds == 0


async def test_who_moves_from_one_space_to_another_is_in_one(world: World) -> None:
    first, second = await world.open(ANN, "First"), await world.open(BO, "Second")
    await world.join(first, CY)
    await world.bot.speaking.raise_hand(first, CY)
    await world.join(second, CY)

    assert world.standing(first, CY) is None
    assert world.queue(first) == []
    assert world.standing(second, CY) is Standing.LISTENING


async def test_names_follow_discord(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    _, seat = world.stage.seat(BO.id)
    seat.person = type(BO)(BO.id, "Bo the Reader")
    world.stage.toggle_mute(BO.id)
    await world.stage.quiet()

    assert [one.person.name for one in room.present] == ["Bo the Reader"]


# --- order ---------------------------------------------------------------------------------------------------------


async def test_joined_and_left_within_a_moment_leaves_no_ghost(world: World) -> None:
    """The room is busy while both are told: the departure must not be judged before the arrival is taken in."""
    room = await world.open()
    async with room.lock:
        world.stage.join(BO, room.space.channel_id or 0)
        world.stage.leave(BO.id)
        await turns()
    await world.stage.quiet()

    assert room.present == ()
    world.check(room)


async def test_slow_private_words_do_not_reorder_moves(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Moved from one Space to the next, and gone, while Discord is slow to take a line out of the first one's chat."""
    first, second = await world.open(ANN, "First"), await world.open(BO, "Second")
    await world.join(first, CY)
    slow = asyncio.Event()

    async def settle(*_: object) -> None:
        await slow.wait()

    monkeypatch.setattr(world.words, "settle", settle)
    world.stage.join(CY, second.space.channel_id or 0)
    await turns()
    world.stage.leave(CY.id)
    await turns()
    slow.set()
    await world.stage.quiet()

    assert first.present == second.present == ()
    world.check(second)


async def test_a_voice_state_that_comes_after_the_end_changes_nothing(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    door = world.board.holds("finish")
    await world.bot.hosting.end(room, actor(ANN))
    await world.board.reached("finish")

    await world.bot.speaking.voice_changed(world.stage.standing(*world.stage.seat(BO.id)))
    door.set()
    await world.bot.hosting.settled(room.space.id)

    assert room.present == ()
    world.check(room)


async def test_who_comes_in_while_the_end_is_stored_does_not_come_in(world: World) -> None:
    room = await world.open()
    async with room.lock:
        ending = asyncio.create_task(world.bot.hosting.end(room, actor(ANN)))
        await turns()
        world.stage.join(BO, room.space.channel_id or 0)
        await turns()
    await ending
    await world.stage.quiet()
    await world.bot.hosting.settled(room.space.id)

    assert room.find(BO.id) is None
    world.check(room)


# --- after an absence ----------------------------------------------------------------------------------------------


async def test_align_takes_in_what_happened_meanwhile(world: World) -> None:
    room = await world.open()
    await world.on_stage(room, BO)
    await world.join(room, CY, DEE)
    await world.bot.speaking.raise_hand(room, CY)
    world.stage.on_voice = None
    world.stage.leave(BO.id)
    world.stage.raise_hand(DEE.id)
    world.stage.join(ANN, room.space.channel_id or 0)

    await world.bot.speaking.align(room)

    assert world.standing(room, BO) is None
    assert world.queue(room) == ["Cy", "Dee"]
    world.stage.on_voice = world.bot.speaking.voice_changed
    assert world.standing(room, ANN) is Standing.INVITED
    world.check(room)


async def test_hands_that_went_up_meanwhile_stand_in_the_order_in_which_they_did(world: World) -> None:
    room = await world.open()
    await world.join(room, BO, CY, DEE)
    world.stage.raise_hand(CY.id)
    await world.stage.quiet()
    world.stage.on_voice = None
    for person in (DEE, BO):
        world.clock.advance(1)
        world.stage.raise_hand(person.id)

    await world.bot.speaking.align(room)

    assert world.queue(room) == ["Cy", "Dee", "Bo"]
    world.check(room)


async def test_hands_stand_as_they_come_whatever_discords_clock_says(world: World) -> None:
    room = await world.open()
    await world.join(room, BO, CY)
    await world.bot.speaking.raise_hand(room, BO)
    channel, seat = world.stage.seat(CY.id)
    seat.requested_at = world.clock.now() - timedelta(minutes=5)
    await world.bot.speaking.voice_changed(world.stage.standing(channel, seat))

    assert world.queue(room) == ["Bo", "Cy"]


async def test_align_goes_on_past_one_person_in_trouble(world: World) -> None:
    await world.bot.safety.block(ANN, BO)
    room = await world.open()
    world.stage.on_voice = None
    for person in (BO, CY):
        world.stage.join(person, room.space.channel_id or 0)
    world.stage.fails("disconnect", OUTAGE)

    await world.bot.speaking.align(room)

    assert {one.person for one in room.present} == {CY}


async def test_who_leaves_while_the_room_is_aligned_is_gone(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    door = world.stage.holds("people")
    aligning = asyncio.create_task(world.bot.speaking.align(room))
    await world.stage.reached("people", times=2)
    world.stage.leave(BO.id)
    await turns()
    door.set()
    await aligning
    await world.stage.quiet()

    assert room.present == ()
    world.check(room)


# --- the blocked ---------------------------------------------------------------------------------------------------


async def test_the_blocked_are_disconnected_on_joining_with_no_name_given(world: World) -> None:
    await world.bot.safety.block(ANN, BO)
    room = await world.open()
    await world.join(room, BO)

    assert world.stage.where(BO.id) is None
    assert room.find(BO.id) is None
    [(person_id, notice)] = world.words.told
    assert (person_id, notice.text, notice.only_in_private) == (BO.id, NOT_ADMITTED, True)
    assert "Ann" not in notice.text
    assert (GUILD, BO.id) not in world.stores.spaces.people
    world.check(room)


async def test_only_the_hosts_own_list_counts(world: World) -> None:
    await world.bot.safety.block(CY, BO)
    room = await world.open(ANN)
    await world.join(room, BO)

    assert world.standing(room, BO) is Standing.LISTENING
