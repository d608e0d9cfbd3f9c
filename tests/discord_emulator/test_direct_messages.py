"""Direct messages: written both ways, with components, forms and commands, and what is not possible there."""

from __future__ import annotations

import discord
import pytest
from discord import app_commands

from discord_emulator import EmulatorError

from .conftest import INTENTS, Bot, Stand

DIRECT = INTENTS | discord.Intents(dm_messages=True, dm_reactions=True, dm_typing=True)


class Choice(discord.ui.View):
    @discord.ui.button(label="Yes")
    async def yes(self, interaction: discord.Interaction, _: discord.ui.Button[Choice]) -> None:
        assert (interaction.guild_id, interaction.user.name) == (None, "ada")
        await interaction.response.edit_message(content="You said yes", view=None)
        await interaction.followup.send("Noted")


async def test_both_sides_write(stand: Stand) -> None:
    bot = await stand.start(intents=DIRECT)
    got: list[str] = []

    @bot.event
    async def on_message(message: discord.Message) -> None:
        got.append(message.content)

    place = stand.ada.direct_channel(stand.application)
    await stand.ada.begin_typing(place)
    await bot.saw("TYPING_START")
    await stand.ada.post(place, "anybody there?")
    await stand.ada.wait_for(lambda: got)
    assert got == ["anybody there?"]
    user = await bot.fetch_user(stand.ada.id)
    answer = await user.send("yes", view=Choice())
    await answer.pin()
    await answer.add_reaction("👏")
    assert answer.channel.id == place.id
    assert [message.text for message in stand.ada.direct_messages if message.written] == ["anybody there?", "yes"]
    await bot.saw("MESSAGE_REACTION_ADD")
    assert not stand.ben.can_see(place)
    assert stand.discord.violations == []


async def test_a_button_works(stand: Stand) -> None:
    bot = await stand.start(intents=DIRECT)
    user = await bot.fetch_user(stand.ada.id)
    await user.send("Remind you?", view=Choice())
    question = stand.ada.direct_messages[-1]
    with pytest.raises(EmulatorError, match="Ben does not see"):
        await stand.ben.press(question, "Yes")
    reply = await stand.ada.press(question, "Yes")
    await stand.ada.wait_for(lambda: reply.follow_ups)
    assert (question.text, reply.follow_ups[0].text) == ("You said yes", "Noted")
    assert stand.discord.violations == []


async def test_commands_where_they_are_meant_for_it(stand: Stand) -> None:
    def prepare(bot: Bot) -> None:
        @bot.tree.command(name="anywhere", description="Everywhere")
        async def anywhere(interaction: discord.Interaction) -> None:
            await interaction.response.send_message(f"in private: {interaction.context.dm_channel}", ephemeral=True)

        @bot.tree.command(name="here", description="In servers")
        @app_commands.guild_only()
        async def here(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("in a server")

    await stand.start(prepare, DIRECT)
    place = stand.ada.direct_channel(stand.application)
    assert stand.ada.commands(place) == ["anywhere"]
    assert stand.ada.commands(stand.chat) == ["anywhere", "here"]
    reply = await stand.ada.run("anywhere", where=place)
    assert (reply.ephemeral, reply.text) == (True, "in private: True")
    with pytest.raises(EmulatorError, match="no such command"):
        await stand.ada.run("here", where=place)


async def test_what_is_not_possible_there(stand: Stand) -> None:
    await stand.start(intents=DIRECT)
    place = stand.ada.direct_channel(stand.application)
    one = await stand.ada.post(place, "mine")
    two = await stand.ada.post(place, "mine too")
    path = f"/channels/{place.id}"
    for method, rest, body in (
        ("DELETE", f"messages/{one.id}", None),
        ("POST", "messages/bulk-delete", {"messages": [str(one.id), str(two.id)]}),
        ("DELETE", f"messages/{one.id}/reactions", None),
        ("POST", "webhooks", {"name": "x"}),
    ):
        status, answer = await stand.ask(method, f"{path}/{rest}", body)
        assert (status, answer["code"]) == (403, 50003)
    other = stand.discord.add_application("Other")
    with stand.discord.expecting("missing access"):
        assert (await stand.ask("GET", f"{path}/messages", application=other))[1]["code"] == 50001
