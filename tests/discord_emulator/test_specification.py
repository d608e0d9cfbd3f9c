"""One long story in which a bot uses most of what the emulator has, for Discord's description to judge."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import discord
import pytest

from .conftest import INTENTS, PERMISSIONS, Bot, Stand

# What reaches the bot in the story below, at least; all of it, and all it asks for, is judged as everywhere.
EVENTS = {
    "CHANNEL_CREATE",
    "CHANNEL_DELETE",
    "CHANNEL_UPDATE",
    "GUILD_CREATE",
    "GUILD_MEMBER_UPDATE",
    "GUILD_SCHEDULED_EVENT_CREATE",
    "INTERACTION_CREATE",
    "MESSAGE_CREATE",
    "MESSAGE_UPDATE",
    "READY",
    "STAGE_INSTANCE_CREATE",
    "STAGE_INSTANCE_DELETE",
    "STAGE_INSTANCE_UPDATE",
    "THREAD_CREATE",
    "VOICE_STATE_UPDATE",
}


@pytest.fixture
async def received(stand: Stand) -> list[tuple[str, Any]]:
    """Every gateway event of one long story, in which the bot does what a bot like ours does."""
    role = next(role for role in stand.guild.roles.values() if role.managed)
    stand.guild.set_permissions(
        role, [*PERMISSIONS, "create_events", "create_private_threads", "create_instant_invite", "change_nickname"]
    )
    events: list[tuple[str, Any]] = []

    def prepare(bot: Bot) -> None:
        bot._enable_debug_events = True

        @bot.event
        async def on_socket_raw_receive(text: str) -> None:
            message = json.loads(text)
            if message["op"] == 0:
                events.append((message["t"], message["d"]))

        @bot.tree.command(name="go", description="Goes")
        async def go(interaction: discord.Interaction, who: discord.Member) -> None:
            await interaction.response.defer(thinking=True)
            await interaction.followup.send(who.mention)
            await interaction.followup.send("x", ephemeral=True, view=press_me())

    bot = await stand.start(prepare, INTENTS | discord.Intents(guild_scheduled_events=True, guild_reactions=True))
    await bot.tree.fetch_commands()
    await tell_a_story(bot, stand)
    return events


def press_me() -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Press", custom_id="press", emoji="✋"))
    view.add_item(discord.ui.Select(custom_id="pick", options=[discord.SelectOption(label="One")]))
    return view


async def tell_a_story(bot: Bot, stand: Stand) -> None:
    guild = bot.get_guild(stand.guild.id)
    assert guild is not None
    category = await guild.create_category("Spaces")
    stage = await guild.create_stage_channel("room", category=category)
    instance = await stage.create_instance(topic="Books")
    await instance.edit(topic="More books")
    await stand.ada.join(stand.guild.channel("room"))
    await stand.ada.raise_hand()
    await bot.saw("VOICE_STATE_UPDATE", 2)
    member = guild.get_member(stand.ada.id)
    assert member is not None
    await member.edit(suppress=False)
    await stand.ada.accept_invitation()
    await member.fetch_voice()
    reply = await stand.ada.run("go", who=stand.ben, where=stand.chat)
    await stand.ada.wait_for(lambda: reply.follow_ups)
    await write_around(bot, stand)
    await guild.create_scheduled_event(
        name="Reading",
        start_time=discord.utils.utcnow() + timedelta(hours=1),
        channel=stage,
        entity_type=discord.EntityType.stage_instance,
        privacy_level=discord.PrivacyLevel.guild_only,
    )
    await stage.create_invite()
    await stage.set_permissions(guild.default_role, request_to_speak=False)
    await guild.me.edit(nick="captions on")
    await guild.fetch_channels()
    await guild.fetch_roles()
    await guild.fetch_member(stand.ben.id)
    await bot.fetch_guild(guild.id)
    await member.move_to(None)
    await stage.delete()
    await bot.application_info()
    await bot.saw("CHANNEL_DELETE")


async def write_around(bot: Bot, stand: Stand) -> None:
    channel = bot.get_channel(stand.chat.id)
    assert isinstance(channel, discord.TextChannel)
    thread = await channel.create_thread(name="backstage")
    await thread.send("inside")
    layout = discord.ui.LayoutView(timeout=None)
    layout.add_item(
        discord.ui.Container(
            discord.ui.TextDisplay("**LIVE**"),
            discord.ui.Separator(),
            discord.ui.Section("Post", accessory=discord.ui.Thumbnail("attachment://a.png")),
        )
    )
    file = discord.File(io.BytesIO(b"png"), "a.png")
    panel = await channel.send(view=layout, file=file)
    await panel.add_reaction("👏")
    await panel.fetch()
    sent = await channel.send("hi", embed=discord.Embed(title="A", description="B").set_footer(text="C"))
    await sent.edit(content="ho")
    await sent.reply("hey")
    _ = [message async for message in channel.history()]
    person = await bot.fetch_user(stand.ben.id)
    await person.send("psst")


async def test_the_story_touches_what_a_bot_like_ours_uses(stand: Stand, received: list[tuple[str, Any]]) -> None:
    assert {name for name, _ in received} >= EVENTS
    routes = {(call.method, call.route) for call in stand.discord.calls}
    assert len(routes) > 25
    assert stand.discord.violations == []
