"""Faults of the REST API, as an unmodified discord.py client meets them."""

from __future__ import annotations

import asyncio
import time
from email.utils import parsedate_to_datetime
from typing import Literal

import aiohttp
import discord
import pytest

from discord_emulator import ApiError
from discord_emulator.faults import Fault
from tests.discord_emulator.conftest import Bot, Stand

MESSAGES = "/channels/{channel_id}/messages"


async def channel_of(stand: Stand) -> tuple[Bot, discord.TextChannel]:
    bot = await stand.start()
    channel = bot.get_channel(stand.chat.id)
    assert isinstance(channel, discord.TextChannel)
    return bot, channel


def texts(stand: Stand) -> list[str]:
    return [message.text for message in stand.ada.messages(stand.chat)]


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Makes discord.py's pauses before it calls again short; returns how long they would have been."""
    pauses: list[float] = []
    sleep = asyncio.sleep

    async def nap(seconds: float, result: object = None) -> object:
        pauses.append(seconds)
        return await sleep(0, result)

    monkeypatch.setattr("discord.http.asyncio.sleep", nap)
    return pauses


async def test_calls_are_late_until_the_fault_is_lifted(stand: Stand) -> None:
    _, channel = await channel_of(stand)
    began = time.perf_counter()
    with stand.discord.faults.rest.delay(0.2, method="POST", route=MESSAGES) as fault:
        await channel.send("late")
        assert time.perf_counter() - began >= 0.2
        await channel.fetch_message(stand.chat.last_message_id or 0)
    assert fault.strikes == 1
    began = time.perf_counter()
    await channel.send("in time")
    assert time.perf_counter() - began < 0.2


async def test_lifting_a_delay_lets_the_calls_go_that_wait(stand: Stand) -> None:
    _, channel = await channel_of(stand)
    fault = stand.discord.faults.rest.delay(60)
    sending = asyncio.create_task(channel.send("at last"))
    await stand.discord.wait_for(lambda: fault.strikes)
    assert texts(stand) == []
    fault.lift()
    await asyncio.wait_for(sending, 5)


async def test_only_the_answer_is_late_when_the_call_takes_effect(stand: Stand) -> None:
    _, channel = await channel_of(stand)
    with stand.discord.faults.rest.delay(60, takes_effect=True):
        sending = asyncio.create_task(channel.send("there already"))
        await stand.ada.wait_for(lambda: texts(stand), 5)
        assert not sending.done()
    await asyncio.wait_for(sending, 5)


@pytest.mark.parametrize("scope", ["user", "shared"])
async def test_a_429_is_waited_for_and_the_call_made_again(stand: Stand, scope: Literal["user", "shared"]) -> None:
    _, channel = await channel_of(stand)
    stand.discord.faults.rest.limit(0.2, scope=scope, times=1)
    began = time.perf_counter()
    await channel.send("patience")
    assert time.perf_counter() - began >= 0.2
    refused, accepted = (call for call in stand.discord.calls if call.route == MESSAGES)
    assert (refused.status, accepted.status) == (429, 200)
    assert refused.request_body == accepted.request_body
    assert refused.response_body == {
        "message": "You are being rate limited.",
        "code": 0,
        "retry_after": 0.2,
        "global": False,
    }


async def test_a_global_limit_holds_every_call_back(stand: Stand) -> None:
    bot, channel = await channel_of(stand)
    stand.discord.faults.rest.limit(0.3, scope="global", times=1)
    first = asyncio.create_task(channel.send("first"))
    await stand.discord.wait_for(lambda: not bot.http._global_over.is_set())
    began = time.perf_counter()
    await bot.fetch_channel(stand.chat.id)
    assert time.perf_counter() - began >= 0.2
    await first


async def test_a_ban_by_cloudflare_has_no_via_and_is_final(stand: Stand) -> None:
    _, channel = await channel_of(stand)
    with (
        stand.discord.faults.rest.limit(60, scope="cloudflare"),
        pytest.raises(discord.HTTPException) as error,
    ):
        await channel.send("banned")
    assert error.value.status == 429
    assert len([call for call in stand.discord.calls if call.route == MESSAGES]) == 1


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_discord_py_calls_again_after_these(stand: Stand, no_waiting: list[float], status: int) -> None:
    _, channel = await channel_of(stand)
    stand.discord.faults.rest.fail(status, times=2)
    await channel.send("third time lucky")
    assert texts(stand) == ["third time lucky"]
    assert [call.status for call in stand.discord.calls if call.route == MESSAGES] == [status, status, 200]
    assert no_waiting[:2] == [1, 3]


async def test_discord_py_gives_up_at_once_after_a_503(stand: Stand) -> None:
    _, channel = await channel_of(stand)
    with stand.discord.faults.rest.fail(503), pytest.raises(discord.DiscordServerError) as error:
        await channel.send("nobody home")
    assert "503 Service Unavailable" in error.value.text
    assert texts(stand) == []


