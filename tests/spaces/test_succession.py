"""A host who stays away: who takes over, when, and exactly once; and a Space that nobody is left to host."""

from __future__ import annotations

import asyncio

import pytest

from spaces.model import EndReason, Person, Role, SpaceState, Standing
from spaces.room import Room
from tests.spaces.world import ANN, BO, CY, DEE, EVE, GUILD, World, actor


def words_to(world: World, person: Person) -> list[str]:
    return [notice.text for person_id, notice in world.words.told if person_id == person.id]


async def leave(world: World, *people: Person) -> None:
    for person in people:
        world.stage.leave(person.id)
    await world.stage.quiet()


async def with_host(world: World, *speakers: Person) -> Room:
    """A Space with its host and these people on stage, in that order."""
    room = await world.open()
    await world.on_stage(room, ANN, *speakers)
    return room


def again(world: World, room: Room) -> Room:
    return world.bot.rooms.require(room.space.id, GUILD)


# --- who takes over ------------------------------------------------------------------------------------------------


async def test_the_first_present_co_host_takes_over_in_time(world: World) -> None:
    room = await with_host(world, DEE)
    for co_host in (CY, BO):  # in this order, whatever their numbers are
        await world.bot.leading.appoint(room, actor(ANN), co_host)
    await world.join(room, BO, CY)
    await leave(world, ANN)

    assert room.space.host_away_at == world.clock.now()
    assert await world.look(59) == 0
    assert room.space.host == ANN
    assert await world.look(1) == 1
    assert room.space.host == CY
    assert [(one.person, one.role) for one in room.hosts] == [
        (CY, Role.HOST),
        (BO, Role.CO_HOST),
        (ANN, Role.CO_HOST),
    ]
    assert room.space.host_away_at is None
    world.check(room)
    assert await world.look(3600) == 0


async def test_a_co_host_who_is_not_here_is_passed_over(world: World) -> None:
    room = await with_host(world)
    for co_host in (BO, CY):
        await world.bot.leading.appoint(room, actor(ANN), co_host)
    await world.join(room, CY)
    await leave(world, ANN)
    await world.look(60)
    assert room.space.host == CY
    assert room.find(BO.id) is not None
    assert room.participant(BO).role is Role.CO_HOST


async def test_both_are_told_in_private(world: World) -> None:
    room = await with_host(world)
    await world.bot.leading.appoint(room, actor(ANN), BO)
    await world.join(room, BO)
    await leave(world, ANN)
    await world.look(60)
    assert words_to(world, BO)[-1].startswith("Ann is away, so you host **What we read** now.")
    assert words_to(world, ANN)[-1] == "You were away from **What we read**, so Bo hosts it now; you are a co-host."
    assert world.words.told[-1][1].only_in_private


async def test_a_host_who_is_back_in_time_stays_host(world: World) -> None:
    room = await with_host(world)
    await world.bot.leading.appoint(room, actor(ANN), BO)
    await world.join(room, BO)
    await leave(world, ANN)
    await world.look(59)
    await world.join(room, ANN)
    assert room.space.host_away_at is None
    assert await world.look(600) == 0
    assert room.space.host == ANN
    world.check(room)


async def test_the_host_in_another_channel_is_away(world: World) -> None:
    room = await with_host(world, BO)
    other = await world.open(EVE, "Elsewhere")
    await world.join(other, ANN)
    await world.look(60)
    assert room.space.host == BO


async def test_without_a_co_host_the_longest_speaker_inherits(world: World) -> None:
    room = await with_host(world, CY, BO)
    await leave(world, ANN)
    await world.look(60)
    assert room.space.host == CY
    assert room.participant(ANN).role is Role.CO_HOST
    assert room.participant(CY).standing is Standing.ON_STAGE
    world.check(room)


async def test_who_only_listens_inherits_nothing(world: World) -> None:
    room = await with_host(world)
    await world.join(room, BO)
    await leave(world, ANN)
    await world.look(60)
    assert (room.space.host, room.space.paused_at) == (ANN, world.clock.now())


