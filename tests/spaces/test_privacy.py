from __future__ import annotations

import asyncio

import pytest

from spaces.errors import Conflict, DiscordUnavailable, RetryableSpeechError
from spaces.events import SpaceChanged
from spaces.model import SOMEONE, Person, SharedPost, SpaceState
from tests.spaces.world import ANN, BO, CY, DEE, GUILD, OTHER_GUILD, World, actor, turns

MIA = Person(77, "Mia Unmistakable")
OUTAGE = DiscordUnavailable("Discord did not answer.")


def everything_kept(world: World) -> str:
    """All that is in any store, on disk and in the chat, as one text."""
    stores = world.stores
    kept: list[object] = [stores.spaces.rows, stores.spaces.people, stores.consents.rows, stores.transcripts.rows]
    kept += [stores.reactions.rows, stores.posts.rows, stores.safety.reports, stores.safety.blocks]
    kept += [world.spool.waiting, world.board.cards, world.board.captions]
    return repr(kept)


async def an_evening(world: World) -> None:
    """Mia leaves a trace of every kind, in two servers, and hosted a Space herself."""
    hosted = await world.open(MIA, "Hers", guild_id=OTHER_GUILD)
    await world.end(hosted)
    room = await world.captioned(MIA, BO)
    world.speak(room, MIA, "unmistakable words")
    world.speak(room, BO, "somebody else's words")
    await world.written(room)
    world.engine.faults = [RetryableSpeechError("down")] * 3
    world.speak(room, MIA, "unmistakable words that wait")
    await world.written(room)
    await world.bot.reacting.react(room, MIA, "clap")
    await world.bot.sharing.share(room, actor(MIA), "https://example.org/unmistakable", "unmistakable note")
    await world.bot.safety.report(room.space, MIA, BO, "He shouts")
    await world.bot.safety.block(MIA, CY)
    await world.agree(room, MIA, whole_server=True)
    await world.end(room)


async def test_nothing_is_left_of_an_erased_person(world: World) -> None:
    await an_evening(world)
    assert "Unmistakable" in everything_kept(world)

    erasure = await world.bot.privacy.erase(MIA)

    kept = everything_kept(world)
    assert "nmistakable" not in kept
    assert f"id={MIA.id}" not in kept
    assert world.spool.waiting == {}
    assert world.scrubber.calls == ["scrub"]
    assert (erasure.lines, erasure.posts, erasure.reactions, erasure.consents, erasure.unreachable) == (1, 1, 1, 2, 0)


async def test_what_others_said_and_did_stays(world: World) -> None:
    await an_evening(world)
    await world.bot.privacy.erase(MIA)

    assert [line.text for line in world.board.captions.values()] == ["somebody else's words"]
    [report] = world.stores.safety.reports
    assert (report.reporter.name, report.subject, report.reason) == (SOMEONE, BO, "He shouts")


async def test_twice_erased_is_nothing_more(world: World) -> None:
    await an_evening(world)
    await world.bot.privacy.erase(MIA)

    again = await world.bot.privacy.erase(MIA)

    assert (again.lines, again.posts, again.reactions, again.consents, again.unreachable) == (0, 0, 0, 0, 0)


async def test_the_host_of_a_live_space_is_refused(world: World) -> None:
    room = await world.open(MIA)
    with pytest.raises(Conflict, match="/space end"):
        await world.bot.privacy.erase(MIA)

    door = world.board.holds("finish")
    await world.bot.hosting.end(room, actor(MIA))
    await world.board.reached("finish")
    with pytest.raises(Conflict, match="just being wound up"):
        await world.bot.privacy.erase(MIA)
    door.set()
    await world.bot.hosting.settled(room.space.id)

    await world.bot.privacy.erase(MIA)
    assert "nmistakable" not in everything_kept(world)


async def test_who_is_in_a_live_space_is_not_heard_any_more_and_named_no_more(world: World) -> None:
    room = await world.captioned(MIA)
    world.speak(room, MIA, "unmistakable words")
    await world.written(room)

    await world.bot.privacy.erase(MIA)

    assert world.speak(room, MIA, "not a word") is None
    assert [one.person.name for one in room.on_stage] == [SOMEONE]
    world.stage.on_voice = None
    world.stage.leave(MIA.id)
    await world.bot.speaking.align(room)
    assert "nmistakable" not in everything_kept(world)
    world.check(room)
    await world.end(room)
    assert "nmistakable" not in everything_kept(world)
    assert f"id={MIA.id}" not in everything_kept(world)


