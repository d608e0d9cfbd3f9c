"""Events that come twice or late."""

from __future__ import annotations

import pytest

from demo import script
from discord_emulator import Message, Person
from tests.bot.conftest import City
from tests.bot.evening import Evening
from tests.bot.faults.under_way import Started, UnderWay
from tests.bot.test_words import captions

pytestmark = [pytest.mark.emulator, pytest.mark.speech, pytest.mark.asyncio(loop_scope="session")]

NOTHING = Started(gateway_sessions=0, voice_sessions=0, rooms=0)


def invitations(person: Person) -> list[Message]:
    """What the person was told in private of being invited."""
    return [word for word in person.private_words if "invites you to speak" in word.text]


async def test_whatever_comes_twice_is_done_once(rough_city: City, rough_evening: Evening) -> None:
    """Every event twice, from the opening of a Space to its end: one invitation for one press, one answer each."""
    ada, cleo = rough_evening.ada, rough_evening.cleo
    with rough_city.discord.faults.gateway.duplicate(rough_city.application):
        space = await UnderWay.begin(rough_city, rough_evening)
        await space.another_hand()
        await space.goes_on()
        await cleo.press(space.panel, "Clap")
        console = await ada.press(await rough_evening.console(space.stage), "Next")
        assert "Cleo is invited" in console.text
        await cleo.wait_for(lambda: cleo.voice_position == "invited")
        assert rough_evening.mod.voice_position == "hand up"
        assert not rough_evening.mod.mentions
        await cleo.wait_for(lambda: invitations(cleo))
        await ada.speak(script.GOODBYE.path)
        await ada.wait_for(lambda: "thursday" in captions(rough_evening, space.stage), 15)
        assert captions(rough_evening, space.stage).count("thursday") == 1
        await rough_evening.panel_says(space.stage, "👏 Clap 1")
        assert len(invitations(cleo)) == 1
        assert space.begun_anew() == NOTHING
        await space.end()


async def test_events_that_are_a_second_late_are_answered_in_time_and_in_order(space: UnderWay) -> None:
    """Every event 1 to 1.5 s late: all is answered within Discord's three seconds, and nobody is overtaken."""
    with space.discord.faults.gateway.delay(space.city.application, seconds=1.0, jitter=0.5):
        zoe = space.evening.guild.add_member("Zoe")
        await space.another_hand()
        await zoe.join(space.stage)
        form = await zoe.run("hand raise")
        assert "You're 3rd" in (await zoe.submit(form.modal, {})).text
        assert not (await zoe.press(space.panel, "Clap")).failed
    assert space.begun_anew() == NOTHING


async def test_what_comes_too_late_is_done_but_cannot_be_answered(space: UnderWay) -> None:
    """Events more than three seconds late: people read that the bot did not respond. It was done nevertheless, once,
    and who tries again reads how things stand."""
    evening = space.evening
    with (
        space.discord.expecting("unanswered interaction", "late answer"),
        space.discord.faults.gateway.delay(space.city.application, seconds=3.1),
    ):
        assert (await evening.ada.run("space edit", title="What we read next")).failed
        await evening.panel_says(space.stage, "What we read next")
    assert (await evening.ada.run("space edit", title="What we read next")).text
    await space.goes_on()
    assert space.begun_anew() == NOTHING
