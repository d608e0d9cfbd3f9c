"""A stage that Discord closed: a pause, from which a Space goes on or winds down."""

from __future__ import annotations

import asyncio

import pytest

from spaces.errors import Conflict, DiscordUnavailable, NotAllowed, NotFound
from spaces.model import EndReason, Space, SpaceState, Standing
from spaces.room import Room
from tests.spaces.world import ANN, BO, CY, GUILD, World, actor

OUTAGE = DiscordUnavailable("Discord did not answer.")


async def close(world: World, room: Room) -> None:
    """Discord closes the empty stage; a second later something may happen."""
    world.stage.close_stage(room.space.channel_id or 0)
    await world.stage.quiet()
    world.clock.advance(1)


async def paused(world: World) -> Room:
    """A Space with its host and Bo in the audience, whose stage Discord closed."""
    room = await world.open()
    await world.join(room, ANN, BO)
    world.stage.step_down(ANN.id)
    await close(world, room)
    assert room.space.paused_at is not None
    return room


def stored(world: World, room: Room) -> Space:
    return world.stores.spaces.rows[room.space.id]


def is_open(world: World, room: Room) -> bool:
    return world.stage.channels[room.space.channel_id or 0].topic is not None


async def test_an_empty_stage_that_discord_closes_is_a_pause(world: World) -> None:
    room = await paused(world)
    assert stored(world, room).state is SpaceState.LIVE
    assert stored(world, room).paused_at == room.space.paused_at
    assert await world.look(598) == 0
    assert stored(world, room).state is SpaceState.LIVE
    assert await world.look(1) == 1
    await world.bot.hosting.settled(room.space.id)
    assert (stored(world, room).state, stored(world, room).end_reason) == (SpaceState.ENDED, EndReason.WIND_DOWN)
    assert world.board.calls.count("finish") == 1


async def test_who_comes_up_opens_the_stage_again(world: World) -> None:
    room = await paused(world)
    await world.bot.speaking.invite(room, actor(ANN), BO.id)
    assert await world.look(1) == 0  # being invited is not yet speaking
    world.stage.accept(BO.id)
    await world.stage.quiet()
    assert await world.look(1) == 1
    assert (room.space.paused_at, is_open(world, room)) == (None, True)
    assert await world.look(3600) == 0
    world.check(room)


async def test_a_raised_hand_opens_the_stage_again(world: World) -> None:
    room = await paused(world)
    await world.bot.speaking.raise_hand(room, BO)
    assert await world.look() == 1
    assert is_open(world, room)


async def test_a_hand_from_before_the_pause_does_not(world: World) -> None:
    room = await world.open()
    await world.join(room, ANN, BO)
    await world.bot.speaking.raise_hand(room, BO)
    world.stage.step_down(ANN.id)
    await close(world, room)
    assert await world.look(60) == 0
    assert room.space.paused_at is not None


async def test_the_host_who_comes_back_opens_the_stage_again(world: World) -> None:
    room = await paused(world)
    world.stage.leave(ANN.id)
    await world.stage.quiet()
    await world.look(30)
    await world.join(room, ANN)
    assert await world.look() == 1
    assert (room.space.paused_at, room.space.host_away_at, is_open(world, room)) == (None, None, True)


async def test_a_microphone_that_opens_on_a_closed_stage_counts(world: World) -> None:
    room = await world.open()
    await world.on_stage(room, ANN)
    world.stage.toggle_mute(ANN.id)
    await close(world, room)  # by hand: somebody is on it
    assert await world.look(60) == 0
    world.stage.toggle_mute(ANN.id)
    await world.stage.quiet()
    assert await world.look() == 1
    assert is_open(world, room)


async def test_resume_is_for_hosts_and_moderators(world: World) -> None:
    room = await paused(world)
    with pytest.raises(NotAllowed, match="Ann hosts"):
        await world.bot.pausing.resume(room, actor(BO))
    await world.bot.pausing.resume(room, actor(CY, is_admin=True))
    assert (room.space.paused_at, is_open(world, room)) == (None, True)
    with pytest.raises(Conflict, match="not paused"):
        await world.bot.pausing.resume(room, actor(ANN))


