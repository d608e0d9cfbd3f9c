from __future__ import annotations

import pytest

from spaces.errors import DiscordUnavailable
from spaces.model import Person, Standing
from spaces.rules import QueueOrder, SpeakMode
from spaces.waiting import FORGOTTEN, MISSED, MISSED_FOR_GOOD, WITHDRAWN
from tests.spaces.world import ANN, BO, CY, DEE, EVE, World, actor


def words_to(world: World, person: Person) -> list[str]:
    return [notice.text for person_id, notice in world.words.told if person_id == person.id]


async def test_a_missed_invitation_costs_one_place_and_asks_the_next(world: World) -> None:
    room = await world.open()
    await world.join(room, BO, CY, DEE)
    for person in (BO, CY, DEE):
        await world.bot.speaking.raise_hand(room, person)
    await world.bot.speaking.next(room, actor(ANN))

    assert await world.look(29) == 0
    assert await world.look(1) == 1
    assert world.standing(room, BO) is Standing.HAND_UP
    assert world.standing(room, CY) is Standing.INVITED
    assert world.queue(room) == ["Bo", "Dee"]
    assert words_to(world, BO)[-1] == MISSED
    assert words_to(world, CY) == ["Ann invites you to speak: accept at the bottom of the stage, then unmute."]
    world.check(room)


async def test_who_moved_down_stands_behind_the_next_one(world: World) -> None:
    room = await world.open()
    await world.join(room, BO, CY, DEE)
    for person in (BO, CY, DEE):
        await world.bot.speaking.raise_hand(room, person)
    world.policies.change(invitation_misses=3)
    await world.bot.speaking.next(room, actor(ANN))
    world.stage.fails("invite", DiscordUnavailable("no"), times=1)  # nobody else can be asked just now
    await world.look(30)

    assert world.queue(room) == ["Cy", "Bo", "Dee"]


async def test_two_misses_lower_the_hand(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    await world.bot.speaking.raise_hand(room, BO)
    for _ in range(2):
        await world.bot.speaking.next(room, actor(ANN))
        await world.look(30)

    assert world.standing(room, BO) is Standing.LISTENING
    assert words_to(world, BO)[-1] == MISSED_FOR_GOOD
    await world.bot.speaking.raise_hand(room, BO)
    await world.bot.speaking.next(room, actor(ANN))
    await world.look(30)
    assert world.queue(room) == ["Bo"]  # misses are counted anew for a new hand
    world.check(room)


async def test_an_invitation_without_a_hand_is_withdrawn(world: World) -> None:
    room = await world.open()
    await world.join(room, BO, CY)
    await world.bot.speaking.raise_hand(room, CY)
    await world.bot.speaking.invite(room, actor(ANN), BO.id)
    await world.look(30)

    assert world.standing(room, BO) is Standing.LISTENING
    assert words_to(world, BO)[-1] == WITHDRAWN
    assert world.standing(room, CY) is Standing.HAND_UP  # nobody was waiting behind Bo
    world.check(room)


async def test_hosts_keep_their_invitation(world: World) -> None:
    room = await world.open()
    await world.join(room, ANN)
    assert await world.look(3600) == 0
    assert world.standing(room, ANN) is Standing.INVITED


async def test_an_invitation_is_withdrawn_after_a_restart_too(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    await world.bot.speaking.raise_hand(room, BO)
    await world.bot.speaking.next(room, actor(ANN))
    await world.restart()
    room = world.bot.rooms.require(room.space.id, 1)

    assert await world.look(30) == 1
    assert world.queue(room) == ["Bo"]


async def test_what_discord_does_not_withdraw_is_tried_again(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    await world.bot.speaking.invite(room, actor(ANN), BO.id)
    world.stage.fails("to_audience", DiscordUnavailable("no"), times=1)

    assert await world.look(30) == 0
    assert world.standing(room, BO) is Standing.INVITED
    world.check(room)
    assert await world.look(1) == 1
    assert world.standing(room, BO) is Standing.LISTENING


async def test_who_accepts_in_time_stays(world: World) -> None:
    room = await world.open()
    await world.on_stage(room, ANN, BO)
    assert await world.look(3600) == 0
    assert world.standing(room, BO) is Standing.ON_STAGE


async def test_forgotten_hands_are_lowered_with_a_word(world: World) -> None:
    room = await world.open()
    await world.join(room, ANN, BO, CY)
    await world.bot.speaking.raise_hand(room, BO)
    world.stage.raise_hand(CY.id)
    await world.stage.quiet()

    assert await world.look(3599) == 0
    assert await world.look(10) == 2
    assert world.queue(room) == []
    assert words_to(world, BO)[-1] == words_to(world, CY)[-1] == FORGOTTEN
    world.check(room)


async def test_hands_stay_up_where_the_server_says_so(world: World) -> None:
    world.policies.change(hand_stays_minutes=None)
    room = await world.open()
    await world.join(room, ANN, BO)
    await world.bot.speaking.raise_hand(room, BO)
    assert await world.look(10**6) == 0


async def test_where_everyone_may_speak_a_free_seat_is_filled(world: World) -> None:
    world.policies.change_rules(speaker_limit=1)
    room = await world.open(speak=SpeakMode.EVERYONE)
    await world.join(room, BO, CY, DEE)
    for person in (BO, CY, DEE):
        await world.bot.speaking.raise_hand(room, person)
    assert world.queue(room) == ["Cy", "Dee"]
    assert await world.look(1) == 0
    world.stage.accept(BO.id)
    await world.stage.quiet()
    world.stage.step_down(BO.id)
    await world.stage.quiet()

    assert await world.look(1) == 1
    assert (world.standing(room, CY), world.queue(room)) == (Standing.INVITED, ["Dee"])
    world.check(room)


@pytest.mark.parametrize("order", QueueOrder)
async def test_who_is_next_by_each_order(world: World, order: QueueOrder) -> None:
    room = await world.open()
    await world.on_stage(room, BO)  # speaks for a long time
    world.clock.advance(600)
    world.stage.step_down(BO.id)
    await world.on_stage(room, CY)  # is on stage as long, but muted
    world.stage.toggle_mute(CY.id)
    await world.stage.quiet()
    world.clock.advance(600)
    world.stage.step_down(CY.id)
    await world.join(room, DEE, EVE)
    for person in (BO, CY, DEE, EVE):
        await world.bot.speaking.raise_hand(room, person)
        world.clock.advance(1)
    await world.bot.queueing.set_order(room, actor(ANN), order)

    assert (
        world.queue(room)
        == {
            QueueOrder.AS_RAISED: ["Bo", "Cy", "Dee", "Eve"],
            QueueOrder.NEWCOMERS_FIRST: ["Dee", "Eve", "Bo", "Cy"],
            QueueOrder.LEAST_TIME: ["Cy", "Dee", "Eve", "Bo"],
        }[order]
    )
    world.check(room)
