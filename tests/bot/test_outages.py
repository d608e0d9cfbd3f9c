"""Outages in the middle of a Space: nothing is lost, doubled, or told to anybody who need not know."""

from __future__ import annotations

import pytest

from demo import script
from tests.bot.conftest import City
from tests.bot.evening import Evening
from tests.bot.test_words import BOTH, captions, choose

pytestmark = [pytest.mark.emulator, pytest.mark.speech, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("trouble", ["cut", "new session", "server away"])
async def test_a_space_goes_on_after_an_outage(own_city: City, trouble: str) -> None:
    discord, application = own_city.discord, own_city.application
    evening = Evening(discord, application)
    stage = await evening.open()
    await evening.take_stage(evening.ada, stage)
    await evening.ben.join(stage)
    await evening.ben.run("hand raise")
    await evening.ada.run("transcript on")
    await choose(evening.ada, BOTH)
    panel = evening.panel(stage)
    if trouble == "cut":
        discord.faults.gateway.drop(application)
    elif trouble == "new session":
        discord.faults.gateway.invalidate(application)
    else:
        evening.guild.go_down()
    await evening.cleo.join(stage)
    await evening.cleo.raise_hand()
    if trouble == "server away":
        evening.guild.come_back()
    await evening.ada.wait_for(lambda: discord.is_online(application), 15)
    await evening.panel_says(stage, "**Hands 2:** Ben, Cleo", 20)
    assert evening.panel(stage) is panel
    assert len(evening.guild.stages) == 1
    await evening.ada.wait_for(lambda: evening.guild.members[application.bot.id].voice is not None, 10)
    await evening.ada.speak(script.GOODBYE.path)
    await evening.ada.wait_for(lambda: "thursday" in captions(evening, stage), 15)
    assert captions(evening, stage).count("thursday") == 1
    await evening.ada.run("space end")
    await evening.panel_says(stage, "ENDED")
    assert not discord.violations
