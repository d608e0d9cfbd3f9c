"""A step is told only when it was observed; the first that was not ends the story with what there was instead."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from demo.expectations import NotSeen, Story
from discord_emulator import Channel, Emulator, Guild, Message, Person


class Book:
    """A teller that writes down."""

    def __init__(self) -> None:
        self.deeds: list[str] = []
        self.sights: list[str] = []

    def tell_deed(self, at: float, who: str, what: str) -> None:
        assert at >= 0
        self.deeds.append(f"{who} {what}")

    def tell_sight(self, at: float, who: str, what: str, waited: float) -> None:
        assert 0 <= waited <= at
        self.sights.append(f"{who} {what}")


@pytest.fixture
async def discord() -> AsyncIterator[Emulator]:
    async with Emulator(seed=0) as emulator:
        yield emulator


@pytest.fixture
def guild(discord: Emulator) -> Guild:
    return discord.add_guild("Book club")


@pytest.fixture
def ada(guild: Guild) -> Person:
    return guild.add_member("Ada")


@pytest.fixture
def channel(guild: Guild) -> Channel:
    return guild.add_text_channel("general")


@pytest.fixture
async def message(ada: Person, channel: Channel) -> Message:
    return await ada.post(channel, "**one** two")


async def test_what_is_seen_is_a_step_with_its_value(ada: Person) -> None:
    book = Book()
    story = Story(book)
    assert await story.sees(ada, "a number", lambda: 7) == 7
    assert [(step.who, step.what) for step in story.steps] == [("Ada", "sees a number")]
    assert book.sights == ["Ada sees a number"]


async def test_what_comes_later_is_waited_for(ada: Person, channel: Channel) -> None:
    story = Story(Book())
    async with asyncio.TaskGroup() as together:
        seen = together.create_task(
            story.sees(ada, "a message", lambda: next(iter(ada.messages(channel)), None), quoting=True)
        )
        together.create_task(ada.post(channel, "here"))
    assert seen.result().text == "here"
    assert "here" in story.steps[0].what


async def test_what_is_not_seen_names_who_what_and_what_there_was(ada: Person) -> None:
    story = Story(Book())
    with pytest.raises(NotSeen) as failure:
        await story.sees(ada, "a stage", lambda: None, instead=lambda: "a voice channel", within=0.01)
    assert (failure.value.who, failure.value.what, failure.value.instead) == ("Ada", "sees a stage", "a voice channel")
    assert story.steps == []


async def test_all_words_must_be_read_as_they_are_shown(ada: Person, message: Message) -> None:
    book = Book()
    story = Story(book, lambda text: text.replace("*", ""))
    assert await story.reads(ada, message, "one two", "two", where="in chat") == "one two"
    assert book.sights == ["Ada reads in chat: one two"]
    with pytest.raises(NotSeen) as failure:
        await story.reads(ada, message, "two", "three", "four", within=0.01)
    assert failure.value.what == "reads “three”, “four”"
    assert failure.value.instead == "one two"


async def test_a_message_that_is_not_there_says_nothing(ada: Person) -> None:
    with pytest.raises(NotSeen) as failure:
        await Story(Book()).reads(ada, None, "anything", within=0.01)
    assert failure.value.instead == "nothing"


async def test_what_a_client_would_not_do_is_a_step_not_observed(ada: Person, message: Message) -> None:
    book = Book()
    story = Story(book)
    with pytest.raises(NotSeen, match="the message shows no 'Raise hand'"):
        await story.presses(ada, message, "Raise hand")
    assert book.deeds == ["Ada presses [Raise hand]"]
    with pytest.raises(NotSeen, match="no such command"):
        await story.runs(ada, "space create", title="Reading")
    assert book.deeds[1:] == ["Ada types /space create title: Reading"]
    assert story.commands == []


async def test_a_command_that_nobody_answers_is_a_step_not_observed(
    discord: Emulator, guild: Guild, ada: Person, channel: Channel
) -> None:
    application = discord.add_application("Silent")
    guild.install(application)
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bot {application.token}"}) as session,
        session.put(
            f"{discord.api_base}/applications/{application.id}/commands",
            json=[{"name": "hello", "description": "Says hello", "type": 1}],
        ) as response,
    ):
        assert response.status == 200
    story = Story(Book())
    running = asyncio.create_task(story.runs(ada, "hello", where=channel))
    await asyncio.sleep(0)
    discord.advance(4)
    with pytest.raises(NotSeen, match="The application did not respond"):
        await running
    assert story.commands == []
