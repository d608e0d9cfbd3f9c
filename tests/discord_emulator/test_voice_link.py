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
from discord_emulator.voice.server import MODES

from .conftest import Bot, Stand
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


async def sit(bot: Bot, channel: Channel) -> discord.StageChannel:
    """Lets the bot join without connecting to the voice server: how discord.py follows another one is a race in it."""
    place = bot.get_channel(channel.id)
    assert isinstance(place, discord.StageChannel)
    await place.guild.change_voice_state(channel=place)
    await bot.saw("VOICE_SERVER_UPDATE")
    return place


async def until(condition: Callable[[], bool]) -> None:
    """Returns when the client, which announces none of this, has come so far."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


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


@pytest.mark.parametrize("modes", [MODES, MODES[::-1], MODES[1:]])
async def test_the_encryption_modes_offered_can_be_chosen(
    stand: Stand, channel: Channel, tmp_path: Path, modes: tuple[str, ...]
) -> None:
    clip, _ = sine_file(tmp_path / "tone.ogg", seconds=0.1)
    stand.discord.settings.voice_modes = modes
    bot = await stand.start()
    await stand.host.join(channel)
    await stand.host.step_up()
    voice = await connect(bot, channel)
    assert voice.mode == MODES[1]  # the only one of them that discord.py knows
    ears = Ears(voice)
    await stand.host.speak(clip)
    await ears.hears(lambda heard: heard > 0)


async def test_a_bot_that_is_closed_out_is_told_that_it_left(stand: Stand, channel: Channel) -> None:
    bot = await stand.start()
    me = stand.guild.members[stand.application.bot.id]
    for code in (4014, 4021, 4022):
        voice = await connect(bot, channel)
        stand.discord.faults.voice.close(stand.application, stand.guild, code=code)
        assert me.voice is None
        await until(lambda voice=voice: voice not in bot.voice_clients and not voice.is_connected())
        with pytest.raises(EmulatorError, match="not in voice"):
            stand.discord.faults.voice.close(stand.application, stand.guild, code=code)
    assert stand.discord.violations == []


async def test_a_bot_is_closed_out_into_another_channel(stand: Stand, channel: Channel) -> None:
    other = stand.guild.add_stage_channel("other room")
    bot = await stand.start()
    await sit(bot, channel)
    stand.discord.faults.voice.close(stand.application, stand.guild, code=4014, move_to=other)
    me = stand.guild.members[stand.application.bot.id]
    assert me.voice is not None
    assert me.voice.channel is other
    await bot.saw("VOICE_SERVER_UPDATE", 2)
    assert stand.discord.violations == []


@pytest.mark.parametrize(("seconds_without", "updates"), [(None, 2), (0.1, 3)])
async def test_a_bot_is_told_of_the_voice_server_that_took_over(
    stand: Stand, channel: Channel, seconds_without: float | None, updates: int
) -> None:
    bot = await stand.start()
    await sit(bot, channel)
    before = stand.discord.world.voice.server.endpoint(channel.id)
    stand.discord.faults.voice.change_server(stand.application, stand.guild, seconds_without=seconds_without)
    await bot.saw("VOICE_SERVER_UPDATE", updates)
    assert stand.discord.world.voice.server.endpoint(channel.id) != before


async def test_another_region_is_another_voice_server(stand: Stand, channel: Channel) -> None:
    bot = await stand.start()
    place = await sit(bot, channel)
    endpoint = stand.discord.world.voice.server.endpoint
    before = endpoint(channel.id)
    await place.edit(user_limit=50)
    assert endpoint(channel.id) == before
    await place.edit(rtc_region="rotterdam")
    assert endpoint(channel.id) != before
    await bot.saw("VOICE_SERVER_UPDATE", 2)


async def test_a_black_hole_takes_the_sound_away_and_gives_it_back(
    stand: Stand, channel: Channel, tmp_path: Path
) -> None:
    clip, _ = sine_file(tmp_path / "tone.ogg", seconds=0.1)
    bot = await stand.start()
    await stand.host.join(channel)
    await stand.host.step_up()
    ears = Ears(await connect(bot, channel))
    faults = stand.discord.faults.voice
    with faults.black_hole(stand.application, stand.guild, direction="to_client"):
        await stand.host.speak(clip)
        assert stand.discord.world.voice.server.counters.black_holed_out > 0
    faults.delay(stand.application, stand.guild, seconds=0.05)
    spoken = await stand.host.speak(clip)
    await ears.hears(lambda heard: heard >= spoken.packets)
    assert ears.packets <= spoken.packets + 5


async def test_a_bot_is_kept_out_of_ordinary_voice_channels(stand: Stand) -> None:
    ordinary = stand.guild.add_voice_channel("lounge")
    bot = await stand.start()
    place = bot.get_channel(ordinary.id)
    assert isinstance(place, discord.VoiceChannel)
    with pytest.raises(discord.errors.ConnectionClosed) as refused:
        await place.connect(timeout=5, reconnect=False)
    assert refused.value.code == 4017
    assert stand.discord.world.voice.server.counters.closes[4017] == 1


async def test_the_window_for_identifying_can_be_closed(stand: Stand) -> None:
    assert Settings().identify_window == 5
    stand.discord.settings.identify_window = 0
    first = await stand.start()
    second = await stand.start()
    assert first.is_ready()
    assert second.is_ready()
