"""The panel: one message that is always there and never rings."""

from __future__ import annotations

import pytest

from discord_emulator import ApiError, Channel, Message
from stage.panel_message import MOVE_SECONDS, PUSHED_AWAY
from tests.bot.conftest import City
from tests.bot.evening import Evening

pytestmark = [pytest.mark.emulator, pytest.mark.asyncio(loop_scope="session")]

SUPPRESS_NOTIFICATIONS = 1 << 12
"""https://discord.com/developers/docs/resources/message#message-object-message-flags"""

CHANNEL_EDIT = ("PATCH", "/channels/{channel_id}")
"""Two in ten minutes are all that a channel takes: https://discord.com/developers/docs/topics/rate-limits"""

SOON = 12.0
"""Seconds: a panel changes every five at most."""


async def test_a_panel_that_a_moderator_deletes_is_posted_anew_and_works(evening: Evening) -> None:
    stage = await evening.open()
    await evening.guild.owner.delete(evening.panel(stage))
    await evening.ben.join(stage)
    await evening.ada.wait_for(lambda: evening.ada.messages(stage), 10)
    await evening.panel_says(stage, "1 listening")
    panel = evening.panel(stage)
    assert panel.flags & SUPPRESS_NOTIFICATIONS
    assert (await evening.ben.press(panel, "Raise hand")).text.startswith("You're first")
    await evening.ada.run("space end")
    await evening.panel_says(stage, "ENDED")
    assert len(evening.ada.messages(stage)) == 1


async def test_nothing_in_the_room_rings(evening: Evening) -> None:
    stage = await evening.open()
    await evening.take_stage(evening.ada, stage)
    await evening.ada.run("share", link="https://example.org/a", note="@everyone look")
    await evening.ada.run("space end")
    await evening.panel_says(stage, "ENDED")
    everything = [message for message in evening.mod.messages(stage) if message.author.bot]
    assert everything
    assert all(message.flags & SUPPRESS_NOTIFICATIONS for message in everything)
    assert not evening.mod.mentions


async def test_closed_hands_leave_a_way_to_ones_own(evening: Evening) -> None:
    stage = await evening.open()
    await evening.ben.join(stage)
    await evening.cleo.join(stage)
    await evening.ben.press(evening.panel(stage), "Raise hand")
    await evening.ada.press(await evening.console(stage), "Close hands")
    await evening.panel_says(stage, "hands are closed")
    panel = evening.panel(stage)
    assert "Raise hand" not in panel.buttons
    assert (await evening.ben.press(panel, "My hand")).text.startswith("Your hand is up already: you're first")
    assert "Hands are closed" in (await evening.cleo.press(panel, "My hand")).text
    await evening.ben.run("hand lower")
    await evening.panel_says(stage, "Hands 0")
    assert "My hand" not in evening.panel(stage).buttons


def panels(evening: Evening, stage: Channel) -> list[Message]:
    """The live panels in the stage's chat."""
    return [message for message in evening.ada.messages(stage) if message.author.bot and "LIVE" in message.text]


async def test_chat_pushes_the_panel_away_and_it_comes_back_though_the_bot_is_killed_meanwhile(own_city: City) -> None:
    evening = Evening(own_city.discord, own_city.application)
    stage = await evening.open()
    first = evening.panel(stage)
    await evening.take_stage(evening.ada, stage)  # Discord closes a stage without speakers after minutes
    await evening.ben.join(stage)
    await evening.panel_says(stage, "1 listening")
    own_city.discord.advance(MOVE_SECONDS)
    refusal = ApiError(403, 50013, "Missing Permissions")
    route = "/channels/{channel_id}/messages/{message_id}"
    own_city.discord.faults.rest.refuse(refusal, method="DELETE", route=route, times=1)
    for number in range(PUSHED_AWAY):
        await evening.ben.post(stage, f"message {number}")
    await evening.ada.wait_for(lambda: len(panels(evening, stage)) == 2, SOON)
    await evening.ada.wait_for(lambda: any(call.status == 403 for call in own_city.discord.calls))
    await own_city.bot.kill()
    second = panels(evening, stage)[-1]
    assert second is evening.ada.messages(stage)[-1]

    await own_city.bot.start()
    await own_city.discord.wait_until_ready(own_city.application, timeout=30)
    await evening.ada.wait_for(lambda: panels(evening, stage) == [second], SOON)

    assert first.deleted
    assert second.flags & SUPPRESS_NOTIFICATIONS
    assert (await evening.ben.press(second, "Raise hand")).text.startswith("You're first")
    assert not [call for call in own_city.discord.calls if (call.method, call.route) == CHANNEL_EDIT]
    await evening.ada.run("space end")
    await evening.ada.wait_for(lambda: "ENDED" in second.text)
