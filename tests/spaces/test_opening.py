from __future__ import annotations

import asyncio

import pytest

from spaces.errors import (
    Conflict,
    DiscordUnavailable,
    InvalidInput,
    NotAllowed,
    ServerNotReady,
    SpacesError,
    StorageUnavailable,
)
from spaces.model import Actor, RoleTag, SpaceState, Standing
from spaces.opening import LONGEST_TITLE
from spaces.rollout import OpenTo, Rollout, RolloutStep
from spaces.rules import NameOrId, SpeakMode
from tests.spaces.world import ANN, BO, GUILD, OTHER_GUILD, World, actor, turns

OUTAGE = DiscordUnavailable("Discord did not answer.")


async def test_opens_a_live_space_with_channel_stage_and_panel(world: World) -> None:
    room = await world.open(title="What we read", speak=SpeakMode.EVERYONE)

    space = await world.stores.spaces.get(room.space.id)
    assert space == room.space
    assert space is not None
    assert (space.state, space.speak, space.host) == (SpaceState.LIVE, SpeakMode.EVERYONE, ANN)
    channel = world.stage.channels[space.channel_id or 0]
    assert (channel.guild_id, channel.topic) == (GUILD, "What we read")
    assert space.panel_message_id == world.board.panels[space.id]
    assert world.bot.rooms.require(space.id, GUILD) is room
    world.check(room)


async def test_the_policy_it_began_with_is_kept(world: World) -> None:
    world.policies.change(transcript_days=7)
    world.policies.change_rules(speak=SpeakMode.INVITED, speaker_limit=3)
    room = await world.open()
    world.policies.change(transcript_days=1)
    world.policies.change_rules(speak=SpeakMode.EVERYONE, speaker_limit=9)

    assert (room.space.speak, room.space.speaker_limit, room.space.transcript_days) == (SpeakMode.INVITED, 3, 7)


@pytest.mark.parametrize("call", ["create_channel", "start_stage"])
async def test_what_discord_refuses_leaves_nothing(world: World, call: str) -> None:
    world.stage.fails(call, OUTAGE)

    await assert_opening_fails(world, DiscordUnavailable)


async def test_a_panel_that_cannot_be_posted_leaves_nothing(world: World) -> None:
    world.board.fails("opened", ServerNotReady("I may not write there."))

    await assert_opening_fails(world, ServerNotReady)


async def assert_opening_fails(world: World, kind: type[SpacesError]) -> None:
    with pytest.raises(kind):
        await world.open()

    assert world.stage.channels == {}
    assert [space.state for space in world.stores.spaces.rows.values()] == [SpaceState.FAILED]
    assert list(world.bot.rooms) == []
    world.stage.works("create_channel")
    world.stage.works("start_stage")
    world.board.works("opened")
    assert (await world.open()).space.is_live


async def test_a_server_that_is_not_ready_is_told_so_before_anything_is_made(world: World) -> None:
    world.stage.fails("check_can_open", ServerNotReady("I need Manage Channels."))

    with pytest.raises(ServerNotReady, match="Manage Channels"):
        await world.open()

    assert world.stores.spaces.rows == {}
    assert world.stage.calls == ["check_can_open"]


