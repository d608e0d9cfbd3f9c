from __future__ import annotations

import asyncio

import pytest

from spaces import reacting
from spaces.errors import Conflict, InvalidInput, NotAllowed, NotFound, StorageUnavailable
from spaces.events import SpaceChanged
from spaces.policy import STANDARD_GESTURES
from tests.spaces.world import ANN, BO, CY, World, actor


async def test_gestures_are_counted(world: World) -> None:
    room = await world.open()
    await world.join(room, BO, CY)
    for person, key in ((BO, "clap"), (CY, "clap"), (BO, "wave")):
        gesture = await world.bot.reacting.react(room, person, key)
        assert gesture.key == key
        world.clock.advance(1)

    assert dict(await world.stores.reactions.totals(room.space.id)) == {"clap": 2, "wave": 1}
    assert world.heard.count(SpaceChanged(room.space.id)) >= 3


async def test_one_gesture_within_the_cooldown(world: World) -> None:
    room = await world.open()
    await world.join(room, BO, CY)
    await world.bot.reacting.react(room, BO, "clap")
    world.clock.advance(0.9)

    with pytest.raises(Conflict, match="That was quick"):
        await world.bot.reacting.react(room, BO, "wave")
    await world.bot.reacting.react(room, CY, "clap")
    world.clock.advance(0.1)
    await world.bot.reacting.react(room, BO, "wave")

    assert len(world.stores.reactions.rows) == 3


async def test_many_presses_at_once_count_once(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)

    results = await asyncio.gather(
        *(world.bot.reacting.react(room, BO, "clap") for _ in range(10)), return_exceptions=True
    )

    assert sum(isinstance(one, Conflict) for one in results) == 9
    assert len(world.stores.reactions.rows) == 1


async def test_a_clock_that_is_set_back_does_not_silence_anybody(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    await world.bot.reacting.react(room, BO, "clap")
    world.clock.advance(-3600)

    assert await world.bot.reacting.react(room, BO, "clap")


async def test_an_unknown_gesture_is_answered_with_those_in_use(world: World) -> None:
    world.policies.change(gestures=STANDARD_GESTURES[:2])
    room = await world.open()
    await world.join(room, BO)

    with pytest.raises(InvalidInput, match="Choose one of: Clap, Wave"):
        await world.bot.reacting.react(room, BO, "fist")


async def test_only_who_is_here_reacts(world: World) -> None:
    room = await world.open()
    with pytest.raises(NotAllowed, match="Join"):
        await world.bot.reacting.react(room, BO, "clap")

    await world.join(room, BO)
    door = world.board.holds("finish")
    await world.bot.hosting.end(room, actor(ANN))
    with pytest.raises(NotFound, match="over"):
        await world.bot.reacting.react(room, BO, "clap")
    door.set()
    assert world.stores.reactions.rows == []


async def test_a_gesture_that_was_not_stored_may_be_sent_again_at_once(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    world.stores.reactions.failure = StorageUnavailable("The disk is full.")
    with pytest.raises(StorageUnavailable):
        await world.bot.reacting.react(room, BO, "clap")

    world.stores.reactions.failure = None
    assert await world.bot.reacting.react(room, BO, "clap")


async def test_a_long_evening_is_not_remembered_for_ever(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reacting, "_MOST_REMEMBERED", 3)
    for number in range(6):
        room = await world.open(title=f"Evening {number}")
        await world.join(room, BO)
        await world.bot.reacting.react(room, BO, "clap")
        world.clock.advance(5)
        await world.end(room)

    assert len(world.bot.reacting._latest) <= 3


async def test_an_emoji_sent_in_discord_itself_counts(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)

    gesture = await world.bot.reacting.noticed(room, BO, "👏🏽")

    assert gesture is not None
    assert gesture.key == "clap"
    assert dict(await world.stores.reactions.totals(room.space.id)) == {"clap": 1}


@pytest.mark.parametrize("emoji", ["🦀", "<:clap:1>", ""])
async def test_an_emoji_that_is_no_gesture_here_is_passed_over(world: World, emoji: str) -> None:
    room = await world.open()
    await world.join(room, BO)
    assert await world.bot.reacting.noticed(room, BO, emoji) is None
    assert world.stores.reactions.rows == []


async def test_an_emoji_within_the_cooldown_or_from_outside_is_passed_over(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    await world.bot.reacting.react(room, BO, "wave")

    assert await world.bot.reacting.noticed(room, BO, "👏") is None
    assert await world.bot.reacting.noticed(room, CY, "👏") is None
    world.clock.advance(1)
    assert await world.bot.reacting.noticed(room, BO, "👏")
    await world.end(room)
    world.clock.advance(1)
    assert await world.bot.reacting.noticed(room, BO, "👏") is None

    assert len(world.stores.reactions.rows) == 2


async def test_a_gesture_does_not_wait_for_what_is_being_done_in_the_room(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)
    async with room.lock:
        await asyncio.wait_for(world.bot.reacting.react(room, BO, "clap"), 1)
    assert len(world.stores.reactions.rows) == 1
