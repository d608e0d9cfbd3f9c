"""Answers to components and forms: every kind of select, deferred answers, follow-ups, what may answer what."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import discord
import pytest

from discord_emulator import EmulatorError, Person

from .conftest import Bot, Stand

Answering = Callable[[discord.Interaction], Awaitable[None]]


async def with_button(stand: Stand, answer: Answering) -> Bot:
    """A bot that has posted a message with one button, "Go"."""
    bot = await stand.start()
    view = discord.ui.View(timeout=None)
    button: discord.ui.Button[discord.ui.View] = discord.ui.Button(label="Go")
    button.callback = answer  # type: ignore[method-assign]
    view.add_item(button)
    await stand.seen_by(bot).send("press", view=view)
    return bot


async def test_every_kind_of_select(stand: Stand) -> None:
    got: dict[str, Any] = {}

    class Lists(discord.ui.View):
        @discord.ui.select(cls=discord.ui.RoleSelect, placeholder="Role")
        async def role(self, interaction: discord.Interaction, select: discord.ui.RoleSelect[Lists]) -> None:
            got["role"] = [role.name for role in select.values]
            await interaction.response.defer()

        @discord.ui.select(cls=discord.ui.MentionableSelect, placeholder="Anybody", max_values=2)
        async def anybody(self, interaction: discord.Interaction, select: discord.ui.MentionableSelect[Lists]) -> None:
            got["anybody"] = [type(value).__name__ for value in select.values]
            await interaction.response.defer()

        @discord.ui.select(
            cls=discord.ui.ChannelSelect, placeholder="Where", channel_types=[discord.ChannelType.text], min_values=0
        )
        async def where(self, interaction: discord.Interaction, select: discord.ui.ChannelSelect[Lists]) -> None:
            got["where"] = [channel.name for channel in select.values]
            await interaction.response.defer()

    bot = await stand.start()
    readers = stand.guild.add_role("Readers")
    stage = stand.guild.add_stage_channel("room")
    await stand.seen_by(bot).send("choose", view=Lists(timeout=None))
    message = stand.ada.messages(stand.chat)[-1]
    await stand.ada.choose(message, "Role", readers)
    await stand.ada.choose(message, "Anybody", stand.ben, readers)
    await stand.ada.choose(message, "Where", stand.chat)
    assert got == {"role": ["Readers"], "anybody": ["Member", "Role"], "where": ["general"]}
    await stand.ada.choose(message, "Where")
    assert got["where"] == []
    with pytest.raises(EmulatorError, match="another type"):
        await stand.ada.choose(message, "Where", stage)
    with pytest.raises(EmulatorError, match="not what this list offers"):
        await stand.ada.choose(message, "Role", stand.ben)
    assert stand.discord.violations == []


async def test_a_press_is_answered_later_and_to_one_person(stand: Stand) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        callback = await interaction.response.defer(thinking=True, ephemeral=True)
        assert callback is not None
        assert callback.is_thinking()
        assert callback.is_ephemeral()
        done = await interaction.followup.send("done", wait=True)
        assert done.id == callback.message_id
        second = await interaction.followup.send("and more", ephemeral=True, wait=True)
        await second.edit(content="and more, edited")
        await interaction.delete_original_response()

    await with_button(stand, answer)
    panel = stand.ada.messages(stand.chat)[-1]
    reply = await stand.ada.press(panel, "Go")
    assert reply.ephemeral
    await stand.ada.wait_for(lambda: reply.message is not None and reply.message.deleted)
    assert [word.text for word in stand.ada.private_words] == ["and more, edited"]
    assert stand.ben.messages(stand.chat) == [panel]
    assert stand.discord.violations == []


async def test_a_follow_up_to_a_press_answers_its_message(stand: Stand) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("first")
        await interaction.followup.send("second")

    bot = await with_button(stand, answer)
    panel = stand.ada.messages(stand.chat)[-1]
    reply = await stand.ada.press(panel, "Go")
    await stand.ada.wait_for(lambda: reply.follow_ups)
    first, second = [await stand.seen_by(bot).fetch_message(each.id) for each in stand.ada.messages(stand.chat)[1:]]
    assert first.interaction_metadata is not None
    assert first.interaction_metadata.interacted_message_id == panel.id
    assert second.interaction_metadata is not None
    assert second.interaction_metadata.original_response_message_id == first.id
    assert [message.reference.message_id for message in (first, second) if message.reference] == [panel.id, first.id]


async def test_before_the_answer_there_is_no_webhook(stand: Stand) -> None:
    refused: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def answer(interaction: discord.Interaction) -> None:
        try:
            await interaction.followup.send("too early")
        except discord.NotFound as error:
            refused.set_result(error.code)
        await interaction.response.send_message("in time")

    await with_button(stand, answer)
    reply = await stand.ada.press(stand.ada.messages(stand.chat)[-1], "Go")
    assert (reply.text, refused.result()) == ("in time", 10015)


class Words(discord.ui.Modal, title="Words"):
    word: discord.ui.TextInput[Words] = discord.ui.TextInput(label="Word")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(content=self.word.value)


async def test_a_form_from_a_press_changes_its_message(stand: Stand) -> None:
    await with_button(stand, lambda interaction: interaction.response.send_modal(Words()))
    panel = stand.ada.messages(stand.chat)[-1]
    reply = await stand.ada.press(panel, "Go")
    changed = await stand.ada.submit(reply.modal, {"Word": "said"})
    assert (changed.message, panel.text) == (panel, "said")


async def press(person: Person, stand: Stand) -> None:
    await person.press(stand.ada.messages(stand.chat)[-1], "Go")


@pytest.mark.parametrize("wrong", [8, 10, 13, 99])
async def test_a_callback_that_does_not_fit_is_refused(stand: Stand, wrong: int) -> None:
    answers: list[tuple[int, Any]] = []

    async def answer(interaction: discord.Interaction) -> None:
        path = f"/interactions/{interaction.id}/{interaction.token}/callback"
        answers.append(await stand.ask("POST", path, {"type": wrong, "data": {"choices": []}}, token=False))
        answers.append(await stand.ask("POST", f"{path}?with_response=true", {"type": 6}, token=False))

    await with_button(stand, answer)
    with stand.discord.expecting("invalid body"):
        await press(stand.ada, stand)
        await stand.ada.wait_for(lambda: len(answers) == 2)
    (status, refusal), (accepted, body) = answers
    assert (status, refusal["code"], accepted) == (400, 50035, 200)
    assert body["interaction"]["response_message_id"] == str(stand.ada.messages(stand.chat)[-1].id)
