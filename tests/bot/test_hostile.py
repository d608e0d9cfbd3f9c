"""Hundreds of hostile strings through every field that a member can fill, with the real bot on the local Discord.

``tests/ui/test_hostile.py`` renders each of them in every message; here they go the whole way, several at a time.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from discord_emulator import Channel, Message, Person
from discord_emulator.model.messages import ComponentType
from tests import hostile
from tests.bot.conftest import City
from tests.bot.evening import Evening
from ui.custom_ids import Key, Kind

pytestmark = [pytest.mark.emulator, pytest.mark.asyncio(loop_scope="session")]

STRINGS = hostile.strings()
NAMES = hostile.packed((text for text in STRINGS if text.strip()), 32)


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def unlimited(city: City) -> AsyncIterator[None]:
    """Without Discord's rate limits, which would make these tests wait for minutes."""
    city.discord.settings.rate_limits = False
    yield
    city.discord.settings.rate_limits = True


def everything_shown(evening: Evening) -> list[Message]:
    """Every message of the bot in the server, public or to one person."""
    channels = (*evening.guild.channels.values(), *evening.guild.threads.values())
    everywhere = (
        message for channel in channels for message in (*channel.messages.values(), *channel.ephemerals.values())
    )
    return [message for message in everywhere if message.author.bot]


def assert_harmless(evening: Evening) -> None:
    """Nothing in the server acts, and nobody was pinged."""
    for message in everything_shown(evening):
        assert not hostile.acting(message.text), message.text
        for component in message.walk():
            if component["type"] == ComponentType.BUTTON:
                assert hostile.HOST not in component.get("url", ""), component
        assert not message.pinged_ids
        assert not message.mention_everyone
    people = [member for member in evening.guild.members.values() if isinstance(member, Person)]
    assert not any(person.mentions for person in people)


async def in_turn(host: Person, titles: list[str]) -> None:
    """Opens and ends a Space under each title."""
    for title in titles:
        reply = await host.run("space create", title=title)
        await host.wait_for(lambda reply=reply: "is opening" not in reply.text)
        if "is live" in reply.text:
            assert "is over" in (await host.run("space end")).text
        else:
            assert "characters" in reply.text or "is empty" in reply.text, reply.text


async def test_titles(evening: Evening, city: City) -> None:
    servers = [evening, *(Evening(city.discord, city.application) for _ in range(4))]  # 50 channels each is the most
    titles = hostile.packed(STRINGS, 100)
    turns = [titles[number :: len(servers)] for number in range(len(servers))]
    await asyncio.gather(*(in_turn(one.ada, own) for one, own in zip(servers, turns, strict=True)))
    for one in servers:
        await evening.ada.wait_for(lambda one=one: not any("LIVE" in shown.text for shown in everything_shown(one)), 20)
        assert len(one.guild.stages) > len(titles) // len(servers) // 2
        assert_harmless(one)


async def test_notes_and_links(evening: Evening) -> None:
    stage = await evening.open()
    for number, note in enumerate(hostile.packed(STRINGS, 200)):
        await evening.ada.run("share", link=f"https://example.org/{number}", note=note)
    cards = len(evening.mod.messages(stage))
    assert cards > len(hostile.packed(STRINGS, 200)) // 2  # the others grew too long by being cleaned
    paths = ["<@{0}>", "@everyone", "`x`", "||x||", "[a](b)", "<t:{0}:R>", "_a_*b*~~c~~", ">#<", "\u202etxt", "a b"]
    for path in (path.format(hostile.TIME) for path in paths):
        await evening.ada.run("share", link=f"https://example.org/{path}?q={path}")
    for text in hostile.packed(STRINGS, 1000):
        await evening.ada.run("share", link=text)
    await evening.panel_says(stage, "**Post ")
    for message in evening.mod.messages(stage):
        for url in message.text.split("<https://")[1:]:
            assert set(url.partition(">")[0]).isdisjoint(set("<`|[]\\ \u202e")), message.text
    await evening.ada.run("space end")
    await evening.panel_says(stage, "ENDED")
    assert all(not message.pinged_ids for message in everything_shown(evening))


async def test_reasons_and_names_in_reports(evening: Evening) -> None:
    await evening.open()
    people = [evening.guild.add_member(name) for name in NAMES]
    reasons = itertools.cycle(hostile.packed(STRINGS, 1000))
    for reporter, subject in zip(people[::2], people[1::2], strict=False):
        await reporter.run("report", reason=next(reasons), person=subject)
    assert len(evening.mod.messages(evening.reports)) == len(people) // 2
    for person in people[:25]:
        await evening.ada.run("block add", person=person)
    await evening.ada.run("block list")
    assert_harmless(evening)


async def test_names_on_stage_in_the_queue_and_in_the_console(evening: Evening) -> None:
    stage = await evening.open()
    people = [evening.guild.add_member(name) for name in NAMES[:: len(NAMES) // 20]]
    for person in people:
        await person.join(stage)
        await person.run("hand raise")
    console = await evening.console(stage)
    for _ in range(10):
        console = await evening.ada.press(console, "Next")
    for person in people[:10]:
        await person.accept_invitation()
        await evening.ada.run("space cohost", person=person, action="remove")
    for person in people[:2]:
        await evening.ada.run("space cohost", person=person)
    await evening.panel_says(stage, "**On stage 10 of 13:**")
    console = await evening.ada.press(console, "Refresh")
    for person in people[:10]:
        console = await evening.ada.choose(console, "Choose a person", str(person.id))
        form = await evening.ada.press(console, "Report")
        assert form.modal is not None
    await evening.ada.run("space end")
    await evening.panel_says(stage, "ENDED")
    words = [message for message in everything_shown(evening) if not message.pinged_ids]
    assert not [message.text for message in words if hostile.acting(message.text)]
    for message in everything_shown(evening):
        assert len(message.pinged_ids) <= 1  # an invitation pings whom it invites


@pytest.mark.parametrize(("command", "option"), [("react", "gesture"), ("transcript export", "space")])
async def test_arguments_of_commands(evening: Evening, command: str, option: str) -> None:
    stage = await evening.open()
    await evening.ben.join(stage)
    for text in [*hostile.packed(STRINGS, 6000), "9" * 19, "9" * 6000, "²", "٣", "-1", "0", "1e3", "0x1"]:
        reply = await evening.ben.run(command, **{option: text})
        assert "it is my fault" not in reply.text, (text, reply.text)
        await evening.ben.complete(command, **{option: text})
    assert_harmless(evening)


@pytest.mark.parametrize("extra", ["²" * 3, "٣" * 9, "9" * 40, "-", "_", "0", "9" * 19])
async def test_ids_that_are_no_ids(evening: Evening, extra: str) -> None:
    stage: Channel = await evening.open()
    space = int(evening.panel(stage).button("Raise hand").custom_id.split(":")[2])  # type: ignore[union-attr]
    for kind in Kind:
        for custom_id in (str(Key(kind, space, extra)), f"spaces:{kind}:{extra[:19]}"):
            reply = await evening.forge(evening.ben, evening.panel(stage), custom_id)
            assert "it is my fault" not in reply.text, (custom_id, reply.text)
    assert evening.guild.stage_instance(stage) is not None
