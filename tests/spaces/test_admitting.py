from __future__ import annotations

import asyncio

import pytest

from spaces.admitting import NO_INVITATIONS
from spaces.choices import Choices
from spaces.doors import PATIENCE
from spaces.errors import Conflict, DiscordUnavailable, NotAllowed, NotFound, SpacesError
from spaces.model import Actor, Person, RoleTag, Standing
from spaces.ports import NoticeAction
from spaces.presence import BY_INVITATION
from spaces.room import Room
from spaces.rules import JoinMode, NameOrId
from tests.spaces.world import ANN, BO, CY, DEE, EVE, GUILD, World, actor

READERS = RoleTag(5, "Readers")


@pytest.fixture
async def room(world: World) -> Room:
    """A room for invited people; only its host is in it."""
    room = await world.bot.hosting.open(GUILD, actor(ANN), "Closed", Choices(join=JoinMode.INVITED))
    await world.join(room, ANN)
    world.stage.accept(ANN.id)
    await world.stage.quiet()
    return room


async def bring_in(world: World, room: Room, inviter: Person, person: Person, *roles: RoleTag) -> bool:
    return await world.bot.admitting.bring_in(room, actor(inviter), Actor(person, roles))


def links_to(world: World, person: Person) -> list[str]:
    return [
        notice.text for one, notice in world.words.told if one == person.id and notice.actions == (NoticeAction.JOIN,)
    ]


def let_in(world: World, room: Room) -> frozenset[int]:
    return world.stage.channels[room.space.channel_id or 0].let_in


async def test_only_who_was_brought_in_may_join(world: World, room: Room) -> None:
    await world.join(room, BO)
    assert world.stage.where(BO.id) is None
    assert world.words.told[-1][1].text == BY_INVITATION
    assert await bring_in(world, room, ANN, BO)
    assert links_to(world, BO)[0].startswith(f"Ann invites you to **Closed** in <#{room.space.channel_id}>.")
    assert let_in(world, room) == {ANN.id, BO.id}
    world.words.settled.clear()
    await world.join(room, BO)
    assert world.standing(room, BO) is Standing.LISTENING
    assert world.words.settled == [BO.id]  # the invitation goes when it is taken
    world.check(room)


async def test_speakers_bring_people_in_and_listeners_do_not(world: World, room: Room) -> None:
    await bring_in(world, room, ANN, BO)
    await world.join(room, BO)
    with pytest.raises(NotAllowed, match="Hosts and speakers bring people"):
        await bring_in(world, room, BO, CY)
    with pytest.raises(NotAllowed, match="Join"):
        await bring_in(world, room, DEE, CY)
    await world.on_stage(room, BO)
    assert await bring_in(world, room, BO, CY)
    assert await world.bot.admitting.bring_in(room, actor(EVE, is_admin=True), actor(DEE))


async def test_five_an_hour_each(world: World, room: Room) -> None:
    people = [Person(100 + number, f"Guest {number}") for number in range(8)]
    for person in people[:5]:
        await bring_in(world, room, ANN, person)
    with pytest.raises(NotAllowed, match="You have invited 5 people in the last hour"):
        await bring_in(world, room, ANN, people[5])
    assert room.find(people[5].id) is None
    world.clock.advance(3600)
    await bring_in(world, room, ANN, people[5])
    world.policies.change(invitations_an_hour=0)
    with pytest.raises(NotAllowed, match="nobody invites"):
        await bring_in(world, room, ANN, people[6])


async def test_many_at_once_are_counted_exactly(world: World, room: Room) -> None:
    people = [Person(100 + number, f"Guest {number}") for number in range(20)]
    done = await asyncio.gather(*(bring_in(world, room, ANN, one) for one in people), return_exceptions=True)
    assert sum(one is True for one in done) == 5
    assert sum(isinstance(one, NotAllowed) for one in done) == 15
    assert len(let_in(world, room)) == 6


