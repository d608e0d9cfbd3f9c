from __future__ import annotations

import asyncio

import pytest

from spaces.errors import Conflict, DiscordUnavailable, NotFound, ServerNotReady, SpacesError
from spaces.model import Person, SpaceState
from spaces.room import Room
from tests.spaces.world import ANN, BO, GUILD, World, actor

EVENT = 77


@pytest.fixture(autouse=True)
def planned(world: World) -> None:
    world.calendar.planned.add(EVENT)


async def take_over(world: World, host: Person = ANN) -> Room:
    return await world.bot.hosting.open(GUILD, actor(host), "Planned", event_id=EVENT)


async def test_an_event_runs_as_long_as_the_space(world: World) -> None:
    room = await take_over(world)
    assert room.space.event_id == EVENT
    assert world.calendar.running == {EVENT: room.space.channel_id}
    await world.end(room)
    assert world.calendar.over == {EVENT}


async def test_without_an_event_the_calendar_is_left_alone(world: World) -> None:
    await world.end(await world.open())
    assert world.calendar.planned == {EVENT}
    assert "begin" not in world.calendar.calls


@pytest.mark.parametrize("error", [NotFound("gone"), Conflict("running"), ServerNotReady("Manage Events")])
async def test_an_event_that_cannot_be_taken_opens_nothing(world: World, error: SpacesError) -> None:
    world.calendar.fails("check", error)
    with pytest.raises(type(error), match=error.sentence):
        await take_over(world)
    assert world.stores.spaces.rows == {}
    assert world.stage.channels == {}


async def test_an_event_that_is_taken_meanwhile_leaves_a_clean_room(world: World) -> None:
    world.calendar.fails("begin", Conflict("somebody was faster"))
    with pytest.raises(Conflict):
        await take_over(world)
    assert world.stage.channels == {}
    assert [one.state for one in world.stores.spaces.rows.values()] == [SpaceState.FAILED]
    world.calendar.works("begin")
    assert (await take_over(world)).space.is_live


async def test_two_spaces_never_take_the_same_event(world: World) -> None:
    done = await asyncio.gather(take_over(world, ANN), take_over(world, BO), return_exceptions=True)
    assert [type(one) for one in done] == [Room, Conflict]
    with pytest.raises(Conflict, match="Another Space"):
        await take_over(world, BO)
    assert len(world.stage.channels) == 1


async def test_what_fails_after_the_event_began_completes_it(world: World) -> None:
    world.board.fails("opened", DiscordUnavailable("no"), times=1)
    with pytest.raises(DiscordUnavailable):
        await take_over(world)
    assert (world.calendar.running, world.calendar.over) == ({}, {EVENT})
    assert world.stage.channels == {}


async def test_a_crash_while_opening_leaves_neither_event_nor_channel(world: World) -> None:
    door = world.board.holds("opened")
    opening = asyncio.create_task(take_over(world))
    await world.board.reached("opened")
    await world.crash()
    world.calendar.fails("complete", DiscordUnavailable("the process is gone"), times=1)
    world.stage.fails("remove_channel", DiscordUnavailable("the process is gone"), times=1)
    opening.cancel()
    await asyncio.gather(opening, return_exceptions=True)
    door.set()
    assert len(world.calendar.running) == len(world.stage.channels) == 1
    await world.restart()
    assert (world.calendar.running, world.stage.channels) == ({}, {})


async def test_an_outage_at_the_end_delays_the_completion(world: World) -> None:
    room = await take_over(world)
    await world.restart()
    room = world.bot.rooms.require(room.space.id, GUILD)
    world.calendar.fails("complete", ServerNotReady("no permission any more"))
    await world.end(room)
    assert world.stores.spaces.rows[room.space.id].state is SpaceState.ENDED
    assert world.calendar.over == set()
