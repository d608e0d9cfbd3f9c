"""The watch over the captions keeps every version, and tells whose words were where when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from demo.captions import Caption, CaptionWatch, captions_in
from discord_emulator import Channel, Emulator, Message, Person
from discord_emulator.actions import messages


@dataclass(frozen=True, slots=True)
class Chat:
    """A channel with somebody who writes captions, somebody who reads them, and the watch."""

    discord: Emulator
    channel: Channel
    writer: Person
    reader: Person
    watch: CaptionWatch

    async def edit(self, message: Message, content: str) -> None:
        messages.edit(self.discord.world, message, {"content": content}, [], 0)
        self.discord.world.changes.announce()


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    async with Emulator(seed=0) as discord:
        guild = discord.add_guild("Book club")
        channel = guild.add_text_channel("general")
        writer, reader = guild.add_member("Writer"), guild.add_member("Elena")
        yield Chat(discord, channel, writer, reader, CaptionWatch(reader, channel, writer.id))


def test_lines_of_a_caption_message() -> None:
    content = "<t:1700000000:t> **Ada:** good evening\n**Ben:** good **evening** to you"
    assert captions_in(content) == (Caption("Ada", "good evening"), Caption("Ben", "good **evening** to you"))
    assert captions_in("Shared by Ada") == ()


async def test_every_version_is_kept_with_its_time(chat: Chat) -> None:
    watching = asyncio.create_task(chat.watch.watch())
    try:
        message = await chat.writer.post(chat.channel, "<t:1:t> **Ada:** one")
        await asyncio.sleep(0.01)
        await chat.edit(message, "<t:1:t> **Ada:** one\n**Ben:** two")
        await asyncio.sleep(0.01)
        await chat.edit(message, "<t:1:t> **Ben:** two")
        assert [[line.text for line in version.lines] for version in chat.watch.versions] == [
            ["one"],
            ["one", "two"],
            ["two"],
        ]
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    assert chat.watch.of("Ada") == []
    assert chat.watch.of("Ben") == ["two"]
    assert chat.watch.shown_at(message.id, "One!") == message.created_at
    assert chat.watch.shown_at(message.id, "three") is None
    assert "Ada: one" in chat.watch.all_texts()
    began = message.created_at.timestamp()
    assert chat.watch.came_during(began - 1, began + 10) == 3
    assert chat.watch.came_during(began - 2, began - 1) == 0


async def test_messages_of_others_are_no_captions(chat: Chat) -> None:
    await chat.reader.post(chat.channel, "**Ada:** I pretend")
    assert chat.watch.versions == []


async def test_a_line_is_there_once_most_of_its_words_are(chat: Chat) -> None:
    said = "She finds an old map of the river."
    await chat.writer.post(chat.channel, "<t:1:t> **Ben:** she finds an")
    assert chat.watch.of_line("Ben", said) is None
    await chat.writer.post(chat.channel, "<t:1:t> **Ben:** old cap of the river\n**Ben:** something else entirely")
    assert chat.watch.of_line("Ben", said) == "she finds an old cap of the river"
    assert chat.watch.of_line("Ada", said) is None
