"""Faults of the gateway, as an unmodified discord.py client meets them."""

from __future__ import annotations

import asyncio

import discord
import pytest

from discord_emulator import Emulator, Settings
from tests.discord_emulator.conftest import Bot, Stand


class Hearing:
    """Writes down the messages that a bot hears of."""

    def __init__(self, bot: Bot) -> None:
        self.queue: asyncio.Queue[str] = asyncio.Queue()

        @bot.event
        async def on_message(message: discord.Message) -> None:
            self.queue.put_nowait(str(message.id))

    async def next(self) -> str:
        return await asyncio.wait_for(self.queue.get(), 5)


def identifying_at_once(bot: Bot) -> None:
    """Spares the five seconds that discord.py waits before it identifies again."""

    async def nothing(shard_id: int | None, *, initial: bool = False) -> None:
        pass

    bot.before_identify_hook = nothing


@pytest.mark.parametrize("way", ["drop", "close", "reconnect"])
async def test_lost_sockets_are_resumed(stand: Stand, way: str) -> None:
    bot = await stand.start()
    getattr(stand.discord.faults.gateway, way)()
    await bot.saw("RESUMED")
    assert bot.seen.count("READY") == 1


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4012, 4013, 4014])
async def test_final_close_codes_end_the_client(stand: Stand, code: int) -> None:
    bot = await stand.start()
    assert bot.running is not None
    stand.discord.faults.gateway.close(stand.application, code=code)
    with pytest.raises(discord.PrivilegedIntentsRequired if code == 4014 else discord.ConnectionClosed):
        await asyncio.wait_for(bot.running, 5)
    assert not stand.discord.is_online(stand.application)


@pytest.mark.parametrize(("resumable", "event"), [(False, "READY"), (True, "RESUMED")])
async def test_an_invalid_session(stand: Stand, resumable: bool, event: str) -> None:
    stand.discord.settings.identify_window = 0
    bot = await stand.start(identifying_at_once)
    stand.discord.faults.gateway.invalidate(stand.application, resumable=resumable)
    await bot.saw(event, 1 if resumable else 2)
    assert ("RESUMED" in bot.seen) is resumable


async def test_others_are_left_alone(stand: Stand) -> None:
    bot = await stand.start()
    stand.discord.faults.gateway.drop(stand.discord.add_application("Another"))
    hearing = Hearing(bot)
    message = await stand.ada.post(stand.chat, "still here")
    assert await hearing.next() == str(message.id)
    assert bot.seen.count("RESUMED") == 0


async def test_a_zombie_hears_and_says_nothing_until_it_is_lifted(stand: Stand) -> None:
    bot = await stand.start()
    hearing = Hearing(bot)
    with stand.discord.faults.gateway.zombie(stand.application):
        message = await stand.ada.post(stand.chat, "into the void")
        await bot.change_presence(activity=discord.Game("nobody sees this"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(hearing.queue.get(), 0.2)
        assert stand.discord.is_online(stand.application)
    assert await hearing.next() == str(message.id)
    assert bot.seen.count("READY") == 1


async def test_a_client_leaves_a_zombie_and_resumes_elsewhere(stand: Stand) -> None:
    stand.discord.settings.heartbeat_interval = 0.1

    def impatient(bot: Bot) -> None:
        bot._connection.heartbeat_timeout = 0.3

    bot = await stand.start(impatient)
    hearing = Hearing(bot)
    with stand.discord.faults.gateway.zombie(stand.application):
        message = await stand.ada.post(stand.chat, "to be replayed")
        await bot.saw("RESUMED")
        assert await hearing.next() == str(message.id)
    assert hearing.queue.empty()


async def test_events_arrive_twice(stand: Stand) -> None:
    bot = await stand.start()
    hearing = Hearing(bot)
    with stand.discord.faults.gateway.duplicate(stand.application) as fault:
        message = await stand.ada.post(stand.chat, "once")
        assert [await hearing.next(), await hearing.next()] == [str(message.id)] * 2
    assert fault.strikes == 1


async def test_events_are_late_and_in_order(stand: Stand) -> None:
    bot = await stand.start()
    hearing = Hearing(bot)
    loop = asyncio.get_running_loop()
    began = loop.time()
    with stand.discord.faults.gateway.delay(stand.application, seconds=0.2, jitter=0.05):
        messages = [str((await stand.ada.post(stand.chat, str(number))).id) for number in range(5)]
        assert [await hearing.next() for _ in messages] == messages
        assert loop.time() - began >= 0.2
        last = await stand.ada.post(stand.chat, "held back")
    assert await hearing.next() == str(last.id)


async def test_an_unavailable_server_comes_back(stand: Stand) -> None:
    bot = await stand.start()
    with stand.discord.faults.guild_outage(stand.guild):
        await bot.saw("GUILD_DELETE")
        guild = bot.get_guild(stand.guild.id)
        assert guild is not None
        assert guild.unavailable
    await bot.saw("GUILD_CREATE", 2)
    assert not guild.unavailable


async def test_stopping_the_emulator_ends_what_stands() -> None:
    async with Emulator(seed=1, settings=Settings()) as server:
        faults = [server.faults.outage(), server.faults.rest.delay(60), server.faults.gateway.zombie()]
    assert not any(fault.stands for fault in faults)
