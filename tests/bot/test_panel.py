"""The panel: one message that is always there and never rings."""

from __future__ import annotations

import pytest

from tests.bot.evening import Evening

pytestmark = [pytest.mark.emulator, pytest.mark.asyncio(loop_scope="session")]

SUPPRESS_NOTIFICATIONS = 1 << 12
"""https://discord.com/developers/docs/resources/message#message-object-message-flags"""


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
