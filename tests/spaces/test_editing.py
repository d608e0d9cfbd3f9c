from __future__ import annotations

import asyncio

import pytest

from spaces.choices import Choices
from spaces.errors import Conflict, DiscordUnavailable, InvalidInput, NotAllowed, NotFound
from spaces.model import Standing
from spaces.rules import STANDARD_PRESETS, JoinMode, NameOrId, QueueOrder, RoomRules, SpeakMode
from tests.spaces.world import ANN, BO, CY, GUILD, OTHER_GUILD, World, actor


async def test_a_space_opens_with_a_preset_and_what_was_chosen(world: World) -> None:
    room = await world.bot.hosting.open(GUILD, actor(ANN), "Town", Choices(turn_seconds=60), preset="town-hall")
    assert room.space.preset == "town-hall"
    assert room.space.rules == STANDARD_PRESETS["town-hall"].evolve(turn_seconds=60)
    assert await world.stores.spaces.get(room.space.id) == room.space


async def test_a_preset_that_is_not_there_is_named_with_those_that_are(world: World) -> None:
    with pytest.raises(InvalidInput, match=r"no preset “radio” here\. There are: x, clubhouse, instagram, town-hall"):
        await world.bot.hosting.open(GUILD, actor(ANN), "Town", preset="radio")
    assert world.stores.spaces.rows == {}


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        (Choices(speaker_limit=0), "Speakers: choose a number from 1 to 100"),
        (Choices(capacity=10_001), "from 1 to 10,000"),
        (Choices(capacity=5), "13 may speak, but only 5 may join"),
        (Choices(turn_seconds=14), "A turn: choose a number of seconds from 15"),
        (Choices(language="English"), "two letters"),
        (Choices(join=JoinMode.ROLES), "Say which roles"),
        (Choices(speak=SpeakMode.EVERYONE, hands_open=False), "hands are closed"),
    ],
)
async def test_choices_that_cannot_be_open_nothing_and_change_nothing(
    world: World, choices: Choices, sentence: str
) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        await world.bot.hosting.open(GUILD, actor(ANN), "Town", choices)
    assert world.stores.spaces.rows == {}
    room = await world.open()
    with pytest.raises(InvalidInput, match=sentence):
        await world.bot.editing.edit(room, actor(ANN), choices)
    assert room.space.rules == RoomRules()


async def test_a_host_changes_title_and_rules(world: World) -> None:
    room = await world.open()
    choices = Choices(
        join_roles=(NameOrId(5),), speaker_limit=3, capacity=9, language="DE", queue_order=QueueOrder.LEAST_TIME
    )
    await world.bot.editing.edit(room, actor(ANN), choices, title="More  of it")

    rules = RoomRules(
        join=JoinMode.ROLES,
        join_roles=(NameOrId(5),),
        speaker_limit=3,
        capacity=9,
        language="de",
        queue_order=QueueOrder.LEAST_TIME,
    )
    channel = world.stage.channels[room.space.channel_id or 0]
    assert (room.space.title, room.space.rules) == ("More of it", rules)
    assert (channel.topic, channel.name, channel.doors) == ("More of it", "What we read", (rules, False))
    assert await world.stores.spaces.get(room.space.id) == room.space
    undone = Choices(join=JoinMode.EVERYONE, capacity=0, language="any", turn_seconds=0)
    await world.bot.editing.edit(room, actor(ANN), undone)
    assert room.space.rules == RoomRules(speaker_limit=3, queue_order=QueueOrder.LEAST_TIME)


async def test_a_change_that_changes_nothing_says_so(world: World) -> None:
    room = await world.open()
    for choices, title in ((Choices(), None), (Choices(speaker_limit=13), "What we read")):
        with pytest.raises(InvalidInput, match="how it is already"):
            await world.bot.editing.edit(room, actor(ANN), choices, title=title)


async def test_who_is_on_stage_stays_when_the_stage_shrinks(world: World) -> None:
    room = await world.open()
    await world.on_stage(room, BO, CY)
    await world.bot.editing.edit(room, actor(ANN), Choices(speaker_limit=1))
    assert world.standing(room, BO) is world.standing(room, CY) is Standing.ON_STAGE
    world.check(room)


async def test_what_discord_does_not_show_holds_all_the_same(world: World) -> None:
    room = await world.open()
    world.stage.fails("retitle", DiscordUnavailable("no"))
    await world.bot.editing.edit(room, actor(ANN), Choices(hands_open=False), title="Other")
    assert (room.space.title, room.space.rules.hands_open) == ("Other", False)


async def test_only_hosts_change_a_space_and_only_a_live_one(world: World) -> None:
    room = await world.open()
    with pytest.raises(NotAllowed, match="Ann hosts"):
        await world.bot.editing.edit(room, actor(BO), Choices(speaker_limit=3))
    await world.end(room)
    with pytest.raises(NotFound, match="over"):
        await world.bot.editing.edit(room, actor(ANN), Choices(speaker_limit=3))


async def test_two_changes_at_once_both_count(world: World) -> None:
    room = await world.open()
    await asyncio.gather(
        world.bot.editing.edit(room, actor(ANN), Choices(speaker_limit=3)),
        world.bot.editing.edit(room, actor(ANN), Choices(co_host_limit=4)),
    )
    assert (room.space.rules.speaker_limit, room.space.rules.co_host_limit) == (3, 4)


async def test_a_member_hosts_as_many_spaces_as_the_server_allows(world: World) -> None:
    world.policies.change(spaces_per_member=2)
    await world.open(title="One")
    await world.open(title="Two")
    with pytest.raises(Conflict, match="You host 2 Spaces here already"):
        await world.open(title="Three")
    await world.open(title="Elsewhere", guild_id=OTHER_GUILD)


async def test_a_server_has_as_many_spaces_as_it_allows(world: World) -> None:
    world.policies.change(spaces_per_server=1)
    opened = await asyncio.gather(world.open(ANN), world.open(BO), return_exceptions=True)
    (refused,) = [one for one in opened if isinstance(one, Conflict)]
    assert refused.sentence == "As many Spaces are live here as may be (1). Try again when one is over."


async def test_a_room_at_a_glance_for_one_reader(world: World) -> None:
    first, second = await world.open(ANN, "First"), await world.open(BO, "Second")
    await world.on_stage(second, BO)
    await world.join(second, CY)
    await world.bot.speaking.raise_hand(second, CY)

    facts = world.bot.overview.live(world.bot.rooms, CY.id)
    assert [one.space.title for one in facts] == ["Second", "First"]
    assert (facts[0].on_stage, facts[0].listening, facts[0].hands) == (1, 1, 1)
    assert [one.you for one in facts] == ["hand up, place 1 of 1", "not here"]
    assert world.bot.overview.room(second, BO.id).you == "host, on stage"
    assert first.head_count == 0
