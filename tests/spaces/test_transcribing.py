from __future__ import annotations

import asyncio

import pytest

from spaces.errors import Conflict, DiscordUnavailable, NotAllowed, NotFound, ServerNotReady, StorageUnavailable
from spaces.model import ConsentChoice
from spaces.transcribing import LOST
from tests.spaces.world import ANN, BO, CY, DEE, GUILD, OTHER_GUILD, World, actor, turns

OUTAGE = DiscordUnavailable("Discord did not answer.")
DAY = 86_400.0


async def test_captions_on_listens_to_those_who_agreed_already(world: World) -> None:
    room = await world.open()
    await world.on_stage(room, BO, CY)
    await world.agree(room, BO)
    assert not world.ears.ears

    await world.bot.transcribing.turn_on(room, actor(ANN))

    assert room.space.captions_on
    assert world.ears.ears[GUILD].open_for == {BO.id}
    world.check(room)


async def test_captions_off_hears_nothing_more(world: World) -> None:
    room = await world.captioned(BO)
    await world.bot.transcribing.turn_off(room, actor(ANN))

    assert not room.space.captions_on
    assert world.ears.ears == {}
    stored = await world.stores.spaces.get(room.space.id)
    assert stored == room.space
    with pytest.raises(Conflict, match="off already"):
        await world.bot.transcribing.turn_off(room, actor(ANN))


async def test_twice_on_changes_nothing(world: World) -> None:
    room = await world.captioned(BO)

    with pytest.raises(Conflict, match="on already"):
        await world.bot.transcribing.turn_on(room, actor(ANN))
    assert world.ears.calls == ["join"]


async def test_listeners_turn_nothing_on_or_off(world: World) -> None:
    room = await world.open()
    await world.join(room, BO)

    with pytest.raises(NotAllowed, match="Ann hosts"):
        await world.bot.transcribing.turn_on(room, actor(BO))
    with pytest.raises(NotAllowed, match="Ann hosts"):
        await world.bot.transcribing.turn_off(room, actor(BO))


async def test_without_an_engine_captions_stay_off_and_say_why(world: World) -> None:
    async def fault() -> str:
        return "There is no model."

    world.bot.transcribing.engine_fault = fault
    room = await world.open()

    with pytest.raises(ServerNotReady, match="There is no model"):
        await world.bot.transcribing.turn_on(room, actor(ANN))
    assert world.ears.calls == []


async def test_a_second_transcribed_space_in_a_server_is_refused(world: World) -> None:
    first = await world.captioned(BO)
    second = await world.open(CY, "Second")
    elsewhere = await world.open(CY, "Elsewhere", guild_id=OTHER_GUILD)

    with pytest.raises(Conflict) as refused:
        await world.bot.transcribing.turn_on(second, actor(CY))
    await world.bot.transcribing.turn_on(elsewhere, actor(CY))

    channel = first.space.channel_id
    assert refused.value.sentence == f"Captions are busy in <#{channel}>; one room per server at a time."
    assert not second.space.captions_on
    assert world.ears.ears[GUILD].space_id == first.space.id


async def test_two_hosts_turn_captions_on_at_once_and_one_gets_them(world: World) -> None:
    rooms = [await world.open(host, host.name) for host in (ANN, BO, CY)]

    results = await asyncio.gather(
        *(world.bot.transcribing.turn_on(room, actor(room.space.host)) for room in rooms), return_exceptions=True
    )

    assert [room.space.captions_on for room in rooms] == [True, False, False]
    assert sum(isinstance(one, Conflict) for one in results) == 2
    assert world.ears.calls == ["join"]


async def test_captions_are_free_again_when_the_other_space_has_them_off_or_is_over(world: World) -> None:
    first = await world.captioned()
    second = await world.open(BO, "Second")
    await world.bot.transcribing.turn_off(first, actor(ANN))
    await world.bot.transcribing.turn_on(second, actor(BO))

    door = world.board.holds("finish")
    await world.bot.hosting.end(second, actor(BO))
    await world.bot.transcribing.turn_on(first, actor(ANN))
    door.set()
    await world.bot.hosting.settled(second.space.id)

    assert world.ears.ears[GUILD].space_id == first.space.id


async def test_a_stage_that_cannot_be_joined_leaves_captions_off_and_free(world: World) -> None:
    room = await world.open()
    world.ears.fails("join", OUTAGE, times=1)
    with pytest.raises(DiscordUnavailable):
        await world.bot.transcribing.turn_on(room, actor(ANN))
    assert not room.space.captions_on
    assert (await world.stores.spaces.get(room.space.id)) == room.space

    second = await world.open(BO, "Second")
    await world.bot.transcribing.turn_on(second, actor(BO))


async def test_what_cannot_be_stored_is_not_begun(world: World) -> None:
    room = await world.open()
    world.stores.spaces.failure = StorageUnavailable("The disk is full.")
    with pytest.raises(StorageUnavailable):
        await world.bot.transcribing.turn_on(room, actor(ANN))
    assert world.ears.calls == []
    assert not room.space.captions_on

    world.stores.spaces.failure = None
    second = await world.open(BO, "Second")
    await world.bot.transcribing.turn_on(second, actor(BO))


