"""Faults of voice, as an unmodified discord.py client meets them."""

from __future__ import annotations

from collections.abc import Callable

import discord
import pytest

from discord_emulator import EmulatorError
from tests.discord_emulator.conftest import Bot, Stand


@pytest.fixture
async def voice(stand: Stand) -> tuple[Bot, discord.VoiceClient]:
    lounge = stand.guild.add_stage_channel("Lounge")
    bot = await stand.start()
    channel = bot.get_channel(lounge.id)
    assert isinstance(channel, discord.StageChannel)
    client = await channel.connect(timeout=10)
    return bot, client


def here(stand: Stand) -> bool:
    return stand.guild.members[stand.application.bot.id].voice is not None


async def test_a_disconnected_bot_is_out_of_the_channel(stand: Stand, voice: tuple[Bot, discord.VoiceClient]) -> None:
    _, client = voice
    stand.discord.faults.voice.close(stand.application, stand.guild, code=4014)
    assert not here(stand)
    await stand.discord.wait_for(lambda: not client.is_connected(), 5)
    with pytest.raises(EmulatorError, match="Spaces is not in voice in Book club"):
        stand.discord.faults.voice.drop(stand.application, stand.guild)


@pytest.mark.parametrize(
    "strike",
    [
        lambda stand: stand.discord.faults.voice.change_server(),
        lambda stand: stand.discord.faults.voice.resend_server(stand.application, stand.guild),
    ],
)
async def test_the_client_comes_back(
    stand: Stand, voice: tuple[Bot, discord.VoiceClient], strike: Callable[[Stand], None]
) -> None:
    _, client = voice
    before = client.session_id, client.token, client.secret_key
    strike(stand)
    await stand.discord.wait_for(
        lambda: client.is_connected() and (client.session_id, client.token, client.secret_key) != before, 15
    )
    assert here(stand)


async def test_a_closed_websocket_is_told_apart_by_its_code(
    stand: Stand, voice: tuple[Bot, discord.VoiceClient], caplog: pytest.LogCaptureFixture
) -> None:
    stand.discord.faults.voice.close(code=4006)
    await stand.discord.wait_for(lambda: "closed with 4006" in caplog.text, 5)


async def test_codes_that_discord_does_not_use(stand: Stand) -> None:
    with pytest.raises(ValueError, match="4999"):
        stand.discord.faults.voice.close(code=4999)
