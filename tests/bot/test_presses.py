"""Forged, stale and foreign presses: an id is a key, never authority."""

from __future__ import annotations

import pytest

from tests.bot.conftest import City
from tests.bot.evening import Evening

pytestmark = [pytest.mark.emulator, pytest.mark.asyncio(loop_scope="session")]


async def test_a_listener_with_the_hosts_button_is_refused(evening: Evening) -> None:
    stage = await evening.open()
    console = await evening.console(stage)
    assert console.message is not None
    end = console.message.button("End")
    await evening.ben.join(stage)
    reply = await evening.forge(evening.ben, evening.panel(stage), end.custom_id)
    assert reply.text == "Ada hosts this Space. Raise your hand, or ask in chat."
    assert evening.guild.stage_instance(stage) is not None


async def test_the_button_of_another_server_does_nothing(evening: Evening, city: City) -> None:
    stage = await evening.open()
    panel = evening.panel(stage)
    other = Evening(city.discord, city.application)
    foreign = await other.open()
    raise_hand = panel.button("Raise hand")
    await other.ben.join(foreign)
    reply = await other.forge(other.ben, other.panel(foreign), raise_hand.custom_id)
    assert "That Space is over" in reply.text


async def test_buttons_of_an_ended_space_say_so(evening: Evening) -> None:
    stage = await evening.open()
    console = await evening.console(stage)
    await evening.ada.run("space end")
    assert "That Space is over" in (await evening.ada.press(console, "End")).text


@pytest.mark.parametrize(
    "custom_id",
    [
        "spaces:invite:1",
        "spaces:invite:1:abc",
        "spaces:invite:1:²",
        "spaces:person:1",
        "spaces:react:99999",
        "spaces:receipt:9999999999999999999",
        "spaces:of-an-older-version:1",
        "not ours",
    ],
)
async def test_ids_that_were_never_ours_change_nothing(evening: Evening, custom_id: str) -> None:
    stage = await evening.open()
    reply = await evening.forge(evening.ada, evening.panel(stage), custom_id)
    assert reply.ephemeral
    assert reply.text
    assert "my fault" not in reply.text
    assert "LIVE" in evening.panel(stage).text


async def test_no_press_redraws_a_message_of_the_room(evening: Evening) -> None:
    stage = await evening.open()
    panel = evening.panel(stage)
    console = await evening.console(stage)
    assert console.message is not None
    again = await evening.forge(evening.ada, panel, console.message.button("Refresh").custom_id)
    assert "Host console" in again.text
    assert again.ephemeral
    assert "LIVE" in panel.text


async def test_a_failing_press_leaves_the_console_as_it_is(evening: Evening) -> None:
    stage = await evening.open()
    await evening.ben.join(stage)
    await evening.ben.run("hand raise")
    console = await evening.console(stage)
    await evening.ben.run("hand lower")
    reply = await evening.ada.press(console, "Next")
    assert reply.text == "No hand is up."
    assert reply.ephemeral
    assert reply.message is not console.message
    assert "Host console" in console.text


async def test_a_dismissed_co_host_has_no_console_any_more(evening: Evening) -> None:
    stage = await evening.open()
    await evening.ada.run("space cohost", person=evening.ben)
    console = await evening.console(stage, evening.ben)
    assert "Host console" in console.text
    await evening.ada.run("space cohost", person=evening.ben, action="remove")
    refused = await evening.ben.press(console, "Captions on")
    assert refused.text == "Ada hosts this Space. Raise your hand, or ask in chat."
    assert "Captions off" in evening.panel(stage).text
