"""Rooms of all kinds, opened, changed and found with slash commands."""

from __future__ import annotations

import pytest

from tests.bot.evening import Evening

pytestmark = [pytest.mark.emulator, pytest.mark.asyncio(loop_scope="session")]


async def test_a_preset_with_an_option_of_ones_own(evening: Evening) -> None:
    ada = evening.ada
    opened = await ada.run("space create", title="Town", preset="town-hall", turn=60)
    await ada.wait_for(lambda: "is live" in opened.text)
    info = await ada.run("space info")
    assert info.ephemeral
    for line in (
        "To speak: hosts accept raised hands, 5 on stage at most",
        "A raised hand needs a question",
        "Order of hands: newcomers first",
        "A turn lasts 1 minute",
        "Everyone may join",
    ):
        assert line in info.text


async def test_options_that_contradict_each_other_open_nothing(evening: Evening) -> None:
    reply = await evening.ada.run("space create", title="Odd", speak="everyone", hands="closed")
    await evening.ada.wait_for(lambda: "hands are closed" in reply.text)
    assert evening.guild.stages == []
    reply = await evening.ada.run("space create", title="Odd", preset="radio")
    await evening.ada.wait_for(lambda: "There is no preset “radio” here" in reply.text)
    assert evening.guild.stages == []


async def test_a_host_changes_the_room_and_nobody_else_does(evening: Evening) -> None:
    ada, ben = evening.ada, evening.ben
    stage = await evening.open()
    await ben.join(stage)
    refused = await ben.run("space edit", title="Mine")
    assert "Ada hosts this Space" in refused.text
    name = stage.name
    changed = await ada.run("space edit", title="Other books", hands="closed", capacity=40)
    assert "**Other books** is changed." in changed.text
    assert "Hands are closed" in changed.text
    await evening.panel_says(stage, "Other books")
    assert evening.guild.stage_instance(stage).topic == "Other books"
    assert stage.name == name
    nothing = await ada.run("space edit", capacity=40)
    assert "how it is already" in nothing.text
    hand = await ben.run("hand raise")
    assert "Hands are closed" in hand.text


async def test_live_spaces_are_listed_to_those_who_can_see_them(evening: Evening) -> None:
    ada, ben = evening.ada, evening.ben
    assert "No Space is live here" in (await ben.run("space list")).text
    first = await evening.open("First")
    second = await evening.open("Second", host=ben)
    await evening.cleo.join(second)
    await evening.panel_says(second, "1 listening")
    listed = await evening.cleo.run("space list")
    assert listed.text.index("Second") < listed.text.index("First")
    info = await ada.run("space info", space="Second")
    assert "1 listening" in info.text
    assert "not here" in info.text
    evening.guild.deny(first, evening.guild.roles[evening.guild.id], ["view_channel"])
    # The bot hears of the denial in the order of events: its answer to a later press knows of it.
    listed = await evening.cleo.run("space list")
    assert "Second" in listed.text
    assert "First" not in listed.text
    hidden = await evening.cleo.run("space info", space="First")
    assert "That Space is not live" in hidden.text
