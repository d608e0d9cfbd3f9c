from __future__ import annotations

from spaces.announcing import FRESH, PATIENCE
from spaces.choices import Choices
from spaces.errors import DiscordUnavailable, ServerNotReady
from spaces.rules import JoinMode, NameOrId
from tests.spaces.world import ANN, GUILD, World, actor

ROLE = NameOrId("Readers")


async def test_the_role_is_told_once(world: World) -> None:
    world.policies.change(start_notice=ROLE)
    room = await world.open()
    await world.look(1)
    await world.look(1)
    assert world.board.notices == {room.space.id: ROLE}
    assert world.board.calls.count("announce") == 1


async def test_without_a_role_nobody_is_told(world: World) -> None:
    await world.open()
    await world.look(1)
    assert "announce" not in world.board.calls


async def test_nobody_is_told_of_a_room_that_they_cannot_join(world: World) -> None:
    world.policies.change(start_notice=ROLE)
    await world.bot.hosting.open(GUILD, actor(ANN), "Closed", Choices(join=JoinMode.INVITED))
    await world.look(1)
    assert world.board.notices == {}


async def test_an_outage_delays_the_notice(world: World) -> None:
    world.policies.change(start_notice=ROLE)
    room = await world.open()
    world.board.fails("announce", DiscordUnavailable("no"), times=1)
    await world.look(1)
    await world.look(1)
    assert (world.board.notices, world.board.calls.count("announce")) == ({}, 1)
    await world.look(PATIENCE.total_seconds())
    assert room.space.id in world.board.notices


async def test_what_only_an_admin_can_mend_is_not_tried_again(world: World) -> None:
    world.policies.change(start_notice=ROLE)
    await world.open()
    world.board.fails("announce", ServerNotReady("no such role"))
    for _ in range(3):
        await world.look(20)
    assert world.board.calls.count("announce") == 1


async def test_after_a_crash_only_a_fresh_space_is_told_of_again(world: World) -> None:
    world.policies.change(start_notice=ROLE)
    room = await world.open()
    await world.restart()
    await world.look(1)
    assert room.space.id in world.board.notices
    world.board.calls.clear()
    await world.restart()
    await world.look(FRESH.total_seconds())
    assert "announce" not in world.board.calls
