"""Timed turns, from the unmute to the hand-over."""

from __future__ import annotations

import pytest

from discord_emulator import Channel
from tests.bot.evening import Evening

pytestmark = [pytest.mark.emulator, pytest.mark.asyncio(loop_scope="session")]


async def opened(evening: Evening, turn: int) -> Channel:
    """A Space with turns in which Ben and Cleo have raised their hands."""
    reply = await evening.ada.run("space create", title="Baton", turn=turn)
    await evening.ada.wait_for(lambda: "is live" in reply.text)
    (stage,) = evening.guild.stages
    for person in (evening.ben, evening.cleo):
        await person.join(stage)
        await person.mute()
        assert "You're" in (await person.run("hand raise")).text
    return stage


async def test_the_baton_goes_from_speaker_to_speaker(evening: Evening) -> None:
    ada, ben, cleo = evening.ada, evening.ben, evening.cleo
    stage = await opened(evening, 15)
    await ada.press(await evening.console(stage), "Next")
    await ben.accept_invitation()
    await ben.wait_for(lambda: any("your turn begins when you unmute" in one.text for one in ben.private_words))
    assert "turn ends" not in evening.panel(stage).text
    await ben.unmute()
    await evening.panel_says(stage, "Ben (turn ends <t:")
    await cleo.wait_for(lambda: any("You're next: Ben's turn ends <t:" in one.text for one in cleo.private_words))
    await ben.wait_for(lambda: ben.voice_position == "listening", 25)
    await ben.wait_for(lambda: any("Your turn is over" in one.text for one in ben.private_words))
    await cleo.wait_for(lambda: cleo.voice_position == "invited")
    await cleo.wait_for(lambda: any("Ada invites you to speak" in one.text for one in cleo.private_words))
    assert ben.mentions == cleo.mentions == []


async def test_a_host_gives_more_time_by_console_and_command(evening: Evening) -> None:
    ada, ben = evening.ada, evening.ben
    stage = await opened(evening, 600)
    await ada.press(await evening.console(stage), "Next")
    await ben.accept_invitation()
    console = await ada.choose(await evening.console(stage), "Choose a person", "Ben")
    assert "+1 min" not in console.buttons
    assert "not begun yet" in (await ada.run("speakers extend", person=ben)).text
    await ben.unmute()
    await evening.panel_says(stage, "Ben (turn ends <t:")
    console = await ada.choose(await evening.console(stage), "Choose a person", "Ben")
    console = await ada.press(console, "+1 min")
    assert "Ben's turn is longer and ends <t:" in console.text
    assert "Ben's turn is longer" in (await ada.run("speakers extend", person=ben, minutes=5)).text
    refused = await ben.run("speakers extend", person=ben, minutes=5)
    assert "Ada hosts this Space" in refused.text
    await ada.run("space edit", turn=0)
    await ada.wait_for(lambda: "turn ends" not in evening.panel(stage).text, 12)