async def test_resume_gives_an_absent_host_the_time_again(world: World) -> None:
    room = await world.open()
    await world.join(room, ANN, BO)
    world.stage.leave(ANN.id)
    await world.stage.quiet()
    await world.look(60)
    assert room.space.paused_at is not None
    await world.look(100)
    await world.bot.pausing.resume(room, actor(ANN))
    assert (room.space.paused_at, room.space.host_away_at) == (None, world.clock.now())
    assert await world.look(59) == 0
    assert await world.look(1) == 1
    assert room.space.paused_at == world.clock.now()


async def test_a_stage_that_cannot_be_opened_again_is_tried_now_and_then(world: World) -> None:
    room = await paused(world)
    world.stage.fails("reopen_stage", OUTAGE)
    await world.bot.speaking.raise_hand(room, BO)
    for _ in range(60):
        await world.look(1)
    assert world.stage.calls.count("reopen_stage") == 2
    world.stage.works("reopen_stage")
    await world.look(30)
    assert (room.space.paused_at, is_open(world, room)) == (None, True)


async def test_resume_that_discord_refuses_says_so(world: World) -> None:
    room = await paused(world)
    world.stage.fails("reopen_stage", OUTAGE, times=1)
    with pytest.raises(DiscordUnavailable):
        await world.bot.pausing.resume(room, actor(ANN))
    assert room.space.paused_at is not None


async def test_many_at_once_open_the_stage_once(world: World) -> None:
    room = await paused(world)
    await world.bot.speaking.raise_hand(room, BO)
    results = await asyncio.gather(
        *(world.bot.watch.look() for _ in range(4)),
        *(world.bot.pausing.resume(room, actor(ANN)) for _ in range(4)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Conflict) for one in results) + sum(one == 1 for one in results) >= 4
    assert world.stage.calls.count("reopen_stage") == 1
    assert room.space.paused_at is None


@pytest.mark.parametrize("steps", range(10))
async def test_a_space_ends_or_goes_on_but_never_both(world: World, steps: int) -> None:
    """A host presses Resume just as the time is over."""
    room = await paused(world)
    world.clock.advance(600)
    looking = asyncio.create_task(world.bot.watch.look())
    for _ in range(steps):
        await asyncio.sleep(0)
    try:
        await world.bot.pausing.resume(room, actor(ANN))
        went_on = True
    except NotFound:
        went_on = False
    assert await looking == (not went_on)
    await world.bot.hosting.settled(room.space.id)
    await world.stage.quiet()
    assert stored(world, room).is_live is went_on
    assert is_open(world, room) is went_on


async def test_an_old_word_of_a_closed_stage_pauses_nothing(world: World) -> None:
    room = await world.open()
    await world.bot.hosting.stage_closed(room.space.channel_id or 0)
    assert room.space.paused_at is None


async def test_the_end_by_a_host_is_no_pause(world: World) -> None:
    room = await world.open()
    await world.end(room)
    assert (stored(world, room).end_reason, stored(world, room).paused_at) == (EndReason.HOST, None)


async def test_a_moderator_who_ends_it_is_named_as_such(world: World) -> None:
    room = await world.open()
    await world.bot.hosting.end(room, actor(CY, is_admin=True))
    await world.bot.hosting.settled(room.space.id)
    assert world.board.summaries[room.space.id].space.end_reason is EndReason.MODERATOR


async def test_a_deleted_channel_is_the_end_also_in_a_pause(world: World) -> None:
    room = await paused(world)
    world.stage.delete_channel(room.space.channel_id or 0)
    await world.stage.quiet()
    await world.bot.hosting.settled(room.space.id)
    assert (stored(world, room).state, stored(world, room).end_reason) == (SpaceState.ENDED, EndReason.REMOVED)


# --- after a restart -----------------------------------------------------------------------------------------------


async def test_a_pause_outlives_a_restart_with_the_whole_grace(world: World) -> None:
    room = await paused(world)
    await world.look(300)
    await world.crash()
    world.clock.advance(3600)
    await world.restart()
    room = world.bot.rooms.require(room.space.id, GUILD)
    assert room.space.paused_at == world.clock.now()
    assert await world.look(599) == 0
    world.clock.advance(1)
    assert await world.look() == 1


