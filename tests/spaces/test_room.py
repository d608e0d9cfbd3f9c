from __future__ import annotations

import pytest

from spaces.errors import NotAllowed, NotFound
from spaces.model import Person, Role
from tests.spaces.world import ANN, BO, CY, DEE, EVE, GUILD, OTHER_GUILD, World, actor


async def test_a_command_without_a_number_means_the_room_one_sits_in(world: World) -> None:
    first, second = await world.open(ANN, "First"), await world.open(BO, "Second")
    await world.join(second, CY)
    rooms = world.bot.rooms

    assert rooms.meant_by(GUILD, CY.id, first.space.channel_id) is second
    assert rooms.meant_by(GUILD, DEE.id, first.space.channel_id) is first
    assert rooms.meant_by(GUILD, ANN.id, None) is first
    with pytest.raises(NotAllowed, match="Several Spaces are live"):
        rooms.meant_by(GUILD, DEE.id, 4711)
    with pytest.raises(NotFound, match="No Space is live"):
        rooms.meant_by(OTHER_GUILD, ANN.id, None)
    await world.end(second)
    assert rooms.meant_by(GUILD, DEE.id, 4711) is first


async def test_a_room_that_is_over_is_meant_by_nothing(world: World) -> None:
    room = await world.open()
    door = world.board.holds("finish")
    await world.bot.hosting.end(room, actor(ANN))

    with pytest.raises(NotFound, match="No Space is live"):
        world.bot.rooms.meant_by(GUILD, ANN.id, room.space.channel_id)
    with pytest.raises(NotFound, match="over"):
        world.bot.rooms.require(room.space.id, GUILD)
    assert world.bot.rooms.in_guild(GUILD) == ()
    door.set()


async def test_numbers_of_another_server_open_nothing(world: World) -> None:
    room = await world.open()

    with pytest.raises(NotFound, match="over"):
        world.bot.rooms.require(room.space.id, OTHER_GUILD)
    with pytest.raises(NotFound, match="over"):
        world.bot.rooms.require(999, GUILD)


async def test_hosts_come_first_and_lead_whether_present_or_not(world: World) -> None:
    room = await world.open(DEE)
    async with room.lock:
        for person in (CY, BO):
            await room.save(room.participant(person).evolve(role=Role.CO_HOST))
    await world.join(room, EVE)

    assert [one.person for one in room.hosts] == [DEE, BO, CY]
    assert [room.leads(one.id) for one in (DEE, BO, CY, EVE, ANN)] == [True, True, True, False, False]


async def test_a_demoted_co_host_leads_no_more(world: World) -> None:
    room = await world.open()
    for role in (Role.CO_HOST, Role.GUEST):
        async with room.lock:
            await room.save(room.participant(BO).evolve(role=role))

    with pytest.raises(NotAllowed):
        await world.bot.speaking.next(room, actor(BO))


async def test_names_in_our_sentences_act_on_nothing(world: World) -> None:
    room = await world.open(Person(11, "[Ann](https://evil.example)"))

    with pytest.raises(NotAllowed) as refused:
        await world.bot.hosting.end(room, actor(BO))

    assert "](" not in refused.value.sentence.replace("\\]", "")
    assert "https://" not in refused.value.sentence
