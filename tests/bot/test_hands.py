"""Hands, invitations, the stage."""

from __future__ import annotations

import asyncio

import pytest

from discord_emulator import EmulatorError
from tests.bot.evening import Evening

pytestmark = [pytest.mark.emulator, pytest.mark.asyncio(loop_scope="session")]


async def test_hands_by_button_and_in_discord_stand_in_one_line(evening: Evening) -> None:
    stage = await evening.open()
    await evening.take_stage(evening.ada, stage)
    await evening.ben.join(stage)
    await evening.cleo.join(stage)
    reply = await evening.ben.press(evening.panel(stage), "Raise hand")
    assert reply.text.startswith("You're first")
    await evening.cleo.raise_hand()
    console = await evening.console(stage)
    assert console.text.index("1. Ben") < console.text.index("2. Cleo")
    console = await evening.ada.press(console, "Next")
    assert "Ben is invited" in console.text
    assert evening.ben.voice_position == "invited"
    console = await evening.ada.press(console, "Next")
    assert "Cleo is invited" in console.text
    await evening.ben.accept_invitation()
    await evening.panel_says(stage, "**On stage 2 of 13:** Ada, Ben")


async def test_a_hand_raised_twice_tells_the_place(evening: Evening) -> None:
    stage = await evening.open()
    await evening.ben.join(stage)
    await evening.cleo.join(stage)
    await evening.ben.run("hand raise")
    await evening.cleo.run("hand raise")
    again = await evening.cleo.run("hand raise")
    assert again.text == "Your hand is up already: you're 2nd: one person raised their hand before you."
    assert again.buttons == ["Lower my hand", "My question"]


async def test_lowering_a_hand(evening: Evening) -> None:
    stage = await evening.open()
    await evening.ben.join(stage)
    reply = await evening.ben.run("hand raise")
    assert (await evening.ben.press(reply, "Lower my hand")).text == "Your hand is down."
    assert "nothing to lower" in (await evening.ben.run("hand lower")).text


async def test_a_native_hand_lowered_by_button_is_lowered_in_discord(evening: Evening) -> None:
    stage = await evening.open()
    await evening.ben.join(stage)
    await evening.ben.raise_hand()
    assert (await evening.ben.run("hand lower")).text == "Your hand is down."
    assert evening.ben.voice_position == "listening"


async def test_who_is_not_in_the_stage_is_sent_there(evening: Evening) -> None:
    stage = await evening.open()
    reply = await evening.ben.press(evening.panel(stage), "Raise hand")
    assert reply.text.startswith("Join **What we read** first")


async def test_where_everyone_may_speak_a_hand_is_accepted_at_once(evening: Evening) -> None:
    stage = await evening.open(speak="everyone")
    await evening.ben.join(stage)
    reply = await evening.ben.press(evening.panel(stage), "Raise hand")
    assert "Everyone may speak here" in reply.text
    await evening.ben.wait_for(lambda: evening.ben.voice_position == "invited")
    await evening.cleo.join(stage)
    await evening.cleo.raise_hand()
    await evening.cleo.wait_for(lambda: evening.cleo.voice_position == "invited")


async def test_where_hosts_invite_no_hand_goes_up(evening: Evening) -> None:
    stage = await evening.open(speak="invited")
    await evening.ben.join(stage)
    assert "My words" in evening.panel(stage).buttons
    assert "Raise hand" not in evening.panel(stage).buttons
    assert "the hosts invite who speaks" in (await evening.ben.run("hand raise")).text
    with pytest.raises(EmulatorError):  # Discord itself offers no hand either
        await evening.ben.raise_hand()


async def test_to_the_audience_by_console(evening: Evening) -> None:
    stage = await evening.open()
    await evening.ben.join(stage)
    await evening.ben.run("hand raise")
    console = await evening.ada.press(await evening.console(stage), "Next")
    await evening.ben.accept_invitation()
    console = await evening.ada.press(console, "Refresh")
    console = await evening.ada.choose(console, "Choose a person", "Ben")
    console = await evening.ada.press(console, "To audience")
    assert "Ben is in the audience" in console.text
    assert evening.ben.voice_position == "listening"


async def test_the_console_is_for_hosts_and_moderators(evening: Evening) -> None:
    stage = await evening.open()
    assert "Host console" in (await evening.console(stage, evening.mod)).text
    refused = await evening.console(stage, evening.ben)
    assert refused.text == "Ada hosts this Space. Raise your hand, or ask in chat."
    assert refused.ephemeral


async def test_two_hosts_pressing_next_take_two_different_hands(evening: Evening) -> None:
    stage = await evening.open()
    await evening.ben.join(stage)
    await evening.cleo.join(stage)
    await evening.ben.run("hand raise")
    await evening.cleo.run("hand raise")
    first = await evening.console(stage)
    second = await evening.console(stage, evening.mod)
    await asyncio.gather(evening.ada.press(first, "Next"), evening.mod.press(second, "Next"))
    assert evening.ben.voice_position == evening.cleo.voice_position == "invited"


async def test_an_invitation_without_a_press_is_a_line_that_goes_when_accepted(evening: Evening) -> None:
    stage = await evening.open()
    await evening.ben.join(stage)
    await evening.ben.raise_hand()
    await evening.ada.press(await evening.console(stage), "Next")
    line = await evening.ben.wait_for(
        lambda: next((one for one in evening.ben.mentions if "invites you to speak" in one.text), None)
    )
    assert evening.cleo.mentions == []
    await evening.ben.accept_invitation()
    await evening.ben.wait_for(lambda: line not in evening.ben.messages(stage))