async def test_a_closed_stage_that_nobody_told_of_is_found_by_the_hour(world: World) -> None:
    room = await world.open()
    await world.join(room, ANN)
    world.stage.channels[room.space.channel_id or 0].topic = None
    assert await world.bot.hosting.wind_up_the_rest() == 0
    assert room.space.paused_at == world.clock.now()


async def test_who_speaks_when_the_bot_is_back_is_heard_of(world: World) -> None:
    room = await paused(world)
    await world.bot.speaking.invite(room, actor(ANN), BO.id)
    await world.crash()
    world.clock.advance(3600)
    world.stage.accept(BO.id)
    await world.restart()
    assert await world.look() == 1
    room = world.bot.rooms.require(room.space.id, GUILD)
    assert (room.space.paused_at, is_open(world, room)) == (None, True)


async def test_a_paused_space_that_everybody_left_ends_when_it_was_told(world: World) -> None:
    room = await paused(world)
    for person in (ANN, BO):
        world.stage.leave(person.id)
    await world.stage.quiet()
    since = room.space.paused_at
    await world.restart()
    assert world.bot.rooms.require(room.space.id, GUILD).space.paused_at == since
    await world.crash()
    world.clock.advance(600)
    await world.restart()
    assert await world.look() == 1


async def test_a_stage_that_was_closed_while_the_bot_was_away_is_a_pause_for_who_is_here(world: World) -> None:
    room = await world.open()
    await world.join(room, ANN, BO)
    await world.crash()
    world.stage.close_stage(room.space.channel_id or 0)
    await world.restart()
    room = world.bot.rooms.require(room.space.id, GUILD)
    assert room.space.paused_at == world.clock.now()
    assert world.standing(room, BO) is Standing.LISTENING


async def test_a_stage_that_was_closed_and_left_while_the_bot_was_away_is_over(world: World) -> None:
    room = await world.open()
    await world.join(room, ANN)
    await world.crash()
    world.stage.leave(ANN.id)
    world.stage.close_stage(room.space.channel_id or 0)
    await world.restart()
    await world.bot.hosting.settled(room.space.id)
    assert (stored(world, room).state, stored(world, room).end_reason) == (SpaceState.ENDED, EndReason.OUTAGE)


async def test_a_space_that_could_not_be_looked_into_is_looked_into_later(world: World) -> None:
    room = await paused(world)
    await world.crash()
    world.clock.advance(3600)
    world.stage.fails("people", OUTAGE, times=1)
    await world.restart()
    assert await world.look() == 0
    await world.bot.hosting.wind_up_the_rest()
    room = world.bot.rooms.require(room.space.id, GUILD)
    assert room.in_touch
    assert room.space.paused_at == world.clock.now()


@pytest.mark.parametrize("steps", range(12))
async def test_a_crash_amid_the_return_leaves_it_open_or_paused(world: World, steps: int) -> None:
    room = await paused(world)
    await world.bot.speaking.raise_hand(room, BO)
    looking = asyncio.create_task(world.bot.watch.look())
    for _ in range(steps):
        await asyncio.sleep(0)
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    await world.restart()
    room = world.bot.rooms.require(room.space.id, GUILD)
    assert is_open(world, room) or room.space.paused_at is not None
    await world.bot.pausing.resume(room, actor(ANN)) if room.space.paused_at else None
    assert (room.space.paused_at, is_open(world, room)) == (None, True)
    world.check(room)


# --- channels that were there before -------------------------------------------------------------------------------


async def borrowed(world: World) -> Room:
    """A Space in a channel that the bot did not make."""
    room = await world.open()
    async with room.lock:
        await room.change(owns_channel=False)
    return room


@pytest.mark.parametrize("hours", [0, 1])
async def test_a_channel_that_was_there_before_stays(world: World, hours: int) -> None:
    world.policies.change(channel_stays_hours=hours)
    room = await borrowed(world)
    await world.end(room)
    world.clock.advance(3 * 3600)
    assert await world.bot.hosting.remove_stale_channels() == 0
    assert room.space.channel_id in world.stage.channels
    assert not is_open(world, room)
