from __future__ import annotations

import asyncio

import pytest

from spaces.errors import DiscordUnavailable
from spaces.model import ConsentChoice, Role, SpaceState, Standing
from spaces.room import Room
from tests.spaces.world import ANN, BO, CY, DEE, GUILD, OTHER_GUILD, World, actor, turns

OUTAGE = DiscordUnavailable("Discord did not answer.")


def again(world: World, room: Room) -> Room:
    """The same Space in the new process."""
    return world.bot.rooms.require(room.space.id, room.space.guild_id)


async def test_a_live_space_goes_on_with_queue_roles_and_consents(world: World) -> None:
    room = await world.captioned(BO)
    async with room.lock:
        await room.save(room.participant(DEE).evolve(role=Role.CO_HOST))
    await world.join(room, CY, DEE)
    await world.bot.speaking.raise_hand(room, CY)

    await world.restart()

    after = again(world, room)
    assert after is not room
    assert (after.space, after.everyone) == (room.space, tuple(sorted(room.everyone, key=lambda one: one.person.id)))
    assert world.queue(after) == ["Cy"]
    assert after.leads(DEE.id)
    assert world.ears.ears[GUILD].open_for == {BO.id}
    world.check(after)
    world.speak(after, BO, "it goes on")
    await world.written(after)
    assert world.texts(after) == ["it goes on"]


async def test_nobody_is_invited_twice_by_a_restart(world: World) -> None:
    room = await world.open()
    await world.join(room, ANN, BO)
    world.stage.step_down(ANN.id)
    await world.stage.quiet()
    invitations = world.stage.calls.count("invite")

    await world.restart()

    assert world.stage.calls.count("invite") == invitations
    assert world.standing(again(world, room), ANN) is Standing.LISTENING


async def test_a_host_who_came_when_the_bot_died_is_asked_up_after_it(world: World) -> None:
    room = await world.open()
    world.stage.holds("invite")  # for ever
    world.stage.join(ANN, room.space.channel_id or 0)
    await world.stage.reached("invite")
    await world.stage.nobody_hears()

    await world.restart()

    assert world.standing(again(world, room), ANN) is Standing.INVITED
    world.check(again(world, room))


async def test_what_happened_meanwhile_is_taken_in(world: World) -> None:
    room = await world.open()
    await world.on_stage(room, BO)
    await world.join(room, CY)
    await world.bot.speaking.invite(room, actor(ANN), CY.id)
    await world.crash()
    world.stage.accept(CY.id)
    world.stage.leave(BO.id)
    world.stage.join(DEE, room.space.channel_id or 0)
    world.stage.raise_hand(DEE.id)

    await world.restart()

    after = again(world, room)
    assert [one.person for one in after.on_stage] == [CY]
    assert world.queue(after) == ["Dee"]
    world.check(after)