async def test_an_heir_in_the_audience_is_invited(world: World) -> None:
    room = await with_host(world)
    await world.bot.leading.appoint(room, actor(ANN), BO)
    await world.join(room, BO)
    world.stage.step_down(BO.id)
    await world.stage.quiet()
    await leave(world, ANN)
    await world.look(60)
    assert (room.space.host, world.standing(room, BO)) == (BO, Standing.INVITED)
    world.check(room)


async def test_who_was_host_is_a_guest_where_there_is_no_room_for_co_hosts(world: World) -> None:
    world.policies.change_rules(co_host_limit=0)
    room = await with_host(world, BO)
    await leave(world, ANN)
    await world.look(60)
    assert room.participant(ANN).role is Role.GUEST
    assert words_to(world, ANN)[-1].endswith("so Bo hosts it now; you are a guest.")


async def test_many_looks_at_once_pass_a_space_on_once(world: World) -> None:
    room = await with_host(world, BO, CY)
    await leave(world, ANN)
    world.clock.advance(60)
    assert sorted(await asyncio.gather(*(world.bot.watch.look() for _ in range(5)))) == [0, 0, 0, 0, 1]
    assert room.space.host == BO
    assert sum("you host" in word for word in words_to(world, BO)) == 1


async def test_a_host_who_returns_amid_the_succession_is_host_or_co_host(world: World) -> None:
    room = await with_host(world, BO)
    await leave(world, ANN)
    world.clock.advance(60)
    world.stage.join(ANN, room.space.channel_id or 0)
    await asyncio.gather(world.bot.watch.look(), world.stage.quiet())
    await world.stage.quiet()
    assert room.space.host_away_at is None
    assert room.leads(ANN.id)
    world.check(room)


async def test_a_stage_that_discord_does_not_show_is_left_alone(world: World) -> None:
    room = await with_host(world, BO)
    await leave(world, ANN)
    world.stage.connected = False
    assert await world.look(3600) == 0
    world.stage.connected = True
    assert await world.look() == 1
    assert room.space.host == BO


# --- a host who never came -----------------------------------------------------------------------------------------


async def test_a_host_who_never_came_is_missed_once_others_are_here(world: World) -> None:
    room = await world.open()
    assert await world.look(3600) == 0
    await world.on_stage(room, BO)
    assert await world.look() == 1
    assert room.space.host_away_at == world.clock.now()
    assert await world.look(59) == 0
    assert await world.look(1) == 1
    assert room.space.host == BO


