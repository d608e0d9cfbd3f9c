from __future__ import annotations

import asyncio

import pytest

from spaces.errors import Conflict, DiscordUnavailable, NotAllowed
from spaces.model import Standing
from spaces.rules import SpeakMode
from spaces.speaking import HandUp
from tests.spaces.world import ANN, BO, CY, DEE, EVE, World, actor

OUTAGE = DiscordUnavailable("Discord did not answer.")


async def test_hands_by_button_and_in_discord_stand_in_one_line(world: World) -> None:
    room = await world.open()
    await world.join(room, BO, CY, DEE)

    assert await world.bot.speaking.raise_hand(room, CY) == HandUp(1)
    world.clock.advance(1)
    world.stage.raise_hand(BO.id)
    await world.stage.quiet()
    world.clock.advance(1)
    assert await world.bot.speaking.raise_hand(room, DEE) == HandUp(3)

    assert world.queue(room) == ["Cy", "Bo", "Dee"]
    world.check(room)


async def test_hands_at_the_same_moment_keep_the_order_of_raising(world: World) -> None:
    room = await world.open()
    await world.join(room, BO, CY, DEE)

    for person in (DEE, BO, CY):
        await world.bot.speaking.raise_hand(room, person)
    world.clock.advance(-3600)
    await world.join(room, EVE)
    await world.bot.speaking.raise_hand(room, EVE)

    assert world.queue(room) == ["Dee", "Bo", "Cy", "Eve"]


async def test_a_second_raise_changes_nothing_and_tells_the_place(world: World) -> None:
    room = await world.open()
    await world.join(room, BO, CY)
    await world.bot.speaking.raise_hand(room, CY)
    await world.bot.speaking.raise_hand(room, BO)
    world.clock.advance(60)

    assert await world.bot.speaking.raise_hand(room, BO) == HandUp(2, again=True)
    assert await world.bot.speaking.raise_hand(room, CY) == HandUp(1, again=True)
    assert world.queue(room) == ["Cy", "Bo"]


async def test_many_presses_at_once_raise_one_hand(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)

    answers = await asyncio.gather(*(world.bot.speaking.raise_hand(room, BO) for _ in range(10)))

    assert answers.count(HandUp(1)) == 1
    assert answers.count(HandUp(1, again=True)) == 9


async def test_a_button_then_discords_own_hand_is_one_hand_that_keeps_its_place(world: World) -> None:
    room = await world.open()
    await world.join(room, BO, CY)
    await world.bot.speaking.raise_hand(room, BO)
    await world.bot.speaking.raise_hand(room, CY)
    world.clock.advance(10)
    world.stage.raise_hand(BO.id)
    await world.stage.quiet()

    assert world.queue(room) == ["Bo", "Cy"]
    world.stage.lower_hand(BO.id)
    await world.stage.quiet()
    assert world.queue(room) == ["Cy"]


async def test_a_hand_by_button_survives_an_unrelated_voice_state(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    await world.bot.speaking.raise_hand(room, BO)

    world.stage.toggle_mute(BO.id)
    await world.stage.quiet()

    assert world.queue(room) == ["Bo"]


async def test_lowering_by_button_lowers_discords_own_hand_too(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    world.stage.raise_hand(BO.id)
    await world.stage.quiet()

    await world.bot.speaking.lower_hand(room, BO)
    await world.stage.quiet()

    assert world.standing(room, BO) is Standing.LISTENING
    assert world.words.settled == [BO.id]
    world.check(room)


async def test_a_hand_by_button_is_lowered_without_asking_discord(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    await world.bot.speaking.raise_hand(room, BO)

    await world.bot.speaking.lower_hand(room, BO)

    assert "to_audience" not in world.stage.calls
    assert world.queue(room) == []
    with pytest.raises(Conflict, match="not up"):
        await world.bot.speaking.lower_hand(room, BO)


async def test_who_is_not_here_cannot_raise_a_hand(world: World) -> None:
    room = await world.open(title="A *title*")

    with pytest.raises(NotAllowed) as refused:
        await world.bot.speaking.raise_hand(room, BO)

    assert refused.value.sentence == rf"Join **A \*title\*** first: it is in <#{room.space.channel_id}>."


async def test_who_is_on_the_way_or_there_cannot_raise_a_hand(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    await world.bot.speaking.invite(room, actor(ANN), BO.id)
    await world.stage.quiet()

    with pytest.raises(NotAllowed, match="invited already"):
        await world.bot.speaking.raise_hand(room, BO)
    world.stage.accept(BO.id)
    await world.stage.quiet()
    with pytest.raises(NotAllowed, match="on stage already"):
        await world.bot.speaking.require_may_raise(room, BO)


@pytest.mark.parametrize(
    ("hand", "sentence"),
    [
        (HandUp(1), "You're first: a host can invite you any moment."),
        (HandUp(2), "You're 2nd: one person raised their hand before you."),
        (HandUp(3), "You're 3rd: two people raised their hands before you."),
        (HandUp(11, again=True), "Your hand is up already: you're 11th: 10 people raised their hands before you."),
        (HandUp(22), "You're 22nd: 21 people raised their hands before you."),
        (HandUp(113), "You're 113th: 112 people raised their hands before you."),
    ],
)
def test_the_place_is_told_in_plain_words(hand: HandUp, sentence: str) -> None:
    assert hand.sentence == sentence


# --- everyone, invited ---------------------------------------------------------------------------------------------


async def test_where_everyone_may_speak_a_hand_is_an_invitation(world: World) -> None:
    room = await world.open(speak=SpeakMode.EVERYONE)
    await world.join(room, BO, CY)

    assert (await world.bot.speaking.raise_hand(room, BO)).place == 0
    world.stage.raise_hand(CY.id)
    await world.stage.quiet()

    assert [world.standing(room, one) for one in (BO, CY)] == [Standing.INVITED, Standing.INVITED]
    world.check(room)


async def test_where_everyone_may_speak_and_the_stage_is_full_hands_wait(world: World) -> None:
    world.policies.change_rules(speaker_limit=1)
    room = await world.open(speak=SpeakMode.EVERYONE)
    await world.join(room, BO, CY, DEE)
    await world.bot.speaking.raise_hand(room, BO)

    assert await world.bot.speaking.raise_hand(room, CY) == HandUp(1)
    world.stage.raise_hand(DEE.id)
    await world.stage.quiet()

    assert world.queue(room) == ["Cy", "Dee"]
    world.check(room)


async def test_a_hand_that_could_not_be_accepted_at_once_stays_up(world: World) -> None:
    room = await world.open(speak=SpeakMode.EVERYONE)
    await world.join(room, BO)
    world.stage.fails("invite", OUTAGE, times=1)

    assert await world.bot.speaking.raise_hand(room, BO) == HandUp(1)

    assert world.queue(room) == ["Bo"]
    world.check(room)


async def test_where_hosts_invite_nobody_else_raises_a_hand(world: World) -> None:
    room = await world.open(speak=SpeakMode.INVITED)
    await world.join(room, BO)

    with pytest.raises(NotAllowed, match="the hosts invite who speaks"):
        await world.bot.speaking.raise_hand(room, BO)
    assert await world.bot.speaking.invite(room, actor(ANN), BO.id) == BO
