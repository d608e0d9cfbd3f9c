"""Messages are told as a client shows them."""

from __future__ import annotations

import pytest

from demo.screen import excerpt, laid_out, plain
from discord_emulator import Emulator, Guild
from discord_emulator.model.messages import Message

BUTTONS = [
    {
        "type": 1,
        "components": [{"type": 2, "label": "Raise hand", "emoji": {"name": "✋"}}, {"type": 2, "label": "Host"}],
    },
    {"type": 1, "components": [{"type": 3, "placeholder": "Choose a person"}]},
]


@pytest.fixture
def guild() -> Guild:
    return Emulator(seed=0).add_guild("Book club")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("## Title · LIVE\nHosted by **Ada**", "Title · LIVE\nHosted by Ada"),
        ("<https://books.example/a_b>", "https://books.example/a_b"),
        ("[Privacy notice](https://books.example/p)", "Privacy notice"),
        (r"\*not bold\* and \[no link\]", "*not bold* and [no link]"),
        ("https:\u200b//books.example", "https://books.example"),
        ("<@1> in <#2>", "@somebody in #unknown"),
    ],
)
def test_markup_is_resolved(guild: Guild, text: str, shown: str) -> None:
    assert plain(text, guild) == shown


def test_ids_become_names_and_times_the_readers_clock(guild: Guild) -> None:
    ada, channel = guild.add_member("Ada"), guild.add_text_channel("general")
    text = plain(f"<@{ada.id}> in <#{channel.id}> since <t:1700000000:R>", guild)
    assert text.startswith("@Ada in #general since ")
    assert text.endswith((":13", ":43", ":58"))  # 22:13:20 UTC; zones differ by quarters of an hour at least


async def test_buttons_stand_below_in_their_rows() -> None:
    async with Emulator(seed=0) as discord:
        guild = discord.add_guild("Book club")
        ada, channel = guild.add_member("Ada"), guild.add_text_channel("general")
        message: Message = await ada.post(channel, "**Hello**")
        message.components = BUTTONS
        assert laid_out(message, guild) == "Hello\n[✋ Raise hand] [Host]"


def test_an_excerpt_holds_the_lines_that_matter() -> None:
    text = "one\n\n two \nthree"
    assert excerpt(text, ["two", "three"]) == "two / three"
    assert excerpt(text, ["nowhere"]) == "one / two / three"
    assert excerpt("x" * 20, [], longest=10) == "x" * 9 + "…"
