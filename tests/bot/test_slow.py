"""While Discord itself is slow: everybody still gets one answer in time, and the right one."""

from __future__ import annotations

import asyncio

import pytest

from discord_emulator import ApiError
from tests.bot.conftest import City
from tests.bot.evening import Evening

pytestmark = [pytest.mark.emulator, pytest.mark.asyncio(loop_scope="session")]

VOICE_STATE = "/guilds/{guild_id}/voice-states/{user_id}"
"""After a 502 discord.py calls again, first after one second, then after three more."""


async def test_what_waits_for_a_slow_invitation_is_answered_in_time(evening: Evening, city: City) -> None:
    stage = await evening.open()
    await evening.ada.run("transcript on")
    for person in (evening.ben, evening.cleo, evening.mod):
        await person.join(stage)
    await evening.ben.raise_hand()
    console = await evening.console(stage)
    city.discord.faults.rest.fail(502, method="PATCH", route=VOICE_STATE, times=2)
    panel = evening.panel(stage)
    invited, form, clap = await asyncio.gather(
        evening.ada.press(console, "Next"), evening.cleo.press(panel, "Raise hand"), evening.mod.press(panel, "Clap")
    )
    await evening.ada.wait_for(lambda: "Ben is invited" in invited.text)
    assert invited.message is console.message
    assert form.modal is None
    assert "Please press once more" in form.text
    assert clap.silent
    assert not clap.follow_ups
    assert (await evening.cleo.press(panel, "Raise hand")).modal is not None


async def test_a_press_that_fails_late_leaves_the_console_as_it_is(evening: Evening, city: City) -> None:
    stage = await evening.open()
    await evening.ben.join(stage)
    await evening.ben.raise_hand()
    console = await evening.console(stage)
    city.discord.faults.rest.fail(502, method="PATCH", route=VOICE_STATE, times=2)
    refusal = ApiError(403, 50013, "Missing Permissions")
    city.discord.faults.rest.refuse(refusal, method="PATCH", route=VOICE_STATE, times=1)
    reply = await evening.ada.press(console, "Next")
    (words,) = await evening.ada.wait_for(lambda: reply.follow_ups, 8)
    assert words.text.startswith("I can't invite to the stage")
    assert words.ephemeral
    assert "Host console" in console.text
    assert "1. Ben" in (await evening.console(stage)).text
