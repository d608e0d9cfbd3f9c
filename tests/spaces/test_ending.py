from __future__ import annotations

import asyncio

import pytest

from spaces.errors import Conflict, DiscordUnavailable, NotAllowed, NotFound, ServerNotReady, StorageUnavailable
from spaces.model import Actor, ConsentChoice, RoleTag, SpaceState
from spaces.room import Room
from spaces.rules import NameOrId
from tests.spaces.world import ANN, BO, CY, DEE, EVE, GUILD, World, actor, turns

OUTAGE = DiscordUnavailable("Discord did not answer.")
HOUR = 3600.0


def state(world: World, room: Room) -> SpaceState:
    """What is stored of the Space."""
    return world.stores.spaces.rows[room.space.id].state


async def test_the_end_closes_the_stage_and_leaves_a_summary(world: World) -> None:
    room = await world.open()
    await world.on_stage(room, BO, CY)
    await world.join(room, DEE)
    await world.bot.speaking.raise_hand(room, DEE)
    await world.bot.reacting.react(room, DEE, "clap")
    world.clock.advance(600)
    started = room.space.live_at

    await world.end(room)

    channel = world.stage.channels[room.space.channel_id or 0]
    assert channel.topic is None
    summary = world.board.summaries[room.space.id]
    assert started is not None
    assert summary.seconds == (world.clock.now() - started).total_seconds()
    assert (summary.peak_listeners, summary.speakers, summary.reactions) == (3, 2, {"clap": 1})
    assert state(world, room) is SpaceState.ENDED
    assert list(world.bot.rooms) == []
    with pytest.raises(NotFound, match="over"):
        world.bot.rooms.require(room.space.id, GUILD)
    assert room.present == ()
    world.check(room)


async def test_the_answer_to_the_host_knows_turns_and_sound(world: World) -> None:
    room = await world.captioned(BO, CY)
    await world.join(room, DEE)
    world.speak(room, BO, "heard")
    world.speak(room, DEE, "refused")
    world.clock.advance(60)

    over = await world.bot.hosting.end(room, actor(ANN))
    facts = await world.bot.overview.host_summary(over)
    await world.bot.hosting.settled(over.id)

    assert {name for name, _ in facts.stage_seconds} == {"Bo", "Cy"}
    assert facts.stage_seconds[0][1] >= 60
    assert facts.sound is not None
    assert (facts.sound.decrypted, facts.sound.refused) == (1, 1)
    assert (await world.bot.overview.host_summary(over)).sound == facts.sound


async def test_sound_of_another_space_is_not_told_as_ones_own(world: World) -> None:
    await world.captioned(BO)
    silent = await world.open(CY, "Without captions")

    over = await world.bot.hosting.end(silent, actor(CY))

    assert (await world.bot.overview.host_summary(over)).sound is None
    assert GUILD in world.ears.ears


async def test_a_space_ends_once(world: World) -> None:
    room = await world.open()

    results = await asyncio.gather(*(world.bot.hosting.end(room, actor(ANN)) for _ in range(5)), return_exceptions=True)
    await world.bot.hosting.settled(room.space.id)

    assert sum(isinstance(one, Conflict) for one in results) == 4
    assert world.board.calls.count("finish") == 1
    with pytest.raises(Conflict, match="over already"):
        await world.bot.hosting.end(room, actor(ANN))


async def test_listeners_and_speakers_end_nothing(world: World) -> None:
    room = await world.open()
    await world.on_stage(room, BO)

    with pytest.raises(NotAllowed, match="Ann hosts this Space"):
        await world.bot.hosting.end(room, actor(BO))
    assert room.space.is_live


async def test_moderators_and_admins_end(world: World) -> None:
    world.policies.change(moderators=(NameOrId("Mods"),))
    await world.bot.hosting.end(await world.open(ANN), Actor(EVE, roles=(RoleTag(1, "mods"),)))
    await world.bot.hosting.end(await world.open(BO), actor(EVE, is_admin=True))


async def test_the_bot_hears_nothing_from_the_end_on(world: World) -> None:
    room = await world.captioned(BO)
    door = world.board.holds("finish")
    over = await world.bot.hosting.end(room, actor(ANN))

    assert world.ears.ears == {}
    assert not over.captions_on
    door.set()


async def test_captions_only_lines_go_with_the_space(world: World) -> None:
    room = await world.captioned(BO)
    await world.on_stage(room, CY)
    await world.agree(room, CY, ConsentChoice.CAPTIONS)
    world.speak(room, BO, "for the transcript")
    world.speak(room, CY, "for the moment")
    await world.written(room)
    assert len(world.board.captions) == 2

    await world.end(room)

    assert world.texts(room) == ["for the transcript"]
    assert [line.text for line in world.board.captions.values()] == ["for the transcript"]
    assert world.board.summaries[room.space.id].lines == 1


# --- what stands in the way ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", ["end_stage", "remove_lines", "finish"])
async def test_an_outage_delays_tidying_up(world: World, call: str) -> None:
    room = await world.captioned(BO, choice=ConsentChoice.CAPTIONS)
    world.speak(room, BO, "for the moment")
    await world.written(room)
    (world.stage if call == "end_stage" else world.board).fails(call, OUTAGE, times=2)

    await world.end(room)

    assert state(world, room) is SpaceState.ENDED
    assert world.lines(room) == []
    assert world.board.captions == {}
    assert room.space.id in world.board.summaries


async def test_captions_that_discord_still_shows_are_not_forgotten(world: World) -> None:
    room = await world.captioned(BO, choice=ConsentChoice.CAPTIONS)
    world.speak(room, BO, "for the moment")
    await world.written(room)
    world.board.fails("remove_lines", OUTAGE)
    await world.end(room)
    assert state(world, room) is SpaceState.ENDING
    assert world.texts(room) == ["for the moment"]

    world.board.works("remove_lines")
    await world.bot.hosting.reconcile(GUILD)
    await world.bot.hosting.settled(room.space.id)

    assert state(world, room) is SpaceState.ENDED
    assert world.lines(room) == []
    assert world.board.captions == {}