async def test_who_opens_a_space_has_time_to_come(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    assert await world.look(9 * 60) == 0
    await world.join(room, ANN)
    assert await world.look(3600) == 0
    assert room.space.host == ANN


# --- nobody is left ------------------------------------------------------------------------------------------------


async def test_without_an_heir_the_space_winds_down_with_a_warning(world: World) -> None:
    room = await with_host(world)
    await world.join(room, BO)
    await leave(world, ANN)
    assert await world.look(60) == 1
    facts = await world.bot.overview.panel(room)
    assert facts.wound_down_at is not None
    assert (facts.wound_down_at - world.clock.now()).total_seconds() == 600
    assert await world.look(599) == 0
    assert await world.look(1) == 1
    await world.bot.hosting.settled(room.space.id)
    stored = world.stores.spaces.rows[room.space.id]
    assert (stored.state, stored.end_reason) == (SpaceState.ENDED, EndReason.WIND_DOWN)
    assert world.board.calls.count("finish") == 1


async def test_where_speakers_do_not_inherit_it_winds_down_once_nobody_speaks(world: World) -> None:
    world.policies.change(speakers_inherit=False)
    room = await with_host(world, BO)
    await leave(world, ANN)
    assert await world.look(3600) == 0
    world.stage.toggle_mute(BO.id)
    await world.stage.quiet()
    assert await world.look(1) == 1
    assert (room.space.host, room.space.paused_at) == (ANN, world.clock.now())
    world.clock.advance(300)
    world.stage.toggle_mute(BO.id)
    await world.stage.quiet()
    assert await world.look(1) == 1
    assert room.space.paused_at is None


@pytest.mark.parametrize("back", [ANN, BO])
async def test_a_host_or_co_host_who_comes_back_ends_the_winding_down(world: World, back: Person) -> None:
    room = await with_host(world)
    await world.bot.leading.appoint(room, actor(ANN), BO)
    await world.join(room, CY)
    await leave(world, ANN)
    await world.look(60)
    assert room.space.paused_at is not None
    await world.look(300)
    await world.join(room, back)
    assert await world.look() >= 1
    assert (room.space.host, room.space.paused_at, room.space.host_away_at) == (back, None, None)
    assert await world.look(3600) == 0
    world.check(room)


async def test_a_speaker_who_comes_up_takes_it_over(world: World) -> None:
    room = await with_host(world)
    await world.join(room, BO)
    await world.bot.speaking.invite(room, actor(ANN), BO.id)
    await leave(world, ANN)
    world.policies.change(invitation_seconds=600)
    await world.look(60)
    assert room.space.paused_at is not None
    world.clock.advance(1)
    world.stage.accept(BO.id)
    await world.stage.quiet()
    await world.look(1)
    assert (room.space.host, room.space.paused_at) == (BO, None)


async def test_a_hand_that_nobody_can_take_keeps_no_space_open(world: World) -> None:
    room = await with_host(world)
    await world.join(room, BO)
    await leave(world, ANN)
    await world.look(60)
    world.clock.advance(60)
    await world.bot.speaking.raise_hand(room, BO)
    assert await world.look(1) == 0
    assert room.space.paused_at is not None


# --- after a restart -----------------------------------------------------------------------------------------------


async def test_time_that_the_bot_was_away_is_no_absence_of_the_host(world: World) -> None:
    room = await with_host(world, BO)
    await leave(world, ANN)
    await world.look(30)
    await world.crash()
    world.clock.advance(3600)
    await world.restart()
    room = again(world, room)
    assert room.space.host_away_at == world.clock.now()
    assert await world.look(59) == 0
    assert await world.look(1) == 1
    assert room.space.host == BO


async def test_a_host_who_returned_while_the_bot_was_away_stays_host(world: World) -> None:
    room = await with_host(world, BO)
    await leave(world, ANN)
    await world.crash()
    world.stage.join(ANN, room.space.channel_id or 0)
    await world.restart()
    room = again(world, room)
    assert room.space.host_away_at is None
    assert await world.look(3600) == 0


async def test_nobody_is_succeeded_before_discord_has_shown_who_is_here(world: World) -> None:
    room = await with_host(world, BO)
    await leave(world, ANN)
    await world.crash()
    world.clock.advance(3600)
    world.stage.connected = False
    await world.restart()
    world.stage.connected = True
    assert await world.look() == 0
    await world.bot.hosting.reconcile(GUILD)
    assert await world.look(59) == 0
    assert again(world, room).space.host == ANN


@pytest.mark.parametrize("steps", range(16))
async def test_a_crash_amid_the_succession_leaves_one_host(world: World, steps: int) -> None:
    world.policies.change(native_moderators=True)
    room = await with_host(world, BO)
    await leave(world, ANN)
    world.clock.advance(60)
    looking = asyncio.create_task(world.bot.watch.look())
    for _ in range(steps):
        await asyncio.sleep(0)
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    await world.restart()
    await world.look(61)
    room = again(world, room)
    assert room.space.host == BO
    world.check(room)
    assert world.stage.channels[room.space.channel_id or 0].moderators == {ANN.id, BO.id}
    await world.end(room)
    assert world.stores.debts.rows == {}
    assert world.stage.channels[room.space.channel_id or 0].moderators == set()


@pytest.mark.parametrize("steps", range(8))
async def test_a_crash_as_the_host_leaves_forgets_nothing(world: World, steps: int) -> None:
    room = await with_host(world, BO)
    world.stage.leave(ANN.id)
    for _ in range(steps):
        await asyncio.sleep(0)
    await world.restart()
    await world.look(60)
    assert again(world, room).space.host == BO
    world.check(again(world, room))
