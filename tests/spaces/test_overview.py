from __future__ import annotations

from spaces import overview
from spaces.model import ConsentChoice
from spaces.policy import STANDARD_GESTURES
from tests.spaces.world import ANN, BO, CY, DEE, EVE, World, actor


async def test_the_panel_tells_who_is_where(world: World) -> None:
    room = await world.captioned(ANN, BO)
    await world.agree(room, BO, ConsentChoice.NEITHER)
    await world.join(room, CY, DEE, EVE)
    await world.bot.speaking.raise_hand(room, DEE)
    post = await world.bot.sharing.share(room, actor(ANN), "https://example.org/")

    facts = await world.bot.overview.panel(room)

    assert [one.person for one in facts.hosts] == [ANN]
    assert [one.person for one in facts.on_stage] == [ANN, BO]
    assert [one.person for one in facts.queue] == [DEE]
    assert (facts.listening, facts.captioned) == (3, 1)
    assert facts.languages == ("English",)
    assert [one.id for one in facts.posts] == [post.id]
    assert facts.space == room.space


async def test_the_tally_holds_the_last_minute_most_frequent_first(world: World) -> None:
    room = await world.open()
    await world.join(room, BO, CY)
    for person, key in ((BO, "fist"), (BO, "wave"), (CY, "clap"), (BO, "clap")):
        world.clock.advance(30)
        await world.bot.reacting.react(room, person, key)

    facts = await world.bot.overview.panel(room)
    assert [(gesture.key, count) for gesture, count in facts.tally] == [("clap", 2), ("wave", 1)]

    world.policies.change(gestures=STANDARD_GESTURES[1:])
    facts = await world.bot.overview.panel(room)
    assert [gesture.key for gesture, _ in facts.tally] == ["wave"]


async def test_the_console_names_who_is_captioned_and_what_was_refused(world: World) -> None:
    room = await world.captioned(BO)
    await world.on_stage(room, CY)
    world.speak(room, CY, "not a word")

    facts = await world.bot.overview.console(room)

    assert facts.captioned_ids == {BO.id}
    assert facts.sound is not None
    assert facts.sound.refused == 1
    await world.bot.transcribing.turn_off(room, actor(ANN))
    facts = await world.bot.overview.console(room)
    assert (facts.captioned_ids, facts.sound, facts.panel.captioned) == (frozenset(), None, 0)


async def test_who_agreed_but_sits_in_the_audience_is_not_counted(world: World) -> None:
    room = await world.captioned(BO)
    world.stage.step_down(BO.id)
    await world.stage.quiet()

    assert (await world.bot.overview.panel(room)).captioned == 0


async def test_sound_of_ended_spaces_is_not_remembered_for_ever(world: World) -> None:
    for number in range(overview._MOST_ENDS_REMEMBERED + 5):
        room = await world.captioned()
        await world.bot.hosting.end(room, actor(ANN))
        await world.bot.hosting.settled(room.space.id)
        assert (await world.bot.overview.host_summary(room.space)).sound is not None, number

    assert len(world.bot.overview._last_sound) == overview._MOST_ENDS_REMEMBERED
