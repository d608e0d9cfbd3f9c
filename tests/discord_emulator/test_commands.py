"""Logging in, registering commands, running them and answering."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import discord
import pytest
from discord import app_commands

from discord_emulator import Emulator, EmulatorError

from .conftest import Bot, Stand, trusting


def with_hello(bot: Bot) -> None:
    @bot.tree.command(name="hello", description="Says hello")
    async def hello(interaction: discord.Interaction, name: str) -> None:
        await interaction.response.send_message(f"Hello {name}", ephemeral=True)


async def test_a_command_is_answered_to_one_person(stand: Stand) -> None:
    await stand.start(with_hello)
    await stand.discord.wait_until_ready(stand.application)
    reply = await stand.ada.run("hello", name="world")
    assert reply.text == "Hello world"
    assert reply.ephemeral
    assert stand.ada.messages(stand.chat) == [reply.message]
    assert stand.ben.messages(stand.chat) == []
    assert stand.ada.private_words == [reply.message]
    assert 0 < reply.seconds < 1
    assert stand.discord.violations == []


async def test_an_ephemeral_answer_causes_no_event(stand: Stand) -> None:
    bot = await stand.start(with_hello)
    await stand.ada.run("hello", name="world")
    await stand.ada.post(stand.chat, "after it")
    await bot.saw("MESSAGE_CREATE")
    assert bot.seen.count("MESSAGE_CREATE") == 1


async def test_a_wrong_token_is_refused(emulator: Emulator) -> None:
    client = discord.Client(intents=discord.Intents.none())
    with pytest.raises(discord.LoginFailure):
        await client.login("not.a.token")
    await client.close()
    assert [call.status for call in emulator.calls] == [401]


async def test_privileged_intents_have_to_be_switched_on(stand: Stand) -> None:
    client = discord.Client(intents=discord.Intents(guilds=True, members=True))
    await client.login(stand.application.token)
    with stand.discord.expecting("gateway"), pytest.raises(discord.PrivilegedIntentsRequired):
        await client.connect()
    await client.close()


async def test_a_deferred_answer_is_filled_by_the_first_follow_up(stand: Stand) -> None:
    def prepare(bot: Bot) -> None:
        @bot.tree.command(name="slow", description="Thinks")
        async def slow(interaction: discord.Interaction) -> None:
            await interaction.response.defer(thinking=True, ephemeral=True)
            await interaction.followup.send("first")
            await interaction.followup.send("second", ephemeral=True)
            await interaction.edit_original_response(content="first, edited")

    await stand.start(prepare)
    reply = await stand.ada.run("slow")
    message = reply.message
    assert message is not None
    await stand.ada.wait_for(lambda: message.edited_at)
    assert reply.text == "first, edited"
    assert reply.ephemeral
    assert [follow_up.text for follow_up in reply.follow_ups] == ["second"]
    assert [word.text for word in stand.ada.private_words] == ["first, edited", "second"]
    assert stand.discord.violations == []


async def test_the_original_answer_is_read_and_deleted(stand: Stand) -> None:
    done = asyncio.Event()

    def prepare(bot: Bot) -> None:
        @bot.tree.command(name="once", description="Answers and takes it back")
        async def once(interaction: discord.Interaction) -> None:
            callback = await interaction.response.send_message("here", ephemeral=False)
            original = await interaction.original_response()
            assert (original.content, original.id) == ("here", callback.message_id)
            await interaction.delete_original_response()
            with pytest.raises(discord.NotFound) as gone:
                await interaction.followup.fetch_message(original.id)
            assert gone.value.code == 10008
            done.set()

    bot = await stand.start(prepare)
    await stand.ada.run("once")
    await asyncio.wait_for(done.wait(), 5)
    assert stand.ben.messages(stand.chat) == []
    await bot.saw("MESSAGE_DELETE")


async def test_a_second_answer_is_refused(stand: Stand) -> None:
    refused: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def prepare(bot: Bot) -> None:
        @bot.tree.command(name="twice", description="Answers twice")
        async def twice(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("one")
            interaction.response._response_type = None
            try:
                await interaction.response.send_message("two")
            except discord.HTTPException as error:
                refused.set_result(error.code)

    await stand.start(prepare)
    with stand.discord.expecting("double answer"):
        await stand.ada.run("twice")
        assert await asyncio.wait_for(refused, 5) == 40060


async def test_an_answer_after_three_seconds_is_too_late(stand: Stand) -> None:
    waiting, go_on = asyncio.Event(), asyncio.Event()
    refused: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def prepare(bot: Bot) -> None:
        @bot.tree.command(name="late", description="Comes late")
        async def late(interaction: discord.Interaction) -> None:
            waiting.set()
            await go_on.wait()
            try:
                await interaction.response.send_message("sorry")
            except discord.NotFound as error:
                refused.set_result(error.code)

    await stand.start(prepare)
    with stand.discord.expecting("unanswered interaction", "late answer"):
        running = asyncio.create_task(stand.ada.run("late"))
        await asyncio.wait_for(waiting.wait(), 5)
        stand.discord.advance(3.1)
        reply = await running
        assert reply.failed
        assert reply.text == "The application did not respond"
        go_on.set()
        assert await asyncio.wait_for(refused, 5) == 10062


async def test_a_token_is_worth_nothing_after_fifteen_minutes(stand: Stand) -> None:
    held: asyncio.Future[discord.Interaction] = asyncio.get_running_loop().create_future()

    def prepare(bot: Bot) -> None:
        @bot.tree.command(name="keep", description="Keeps the token")
        async def keep(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("for later")
            held.set_result(interaction)

    await stand.start(prepare)
    await stand.ada.run("keep")
    interaction = await held
    stand.discord.advance(15 * 60 + 1)
    with stand.discord.expecting("expired token"), pytest.raises(discord.HTTPException) as refusal:
        await interaction.followup.send("too late")
    assert refusal.value.code == 50027


async def test_options_arrive_as_their_types(stand: Stand) -> None:
    got: list[object] = []

    def prepare(bot: Bot) -> None:
        group = app_commands.Group(name="space", description="Spaces")

        @group.command(name="create", description="Opens a Space")
        async def create(  # noqa: PLR0917 (the options of one command)
            interaction: discord.Interaction,
            title: str,
            guest: discord.Member,
            place: discord.TextChannel,
            speak: Literal["by request", "everyone"] = "everyone",
            seats: app_commands.Range[int, 1, 10] = 3,
            loud: bool = False,
        ) -> None:
            got.extend([title, guest.id, guest.name, place.name, speak, seats, loud, interaction.permissions.connect])
            await interaction.response.send_message("ok")

        bot.tree.add_command(group)

    await stand.start(prepare)
    await stand.ada.run(
        "space create", title="Books", guest=stand.ben, place=stand.chat, speak="by request", seats=5, loud=True
    )
    assert got == ["Books", stand.ben.id, "ben", "general", "by request", 5, True, True]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({}, "'name' is required"),
        ({"name": "x", "colour": "red"}, "no such option 'colour'"),
        ({"name": "x" * 6001}, "1 to 6000 characters"),
    ],
)
async def test_a_client_does_not_send_wrong_options(stand: Stand, options: dict[str, Any], complaint: str) -> None:
    await stand.start(with_hello)
    with pytest.raises(EmulatorError, match=complaint):
        await stand.ada.run("hello", **options)


async def test_a_client_offers_only_what_a_person_may_use(stand: Stand) -> None:
    def prepare(bot: Bot) -> None:
        with_hello(bot)

        @bot.tree.command(name="admin", description="For admins")
        @app_commands.default_permissions(manage_guild=True)
        async def admin(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("yes")

    await stand.start(prepare)
    assert stand.ada.commands() == ["hello"]
    assert stand.host.commands() == ["admin", "hello"]
    with pytest.raises(EmulatorError, match=r"no such command 'admin'.*hello"):
        await stand.ada.run("admin")
    stand.guild.deny(stand.chat, stand.ada, "use_application_commands")
    assert stand.ada.commands() == []


async def test_autocomplete_suggests(stand: Stand) -> None:
    def prepare(bot: Bot) -> None:
        @bot.tree.command(name="find", description="Finds")
        async def find(interaction: discord.Interaction, word: str) -> None:
            await interaction.response.send_message(word)

        @find.autocomplete("word")
        async def suggest(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
            return [app_commands.Choice(name=current + ending, value=ending) for ending in ("a", "b")]

    await stand.start(prepare)
    assert await stand.ada.complete("find", word="x") == ["xa", "xb"]
    assert stand.discord.violations == []


async def test_context_menus_carry_their_target(stand: Stand) -> None:
    got: list[object] = []

    def prepare(bot: Bot) -> None:
        @bot.tree.context_menu(name="Share to Space")
        async def share(interaction: discord.Interaction, message: discord.Message) -> None:
            got.append((message.content, message.author.id))
            await interaction.response.send_message("shared", ephemeral=True)

        @bot.tree.context_menu(name="Invite to speak")
        async def invite(interaction: discord.Interaction, member: discord.Member) -> None:
            got.append(member.id)
            await interaction.response.send_message("invited", ephemeral=True)

    await stand.start(prepare)
    message = await stand.ben.post(stand.chat, "a thought")
    assert (await stand.ada.use_on_message("Share to Space", message)).text == "shared"
    assert (await stand.ada.use_on_user("Invite to speak", stand.ben)).text == "invited"
    assert got == [("a thought", stand.ben.id), stand.ben.id]


async def test_syncing_keeps_the_ids_of_commands_that_stay(stand: Stand) -> None:
    bot = await stand.start(with_hello)
    first = await bot.tree.fetch_commands()
    again = await bot.tree.sync()
    assert [command.id for command in first] == [command.id for command in again]
    bot.tree.clear_commands(guild=None)
    await bot.tree.sync()
    assert stand.ada.commands() == []


async def test_a_bad_command_is_refused_on_sync(stand: Stand) -> None:
    bot = await stand.start()
    with stand.discord.expecting("invalid body"), pytest.raises(discord.HTTPException) as refusal:
        await bot.http.bulk_upsert_global_commands(stand.application.id, [{"name": "Bad", "description": ""}])
    assert refusal.value.code == 50035


async def test_two_clients_trust_the_same_authority(emulator: Emulator) -> None:
    assert len(trusting(emulator).get_ca_certs()) > 1


async def test_an_activity_cannot_be_launched(stand: Stand) -> None:
    refused: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def prepare(bot: Bot) -> None:
        @bot.tree.command(name="play", description="Plays")
        async def play(interaction: discord.Interaction) -> None:
            try:
                await interaction.response.launch_activity()
            except discord.HTTPException as error:
                refused.set_result(error.code)
            await interaction.response.send_message("no game here")

    await stand.start(prepare)
    with stand.discord.expecting("invalid body"):
        reply = await stand.ada.run("play")
    assert (refused.result(), reply.text) == (50035, "no game here")
