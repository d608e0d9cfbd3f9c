"""Voice states and the voice server together, with a real client listening."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import discord
import pytest

from discord_emulator import Channel, EmulatorError, Settings

from .conftest import Stand
from .voice.sound import sine_file


class Ears:
    """Counts the datagrams of a voice client that carry sound (RTP version 2, payload type 120)."""

    def __init__(self, voice: discord.VoiceClient) -> None:
        self.packets = 0
        self._loop = asyncio.get_running_loop()
        self._grown = asyncio.Event()
        voice._connection.add_socket_listener(self._listen)

    def _listen(self, data: bytes) -> None:
        if len(data) > 12 and data[0] >> 6 == 2 and data[1] & 0x7F == 120:
            self.packets += 1
            self._loop.call_soon_threadsafe(self._grown.set)

    async def hears(self, condition: Callable[[int], bool]) -> None:
        async with asyncio.timeout(5):
            while not condition(self.packets):
                self._grown.clear()
                await self._grown.wait()


@pytest.fixture
def channel(stand: Stand) -> Channel:
    return stand.guild.add_stage_channel("room")


async def connect(bot: discord.Client, channel: Channel) -> discord.VoiceClient:
    place = bot.get_channel(channel.id)
    assert isinstance(place, discord.StageChannel)
    return await place.connect(timeout=5)


async def test_who_is_on_stage_is_heard(stand: Stand, channel: Channel, tmp_path: Path) -> None:
    clip, packets = sine_file(tmp_path / "tone.ogg", seconds=0.3)
    bot = await stand.start()
    await stand.host.join(channel)
    await stand.ada.join(channel)
    ears = Ears(await connect(bot, channel))
    await stand.ada.speak(clip)
    await stand.host.step_up()
    spoken = await stand.host.speak(clip)
    assert spoken.packets == len(packets)
    await ears.hears(lambda heard: heard >= spoken.packets)
    # The host's speech and its trailing silence arrived; of the listener, who spoke first, nothing.
    assert spoken.packets <= ears.packets <= spoken.packets + 5
    await stand.host.leave()
    with pytest.raises(EmulatorError, match="not in voice"):
        await stand.host.speak(clip)
    assert stand.discord.violations == []


async def test_a_killed_bot_takes_its_place_again(stand: Stand, channel: Channel) -> None:
    me = stand.guild.members[stand.application.bot.id]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("doomed_bot.py")),
        env={**os.environ, **stand.application.environment()},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        assert await asyncio.wait_for(process.stdout.readline(), 10) == b"connected\n"
        assert stand.discord.world.voice.server.is_connected(stand.guild.id, me.id)
    finally:
        process.kill()
        await process.wait()
    assert me.voice is not None
    old_session = me.voice.session_id
    await stand.discord.wait_for(lambda: not stand.discord.is_online(stand.application))
    stand.discord.advance(5)
    bot = await stand.start()
    place = bot.get_channel(channel.id)
    assert isinstance(place, discord.StageChannel)
    assert [member.id for member in place.members] == [me.id]
    voice = await connect(bot, channel)
    assert voice.is_connected()
    assert me.voice.session_id != old_session
    assert stand.discord.violations == []


async def test_a_bot_that_does_not_come_back_leaves_voice(stand: Stand, channel: Channel) -> None:
    stand.discord.settings.session_lifetime = 0.05
    bot = await stand.start()
    await connect(bot, channel)
    me = stand.guild.members[stand.application.bot.id]
    await bot.close()
    await stand.discord.wait_for(lambda: me.voice is None)


async def test_a_moved_bot_is_told_where_to_connect(stand: Stand, channel: Channel) -> None:
    other = stand.guild.add_stage_channel("other room")
    bot = await stand.start()
    await connect(bot, channel)
    me = stand.guild.members[stand.application.bot.id]
    await stand.host.drag(me, other)
    assert me.voice is not None
    assert me.voice.channel is other
    await bot.saw("VOICE_SERVER_UPDATE", 2)
    with pytest.raises(EmulatorError, match="Missing Permissions"):
        await stand.ada.drag(me, channel)
    await stand.host.drag(me, None)
    assert me.voice is None


async def test_the_window_for_identifying_can_be_closed(stand: Stand) -> None:
    assert Settings().identify_window == 5
    stand.discord.settings.identify_window = 0
    first = await stand.start()
    second = await stand.start()
    assert first.is_ready()
    assert second.is_ready()
