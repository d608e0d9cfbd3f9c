"""Handing a Space over, and what Discord lets hosts do in the channel."""

from __future__ import annotations

import asyncio

import pytest

from spaces.errors import Conflict, DiscordUnavailable, NotAllowed, NotFound, StorageUnavailable
from spaces.model import DebtKind, Role, Standing
from spaces.room import Room
from tests.spaces.world import ANN, BO, CY, DEE, World, actor, turns

OUTAGE = DiscordUnavailable("Discord did not answer.")


def moderators(world: World, room: Room) -> set[int]:
    """Who has Discord's own stage controls."""
    return world.stage.channels[room.space.channel_id or 0].moderators


async def test_the_new_host_hosts_and_the_old_one_helps(world: World) -> None:
    room = await world.open()
    await world.on_stage(room, ANN)
    await world.join(room, BO)

    assert await world.bot.leading.hand_over(room, actor(ANN), BO.id) == (BO, Role.CO_HOST)

    assert [(one.person, one.role) for one in room.hosts] == [(BO, Role.HOST), (ANN, Role.CO_HOST)]
    assert world.stores.spaces.rows[room.space.id].host == BO
    await world.stage.quiet()
    assert world.standing(room, BO) is Standing.INVITED
    told = [notice.text for person_id, notice in world.words.told if person_id == BO.id]
    assert told[-1].startswith("Ann handed **What we read** over to you: you host it now.")
    with pytest.raises(NotAllowed, match="Only Bo hands the Space over"):
        await world.bot.leading.hand_over(room, actor(ANN), CY.id)
    world.check(room)


async def test_only_who_is_here_takes_it_over(world: World) -> None:
    room = await world.open()
    await world.bot.leading.appoint(room, actor(ANN), BO)
    for person in (BO, CY):
        with pytest.raises(NotFound, match="Ask them to join first"):
            await world.bot.leading.hand_over(room, actor(ANN), person.id)
    await world.join(room, ANN)
    with pytest.raises(Conflict, match="hosts here already"):
        await world.bot.leading.hand_over(room, actor(ANN), ANN.id)


async def test_nobody_hosts_who_asked_to_be_forgotten(world: World) -> None:
    room = await world.open()
    await world.on_stage(room, ANN, BO)
    await world.bot.privacy.erase(BO)
    with pytest.raises(Conflict, match="data erased"):
        await world.bot.leading.hand_over(room, actor(ANN), BO.id)
    world.stage.leave(ANN.id)
    await world.stage.quiet()
    world.stage.toggle_mute(BO.id)
    await world.stage.quiet()
    await world.look(60)
    assert room.space.host == ANN
    assert room.space.paused_at is not None


async def test_co_hosts_and_guests_hand_nothing_over_but_moderators_do(world: World) -> None:
    room = await world.open()
    await world.bot.leading.appoint(room, actor(ANN), BO)
    await world.join(room, BO, CY)
    for person in (BO, CY):
        with pytest.raises(NotAllowed, match="Only Ann"):
            await world.bot.leading.hand_over(room, actor(person), CY.id)
    await world.bot.leading.hand_over(room, actor(DEE, is_admin=True), CY.id)
    assert room.space.host == CY


async def test_a_full_bench_makes_a_guest_of_the_old_host(world: World) -> None:
    world.policies.change_rules(co_host_limit=1)
    room = await world.open()
    await world.bot.leading.appoint(room, actor(ANN), BO)
    await world.join(room, ANN, BO, CY)
    assert await world.bot.leading.hand_over(room, actor(ANN), CY.id) == (CY, Role.GUEST)
    assert not room.leads(ANN.id)
    assert await world.bot.leading.hand_over(room, actor(CY), BO.id) == (BO, Role.CO_HOST)
    world.check(room)


async def test_a_new_host_who_is_absent_later_is_succeeded_as_well(world: World) -> None:
    room = await world.open()
    await world.on_stage(room, ANN, BO)
    await world.bot.leading.hand_over(room, actor(ANN), BO.id)
    world.stage.leave(BO.id)
    await world.stage.quiet()
    await world.look(60)
    assert room.space.host == ANN
    world.check(room)


async def test_two_at_once_leave_one_host(world: World) -> None:
    room = await world.open()
    await world.join(room, ANN, BO, CY)
    results = await asyncio.gather(
        *(world.bot.leading.hand_over(room, actor(ANN), one.id) for one in (BO, CY)), return_exceptions=True
    )
    assert sum(isinstance(one, NotAllowed) for one in results) == 1
    world.check(room)


async def test_what_cannot_be_stored_changes_nothing(world: World) -> None:
    room = await world.open()
    await world.join(room, ANN, BO)
    before = (room.space, room.everyone)
    world.stores.spaces.failure = StorageUnavailable("The disk is full.")
    with pytest.raises(StorageUnavailable):
        await world.bot.leading.hand_over(room, actor(ANN), BO.id)
    world.stores.spaces.failure = None
    assert (room.space, room.everyone) == before
    world.check(room)


