from __future__ import annotations

import asyncio

import pytest

from spaces.errors import Conflict, DiscordUnavailable, NotAllowed, NotFound
from spaces.model import DebtKind, Person, RoleTag, Standing
from spaces.presence import LOCKED, NOT_ADMITTED
from spaces.room import Room
from spaces.rules import NameOrId
from tests.spaces.world import ANN, BO, CY, DEE, EVE, GUILD, World, actor

OUTAGE = DiscordUnavailable("Discord did not answer.")


def words_to(world: World, person: Person) -> list[str]:
    return [notice.text for person_id, notice in world.words.told if person_id == person.id]


async def with_co_host(world: World) -> Room:
    """Ann hosts with Bo; Cy and Dee are on stage."""
    room = await world.open()
    await world.bot.leading.appoint(room, actor(ANN), BO)
    await world.on_stage(room, ANN, BO, CY, DEE)
    return room


async def test_the_whole_stage_is_quieted_but_for_hosts(world: World) -> None:
    room = await with_co_host(world)
    await world.join(room, EVE)
    await world.bot.speaking.invite(room, actor(ANN), EVE.id)

    assert await world.bot.controlling.quiet_stage(room, actor(BO)) == 3
    await world.stage.quiet()
    assert [one.person for one in room.on_stage] == [ANN, BO]
    assert room.invited == ()
    world.check(room)
    with pytest.raises(Conflict, match="Nobody but the hosts"):
        await world.bot.controlling.quiet_stage(room, actor(ANN))


async def test_what_discord_refuses_for_one_is_done_for_the_others_and_told(world: World) -> None:
    room = await with_co_host(world)
    world.stage.fails("to_audience", OUTAGE, times=1)
    with pytest.raises(DiscordUnavailable):
        await world.bot.controlling.quiet_stage(room, actor(ANN))
    await world.stage.quiet()
    assert len(room.on_stage) == 3
    world.check(room)


async def test_who_is_removed_cannot_come_back_until_readmitted(world: World) -> None:
    room = await with_co_host(world)
    await world.bot.controlling.remove(room, actor(BO), CY, may_return=False)
    await world.stage.quiet()
    assert world.stage.where(CY.id) is None
    await world.join(room, CY)
    assert world.stage.where(CY.id) is None
    assert words_to(world, CY)[-1] == NOT_ADMITTED
    with pytest.raises(Conflict, match="Cy is kept out already"):
        await world.bot.controlling.remove(room, actor(ANN), CY, may_return=False)

    await world.restart()
    room = world.bot.rooms.require(room.space.id, GUILD)
    await world.join(room, CY)
    assert world.stage.where(CY.id) is None
    await world.bot.controlling.readmit(room, actor(ANN), CY)
    await world.join(room, CY)
    assert world.standing(room, CY) is Standing.LISTENING
    world.check(room)


async def test_somebody_who_is_not_here_can_be_kept_out(world: World) -> None:
    room = await world.open()
    await world.bot.controlling.remove(room, actor(ANN), EVE, may_return=False)
    await world.join(room, EVE)
    assert world.stage.where(EVE.id) is None


async def test_a_co_host_who_is_removed_for_good_is_none_any_more(world: World) -> None:
    world.policies.change(moderators=(NameOrId("Mods"),))
    room = await with_co_host(world)
    await world.bot.controlling.remove(room, actor(ANN), BO, may_return=False)
    await world.stage.quiet()
    assert not room.leads(BO.id)
    await world.join(room, BO)
    assert world.stage.where(BO.id) is None
    await world.bot.leading.appoint(room, actor(ANN), BO)  # which lets them in again
    await world.join(room, BO)
    assert world.standing(room, BO) is Standing.INVITED
    with pytest.raises(NotAllowed, match="can't do without its host"):
        await world.bot.controlling.remove(room, actor(EVE, is_admin=True), ANN, may_return=False)


async def test_who_is_only_sent_out_may_come_back(world: World) -> None:
    room = await with_co_host(world)
    await world.bot.controlling.remove(room, actor(ANN), CY, may_return=True)
    await world.stage.quiet()
    with pytest.raises(Conflict, match="Cy is not here"):
        await world.bot.controlling.remove(room, actor(ANN), CY, may_return=True)
    with pytest.raises(Conflict, match="Cy is not kept out"):
        await world.bot.controlling.readmit(room, actor(ANN), CY)
    await world.join(room, CY)
    assert world.standing(room, CY) is Standing.LISTENING


async def test_a_removal_that_discord_does_not_do_holds_from_the_next_join(world: World) -> None:
    room = await with_co_host(world)
    world.stage.fails("disconnect", OUTAGE, times=1)
    with pytest.raises(DiscordUnavailable):
        await world.bot.controlling.remove(room, actor(ANN), CY, may_return=False)
    world.stage.leave(CY.id)
    await world.stage.quiet()
    await world.join(room, CY)
    assert world.stage.where(CY.id) is None


