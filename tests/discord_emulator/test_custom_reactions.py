"""Reactions with the emojis of servers and applications: they have to be there, and be one's to use."""

from __future__ import annotations

import discord
import pytest

from discord_emulator import EmulatorError, Person
from discord_emulator.actions import emojis
from discord_emulator.model.audit_log import Actor
from discord_emulator.model.belongings import Emoji

from .conftest import INTENTS, Stand

PICTURE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB"


def add_emoji(stand: Stand, owner: Person, name: str) -> Emoji:
    return emojis.create(stand.discord.world, owner, {"name": name, "image": PICTURE}, Actor(owner.user))


def key(emoji: Emoji) -> str:
    return f"{emoji.name}:{emoji.id}"


async def test_an_emoji_of_the_server_is_everybodys(stand: Stand) -> None:
    bot = await stand.start(intents=INTENTS | discord.Intents(guild_reactions=True))
    emoji = add_emoji(stand, stand.host, "clap")
    sent = await stand.seen_by(bot).send("clap")
    await stand.ada.react(stand.ada.messages(stand.chat)[-1], key(emoji))
    await bot.saw("MESSAGE_REACTION_ADD")
    await sent.add_reaction(key(emoji))
    (reaction,) = (await sent.fetch()).reactions
    assert (reaction.count, reaction.me) == (2, True)
    assert getattr(reaction.emoji, "id", None) == emoji.id


async def test_an_emoji_that_is_nowhere_is_none(stand: Stand) -> None:
    bot = await stand.start()
    sent = await stand.seen_by(bot).send("clap")
    with pytest.raises(discord.HTTPException, match="Unknown Emoji"):
        await sent.add_reaction("clap:123456789012345678")
    with pytest.raises(EmulatorError, match="Unknown Emoji"):
        await stand.ada.react(stand.ada.messages(stand.chat)[-1], "clap:123456789012345678")


async def test_emojis_from_elsewhere_are_for_bots_with_a_permission(stand: Stand) -> None:
    stand.discord.settings.rate_limits = False
    other = stand.discord.add_guild("Elsewhere", owner_name="Zoe")
    emoji = add_emoji(stand, other.owner, "wave")
    message = await stand.ada.post(stand.chat, "hi")
    path = f"/channels/{stand.chat.id}/messages/{message.id}/reactions/{key(emoji)}/@me"
    assert (await stand.ask("PUT", path))[1]["code"] == 10014
    other.install(stand.application)
    stand.guild.set_permissions(stand.guild.default_role, ["view_channel", "read_message_history", "add_reactions"])
    with stand.discord.expecting("missing permission"):
        assert (await stand.ask("PUT", path))[1]["code"] == 50013
    other.welcome(stand.ada.user)
    with pytest.raises(EmulatorError, match="Unknown Emoji"):
        await stand.ada.react(message, key(emoji))
    stand.permit("use_external_emojis")
    assert await stand.ask("PUT", path) == (204, None)
    await stand.ada.react(message, key(emoji))  # whoever joins in needs none
    assert message.reactions == {key(emoji): [stand.application.bot.id, stand.ada.id]}


async def test_an_emoji_can_be_for_some_roles_only(stand: Stand) -> None:
    emoji, role = add_emoji(stand, stand.host, "badge"), stand.guild.add_role("Readers")
    emoji.role_ids = [role.id]
    message = await stand.ada.post(stand.chat, "hi")
    with pytest.raises(EmulatorError, match="Unknown Emoji"):
        await stand.ada.react(message, key(emoji))
    stand.ada.role_ids.add(role.id)
    await stand.ada.react(message, key(emoji))
    assert message.reactions == {key(emoji): [stand.ada.id]}
