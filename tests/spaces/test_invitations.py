from __future__ import annotations

import asyncio

import pytest

from spaces.errors import Conflict, DiscordUnavailable, NotAllowed, NotFound, StorageUnavailable
from spaces.model import Actor, RoleTag, Standing
from spaces.ports import NoticeAction
from spaces.rules import NameOrId
from spaces.speaking import HandUp
from tests.spaces.world import ANN, BO, CY, DEE, EVE, World, actor

OUTAGE = DiscordUnavailable("Discord did not answer.")


async def test_next_invites_the_first_who_accepts_in_discord(world: World) -> None:
    room = await world.open()
    await world.join(room, BO, CY)
    await world.bot.speaking.raise_hand(room, CY)
    await world.bot.speaking.raise_hand(room, BO)

    assert await world.bot.speaking.next(room, actor(ANN)) == CY
    await world.stage.quiet()
    assert world.standing(room, CY) is Standing.INVITED
    assert world.queue(room) == ["Bo"]
    world.check(room)

    world.stage.accept(CY.id)
    await world.stage.quiet()
    assert [one.person for one in room.on_stage] == [CY]
    world.check(room)


async def test_a_raised_hand_that_discord_accepts_at_once_is_on_stage(world: World) -> None:
    world.stage.skips_invitation = True
    room = await world.open()
    await world.join(room, BO)
    world.stage.raise_hand(BO.id)
    await world.stage.quiet()

    await world.bot.speaking.next(room, actor(ANN))
    await world.stage.quiet()

    assert world.standing(room, BO) is Standing.ON_STAGE
    world.check(room)


async def test_next_without_a_hand_says_so(world: World) -> None:
    room = await world.open()

    with pytest.raises(Conflict, match="No hand is up"):
        await world.bot.speaking.next(room, actor(ANN))


async def test_two_hosts_race_for_one_hand_and_one_wins(world: World) -> None:
    world.policies.change(moderators=(NameOrId("mods"),))
    moderator = Actor(EVE, roles=(RoleTag(1, "Mods"),))
    room = await world.open()
    await world.join(room, BO)
    await world.bot.speaking.raise_hand(room, BO)

    results = await asyncio.gather(
        world.bot.speaking.next(room, actor(ANN)),
        world.bot.speaking.next(room, moderator),
        world.bot.speaking.invite(room, actor(ANN), BO.id),
        return_exceptions=True,
    )

    assert results.count(BO) == 1
    assert sum(isinstance(one, Conflict) for one in results) == 2
    assert world.stage.calls.count("invite") == 1
    assert len(world.words.told) == 1


async def test_the_invited_read_who_invites_them(world: World) -> None:
    room = await world.captioned()
    await world.join(room, BO)

    await world.bot.speaking.invite(room, actor(ANN), BO.id)

    [(person_id, notice)] = world.words.told
    assert person_id == BO.id
    assert notice.text == "Ann invites you to speak: accept at the bottom of the stage, then unmute."
    assert notice.actions == (NoticeAction.CHOOSE_CAPTIONS,)


@pytest.mark.parametrize("error", [OUTAGE, NotFound("They left the Space.")])
async def test_an_invitation_that_fails_changes_nothing(world: World, error: DiscordUnavailable | NotFound) -> None:
    room = await world.open()
    await world.join(room, BO)
    await world.bot.speaking.raise_hand(room, BO)
    before = room.find(BO.id)
    world.stage.fails("invite", error, times=1)

    with pytest.raises(type(error)):
        await world.bot.speaking.next(room, actor(ANN))

    assert room.find(BO.id) == before
    assert world.words.told == []
    world.check(room)
    assert await world.bot.speaking.next(room, actor(ANN)) == BO