@pytest.mark.parametrize("error", [NotFound("The channel is gone."), ServerNotReady("I may not write there.")])
async def test_what_can_never_be_done_any_more_is_passed_over(world: World, error: NotFound | ServerNotReady) -> None:
    room = await world.captioned(BO, choice=ConsentChoice.CAPTIONS)
    world.speak(room, BO, "for the moment")
    await world.written(room)
    world.stage.fails("end_stage", error)
    world.board.fails("remove_lines", error)
    world.board.fails("finish", error)

    await world.end(room)

    assert state(world, room) is SpaceState.ENDED
    assert world.lines(room) == []


async def test_a_full_disk_amid_the_end_is_tidied_up_later(world: World, caplog: pytest.LogCaptureFixture) -> None:
    room = await world.open()
    await world.on_stage(room, BO)
    world.clock.advance(60)
    door = world.stage.holds("end_stage")
    await world.bot.hosting.end(room, actor(ANN))
    await world.stage.reached("end_stage")
    world.stores.spaces.failure = StorageUnavailable("The disk is full.")
    door.set()
    await world.bot.hosting.settled(room.space.id)
    await turns(1)
    assert "not tidied up; the next start tries again" in caplog.text

    world.stores.spaces.failure = None
    await world.restart()
    await world.bot.hosting.settled(room.space.id)

    assert state(world, room) is SpaceState.ENDED
    assert world.board.summaries[room.space.id].speakers == 1


async def test_an_end_that_cannot_be_stored_is_no_end(world: World) -> None:
    room = await world.open()
    world.stores.spaces.failure = StorageUnavailable("The disk is full.")
    with pytest.raises(StorageUnavailable):
        await world.bot.hosting.end(room, actor(ANN))

    world.stores.spaces.failure = None
    assert room.space.is_live
    await world.end(room)


async def test_a_stage_that_is_not_left_in_order_does_not_hold_up_the_end(world: World) -> None:
    room = await world.captioned(BO)
    world.ears.fails("leave", OUTAGE, times=1)

    await world.end(room)

    assert state(world, room) is SpaceState.ENDED
    second = await world.open(CY, "Second")
    await world.bot.transcribing.turn_on(second, actor(CY))


async def test_a_server_that_comes_back_while_a_space_is_tidied_up_does_not_begin_that_again(world: World) -> None:
    room = await world.open()
    door = world.board.holds("finish")
    await world.bot.hosting.end(room, actor(ANN))
    await world.board.reached("finish")
    await world.bot.hosting.reconcile(GUILD)
    await turns()
    door.set()
    await world.bot.hosting.settled(room.space.id)

    assert world.board.calls.count("finish") == 1
    assert state(world, room) is SpaceState.ENDED


# --- ended in Discord ----------------------------------------------------------------------------------------------


async def test_a_channel_deleted_in_discord_ends_the_space(world: World) -> None:
    room = await world.captioned(BO)
    world.board.fails("finish", NotFound("The channel is gone."))
    world.stage.delete_channel(room.space.channel_id or 0)
    await world.stage.quiet()
    await world.bot.hosting.settled(room.space.id)

    assert state(world, room) is SpaceState.ENDED
    assert world.ears.ears == {}
    world.check(room)


async def test_a_channel_that_is_none_of_ours_ends_nothing(world: World) -> None:
    room = await world.open()
    await world.bot.hosting.channel_removed(12345)
    await world.bot.hosting.stage_closed(12345)

    assert room.space.is_live


# --- the channel afterwards ----------------------------------------------------------------------------------------


async def test_the_channel_goes_at_once_where_the_server_says_so(world: World) -> None:
    world.policies.change(channel_stays_hours=0)
    room = await world.open()
    await world.end(room)

    assert world.stage.channels == {}
    assert world.stores.spaces.rows[room.space.id].channel_id is None


async def test_the_channel_goes_after_its_hours(world: World) -> None:
    world.policies.change(channel_stays_hours=24)
    room = await world.open()
    await world.end(room)
    world.clock.advance(24 * HOUR - 1)
    assert await world.bot.hosting.remove_stale_channels() == 0
    world.clock.advance(1)

    assert await world.bot.hosting.remove_stale_channels() == 1
    assert await world.bot.hosting.remove_stale_channels() == 0
    assert world.stage.channels == {}


async def test_the_channel_stays_where_the_server_says_so(world: World) -> None:
    world.policies.change(channel_stays_hours=None)
    await world.end(await world.open())
    world.clock.advance(10_000 * HOUR)

    assert await world.bot.hosting.remove_stale_channels() == 0
    assert len(world.stage.channels) == 1


async def test_one_channel_in_trouble_keeps_no_other_one(world: World) -> None:
    for host in (ANN, BO, CY):
        await world.end(await world.open(host, host.name))
    world.clock.advance(24 * HOUR)
    world.stage.fails("remove_channel", OUTAGE, times=1)

    assert await world.bot.hosting.remove_stale_channels() == 2
    assert await world.bot.hosting.remove_stale_channels() == 1


async def test_a_channel_that_could_not_go_at_once_goes_with_the_stale_ones(world: World) -> None:
    world.policies.change(channel_stays_hours=0)
    world.stage.fails("remove_channel", ServerNotReady("I need Manage Channels."), times=1)
    room = await world.open()
    await world.end(room)
    assert state(world, room) is SpaceState.ENDED

    assert await world.bot.hosting.remove_stale_channels() == 1
