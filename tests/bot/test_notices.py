"""A role hears of a new Space, once."""

from __future__ import annotations

import pytest

from discord_emulator import Call, Channel, Message
from tests.bot.conftest import City
from tests.bot.evening import Evening
from tests.bot.test_promises import started_again

pytestmark = [pytest.mark.emulator, pytest.mark.asyncio(loop_scope="session")]

MESSAGES = "/channels/{channel_id}/messages"


def notices(evening: Evening, stage: Channel) -> list[Message]:
    return [one for one in evening.ada.messages(stage) if "hosted by" in one.text and "Join:" in one.text]


async def test_a_role_is_told_and_nobody_else(evening: Evening) -> None:
    owls = evening.guild.add_role("night OWLS", mentionable=True)
    owl = evening.guild.add_member("Olga", roles=[owls])
    stage = await evening.open("@everyone **reads**")
    (line,) = await owl.wait_for(lambda: owl.mentions)
    assert "\\@everyone \\*\\*reads\\*\\*** is live, hosted by Ada" in line.text
    assert f"https://discord.com/channels/{evening.guild.id}/{stage.id}" in line.text
    assert notices(evening, stage) == [line]
    assert evening.ben.mentions == evening.mod.mentions == []


async def test_a_role_that_cannot_be_notified_is_left_alone(evening: Evening) -> None:
    evening.guild.add_role("Night owls")
    stage = await evening.open()
    await evening.take_stage(evening.ada, stage)
    await evening.panel_says(stage, "On stage 1")
    assert notices(evening, stage) == []


async def test_a_crash_tells_nobody_twice(own_city: City) -> None:
    evening = Evening(own_city.discord, own_city.application)
    owls = evening.guild.add_role("Night owls", mentionable=True)
    owl = evening.guild.add_member("Olga", roles=[owls])
    stage = await evening.open()
    await owl.wait_for(lambda: owl.mentions)
    await started_again(own_city)
    await evening.take_stage(evening.ada, stage)
    await evening.panel_says(stage, "On stage 1")

    def sent() -> list[Call]:
        return [call for call in own_city.discord.calls if call.route == MESSAGES and "Join:" in str(call.request_body)]

    await owl.wait_for(lambda: len(sent()) == 2)  # the second process cannot know, but Discord does
    assert len(notices(evening, stage)) == len(owl.mentions) == 1
