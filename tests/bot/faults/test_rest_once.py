"""One call fails at the worst moment: what people read, and what is left of it in Discord."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from discord_emulator.faults.handle import Fault
from discord_emulator.faults.rest import RestFaults
from tests.bot.conftest import City
from tests.bot.evening import Evening

pytestmark = [pytest.mark.emulator, pytest.mark.asyncio(loop_scope="session")]

CHANNEL, STAGE = "/guilds/{guild_id}/channels", "/stage-instances"
MESSAGE, VOICE_STATE = "/channels/{channel_id}/messages", "/guilds/{guild_id}/voice-states/{user_id}"
Begin = Callable[[RestFaults], Fault]


def unavailable(method: str, route: str) -> Begin:
    """A call gets a 503, which discord.py hands on at once."""
    return lambda rest: rest.fail(503, method=method, route=route, times=1)


def cut_after(method: str, route: str) -> Begin:
    """A call takes effect, but the connection is cut before its answer."""
    return lambda rest: rest.cut(takes_effect=True, method=method, route=route, times=1)


@dataclass(frozen=True, slots=True)
class FailedOpening:
    """A call of an opening that fails, what the host reads, and how many stages are left over."""

    name: str
    begin: Begin
    host_reads: str

    def __str__(self) -> str:
        return self.name


FAILED_OPENINGS = [
    FailedOpening("the channel is not made", unavailable("POST", CHANNEL), "I can't open a stage here"),
    FailedOpening(
        "the channel is made unbeknown to it, and found by its title",
        cut_after("POST", CHANNEL),
        "I can't open a stage here",
    ),
    FailedOpening("the stage is not opened: its channel goes", unavailable("POST", STAGE), "I can't"),
    FailedOpening("the stage is opened unbeknown to it: it goes", cut_after("POST", STAGE), "I can't"),
    FailedOpening(
        "the panel is not posted: the stage goes", unavailable("POST", MESSAGE), "I can't write in the stage"
    ),
    FailedOpening(
        "the panel is posted unbeknown to it: it goes with the stage",
        cut_after("POST", MESSAGE),
        "I can't write",
    ),
]


@pytest.mark.parametrize("failed", FAILED_OPENINGS, ids=str)
async def test_an_opening_fails_and_the_next_one_does_not(
    rough_city: City, rough_evening: Evening, failed: FailedOpening
) -> None:
    ada, guild = rough_evening.ada, rough_evening.guild
    failed.begin(rough_city.discord.faults.rest)
    reply = await ada.run("space create", title="The first try")
    await ada.wait_for(lambda: failed.host_reads in reply.text)
    assert "Discord did not answer. Try again in a minute." in reply.text
    await ada.wait_for(lambda: not guild.stages)
    stage = await rough_evening.open("The second try")
    assert [each for each in guild.stages if guild.stage_instance(each)] == [stage]
    assert "LIVE" in rough_evening.panel(stage).text
    await ada.run("space end")
    await rough_evening.panel_says(stage, "ENDED")


@pytest.mark.parametrize(
    ("begin", "ben_is"),
    [(unavailable("PATCH", VOICE_STATE), "hand up"), (cut_after("PATCH", VOICE_STATE), "invited")],
    ids=["the invitation is not sent", "the invitation is sent, unbeknown to the bot"],
)
async def test_an_invitation_fails(rough_city: City, rough_evening: Evening, begin: Begin, ben_is: str) -> None:
    """The host reads that it failed, although it may have been sent; Discord's word of it puts the queue right."""
    ada, ben = rough_evening.ada, rough_evening.ben
    stage = await rough_evening.open()
    await ben.join(stage)
    await ben.raise_hand()
    console = await rough_evening.console(stage)
    begin(rough_city.discord.faults.rest)
    reply = await ada.press(console, "Next")
    assert "I can't invite to the stage: Discord did not answer. Try again in a minute." in reply.text
    await ben.wait_for(lambda: ben.voice_position == ben_is)
    console = await rough_evening.console(stage)
    if ben_is == "hand up":
        assert "Ben is invited" in (await ada.press(console, "Next")).text
    else:
        assert "1. Ben" not in console.text
    await ben.accept_invitation()
    assert ben.voice_position == "on stage"
    await ada.run("space end")
    await rough_evening.panel_says(stage, "ENDED")


async def test_the_hosts_own_invitation_fails(rough_city: City, rough_evening: Evening) -> None:
    """It is not tried again by itself: the host stays in the audience until they come in anew."""
    ada = rough_evening.ada
    stage = await rough_evening.open()
    fault = unavailable("PATCH", VOICE_STATE)(rough_city.discord.faults.rest)
    await ada.join(stage)
    await ada.wait_for(lambda: fault.strikes == 1)
    assert "nobody" in (await rough_evening.console(stage)).text
    assert ada.voice_position == "listening"
    await ada.leave()
    await rough_evening.take_stage(ada, stage)
    await ada.run("space end")
    await rough_evening.panel_says(stage, "ENDED")


async def test_an_edit_of_the_panel_fails(rough_city: City, rough_evening: Evening) -> None:
    """It is made up for at the panel's next turn, five seconds later, in the same message."""
    stage = await rough_evening.open()
    panel = rough_evening.panel(stage)
    edit = "/channels/{channel_id}/messages/{message_id}"
    fault = unavailable("PATCH", edit)(rough_city.discord.faults.rest)
    await rough_evening.ben.join(stage)
    await rough_evening.ben.raise_hand()
    await rough_evening.panel_says(stage, "**Hands 1:** Ben", 20)
    assert fault.strikes == 1
    assert rough_evening.panel(stage) is panel
    await rough_evening.ada.run("space end")
    await rough_evening.panel_says(stage, "ENDED")


async def test_the_end_of_a_stage_fails(rough_city: City, rough_evening: Evening) -> None:
    """The host reads at once that the Space is over; it is tidied up five seconds later."""
    stage = await rough_evening.open()
    unavailable("DELETE", "/stage-instances/{channel_id}")(rough_city.discord.faults.rest)
    assert "is over" in (await rough_evening.ada.run("space end")).text
    await rough_evening.panel_says(stage, "ENDED", 20)
    assert rough_evening.guild.stage_instance(stage) is None
