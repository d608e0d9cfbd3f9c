"""Without the message-content intent a bot reads what is its own, and nothing by a detour."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest

from discord_emulator import Message

from .conftest import INTENTS, Bot, Stand

SECRET = "the plot twist"


async def seen(stand: Stand, path: str) -> Any:
    status, body = await stand.ask("GET", path)
    assert status == 200
    return body


async def with_secret(stand: Stand) -> Message:
    stand.permit("pin_messages", "create_public_threads")
    return await stand.ben.post(stand.chat, SECRET, files={"twist.txt": SECRET.encode()})


async def test_no_route_tells_what_others_wrote(stand: Stand) -> None:
    secret = await with_secret(stand)
    await stand.start()
    place = f"/channels/{stand.chat.id}"
    await stand.ask("PUT", f"{place}/messages/pins/{secret.id}")
    await stand.ask("PUT", f"{place}/messages/{secret.id}/reactions/%F0%9F%91%8F/@me")
    for path in ("messages", f"messages/{secret.id}", "messages/pins", "pins"):
        text = str(await seen(stand, f"{place}/{path}"))
        assert str(secret.id) in text
        assert SECRET not in text
        assert "twist.txt" not in text


async def test_a_message_that_contains_another_does_not_give_it_away(stand: Stand) -> None:
    secret = await with_secret(stand)
    bot = await stand.start()
    got: list[discord.Message] = []

    @bot.event
    async def on_message(message: discord.Message) -> None:
        got.append(message)

    mention = f"<@{stand.application.bot.id}> look"
    await stand.ada.post(stand.chat, mention, reply_to=secret)
    own = await stand.seen_by(bot).send("my answer", reference=bot_reference(secret))
    thread = await stand.ask("POST", f"/channels/{stand.chat.id}/messages/{secret.id}/threads", {"name": "about"})
    starter = (await seen(stand, f"/channels/{thread[1]['id']}/messages"))[0]
    await bot.saw("MESSAGE_CREATE", 3)
    await stand.ada.wait_for(lambda: len(got) == 3)
    assert [message.content for message in got] == [mention, "my answer", ""]
    for message in (*got[:2], own, await own.fetch()):
        assert message.reference is not None
        referenced = message.reference.resolved
        assert isinstance(referenced, discord.Message)
        assert (referenced.id, referenced.content, referenced.attachments) == (secret.id, "", [])
    assert starter["referenced_message"]["content"] == ""


def bot_reference(message: Message) -> discord.MessageReference:
    return discord.MessageReference(message_id=message.id, channel_id=message.channel.id)


async def test_with_the_intent_everything_is_there(stand: Stand) -> None:
    stand.application.privileged_intents |= 1 << 15
    secret = await with_secret(stand)
    bot = await stand.start(intents=INTENTS | discord.Intents(message_content=True))
    own = await stand.seen_by(bot).send("my answer", reference=bot_reference(secret))
    assert own.reference is not None
    assert isinstance(own.reference.resolved, discord.Message)
    assert own.reference.resolved.content == SECRET
    forwarded = await own.reference.resolved.forward(stand.seen_by(bot))
    assert [snapshot.content for snapshot in forwarded.message_snapshots] == [SECRET]
    await stand.ben.edit(secret, "changed")
    assert (await forwarded.fetch()).message_snapshots[0].content == SECRET
    assert SECRET in stand.ada.messages(stand.chat)[-1].text


async def test_what_cannot_be_read_cannot_be_forwarded(stand: Stand) -> None:
    secret = await with_secret(stand)
    bot = await stand.start()
    message = await stand.seen_by(bot).fetch_message(secret.id)
    with stand.discord.expecting("invalid body"), pytest.raises(discord.HTTPException) as refusal:
        await message.forward(stand.seen_by(bot))
    assert refusal.value.code == 50035
    own = await stand.seen_by(bot).send("mine")
    assert (await own.forward(stand.seen_by(bot))).message_snapshots[0].content == "mine"


async def test_only_the_target_of_a_context_menu_is_open(stand: Stand) -> None:
    got: asyncio.Queue[discord.Message] = asyncio.Queue()

    def prepare(bot: Bot) -> None:
        @bot.tree.context_menu(name="Share")
        async def share(interaction: discord.Interaction, message: discord.Message) -> None:
            got.put_nowait(message)
            await interaction.response.send_message("shared")

    secret = await with_secret(stand)
    bot = await stand.start(prepare)
    answer_to_it = await stand.ada.post(stand.chat, "I knew", reply_to=secret)
    reply = await stand.ada.use_on_message("Share", answer_to_it)
    target = got.get_nowait()
    assert target.content == "I knew"
    assert target.reference is not None
    assert isinstance(target.reference.resolved, discord.Message)
    assert target.reference.resolved.content == ""
    assert reply.message is not None
    shown = await stand.seen_by(bot).fetch_message(reply.message.id)
    assert shown.type is discord.MessageType.context_menu_command
    assert shown.interaction_metadata is not None
    assert shown.interaction_metadata.target_message_id == answer_to_it.id
    assert [message.author.name for message in stand.ben.mentions] == ["Ada"]
    assert stand.discord.violations == []
