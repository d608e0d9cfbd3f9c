"""Servers as Discord shows them to the bot."""

from __future__ import annotations

import discord

from spaces.errors import DiscordUnavailable, NotFound


def server(client: discord.Client, guild_id: int) -> discord.Guild:
    """The server. Raises :class:`NotFound` for one that the bot is no member of, :class:`DiscordUnavailable` while
    Discord does not show it."""
    guild = client.get_guild(guild_id)
    if guild is None and client.is_ready():
        raise NotFound("I am no member of this server. An admin can invite me anew.")
    if guild is None or guild.unavailable:
        raise DiscordUnavailable("Discord does not show me this server right now. Try again in a minute.")
    return guild
