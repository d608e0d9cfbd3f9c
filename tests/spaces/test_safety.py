from __future__ import annotations

import asyncio

import pytest

from spaces.errors import Conflict, DiscordUnavailable, InvalidInput, NotAllowed, NotFound, ServerNotReady
from spaces.model import Person
from spaces.safety import LONGEST_REASON
from tests.spaces.world import ANN, BO, CY, World, actor, turns


async def test_a_report_is_stored_and_filed(world: World) -> None:
    room = await world.open()
    await world.join(room, BO, CY)

    report = await world.bot.safety.report(room.space, BO, CY, " He  shouts\u202e ")

    assert (report.reporter, report.subject, report.reason) == (BO, CY, "He shouts")
    assert (report.space_id, report.guild_id) == (room.space.id, room.space.guild_id)
    assert world.stores.safety.reports == world.desk.filed == [report]


async def test_the_space_as_a_whole_can_be_reported_even_when_it_is_over(world: World) -> None:
    room = await world.open()
    await world.end(room)

    report = await world.bot.safety.report(room.space, BO, None, "All of it")

    assert report.subject is None
    assert world.desk.filed == [report]


async def test_a_report_is_kept_where_no_moderator_can_read_it_yet(world: World) -> None:
    room = await world.open()
    world.desk.fails("file", ServerNotReady("There is no channel for reports."))

    with pytest.raises(ServerNotReady):
        await world.bot.safety.report(room.space, BO, CY, "He shouts")

    assert len(world.stores.safety.reports) == 1


async def test_a_report_needs_a_reason_and_somebody_else(world: World) -> None:
    room = await world.open()

    for subject, reason, sentence in (
        (CY, " \u200b ", "The reason is empty"),
        (CY, "x" * (LONGEST_REASON + 1), "The reason has 1001 characters"),
        (BO, "Me", "You can't report yourself"),
    ):
        with pytest.raises(InvalidInput, match=sentence):
            await world.bot.safety.report(room.space, BO, subject, reason)
    assert world.stores.safety.reports == []


async def test_blocking_puts_somebody_out_of_what_i_host(world: World) -> None:
    mine, theirs = await world.open(ANN), await world.open(CY, "Somebody else's")
    await world.join(mine, BO)

    await world.bot.safety.block(ANN, BO)
    await world.stage.quiet()

    assert world.stage.where(BO.id) is None
    world.check(mine)
    await world.join(theirs, BO)
    assert world.stage.where(BO.id) == theirs.space.channel_id


async def test_who_is_just_coming_in_meets_the_list_or_is_put_out(world: World) -> None:
    """The block is stored after the arrival looked for it, but before the arrival is taken in."""
    room = await world.open()
    door = asyncio.Event()
    blocked_by = world.stores.safety.blocked_by

    async def slow(owner_ids: list[int]) -> frozenset[int]:
        found = await blocked_by(owner_ids)
        await door.wait()
        return found

    world.stores.safety.blocked_by = slow  # type: ignore[method-assign,assignment]
    world.stage.join(BO, room.space.channel_id or 0)
    await turns()
    blocking = asyncio.create_task(world.bot.safety.block(ANN, BO))
    await turns()
    door.set()
    await blocking
    await world.stage.quiet()

    assert world.stage.where(BO.id) is None
    world.check(room)


async def test_a_block_that_discord_did_not_follow_can_be_repeated(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    world.stage.fails("disconnect", DiscordUnavailable("Discord did not answer."), times=1)
    with pytest.raises(DiscordUnavailable):
        await world.bot.safety.block(ANN, BO)
    assert world.stage.where(BO.id) is not None

    with pytest.raises(Conflict, match="on your list already"):
        await world.bot.safety.block(ANN, BO)
    await world.stage.quiet()

    assert world.stage.where(BO.id) is None


async def test_the_list_is_ones_own(world: World) -> None:
    await world.bot.safety.block(ANN, BO)
    await world.bot.safety.block(ANN, CY)

    assert await world.bot.safety.block_list(ANN) == (BO, CY)
    assert await world.bot.safety.block_list(BO) == ()
    await world.bot.safety.unblock(ANN, BO)
    assert await world.bot.safety.block_list(ANN) == (CY,)
    with pytest.raises(NotFound, match=r"\\\*Bo\\\* is not on your list"):
        await world.bot.safety.unblock(ANN, Person(BO.id, "*Bo*"))


async def test_nobody_blocks_themselves(world: World) -> None:
    with pytest.raises(InvalidInput, match="yourself"):
        await world.bot.safety.block(ANN, ANN)


async def test_the_unblocked_may_come_again(world: World) -> None:
    room = await world.open()
    await world.bot.safety.block(ANN, BO)
    await world.join(room, BO)
    await world.bot.safety.unblock(ANN, BO)
    await world.join(room, BO)

    assert {one.person for one in room.present} == {BO}


async def test_a_co_host_who_is_blocked_runs_the_space_no_more(world: World) -> None:
    room = await world.open()
    await world.bot.leading.appoint(room, actor(ANN), BO)

    await world.bot.safety.block(ANN, BO)

    with pytest.raises(NotAllowed):
        await world.bot.hosting.end(room, actor(BO))
    world.check(room)
