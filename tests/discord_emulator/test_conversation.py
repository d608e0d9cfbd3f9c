"""The small rules of messages: nonces, replies, reactions, deletion, publishing, typing, and what people may do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import discord
import pytest

from discord_emulator import EmulatorError

from .conftest import INTENTS, Stand


def place(stand: Stand, rest: str = "") -> str:
    return f"/channels/{stand.chat.id}/messages{rest}"


async def test_an_enforced_nonce_is_sent_once(stand: Stand) -> None:
    body = {"content": "once", "nonce": "n1", "enforce_nonce": True}
    first = await stand.ask("POST", place(stand), body)
    again = await stand.ask("POST", place(stand), body | {"content": "twice"})
    assert (again[1]["id"], again[1]["content"]) == (first[1]["id"], "once")
    assert len(stand.ada.messages(stand.chat)) == 1
    stand.discord.advance(301)
    await stand.ask("POST", place(stand), body)
    await stand.ask("POST", place(stand), body | {"enforce_nonce": False})
    assert len(stand.ada.messages(stand.chat)) == 3


async def test_replies(stand: Stand) -> None:
    bot = await stand.start()
    question = await stand.ada.post(stand.chat, "who?")
    sent = await stand.seen_by(bot).fetch_message(question.id)
    quiet = await sent.reply("me")
    loud = await sent.reply("me!", allowed_mentions=discord.AllowedMentions(replied_user=True))
    assert [message.id for message in stand.ada.mentions] == [loud.id]
    assert quiet.type is discord.MessageType.reply
    gone = {"message_reference": {"message_id": "1"}, "content": "lost"}
    with stand.discord.expecting("invalid body"):
        assert (await stand.ask("POST", place(stand), gone))[1]["code"] == 50035
    gone["message_reference"] = {"message_id": "1", "fail_if_not_exists": False}
    status, body = await stand.ask("POST", place(stand), gone)
    assert (status, body["type"]) == (200, 0)
    await stand.ada.start_thread(stand.chat, "a note of Discord")
    note = stand.ada.messages(stand.chat)[-1]
    with stand.discord.expecting("invalid body"):
        answer = {"content": "x", "message_reference": {"message_id": str(note.id)}}
        assert (await stand.ask("POST", place(stand), answer))[1]["code"] == 50035


async def test_reactions_of_all_kinds(stand: Stand) -> None:
    bot = await stand.start(intents=INTENTS | discord.Intents(guild_reactions=True))
    sent = await stand.seen_by(bot).send("clap")
    message = stand.ada.messages(stand.chat)[-1]
    for person in (stand.ben, stand.ada):
        await person.react(message, "👏")
    await stand.ada.react(message, "❤️")
    await bot.saw("MESSAGE_REACTION_ADD", 3)
    claps = (await sent.fetch()).reactions[0]
    assert {user.id async for user in claps.users()} == {stand.ada.id, stand.ben.id}
    path = place(stand, f"/{sent.id}/reactions/{quote('👏')}")
    assert [user["id"] for user in (await stand.ask("GET", f"{path}?limit=1"))[1]] == [str(stand.ada.id)]
    assert [user["id"] for user in (await stand.ask("GET", f"{path}?after={stand.ada.id}"))[1]] == [str(stand.ben.id)]
    assert await stand.ask("GET", f"{path}?type=1") == (200, [])
    await sent.remove_reaction("👏", discord.Object(stand.ben.id))
    await bot.saw("MESSAGE_REACTION_REMOVE")
    await sent.clear_reaction("👏")
    await bot.saw("MESSAGE_REACTION_REMOVE_EMOJI")
    assert message.reactions == {"❤️": [stand.ada.id]}
    await stand.ada.unreact(message, "❤️")
    await bot.saw("MESSAGE_REACTION_REMOVE", 2)
    assert message.reactions == {}


async def test_twenty_kinds_and_no_more(stand: Stand) -> None:
    stand.discord.settings.rate_limits = False
    message = await stand.ada.post(stand.chat, "x")
    for number in range(20):
        await stand.ada.react(message, chr(ord("😀") + number))
    with pytest.raises(EmulatorError, match="Maximum number of reactions"):
        await stand.ada.react(message, "👏")
    path = place(stand, f"/{message.id}/reactions/")
    assert (await stand.ask("PUT", f"{path}{quote('👏')}/@me"))[1]["code"] == 30010
    assert await stand.ask("PUT", f"{path}{quote('😀')}/@me") == (204, None)
    for wrong in ("clap", "é", ":123", "name:x"):
        assert (await stand.ask("PUT", f"{path}{quote(wrong)}/@me"))[1]["code"] == 10014


async def test_a_new_kind_needs_a_permission_joining_in_does_not(stand: Stand) -> None:
    stand.discord.settings.rate_limits = False
    stand.guild.default_role.permissions = 1 << 10
    stand.permit("view_channel", "read_message_history", only=True)
    message = await stand.host.post(stand.chat, "x")
    await stand.host.react(message, "👏")
    path = place(stand, f"/{message.id}/reactions/")
    assert await stand.ask("PUT", f"{path}{quote('👏')}/@me") == (204, None)
    with stand.discord.expecting("missing permission"):
        assert (await stand.ask("PUT", f"{path}{quote('❤️')}/@me"))[1]["code"] == 50013
        assert (await stand.ask("DELETE", f"{path}{quote('👏')}/{stand.host.id}"))[1]["code"] == 50013
        assert (await stand.ask("DELETE", path.rstrip("/")))[1]["code"] == 50013


def too_old(stand: Stand, ids: list[str]) -> None:
    stand.discord.advance(14 * 86_400 + 1)


def nothing(stand: Stand, ids: list[str]) -> None:
    pass


@pytest.mark.parametrize(
    ("pick", "before", "code"),
    [
        (lambda ids: ids[:1], nothing, 50016),
        (lambda ids: ids * 51, nothing, 50016),
        (lambda ids: [ids[0], ids[0]], nothing, 50035),
        (lambda ids: None, nothing, 50035),
        (lambda ids: ids[:2], too_old, 50034),
    ],
)
async def test_bulk_deletion_is_all_or_nothing(
    stand: Stand, pick: Callable[[list[str]], Any], before: Callable[[Stand, list[str]], None], code: int
) -> None:
    ids = [str((await stand.ada.post(stand.chat, str(number))).id) for number in range(2)]
    before(stand, ids)
    with stand.discord.expecting():
        status, answer = await stand.ask("POST", place(stand, "/bulk-delete"), {"messages": pick(ids)})
    assert (status, answer["code"]) == (400, code)
    assert len(stand.ada.messages(stand.chat)) == 2


async def test_bulk_deletion_passes_over_what_is_gone(stand: Stand) -> None:
    bot = await stand.start()
    message = await stand.ada.post(stand.chat, "x")
    unknown = str(message.id + 1)
    assert await stand.ask("POST", place(stand, "/bulk-delete"), {"messages": [str(message.id), unknown]}) == (
        204,
        None,
    )
    await bot.saw("MESSAGE_DELETE_BULK")
    assert message.deleted


async def test_an_announcement_is_published_once(stand: Stand) -> None:
    news = stand.guild.add_announcement_channel("news")
    bot = await stand.start()
    channel = bot.get_channel(news.id)
    assert isinstance(channel, discord.TextChannel)
    sent = await channel.send("big news")
    await sent.publish()
    assert (await sent.fetch()).flags.crossposted
    with pytest.raises(discord.HTTPException) as refusal:
        await sent.publish()
    assert refusal.value.code == 40033
    plain = await stand.seen_by(bot).send("small news")
    with stand.discord.expecting("invalid call"), pytest.raises(discord.HTTPException) as refusal:
        await plain.publish()
    assert refusal.value.code == 50024


async def test_typing_is_told(stand: Stand) -> None:
    typing: asyncio.Future[tuple[int, float]] = asyncio.get_running_loop().create_future()
    bot = await stand.start(intents=INTENTS | discord.Intents(guild_typing=True))

    @bot.event
    async def on_raw_typing(payload: discord.RawTypingEvent) -> None:
        if payload.user_id == stand.ada.id:
            typing.set_result((payload.channel_id, payload.timestamp.timestamp()))

    await stand.ada.begin_typing(stand.chat)
    channel_id, at = await asyncio.wait_for(typing, 5)
    assert channel_id == stand.chat.id
    assert abs(at - time.time()) < 5
    async with stand.seen_by(bot).typing():
        await bot.saw("TYPING_START", 2)


@pytest.mark.parametrize(
    ("body", "missing"),
    [({"tts": True}, "send_tts_messages"), ({"flags": 1 << 13}, "send_voice_messages")],
)
async def test_loud_messages_need_permissions(stand: Stand, body: dict[str, Any], missing: str) -> None:
    with stand.discord.expecting("missing permission"):
        assert (await stand.ask("POST", place(stand), {"content": "x"} | body))[1]["code"] == 50013
    stand.permit(missing)
    status, answer = await stand.ask("POST", place(stand), {"content": "x"} | body)
    assert status == 200 if "tts" in body else answer["code"] == 50159


async def test_what_others_wrote_is_not_edited(stand: Stand) -> None:
    message = await stand.ada.post(stand.chat, "mine")
    path = place(stand, f"/{message.id}")
    assert (await stand.ask("PATCH", path, {"content": "yours"}))[1]["code"] == 50005
    status, answer = await stand.ask("PATCH", path, {"flags": 1 << 2})
    assert (status, answer["flags"], message.text) == (200, 4, "mine")
    with stand.discord.expecting("invalid body"):
        assert (await stand.ask("PATCH", path, {"flags": 1 << 1}))[1]["code"] == 50035
        assert (await stand.ask("PATCH", path, {"flags": "no"}))[1]["code"] == 50035


async def test_people_keep_the_rules_too(stand: Stand) -> None:
    stand.chat.slowmode_seconds = 10
    first = await stand.ada.post(stand.chat, "one")
    with pytest.raises(EmulatorError, match="one message every 10 s"):
        await stand.ada.post(stand.chat, "two")
    await stand.host.post(stand.chat, "one")
    await stand.host.post(stand.chat, "two")
    stand.discord.advance(10)
    await stand.ada.post(stand.chat, "two")
    await stand.ada.edit(first, "one, edited")
    assert (first.text, first.edits) == ("one, edited", 1)
    with pytest.raises(EmulatorError, match="cannot edit"):
        await stand.ben.edit(first, "mine")
    with pytest.raises(EmulatorError, match="cannot pin"):
        await stand.ben.pin(first)
    await stand.host.pin(first)
    assert first.pinned
    with pytest.raises(EmulatorError, match="no poll"):
        await stand.ben.vote(first, "yes")


async def test_an_edit_that_does_not_touch_the_text_mentions_nobody_anew(stand: Stand) -> None:
    bot = await stand.start()
    sent = await stand.seen_by(bot).send(stand.ada.mention)
    assert (await sent.edit(suppress=True)).mentions == []
    _, answer = await stand.ask("PATCH", place(stand, f"/{sent.id}"), {"content": stand.ada.mention})
    assert [user["id"] for user in answer["mentions"]] == [str(stand.ada.id)]
    assert stand.ada.mentions == []
