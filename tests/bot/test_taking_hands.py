"""Two hosts press at the same moment: one gets the hand, the other reads why not."""

from __future__ import annotations

import asyncio

import pytest

from discord_emulator import Channel, Person
from tests.bot.conftest import City
from tests.bot.evening import Evening
from tests.bot.traces import Traces

pytestmark = [pytest.mark.emulator, pytest.mark.asyncio(loop_scope="session")]

RACES = 60


async def taken(evening: Evening, stage: Channel, hosts: tuple[Person, ...]) -> list[str]:
    """What each host reads after both have pressed **Next** at once, on consoles that still show the hand."""
    consoles = [await evening.console(stage, host) for host in hosts]
    replies = await asyncio.gather(*(host.press(on, "Next") for host, on in zip(hosts, consoles, strict=True)))
    return [reply.text for reply in replies]


async def test_the_only_hand_has_one_winner(evening: Evening, city: City) -> None:
    stage = await evening.open()
    ada, ben, cleo = evening.ada, evening.ben, evening.cleo
    for person in (ada, ben, cleo):
        await person.join(stage)
    await ada.run("space cohost", person=ben)
    winners: set[str] = set()
    for race in range(RACES):
        assert "You're first" in (await cleo.press(evening.panel(stage), "Raise hand")).text
        said = await taken(evening, stage, (ada, ben) if race % 2 else (ben, ada))
        assert sorted("Cleo is invited" in text for text in said) == [False, True], said
        assert sorted(text == "No hand is up." for text in said) == [False, True], said
        ((by,),) = Traces(city, evening).query("SELECT invited_by FROM participants WHERE person_id = ?", cleo.id)
        winners.add("Ada" if by == ada.id else "Ben")
        await cleo.decline_invitation()
        assert "Your hand is not up" in (await cleo.run("hand lower")).text
    assert winners == {"Ada", "Ben"}


async def test_two_hands_go_one_to_each(evening: Evening) -> None:
    stage = await evening.open()
    ada, ben, cleo = evening.ada, evening.ben, evening.cleo
    dora = evening.guild.add_member("Dora")
    for person in (ada, ben, cleo, dora):
        await person.join(stage)
    await ada.run("space cohost", person=ben)
    for _ in range(10):
        for person in (cleo, dora):
            await person.press(evening.panel(stage), "Raise hand")
        said = await taken(evening, stage, (ada, ben))
        assert sorted("Cleo is invited" in text for text in said) == [False, True], said
        assert sorted("Dora is invited" in text for text in said) == [False, True], said
        for person in (cleo, dora):
            await person.decline_invitation()
            assert "Your hand is not up" in (await person.run("hand lower")).text