async def test_the_end_while_captions_are_being_turned_on_leaves_no_ear(world: World) -> None:
    room = await world.open()
    door = world.ears.holds("join")
    turning_on = asyncio.create_task(world.bot.transcribing.turn_on(room, actor(ANN)))
    await world.ears.reached("join")
    ending = asyncio.create_task(world.end(room))
    await turns()
    door.set()
    await asyncio.gather(turning_on, ending)

    assert world.ears.ears == {}
    with pytest.raises(NotFound, match="over"):
        await world.bot.transcribing.turn_on(room, actor(ANN))


async def test_who_speaks_between_two_captioned_spaces_is_heard_in_the_right_one(world: World) -> None:
    first = await world.captioned(BO)
    world.speak(first, BO, "in the first")
    await world.bot.transcribing.turn_off(first, actor(ANN))
    second = await world.open(CY, "Second")
    await world.bot.transcribing.turn_on(second, actor(CY))

    assert world.speak(second, BO, "in the second") is None
    await world.agree(second, BO)
    world.speak(second, BO, "in the second, agreed")
    await world.written(first)
    await world.written(second)

    assert world.texts(first) == ["in the first"]
    assert world.texts(second) == ["in the second, agreed"]


# --- export --------------------------------------------------------------------------------------------------------


async def test_export_holds_what_may_be_kept_and_what_was_shared(world: World) -> None:
    room = await world.captioned(BO)
    await world.on_stage(room, CY)
    await world.agree(room, CY, ConsentChoice.CAPTIONS)
    world.speak(room, BO, "for the transcript")
    world.speak(room, CY, "for the moment")
    post = await world.bot.sharing.share(room, actor(ANN), "https://example.org/")
    await world.written(room)

    transcript = await world.bot.transcribing.export(room.space, actor(DEE))

    assert [line.text for line in transcript.lines] == ["for the transcript"]
    assert [one.id for one in transcript.posts] == [post.id]
    assert transcript.space == room.space


async def test_nothing_kept_is_nothing_to_export(world: World) -> None:
    room = await world.captioned(BO, choice=ConsentChoice.CAPTIONS)
    world.speak(room, BO, "for the moment")
    await world.written(room)

    with pytest.raises(NotFound, match="no transcript"):
        await world.bot.transcribing.export(room.space, actor(ANN))


async def test_spaces_of_a_server_are_found_live_or_over_and_no_others(world: World) -> None:
    over = await world.open(title="Over")
    await world.end(over)
    world.clock.advance(60)
    live = await world.open(title="Live")
    elsewhere = await world.open(BO, "Elsewhere", guild_id=OTHER_GUILD)

    assert [space.title for space in await world.bot.transcribing.exportable(GUILD)] == ["Live", "Over"]
    assert await world.bot.transcribing.find(GUILD, live.space.id) == live.space
    assert (await world.bot.transcribing.find(GUILD, over.space.id)).title == "Over"
    for space_id in (elsewhere.space.id, 999):
        with pytest.raises(NotFound, match="no such Space"):
            await world.bot.transcribing.find(GUILD, space_id)


async def test_a_space_that_is_being_tidied_up_can_be_exported(world: World) -> None:
    room = await world.open()
    door = world.board.holds("finish")
    await world.bot.hosting.end(room, actor(ANN))
    await world.board.reached("finish")

    assert [space.id for space in await world.bot.transcribing.exportable(GUILD)] == [room.space.id]
    door.set()
    await world.bot.hosting.settled(room.space.id)
    assert [space.id for space in await world.bot.transcribing.exportable(GUILD)] == [room.space.id]


async def test_lines_expire_so_many_days_after_the_end(world: World) -> None:
    world.policies.change(transcript_days=30)
    room = await world.captioned(BO)
    world.speak(room, BO, "words")
    await world.written(room)
    world.clock.advance(5 * DAY)
    await world.end(room)

    world.clock.advance(30 * DAY)
    assert await world.bot.transcribing.expire() == 0
    world.clock.advance(1)
    assert await world.bot.transcribing.expire() == 1
    assert world.lines(room) == []


async def test_a_stage_that_cannot_be_heard_any_more_turns_captions_off_and_tells_the_host(world: World) -> None:
    room = await world.captioned(BO)
    await world.bot.transcribing.give_up(room.space)
    assert not room.space.captions_on
    assert [(person_id, notice.text) for person_id, notice in world.words.told][-1] == (ANN.id, LOST)
    await world.bot.transcribing.turn_on(room, actor(ANN))
    assert room.space.captions_on


async def test_giving_up_a_space_that_is_over_or_silent_changes_nothing(world: World) -> None:
    room = await world.open()
    await world.bot.transcribing.give_up(room.space)
    await world.end(room)
    await world.bot.transcribing.give_up(room.space)
    assert not [notice for _, notice in world.words.told if notice.text == LOST]
