"""Webhooks of channels: managed with a permission, used with nothing but their address."""

from __future__ import annotations

import io

import aiohttp
import discord
import pytest

from discord_emulator.actions import webhooks
from discord_emulator.model.audit_log import Actor

from .conftest import INTENTS, Bot, Stand

PICTURE = bytes.fromhex("89504e470d0a1a0a") + b"picture"


@pytest.fixture
async def bot(stand: Stand) -> Bot:
    stand.permit("manage_webhooks", "manage_threads", "create_public_threads")
    return await stand.start(intents=INTENTS | discord.Intents(webhooks=True))


async def test_a_webhook_is_made_read_changed_and_deleted(stand: Stand, bot: Bot) -> None:
    channel = stand.seen_by(bot)
    webhook = await channel.create_webhook(name="Captions", avatar=PICTURE, reason="for captions")
    await bot.saw("WEBHOOKS_UPDATE")
    assert (webhook.name, webhook.channel_id, webhook.user) == ("Captions", stand.chat.id, bot.user)
    assert webhook.avatar is not None
    assert [each.id for each in await channel.webhooks()] == [webhook.id]
    assert [each.id for each in await channel.guild.webhooks()] == [webhook.id]
    assert (await bot.fetch_webhook(webhook.id)).token == webhook.token
    other = stand.guild.add_text_channel("other")
    await bot.saw("CHANNEL_CREATE")
    target = bot.get_channel(other.id)
    assert isinstance(target, discord.TextChannel)
    moved = await webhook.edit(name="Subtitles", channel=target)
    assert (moved.name, moved.channel_id) == ("Subtitles", other.id)
    await webhook.delete()
    assert await channel.guild.webhooks() == []
    with pytest.raises(discord.NotFound) as gone:
        await bot.fetch_webhook(webhook.id)
    assert gone.value.code == 10015
    assert stand.discord.violations == []


async def test_its_messages_bear_the_name_it_gives_them(stand: Stand, bot: Bot) -> None:
    webhook = await stand.seen_by(bot).create_webhook(name="Captions")
    sent = await webhook.send(
        "hello",
        username="Ada (captions)",
        avatar_url="https://example.org/ada.png",
        file=discord.File(io.BytesIO(b"WEBVTT"), "talk.vtt"),
        wait=True,
    )
    message = stand.ada.messages(stand.chat)[-1]
    assert (message.author.name, message.text, message.files) == ("Ada (captions)", "hello", {"talk.vtt": b"WEBVTT"})
    assert (sent.author.name, sent.author.id, sent.webhook_id) == ("Ada (captions)", webhook.id, webhook.id)
    assert sent.author.avatar is not None
    await webhook.edit_message(sent.id, content="hello, world")
    assert message.text == "hello, world"
    assert (await webhook.fetch_message(sent.id)).content == "hello, world"
    await webhook.delete_message(sent.id)
    assert message.deleted
    with pytest.raises(discord.NotFound):
        await webhook.fetch_message(sent.id)
    assert await webhook.send("no answer") is None
    assert stand.ada.messages(stand.chat)[-1].author.name == "Captions"


async def test_no_token_but_its_own_is_needed(stand: Stand, bot: Bot) -> None:
    stand.discord.settings.rate_limits = False
    made = await stand.seen_by(bot).create_webhook(name="Captions")
    address = f"/webhooks/{made.id}/{made.token}"
    async with aiohttp.ClientSession() as session:
        partial = discord.Webhook.partial(made.id, made.token or "", session=session)
        await partial.send("hello")
        assert stand.ada.messages(stand.chat)[-1].text == "hello"
    status, body = await stand.ask("GET", address, token=False)
    assert (status, body["name"], "user" in body) == (200, "Captions", False)
    assert (await stand.ask("PATCH", address, {"name": "Words"}, token=False))[1]["name"] == "Words"
    with stand.discord.expecting("invalid body"):
        status, body = await stand.ask("PATCH", address, {"channel_id": str(stand.chat.id)}, token=False)
    assert (status, body["code"]) == (400, 50035)
    with stand.discord.expecting("expired token"):
        status, body = await stand.ask("POST", f"/webhooks/{made.id}/wrong", {"content": "x"}, token=False)
    assert (status, body["code"]) == (401, 50027)
    assert await stand.ask("DELETE", address, token=False) == (204, None)
    assert (await stand.ask("POST", address, {"content": "x"}, token=False))[1]["code"] == 10015