async def test_two_who_invite_the_same_person_send_one_invitation(world: World, room: Room) -> None:
    await bring_in(world, room, ANN, BO)
    await world.on_stage(room, BO)
    done = await asyncio.gather(bring_in(world, room, ANN, CY), bring_in(world, room, BO, CY), return_exceptions=True)
    assert [type(one) for one in done if one is not True] == [Conflict]
    assert len(links_to(world, CY)) == 1


@pytest.mark.parametrize("why", ["opted out", "removed", "on the host's list", "has the inviter on a list"])
async def test_who_takes_no_invitations_gets_none_and_the_reason_stays_theirs(
    world: World, room: Room, why: str
) -> None:
    await bring_in(world, room, ANN, BO)
    await world.on_stage(room, BO)
    if why == "opted out":
        await world.bot.admitting.set_invitations(GUILD, CY, wanted=False)
    elif why == "removed":
        await world.bot.controlling.remove(room, actor(ANN), CY, may_return=False)
    elif why == "on the host's list":
        await world.bot.safety.block(ANN, CY)
    else:
        await world.bot.safety.block(CY, BO)
    told = len(world.words.told)
    with pytest.raises(NotAllowed) as refused:
        await bring_in(world, room, BO, CY)
    assert refused.value.sentence == NO_INVITATIONS == "They don't take invitations."
    assert CY.id not in let_in(world, room)
    assert len(world.words.told) == told
    assert len(world.stores.admissions.rows) == 1  # a refusal costs none of the five


async def test_opting_out_holds_in_one_server_until_taken_back(world: World, room: Room) -> None:
    await world.bot.admitting.set_invitations(GUILD + 1, BO, wanted=False)
    await world.bot.admitting.set_invitations(GUILD, BO, wanted=False)
    await world.bot.admitting.set_invitations(GUILD, BO, wanted=False)
    with pytest.raises(NotAllowed):
        await bring_in(world, room, ANN, BO)
    await world.bot.admitting.set_invitations(GUILD, BO, wanted=True)
    assert await bring_in(world, room, ANN, BO)


async def test_the_host_reads_how_to_let_somebody_back(world: World, room: Room) -> None:
    await world.bot.controlling.remove(room, actor(ANN), CY, may_return=False)
    with pytest.raises(Conflict, match="/speakers readmit"):
        await bring_in(world, room, ANN, CY)


async def test_who_is_here_or_invited_is_not_invited_again(world: World, room: Room) -> None:
    await bring_in(world, room, ANN, BO)
    with pytest.raises(Conflict, match="invited already"):
        await bring_in(world, room, ANN, BO)
    await world.join(room, BO)
    with pytest.raises(Conflict, match="Bo is here already"):
        await bring_in(world, room, ANN, BO)
    with pytest.raises(Conflict, match="You are here"):
        await bring_in(world, room, ANN, ANN)


async def test_into_a_locked_or_ended_room_nobody_is_invited(world: World, room: Room) -> None:
    await world.bot.controlling.set_lock(room, actor(ANN), locked=True)
    with pytest.raises(Conflict, match="locked"):
        await bring_in(world, room, ANN, BO)
    await world.end(room)
    with pytest.raises(NotFound):
        await bring_in(world, room, ANN, BO)
    assert world.stores.admissions.rows == []


async def test_in_a_room_for_roles_the_role_decides(world: World) -> None:
    room = await world.bot.hosting.open(GUILD, actor(ANN), "Readers", Choices(join_roles=(NameOrId(READERS.id),)))
    with pytest.raises(NotAllowed, match="none of the roles"):
        await bring_in(world, room, ANN, BO)
    assert await bring_in(world, room, ANN, BO, READERS)