async def test_a_crash_while_inviting_loses_no_hand(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    await world.bot.speaking.raise_hand(room, BO)
    world.stage.holds("invite")
    inviting = asyncio.create_task(world.bot.speaking.next(room, actor(ANN)))
    await world.stage.reached("invite")
    inviting.cancel()
    await asyncio.gather(inviting, return_exceptions=True)

    await world.restart()

    room = world.bot.rooms.require(room.space.id, room.space.guild_id)
    assert world.queue(room) == ["Bo"]


async def test_a_full_stage_invites_nobody_else(world: World) -> None:
    world.policies.change_rules(speaker_limit=2)
    room = await world.open()
    await world.on_stage(room, BO)
    await world.join(room, CY, DEE)
    await world.bot.speaking.invite(room, actor(ANN), CY.id)
    await world.bot.speaking.raise_hand(room, DEE)

    with pytest.raises(Conflict, match="The stage is full: 2 may speak at once"):
        await world.bot.speaking.next(room, actor(ANN))

    assert world.queue(room) == ["Dee"]
    world.stage.step_down(CY.id)
    await world.stage.quiet()
    assert await world.bot.speaking.next(room, actor(ANN)) == DEE


async def test_who_was_declined_can_raise_the_hand_again(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    await world.bot.speaking.invite(room, actor(ANN), BO.id)
    await world.stage.quiet()

    world.stage.step_down(BO.id)
    await world.stage.quiet()

    assert world.standing(room, BO) is Standing.LISTENING
    assert world.words.settled == [BO.id]
    assert await world.bot.speaking.raise_hand(room, BO) == HandUp(1)


async def test_who_leaves_while_being_accepted_is_gone(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    await world.bot.speaking.raise_hand(room, BO)
    door = world.stage.holds("invite")
    inviting = asyncio.create_task(world.bot.speaking.next(room, actor(ANN)))
    await world.stage.reached("invite")

    world.stage.leave(BO.id)
    door.set()
    with pytest.raises(NotFound):
        await inviting
    await world.stage.quiet()

    assert world.standing(room, BO) is None
    assert world.queue(room) == []
    world.check(room)


async def test_who_lowers_the_hand_while_being_accepted_is_invited_or_not_but_never_both(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    await world.bot.speaking.raise_hand(room, BO)

    results = await asyncio.gather(
        world.bot.speaking.next(room, actor(ANN)), world.bot.speaking.lower_hand(room, BO), return_exceptions=True
    )
    await world.stage.quiet()

    assert [isinstance(one, Conflict) for one in results] == [False, True]
    assert world.standing(room, BO) is Standing.INVITED
    world.check(room)


async def test_who_left_cannot_be_invited(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    world.stage.leave(BO.id)
    await world.stage.quiet()

    with pytest.raises(NotFound, match="left"):
        await world.bot.speaking.invite(room, actor(ANN), BO.id)


# --- back to the audience ------------------------------------------------------------------------------------------


async def test_a_speaker_is_moved_to_the_audience_and_the_turn_counted(world: World) -> None:
    room = await world.open()
    await world.on_stage(room, BO)
    world.clock.advance(90)

    assert await world.bot.speaking.to_audience(room, actor(ANN), BO.id) == BO
    await world.stage.quiet()

    one = room.find(BO.id)
    assert one is not None
    assert (one.standing, one.stage_seconds) == (Standing.LISTENING, 90)
    world.check(room)
    with pytest.raises(Conflict, match="Bo is in the audience already"):
        await world.bot.speaking.to_audience(room, actor(ANN), BO.id)


async def test_an_invitation_taken_back_takes_its_line_out_of_the_chat(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    await world.bot.speaking.invite(room, actor(ANN), BO.id)
    await world.stage.quiet()

    await world.bot.speaking.to_audience(room, actor(ANN), BO.id)
    await world.stage.quiet()

    assert BO.id in world.words.settled
    world.check(room)


async def test_what_discord_refuses_leaves_the_speaker_on_stage(world: World) -> None:
    room = await world.open()
    await world.on_stage(room, BO)
    world.stage.fails("to_audience", OUTAGE)

    with pytest.raises(DiscordUnavailable):
        await world.bot.speaking.to_audience(room, actor(ANN), BO.id)

    assert world.standing(room, BO) is Standing.ON_STAGE
    world.check(room)


# --- who may decide ------------------------------------------------------------------------------------------------


async def test_listeners_decide_nothing(world: World) -> None:
    room = await world.open()
    await world.join(room, BO, CY)
    await world.bot.speaking.raise_hand(room, CY)

    for attempt in (
        world.bot.speaking.next(room, actor(BO)),
        world.bot.speaking.invite(room, actor(BO), CY.id),
        world.bot.speaking.to_audience(room, actor(BO), CY.id),
    ):
        with pytest.raises(NotAllowed, match="Ann hosts this Space"):
            await attempt
    assert world.queue(room) == ["Cy"]


async def test_admins_and_moderators_decide(world: World) -> None:
    room = await world.open()
    await world.join(room, BO, CY)

    await world.bot.speaking.invite(room, actor(EVE, is_admin=True), BO.id)
    world.policies.change(moderators=(NameOrId(9),))
    await world.bot.speaking.invite(room, Actor(DEE, roles=(RoleTag(9, "x"),)), CY.id)

    assert len(world.words.told) == 2


async def test_nobody_acts_in_a_space_that_is_over(world: World) -> None:
    room = await world.open()
    await world.join(room, BO, CY)
    await world.bot.speaking.raise_hand(room, BO)
    door = world.board.holds("finish")
    await world.bot.hosting.end(room, actor(ANN))

    for attempt in (
        world.bot.speaking.raise_hand(room, CY),
        world.bot.speaking.lower_hand(room, BO),
        world.bot.speaking.next(room, actor(ANN)),
        world.bot.speaking.invite(room, actor(ANN), BO.id),
        world.bot.speaking.to_audience(room, actor(ANN), BO.id),
    ):
        with pytest.raises(NotFound, match="That Space is over"):
            await attempt
    door.set()


async def test_a_failed_write_changes_nothing(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    world.stores.spaces.failure = StorageUnavailable("The disk is full.")

    with pytest.raises(StorageUnavailable):
        await world.bot.speaking.raise_hand(room, BO)

    world.stores.spaces.failure = None
    assert world.queue(room) == []
    world.check(room)
