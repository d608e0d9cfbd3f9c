"""A bot process that joins the first stage it finds and waits to be killed. Started by ``test_voice_link.py``."""

from __future__ import annotations

import asyncio
import os
import ssl
import sys

import aiohttp
import discord
import discord.gateway
import discord.http
import yarl


async def main() -> None:
    discord.http.Route.BASE = os.environ["DISCORD_API_BASE"]
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])
    context = ssl.create_default_context()
    context.load_verify_locations(os.environ["DISCORD_CA_FILE"])
    intents = discord.Intents(guilds=True, voice_states=True)
    client = discord.Client(intents=intents, connector=aiohttp.TCPConnector(ssl=context, limit=0))

    @client.event
    async def on_guild_available(guild: discord.Guild) -> None:
        await guild.stage_channels[0].connect(timeout=5)
        sys.stdout.write("connected\n")
        sys.stdout.flush()

    await client.start(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    asyncio.run(main())