@pytest.mark.usefixtures("no_waiting")
async def test_a_failure_after_the_effect_doubles_what_is_not_idempotent(stand: Stand) -> None:
    _, channel = await channel_of(stand)
    with stand.discord.faults.rest.fail(502, takes_effect=True, times=1):
        await channel.guild.create_text_channel("twice")
    assert [each.name for each in stand.guild.channels.values()].count("twice") == 2
    with stand.discord.faults.rest.fail(502, takes_effect=True, times=1):
        await channel.send("once")  # discord.py sends a nonce with messages, and has Discord enforce it
    assert texts(stand) == ["once"]


@pytest.mark.parametrize(("takes_effect", "seen"), [(False, []), (True, ["cut off"])])
async def test_a_cut_connection(stand: Stand, takes_effect: bool, seen: list[str]) -> None:
    _, channel = await channel_of(stand)
    fault = stand.discord.faults.rest.cut(takes_effect=takes_effect, method="POST")
    with fault, pytest.raises((aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)):
        await channel.send("cut off")
    assert texts(stand) == seen
    assert [call.status for call in stand.discord.calls if call.route == MESSAGES] == [200 if takes_effect else 0]


async def test_made_up_refusals_are_no_violations(stand: Stand) -> None:
    _, channel = await channel_of(stand)
    error = ApiError(403, 50013, "Missing Permissions")
    with stand.discord.faults.rest.refuse(error, method="POST", route=MESSAGES), pytest.raises(discord.Forbidden):
        await channel.send("no")
    await channel.send("yes")
    assert stand.discord.violations == []


async def test_what_is_not_asked_for_is_not_struck(stand: Stand) -> None:
    bot, channel = await channel_of(stand)
    with (
        stand.discord.faults.rest.fail(method="DELETE", route=MESSAGES) as by_method,
        stand.discord.faults.rest.fail(route="/channels/{channel_id}/pins") as by_route,
    ):
        await channel.send("well")
        await bot.fetch_channel(channel.id)
    assert by_method.strikes == by_route.strikes == 0
    assert not by_method.stands


async def test_an_outage_ends_everything_and_then_passes(stand: Stand) -> None:
    bot, channel = await channel_of(stand)
    with stand.discord.faults.outage():
        await stand.discord.wait_for(lambda: not stand.discord.is_online(stand.application), 5)
        with pytest.raises(discord.DiscordServerError):
            await channel.send("anybody?")
        message = await stand.ada.post(stand.chat, "meanwhile")
        async with aiohttp.ClientSession() as session:
            with pytest.raises(aiohttp.WSServerHandshakeError) as error:
                await session.ws_connect(stand.discord.gateway_url)
            assert error.value.status == 503
    await bot.saw("RESUMED")
    assert discord.utils.get(bot.cached_messages, id=message.id)
    assert stand.discord.violations == []


async def test_an_outage_can_cut_instead_of_answering(stand: Stand) -> None:
    _, channel = await channel_of(stand)
    with (
        stand.discord.faults.outage(cut=True),
        pytest.raises((aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)),
    ):
        await channel.send("anybody?")


async def test_a_clock_that_is_ahead(stand: Stand) -> None:
    stand.discord.faults.skew_clock(3600)
    _, channel = await channel_of(stand)
    async with aiohttp.ClientSession() as session, session.get(f"{stand.discord.api_base}/gateway") as response:
        date = parsedate_to_datetime(response.headers["Date"])
    message = await channel.send("from the future")
    for moment in (date, message.created_at, discord.utils.snowflake_time(message.id)):
        assert moment.timestamp() - time.time() == pytest.approx(3600, abs=5)


async def test_a_jumping_clock_lets_no_deadline_pass(stand: Stand) -> None:
    def prepare(bot: Bot) -> None:
        @bot.tree.command()
        async def jump(interaction: discord.Interaction) -> None:
            """Answers after the clock jumped."""
            stand.discord.faults.skew_clock(60)
            await interaction.response.send_message("in time")

    await stand.start(prepare)
    assert (await stand.ada.run("jump")).text == "in time"
    assert stand.discord.violations == []


async def strikes_of(stand: Stand, fault: Fault, calls: int) -> list[int]:
    struck: list[int] = []
    async with aiohttp.ClientSession() as session:
        for number in range(calls):
            before = fault.strikes
            async with session.get(f"{stand.discord.api_base}/gateway"):
                pass
            if fault.strikes > before:
                struck.append(number)
    return struck


async def test_a_share_is_a_share(stand: Stand) -> None:
    with stand.discord.faults.rest.fail(share=0.3) as fault:
        first = await strikes_of(stand, fault, 60)
    assert 8 <= len(first) <= 28
    with stand.discord.faults.rest.fail(share=0.3) as fault:
        assert await strikes_of(stand, fault, 60) != first
