"""Pinned messages: who may pin, what is told of it, and where there are none."""

from __future__ import annotations

import discord
import pytest

from .conftest import Bot, Stand


@pytest.fixture
async def bot(stand: Stand) -> Bot:
    stand.permit("pin_messages")
    return await stand.start()


async def test_pins_are_listed_latest_first(stand: Stand, bot: Bot) -> None:
    channel = stand.seen_by(bot)
    first = await channel.send("first")
    second = await channel.send("second")
    stand.discord.advance(1)
    await first.pin(reason="worth keeping")
    stand.discord.advance(1)
    await second.pin()
    await bot.saw("CHANNEL_PINS_UPDATE", 2)
    assert [pinned.id async for pinned in channel.pins()] == [second.id, first.id]
    assert [pinned.id async for pinned in channel.pins(limit=1)] == [second.id]
    assert [call.reason for call in stand.discord.calls if call.method == "PUT" and "pins" in call.path] == [
        "worth keeping",
        None,
    ]
    notes = [message for message in stand.ada.messages(stand.chat) if message.type == 6]
    assert [note.reference.id for note in notes if note.reference] == [first.id, second.id]
    assert bot.seen.count("MESSAGE_UPDATE") == 2
    await second.unpin()
    assert [pinned.id async for pinned in channel.pins()] == [first.id]
    assert stand.discord.violations == []


async def test_the_deprecated_routes_do_the_same(stand: Stand, bot: Bot) -> None:
    message = await stand.ada.post(stand.chat, "a thought")
    place = f"/channels/{stand.chat.id}/pins"
    assert await stand.ask("PUT", f"{place}/{message.id}") == (204, None)
    status, found = await stand.ask("GET", place)
    assert (status, [entry["id"] for entry in found]) == (200, [str(message.id)])
    assert found[0]["content"] == ""
    assert await stand.ask("DELETE", f"{place}/{message.id}") == (204, None)
    assert await stand.ask("GET", place) == (200, [])


async def test_pinning_needs_its_own_permission(stand: Stand) -> None:
    bot = await stand.start()
    sent = await stand.seen_by(bot).send("x")
    with stand.discord.expecting("missing permission"), pytest.raises(discord.Forbidden) as refusal:
        await sent.pin()
    assert refusal.value.code == 50013


async def test_a_stage_has_no_pins(stand: Stand, bot: Bot) -> None:
    stage = stand.guild.add_stage_channel("room")
    message = await stand.host.post(stage, "x")
    for method, path in (("PUT", f"messages/pins/{message.id}"), ("GET", "messages/pins"), ("GET", "pins")):
        with stand.discord.expecting("invalid call"):
            status, body = await stand.ask(method, f"/channels/{stage.id}/{path}")
        assert (status, body["code"]) == (400, 50024)


async def test_a_note_of_discord_cannot_be_pinned_and_fifty_are_enough(stand: Stand, bot: Bot) -> None:
    stand.discord.settings.rate_limits = False
    place = f"/channels/{stand.chat.id}/messages/pins"
    for number in range(50):
        message = await stand.ada.post(stand.chat, str(number))
        assert (await stand.ask("PUT", f"{place}/{message.id}"))[0] == 204
    note = stand.ada.messages(stand.chat)[-1]
    assert (await stand.ask("PUT", f"{place}/{note.id}"))[1]["code"] == 50021
    status, page = await stand.ask("GET", f"{place}?limit=49")
    assert (status, len(page["items"]), page["has_more"]) == (200, 49, True)
    rest = (await stand.ask("GET", f"{place}?before={page['items'][-1]['pinned_at'].replace('+', '%2B')}"))[1]
    assert len(rest["items"]) == 1
    one_more = await stand.ada.post(stand.chat, "one more")
    assert (await stand.ask("PUT", f"{place}/{one_more.id}"))[1]["code"] == 30003
    await stand.host.delete(message)
    assert (await stand.ask("PUT", f"{place}/{one_more.id}"))[0] == 204