@pytest.mark.parametrize("subject", [ANN, BO, CY])
@pytest.mark.parametrize("by", ["listener", "co-host", "host", "moderator"])
async def test_who_may_remove_whom(world: World, by: str, subject: Person) -> None:
    world.policies.change(moderators=(NameOrId("Mods"),))
    room = await with_co_host(world)
    who = {"listener": actor(DEE), "co-host": actor(BO), "host": actor(ANN), "moderator": actor(EVE)}[by]
    if by == "moderator":
        who = type(who)(EVE, (RoleTag(5, "mods"),))
    allowed = {"listener": set(), "co-host": {CY}, "host": {BO, CY}, "moderator": {ANN, BO, CY}}[by]
    if subject in allowed:
        await world.bot.controlling.remove(room, who, subject, may_return=True)
        await world.stage.quiet()
        assert world.stage.where(subject.id) is None
    else:
        with pytest.raises(NotAllowed):
            await world.bot.controlling.remove(room, who, subject, may_return=True)
        assert world.stage.where(subject.id) is not None


async def test_a_locked_room_lets_back_in_who_was_there(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    await world.bot.controlling.set_lock(room, actor(ANN), locked=True)
    world.stage.leave(BO.id)
    await world.stage.quiet()
    await world.join(room, BO, CY)

    assert world.standing(room, BO) is Standing.LISTENING
    assert world.stage.where(CY.id) is None
    assert words_to(world, CY) == [LOCKED]
    with pytest.raises(Conflict, match="locked already"):
        await world.bot.controlling.set_lock(room, actor(ANN), locked=True)
    await world.bot.controlling.set_lock(room, actor(ANN), locked=False)
    await world.join(room, CY)
    assert world.standing(room, CY) is Standing.LISTENING


async def test_a_full_room_lets_hosts_in_only(world: World) -> None:
    world.policies.change_rules(speaker_limit=1, capacity=1)
    room = await world.open()
    await world.join(room, BO, CY, ANN)
    assert [one.person for one in room.present] == [BO, ANN]


# --- server mutes ---------------------------------------------------------------------------------------------------


async def muted(world: World) -> Room:
    world.policies.change(server_mute=True)
    room = await world.open()
    await world.on_stage(room, BO)
    await world.bot.controlling.server_mute(room, actor(ANN), BO)
    await world.stage.quiet()
    return room


async def test_a_server_mute_only_where_the_server_wants_it(world: World) -> None:
    room = await world.open()
    await world.on_stage(room, BO)
    with pytest.raises(NotAllowed, match="mutes by moving to the audience"):
        await world.bot.controlling.server_mute(room, actor(ANN), BO)
    assert world.stores.debts.rows == {}


async def test_a_server_mute_holds_in_the_space_and_is_lifted_elsewhere(world: World) -> None:
    room = await muted(world)
    other = await world.open(CY, "Other")
    assert world.stage.server_muted == {BO.id}
    world.stage.leave(BO.id)
    await world.stage.quiet()
    await world.join(room, BO)
    assert world.stage.server_muted == {BO.id}  # in the same Space it still holds
    await world.join(other, BO)
    assert world.stage.server_muted == set()
    assert world.stores.debts.rows == {}


async def test_the_end_of_the_space_lifts_it_now_or_at_the_next_join(world: World) -> None:
    room = await muted(world)
    await world.end(room)
    assert world.stage.server_muted == set()
    room = await muted(world)
    world.stage.leave(BO.id)
    await world.stage.quiet()
    await world.end(room)
    assert world.stage.server_muted == {BO.id}
    assert [debt.kind for debt in world.stores.debts.rows.values()] == [DebtKind.SERVER_MUTE]
    await world.restart()
    await world.join(await world.open(DEE, "Later"), BO)
    assert world.stage.server_muted == set()
    assert world.stores.debts.rows == {}


async def test_a_host_lifts_it(world: World) -> None:
    room = await muted(world)
    await world.bot.controlling.server_unmute(room, actor(ANN), BO)
    assert world.stage.server_muted == set()
    with pytest.raises(Conflict, match="I have not muted Bo"):
        await world.bot.controlling.server_unmute(room, actor(ANN), BO)


async def test_a_mute_that_discord_refuses_is_not_owed(world: World) -> None:
    world.policies.change(server_mute=True)
    room = await world.open()
    await world.on_stage(room, BO)
    world.stage.fails("server_mute", OUTAGE, times=1)
    with pytest.raises(DiscordUnavailable):
        await world.bot.controlling.server_mute(room, actor(ANN), BO)
    assert world.stores.debts.rows == {}
    with pytest.raises(NotFound, match="left"):
        await world.bot.controlling.server_mute(room, actor(ANN), EVE)


@pytest.mark.parametrize("steps", range(12))
async def test_a_mute_is_owed_wherever_a_crash_comes(world: World, steps: int) -> None:
    world.policies.change(server_mute=True)
    room = await world.open()
    await world.on_stage(room, BO)
    muting = asyncio.create_task(world.bot.controlling.server_mute(room, actor(ANN), BO))
    for _ in range(steps):
        await asyncio.sleep(0)
    muting.cancel()
    await asyncio.gather(muting, return_exceptions=True)
    await world.restart()
    await world.end(world.bot.rooms.require(room.space.id, GUILD))
    assert world.stage.server_muted == set()


async def test_mutes_of_others_are_left_alone(world: World) -> None:
    room = await world.open()
    world.stage.server_muted.add(BO.id)  # by a moderator of the server, for reasons of their own
    await world.join(room, BO)
    await world.end(room)
    assert world.stage.server_muted == {BO.id}
