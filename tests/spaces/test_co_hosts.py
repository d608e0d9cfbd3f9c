"""Co-hosts: who may choose them, what they may do, how they come on stage."""

from __future__ import annotations

import pytest

from spaces.errors import Conflict, NotAllowed
from spaces.model import Role, Standing
from tests.spaces.world import ANN, BO, CY, DEE, World, actor


async def test_a_co_host_who_is_here_is_invited_at_once(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    await world.bot.leading.appoint(room, actor(ANN), BO)
    assert room.participant(BO).role is Role.CO_HOST
    assert room.participant(BO).standing is Standing.INVITED
    assert room.leads(BO.id)


async def test_a_co_host_who_comes_later_is_invited_when_joining(world: World) -> None:
    room = await world.open()
    await world.bot.leading.appoint(room, actor(ANN), BO)
    assert not room.participant(BO).present
    await world.join(room, BO)
    assert room.participant(BO).standing is Standing.INVITED


async def test_a_co_host_runs_the_space_but_chooses_no_others(world: World) -> None:
    room = await world.open()
    await world.bot.leading.appoint(room, actor(ANN), BO)
    await world.join(room, CY)
    await world.bot.speaking.raise_hand(room, CY)
    await world.bot.speaking.next(room, actor(BO))
    with pytest.raises(NotAllowed, match="chooses co-hosts"):
        await world.bot.leading.appoint(room, actor(BO), CY)


async def test_there_are_as_many_as_the_server_allows(world: World) -> None:
    world.policies.change_rules(co_host_limit=1)
    room = await world.open()
    await world.bot.leading.appoint(room, actor(ANN), BO)
    with pytest.raises(Conflict, match="hosts here already"):
        await world.bot.leading.appoint(room, actor(ANN), BO)
    with pytest.raises(Conflict, match="There can be 1"):
        await world.bot.leading.appoint(room, actor(DEE, is_admin=True), CY)


async def test_dismissed_they_are_guests_again(world: World) -> None:
    room = await world.open()
    await world.bot.leading.appoint(room, actor(ANN), BO)
    await world.bot.leading.dismiss(room, actor(ANN), BO)
    assert not room.leads(BO.id)
    with pytest.raises(Conflict, match="no co-host"):
        await world.bot.leading.dismiss(room, actor(ANN), BO)


async def test_a_restart_keeps_them(world: World) -> None:
    room = await world.open()
    await world.bot.leading.appoint(room, actor(ANN), BO)
    await world.restart()
    (again,) = world.bot.rooms
    assert again.leads(BO.id)