# --- Discord's own stage controls ----------------------------------------------------------------------------------


async def test_hosts_have_discords_controls_only_where_the_server_wants_it(world: World) -> None:
    room = await world.open()
    await world.bot.leading.appoint(room, actor(ANN), BO)
    assert moderators(world, room) == set()
    assert world.stores.debts.rows == {}


async def test_they_come_with_the_role_and_go_with_it(world: World) -> None:
    world.policies.change(native_moderators=True)
    room = await world.open()
    assert moderators(world, room) == {ANN.id}
    await world.bot.leading.appoint(room, actor(ANN), BO)
    assert moderators(world, room) == {ANN.id, BO.id}
    await world.bot.leading.dismiss(room, actor(ANN), BO)
    assert moderators(world, room) == {ANN.id}
    await world.join(room, BO)
    await world.bot.leading.hand_over(room, actor(ANN), BO.id)
    assert moderators(world, room) == {ANN.id, BO.id}
    await world.end(room)
    assert moderators(world, room) == set()
    assert world.stores.debts.rows == {}


async def test_a_host_who_becomes_a_guest_loses_them(world: World) -> None:
    world.policies.change(native_moderators=True)
    world.policies.change_rules(co_host_limit=0)
    room = await world.open()
    await world.join(room, ANN, BO)
    await world.bot.leading.hand_over(room, actor(ANN), BO.id)
    assert moderators(world, room) == {BO.id}


async def test_a_co_host_who_is_removed_or_blocked_loses_them(world: World) -> None:
    world.policies.change(native_moderators=True)
    room = await world.open()
    await world.join(room, BO, CY)
    for person in (BO, CY):
        await world.bot.leading.appoint(room, actor(ANN), person)
    await world.bot.controlling.remove(room, actor(ANN), BO, may_return=False)
    assert moderators(world, room) == {ANN.id, CY.id}
    await world.bot.safety.block(ANN, CY)
    assert moderators(world, room) == {ANN.id}


async def test_what_discord_does_not_take_back_now_is_owed(world: World) -> None:
    world.policies.change(native_moderators=True)
    room = await world.open()
    await world.bot.leading.appoint(room, actor(ANN), BO)
    world.stage.fails("set_moderator", OUTAGE, times=1)
    await world.bot.leading.dismiss(room, actor(ANN), BO)
    assert moderators(world, room) == {ANN.id, BO.id}
    assert await world.bot.debts.pay_everywhere() == 1
    assert moderators(world, room) == {ANN.id}
    assert [debt.person_id for debt in world.stores.debts.rows.values()] == [ANN.id]


async def test_what_discord_does_not_give_now_is_given_after_a_restart(world: World) -> None:
    world.policies.change(native_moderators=True)
    world.stage.fails("set_moderator", OUTAGE, times=1)
    room = await world.open()
    assert moderators(world, room) == set()
    await world.restart()
    assert moderators(world, room) == {ANN.id}


async def test_they_go_where_the_server_does_not_want_them_any_more(world: World) -> None:
    world.policies.change(native_moderators=True)
    room = await world.open()
    world.policies.change(native_moderators=False)
    await world.restart()
    assert moderators(world, room) == set()
    assert world.stores.debts.rows == {}


@pytest.mark.parametrize("deed", ["appoint", "dismiss", "hand over", "end"])
@pytest.mark.parametrize("steps", [0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22])
async def test_wherever_a_crash_comes_who_leads_has_them_and_nobody_else(world: World, deed: str, steps: int) -> None:
    world.policies.change(native_moderators=True)
    room = await world.open()
    await world.join(room, ANN, BO)
    if deed == "dismiss":
        await world.bot.leading.appoint(room, actor(ANN), BO)
    leading, hosting = world.bot.leading, world.bot.hosting
    deeds = {
        "appoint": lambda: leading.appoint(room, actor(ANN), BO),
        "dismiss": lambda: leading.dismiss(room, actor(ANN), BO),
        "hand over": lambda: leading.hand_over(room, actor(ANN), BO.id),
        "end": lambda: hosting.end(room, actor(ANN)),
    }

    async def do() -> None:
        await deeds[deed]()

    task = asyncio.create_task(do())
    await turns(steps)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await world.restart()
    await world.bot.hosting.settled(room.space.id)
    after = world.bot.rooms.get(room.space.id)
    leaders = {one.person.id for one in after.hosts} if after is not None else set[int]()
    assert moderators(world, room) == leaders
    assert {debt.person_id for debt in world.stores.debts.rows.values()} == leaders
    if after is not None:
        world.check(after)
        await world.end(after)
    assert moderators(world, room) == set()
    assert all(debt.kind is not DebtKind.MODERATOR for debt in world.stores.debts.rows.values())