async def test_a_server_that_is_not_there_yet_is_unknown_not_ended(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    world.stage.connected = False

    await world.restart()

    after = again(world, room)
    assert after.space.is_live
    assert {one.person for one in after.present} == {BO}


async def test_a_channel_that_is_gone_ends_the_space(world: World) -> None:
    room = await world.captioned(BO)
    await world.crash()
    world.stage.delete_channel(room.space.channel_id or 0)

    await world.restart()
    await world.bot.hosting.settled(room.space.id)

    assert world.stores.spaces.rows[room.space.id].state is SpaceState.ENDED
    assert world.ears.ears == {}


async def test_a_half_made_space_is_taken_away(world: World) -> None:
    world.stage.holds("start_stage")
    opening = asyncio.create_task(world.bot.hosting.open(GUILD, actor(ANN), "Half made"))
    await world.stage.reached("start_stage")
    rows, channels = dict(world.stores.spaces.rows), dict(world.stage.channels)
    opening.cancel()
    await asyncio.gather(opening, return_exceptions=True)
    world.stores.spaces.rows.update(rows)  # as a killed process leaves it
    world.stage.channels.update(channels)

    await world.restart()

    assert world.stage.channels == {}
    assert [space.state for space in world.stores.spaces.rows.values()] == [SpaceState.FAILED]
    assert (await world.open()).space.is_live


@pytest.mark.parametrize("call", ["end_stage", "people_leave", "remove_lines", "finish"])
async def test_an_interrupted_end_is_finished(world: World, call: str) -> None:
    """Killed at each step of tidying up; the summary is the same, and nothing that was captions only is left."""
    room = await world.captioned(BO)
    await world.on_stage(room, CY)
    await world.agree(room, CY, ConsentChoice.CAPTIONS)
    world.speak(room, BO, "for the transcript")
    world.speak(room, CY, "for the moment")
    await world.written(room)
    world.clock.advance(60)
    if call == "people_leave":
        async with room.lock:
            ended = room.space.evolve(state=SpaceState.ENDING, ended_at=world.clock.now(), captions_on=False)
            await world.stores.spaces.update(ended, expect=SpaceState.LIVE)
    else:
        (world.stage if call == "end_stage" else world.board).holds(call)
        await world.bot.hosting.end(room, actor(ANN))
        await (world.stage if call == "end_stage" else world.board).reached(call)
    world.clock.advance(3600)

    await world.restart()
    await world.bot.hosting.settled(room.space.id)

    assert world.stores.spaces.rows[room.space.id].state is SpaceState.ENDED
    assert world.texts(room) == ["for the transcript"]
    assert [line.text for line in world.board.captions.values()] == ["for the transcript"]
    people = {one.person: one for one in await world.stores.spaces.participants(room.space.id)}
    assert (people[BO].stage_seconds, people[CY].stage_seconds) == (61, 60)
    assert not any(one.present for one in people.values())
    assert world.board.summaries[room.space.id].speakers == 2


async def test_an_end_that_is_taken_up_again_leaves_the_ears_to_the_next_space(world: World) -> None:
    first = await world.captioned(BO)
    world.board.holds("finish")
    await world.bot.hosting.end(first, actor(ANN))
    second = await world.open(CY, "Second")
    await world.bot.transcribing.turn_on(second, actor(CY))

    await world.restart()
    await world.bot.hosting.settled(first.space.id)

    assert world.ears.ears[GUILD].space_id == second.space.id


async def test_captions_that_cannot_go_on_yet_go_on_when_the_server_comes_back(world: World) -> None:
    room = await world.captioned(BO)
    world.ears.fails("join", OUTAGE, times=1)
    await world.restart()
    assert world.ears.ears == {}
    assert again(world, room).space.captions_on

    await world.bot.hosting.reconcile(GUILD)

    assert world.ears.ears[GUILD].open_for == {BO.id}


async def test_what_nobody_else_ends_is_wound_up_by_the_hour(world: World) -> None:
    """The bot was taken out of the server, or tidying up was given up: no event of Discord tells of either."""
    live = await world.open()
    left = await world.open(CY, "Left behind", guild_id=OTHER_GUILD)
    world.board.fails("remove_lines", OUTAGE)
    await world.bot.hosting.end(left, actor(CY))
    await world.board.reached("remove_lines")
    await world.crash()
    world.stage.connected = False
    await world.restart()
    world.stage.connected = True
    world.board.works("remove_lines")
    gone = again(world, live)
    world.stage.channels.clear()

    assert await world.bot.hosting.wind_up_the_rest() == 2
    for room in (gone, left):
        await world.bot.hosting.settled(room.space.id)
        assert world.stores.spaces.rows[room.space.id].state is SpaceState.ENDED
    assert await world.bot.hosting.wind_up_the_rest() == 0


async def test_one_space_in_trouble_keeps_no_other_one(world: World) -> None:
    rooms = [await world.open(host, host.name) for host in (ANN, BO)]
    await world.crash()
    for person, room in zip((CY, DEE), rooms, strict=True):
        world.stage.join(person, room.space.channel_id or 0)
    world.stage.fails("state", OUTAGE, times=1)

    await world.restart()

    assert [world.standing(again(world, room), one) for one, room in zip((CY, DEE), rooms, strict=True)] == [
        None,
        Standing.LISTENING,
    ]


async def test_reconciling_again_and_again_changes_nothing(world: World) -> None:
    room = await world.captioned(BO)
    elsewhere = await world.open(CY, "Elsewhere", guild_id=OTHER_GUILD)
    before = (room.space, room.everyone, elsewhere.space)
    await asyncio.gather(*(world.bot.hosting.reconcile(GUILD) for _ in range(3)))
    await turns()

    assert (room.space, room.everyone, elsewhere.space) == before
    assert world.ears.ears[GUILD].open_for == {BO.id}
    world.check(room)