async def test_it_writes_in_threads_of_its_channel_and_opens_them(stand: Stand, bot: Bot) -> None:
    channel = stand.seen_by(bot)
    webhook = await channel.create_webhook(name="Captions")
    thread = await channel.create_thread(name="talk", type=discord.ChannelType.public_thread)
    await thread.edit(archived=True)
    sent = await webhook.send("inside", thread=thread, wait=True)
    place = stand.guild.channel("talk")
    assert [message.text for message in stand.ada.messages(place) if message.written] == ["inside"]
    assert place.thread is not None
    assert not place.thread.archived
    await webhook.edit_message(sent.id, content="changed", thread=thread)
    with pytest.raises(discord.NotFound):
        await webhook.edit_message(sent.id, content="not here")
    elsewhere = await stand.ada.start_thread(stand.guild.add_text_channel("other"), "elsewhere")
    with pytest.raises(discord.NotFound) as refusal:
        await webhook.send("lost", thread=discord.Object(elsewhere.id))
    assert refusal.value.code == 10003


async def test_a_post_in_a_forum_by_webhook(stand: Stand, bot: Bot) -> None:
    forum = stand.guild.add_forum_channel("questions")
    webhook = webhooks.create(stand.discord.world, forum, Actor(stand.host.user), {"name": "Asks"})
    address = f"/webhooks/{webhook.id}/{webhook.token}"
    assert (await stand.ask("POST", address, {"content": "x"}, token=False))[1]["code"] == 220001
    status, body = await stand.ask(
        "POST", f"{address}?wait=true", {"content": "why?", "thread_name": "A question"}, token=False
    )
    assert status == 200
    post = stand.guild.channel("A question")
    assert body["channel_id"] == str(post.id)
    assert [message.text for message in stand.ada.messages(post)] == ["why?"]


async def test_buttons_only_on_webhooks_of_applications(stand: Stand, bot: Bot) -> None:
    pressed: list[int] = []

    class Panel(discord.ui.View):
        @discord.ui.button(label="Clap")
        async def clap(self, interaction: discord.Interaction, _: discord.ui.Button[Panel]) -> None:
            pressed.append(interaction.user.id)
            await interaction.response.defer()

    webhook = await stand.seen_by(bot).create_webhook(name="Captions")
    await webhook.send("press", view=Panel(), wait=True)
    await stand.ada.press(stand.ada.messages(stand.chat)[-1], "Clap")
    assert pressed == [stand.ada.id]
    made_by_hand = webhooks.create(stand.discord.world, stand.chat, Actor(stand.host.user), {"name": "By hand"})
    address = f"/webhooks/{made_by_hand.id}/{made_by_hand.token}"
    row = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Clap", "custom_id": "clap"}]}
    body = {"content": "press", "components": [row]}
    assert await stand.ask("POST", address, body, token=False) == (204, None)
    assert stand.ada.messages(stand.chat)[-1].buttons == []
    with stand.discord.expecting("invalid body"):
        status, answer = await stand.ask("POST", f"{address}?with_components=true", body, token=False)
    assert (status, answer["code"]) == (400, 50035)


async def test_what_is_refused(stand: Stand, bot: Bot) -> None:
    channel = stand.seen_by(bot)
    for name in ("Clyde", "My Discord", "x" * 81):
        with stand.discord.expecting("invalid body"), pytest.raises(discord.HTTPException) as refusal:
            await channel.create_webhook(name=name)
        assert refusal.value.code == 50035
    for _ in range(15):
        webhooks.create(stand.discord.world, stand.chat, Actor(stand.host.user), {"name": "one of many"})
    with pytest.raises(discord.HTTPException) as refusal:
        await channel.create_webhook(name="one too many")
    assert refusal.value.code == 30007
    stand.permit()
    for call in (channel.create_webhook(name="x"), channel.webhooks(), channel.guild.webhooks()):
        with stand.discord.expecting("missing permission"), pytest.raises(discord.Forbidden):
            await call
    stand.guild.delete_channel(stand.chat)
    assert stand.discord.world.webhooks == {}