async def test_anybody_in_an_open_room_can_send_a_link(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    assert await bring_in(world, room, BO, CY)
    assert len(links_to(world, CY)) == 1
    assert "set_doors" not in world.stage.calls


async def test_an_admission_holds_although_discord_keeps_its_door_shut(world: World, room: Room) -> None:
    world.stage.fails("set_doors", DiscordUnavailable("no"), times=2)
    assert not await bring_in(world, room, ANN, BO)
    await world.look(PATIENCE.total_seconds())
    assert BO.id not in let_in(world, room)
    await world.look(PATIENCE.total_seconds() - 1)
    assert BO.id not in let_in(world, room)
    await world.look(1)
    assert BO.id in let_in(world, room)
    calls = world.stage.calls.count("set_doors")
    await world.look(600)
    assert world.stage.calls.count("set_doors") == calls


async def test_after_a_restart_the_door_still_knows_who_may_join(world: World, room: Room) -> None:
    await bring_in(world, room, ANN, BO)
    world.stage.channels[room.space.channel_id or 0].let_in = frozenset()
    await world.restart()
    room = world.bot.rooms.require(room.space.id, GUILD)
    await world.look(1)
    assert let_in(world, room) == {ANN.id, BO.id}
    await world.join(room, BO)
    assert world.standing(room, BO) is Standing.LISTENING


async def test_the_door_follows_who_hosts(world: World, room: Room) -> None:
    await world.bot.leading.appoint(room, actor(ANN), BO)
    await world.look(1)
    assert let_in(world, room) == {ANN.id, BO.id}
    await world.bot.leading.dismiss(room, actor(ANN), BO)
    await world.look(1)
    assert let_in(world, room) == {ANN.id}


async def test_closing_an_open_room_lets_those_in_again_who_are_here(world: World) -> None:
    room = await world.open()
    await world.join(room, ANN, BO)
    await world.bot.editing.edit(room, actor(ANN), Choices(join=JoinMode.INVITED))
    assert let_in(world, room) == {ANN.id, BO.id}
    world.stage.leave(BO.id)
    await world.stage.quiet()
    await world.join(room, BO, CY)
    assert world.standing(room, BO) is Standing.LISTENING
    assert world.standing(room, CY) is None
    await world.bot.editing.edit(room, actor(ANN), Choices(join=JoinMode.EVERYONE))
    await world.join(room, CY)
    assert world.standing(room, CY) is Standing.LISTENING
    world.check(room)


async def test_a_door_that_discord_cannot_have_changes_nothing(world: World) -> None:
    room = await world.open()
    world.stage.fails("check_doors", NotFound("I can't find a role that may join."))
    with pytest.raises(SpacesError, match="can't find a role"):
        await world.bot.editing.edit(room, actor(ANN), Choices(join_roles=(NameOrId("Gone"),)))
    assert room.space.rules.join is JoinMode.EVERYONE
    with pytest.raises(SpacesError, match="can't find a role"):
        await world.bot.hosting.open(GUILD, actor(BO), "Other")
    assert [one.title for one in world.stores.spaces.rows.values()] == [room.space.title]


async def test_the_end_takes_invitations_down_that_nobody_took(world: World, room: Room) -> None:
    await bring_in(world, room, ANN, BO)
    world.words.settled.clear()
    await world.end(room)
    assert BO.id in world.words.settled


@pytest.mark.parametrize("erased", [BO, CY])
async def test_erasure_takes_invitations_from_and_to_the_person_with_it(
    world: World, room: Room, erased: Person
) -> None:
    await bring_in(world, room, ANN, BO)
    await world.on_stage(room, BO)
    await bring_in(world, room, BO, CY)
    await bring_in(world, room, ANN, DEE)
    await world.bot.admitting.set_invitations(GUILD, erased, wanted=False)
    world.words.settled.clear()
    await world.bot.privacy.erase(erased)
    assert CY.id in world.words.settled
    assert DEE.id not in world.words.settled
    assert all(erased.id not in row for row in world.stores.admissions.rows)
    assert world.stores.admissions.opt_outs == set()
    if erased == CY:
        await world.look(1)
        assert let_in(world, room) == {ANN.id, BO.id, DEE.id}