async def test_who_stays_on_stage_stays_nameless_and_is_forgotten_at_the_end(world: World) -> None:
    room = await world.open()
    await world.on_stage(room, MIA)
    await world.bot.privacy.erase(MIA)

    world.stage.toggle_mute(MIA.id)
    await world.stage.quiet()
    assert [one.person.name for one in room.on_stage] == [SOMEONE]
    await world.end(room)

    assert f"id={MIA.id}" not in everything_kept(world)


async def test_who_has_left_a_live_space_is_forgotten_at_once(world: World) -> None:
    room = await world.open()
    await world.on_stage(room, MIA)
    world.stage.leave(MIA.id)
    await world.stage.quiet()

    await world.bot.privacy.erase(MIA)

    assert f"id={MIA.id}" not in everything_kept(world)
    world.check(room)


async def test_summaries_are_drawn_anew_without_the_erased(world: World) -> None:
    await an_evening(world)
    assert "nmistakable" in repr(world.board.summaries)

    await world.bot.privacy.erase(MIA)

    assert "nmistakable" not in repr(world.board.summaries)


async def test_who_was_in_a_space_that_is_being_tidied_up_does_not_come_back(world: World) -> None:
    room = await world.open()
    await world.on_stage(room, MIA)
    door = world.stage.holds("end_stage")
    await world.bot.hosting.end(room, actor(ANN))
    await world.stage.reached("end_stage")

    await world.bot.privacy.erase(MIA)
    door.set()
    await world.bot.hosting.settled(room.space.id)

    assert "nmistakable" not in everything_kept(world)
    assert world.stores.spaces.rows[room.space.id].state is SpaceState.ENDED


async def test_words_that_are_just_being_transcribed_are_not_stored(world: World) -> None:
    room = await world.captioned(MIA)
    world.engine.door.clear()
    world.speak(room, MIA, "unmistakable words")
    await world.engine.reached("transcribe")

    await world.bot.privacy.erase(MIA)
    world.engine.door.set()
    await world.written(room)

    assert "nmistakable" not in everything_kept(world)


async def test_a_stage_that_is_joined_meanwhile_does_not_hear_the_erased(world: World) -> None:
    room = await world.open()
    await world.on_stage(room, MIA)
    await world.agree(room, MIA)
    door = world.ears.holds("join")
    turning_on = asyncio.create_task(world.bot.transcribing.turn_on(room, actor(ANN)))
    await world.ears.reached("join")
    erasing = asyncio.create_task(world.bot.privacy.erase(MIA))
    await turns()
    door.set()
    await asyncio.gather(turning_on, erasing)

    assert world.ears.ears[GUILD].open_for == set()


async def test_what_discord_does_not_take_down_is_counted(world: World) -> None:
    await an_evening(world)
    world.board.fails("remove_post", OUTAGE)
    world.board.fails("remove_lines", OUTAGE)

    erasure = await world.bot.privacy.erase(MIA)

    assert (erasure.lines, erasure.posts) == (1, 1)
    assert erasure.unreachable == 2
    assert world.stores.transcripts.rows.keys() == {2}
    assert world.stores.posts.rows == {}


async def test_only_rooms_that_showed_the_person_are_drawn_anew(world: World) -> None:
    sat_in, shared_in = await world.open(), await world.open(BO, guild_id=OTHER_GUILD)
    await world.open(CY)
    await world.join(sat_in, MIA)
    await world.stores.posts.add(SharedPost(0, shared_in.space.id, MIA, "https://example.org", "", world.clock.now()))
    world.heard.clear()

    await world.bot.privacy.erase(MIA)

    changed = [event.space_id for event in world.heard if isinstance(event, SpaceChanged)]
    assert sorted(changed) == [sat_in.space.id, shared_in.space.id]


async def test_everybody_else_may_erase_while_a_space_is_live(world: World) -> None:
    room = await world.open()
    await world.join(room, BO, CY, DEE)
    await world.bot.speaking.raise_hand(room, BO)

    await asyncio.gather(*(world.bot.privacy.erase(person) for person in (BO, CY, DEE)))

    assert world.queue(room) == [SOMEONE]
    world.check(room)