async def test_a_disk_that_fills_up_leaves_no_channel(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The channel exists, its number cannot be saved, and nothing can be read either."""
    create_channel = world.stage.create_channel

    async def then_the_disk_is_full(space: object) -> int:
        channel_id = await create_channel(space)  # type: ignore[arg-type]
        world.stores.spaces.failure = StorageUnavailable("The disk is full.")
        return channel_id

    monkeypatch.setattr(world.stage, "create_channel", then_the_disk_is_full)
    with pytest.raises(StorageUnavailable):
        await world.open()

    assert world.stage.channels == {}
    world.stores.spaces.failure = None
    await world.bot.hosting.reconcile(GUILD)
    assert [space.state for space in world.stores.spaces.rows.values()] == [SpaceState.FAILED]


async def test_a_channel_that_cannot_be_removed_now_is_removed_later(world: World) -> None:
    world.stage.fails("start_stage", OUTAGE, times=1)
    world.stage.fails("remove_channel", OUTAGE, times=1)
    with pytest.raises(DiscordUnavailable):
        await world.open()
    assert len(world.stage.channels) == 1

    await world.bot.hosting.reconcile(GUILD)

    assert world.stage.channels == {}
    assert [space.state for space in world.stores.spaces.rows.values()] == [SpaceState.FAILED]


async def test_an_opening_that_is_given_up_leaves_nothing(world: World) -> None:
    world.stage.holds("start_stage")
    opening = asyncio.create_task(world.bot.hosting.open(GUILD, actor(ANN), "Given up"))
    await world.stage.reached("start_stage")

    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening

    assert world.stage.channels == {}
    assert [space.state for space in world.stores.spaces.rows.values()] == [SpaceState.FAILED]


async def test_a_server_that_comes_back_amid_an_opening_does_not_undo_it(world: World) -> None:
    door = world.stage.holds("start_stage")
    opening = asyncio.create_task(world.bot.hosting.open(GUILD, actor(ANN), "Amid"))
    await world.stage.reached("start_stage")

    await world.bot.hosting.reconcile(GUILD)
    door.set()

    assert (await opening).space.is_live


async def test_who_comes_while_the_panel_is_posted_is_there_when_it_is_live(world: World) -> None:
    door = world.board.holds("opened")
    opening = asyncio.create_task(world.bot.hosting.open(GUILD, actor(ANN), "Early"))
    await world.board.reached("opened")
    world.stage.join(BO, next(iter(world.stage.channels)))
    door.set()
    room = await opening
    await world.stage.quiet()

    assert world.standing(room, BO) is Standing.LISTENING
    world.check(room)


async def test_who_comes_into_a_space_that_then_fails_is_in_none(world: World) -> None:
    door = world.board.holds("opened")
    world.board.fails("opened", OUTAGE)
    opening = asyncio.create_task(world.bot.hosting.open(GUILD, actor(ANN), "Early"))
    await world.board.reached("opened")
    world.stage.join(BO, next(iter(world.stage.channels)))
    await turns()
    door.set()
    with pytest.raises(DiscordUnavailable):
        await opening
    await world.stage.quiet()

    assert [person.person for person in world.stores.spaces.people.values()] == [ANN]
    assert world.stage.channels == {}


async def test_a_stage_that_cannot_be_looked_into_is_open_all_the_same(world: World) -> None:
    world.stage.fails("people", OUTAGE, times=1)

    assert (await world.open()).space.is_live


# --- who may, and how often ----------------------------------------------------------------------------------------


async def test_creators_by_name_or_number_and_admins_may_open(world: World) -> None:
    world.policies.change(rollout=Rollout((RolloutStep(OpenTo.ROLES, (NameOrId("Early Hosts"), NameOrId(77))),)))

    with pytest.raises(NotAllowed, match="members with @Early Hosts, @77"):
        await world.open(BO)
    for number, allowed in enumerate(
        [
            Actor(ANN, roles=(RoleTag(5, "early hosts"),)),
            Actor(ANN, roles=(RoleTag(77, "Whatever"),)),
            Actor(ANN, is_admin=True),
        ]
    ):
        room = await world.bot.hosting.open(GUILD, allowed, f"Round {number}")
        await world.end(room)
    assert len(world.stores.spaces.rows) == 3


async def test_one_hosted_space_a_person_and_server(world: World) -> None:
    await world.open(ANN)

    with pytest.raises(Conflict, match="/space end"):
        await world.open(ANN, "A second one")

    assert (await world.open(BO, "Somebody else's")).space.is_live
    assert (await world.open(ANN, "Elsewhere", guild_id=OTHER_GUILD)).space.is_live


async def test_a_double_click_opens_one_space(world: World) -> None:
    results = await asyncio.gather(
        *(world.bot.hosting.open(GUILD, actor(ANN), f"Click {number}") for number in range(5)), return_exceptions=True
    )

    assert sum(not isinstance(one, BaseException) for one in results) == 1
    assert sum(isinstance(one, Conflict) for one in results) == 4
    assert len(world.stage.channels) == 1


async def test_a_host_may_open_again_while_the_last_space_is_tidied_up(world: World) -> None:
    room = await world.open()
    door = world.board.holds("finish")
    await world.bot.hosting.end(room, actor(ANN))

    again = await world.open(title="The next one")
    door.set()
    await world.bot.hosting.settled(room.space.id)

    assert again.space.is_live


# --- titles --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("  What   we\nread ", "What we read"),
        ("@everyone read <@123>", "@everyone read <@123>"),
        ("abc\u202egnp.exe", "abcgnp.exe"),
        ("Z\u0300\u0301\u0302\u0303\u0304algo", "Z\u0300\u0301algo"),
        ("x" * LONGEST_TITLE, "x" * LONGEST_TITLE),
    ],
)
async def test_titles_are_cleaned(world: World, typed: str, title: str) -> None:
    room = await world.open(title=typed)

    assert room.space.title == title


@pytest.mark.parametrize("typed", ["", "   ", "\u200b\u202e", "\u3164\u2800", "\u0301", "\ufe0f\u200d"])
async def test_a_title_without_anything_to_see_is_refused(world: World, typed: str) -> None:
    with pytest.raises(InvalidInput, match="The title is empty"):
        await world.open(title=typed)
    assert world.stage.calls == []


async def test_a_title_that_is_too_long_is_refused_with_both_numbers(world: World) -> None:
    with pytest.raises(InvalidInput, match=f"The title has 500 characters; {LONGEST_TITLE} is the most"):
        await world.open(title="x" * 500)
    assert world.stores.spaces.rows == {}


# --- captions from the start ---------------------------------------------------------------------------------------


async def test_captions_are_on_from_the_start_where_the_server_says_so(world: World) -> None:
    world.policies.change(captions_from_start=True)
    room = await world.open()

    assert room.space.captions_on
    assert world.ears.ears[GUILD].space_id == room.space.id


async def test_a_space_opens_without_captions_if_they_cannot_start(world: World) -> None:
    world.policies.change(captions_from_start=True)
    world.ears.fails("join", OUTAGE)

    room = await world.open()

    assert room.space.is_live
    assert not room.space.captions_on


async def test_a_channel_whose_id_was_never_saved_is_found_and_removed(world: World) -> None:
    ended = await world.open()
    await world.end(ended)
    other = await world.open(BO)
    space = other.space.evolve(id=99, state=SpaceState.OPENING, channel_id=None, panel_message_id=None)
    await world.stage.create_channel(space)  # the process died before it could save the id
    world.stores.spaces.rows[99] = space

    await world.restart()

    assert set(world.stage.channels) == {ended.space.channel_id, other.space.channel_id}
    assert world.stores.spaces.rows[99].state is SpaceState.FAILED
