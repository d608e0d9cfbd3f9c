"""The least of a bot that keeps what it is told: every press is committed as a row of SQLite, then answered.

It is what a bot of the same libraries cannot do without: discord.py, aiosqlite, and a database that is
as safe against a power cut as ours. Run as a process by ``benchmarks.clicks``.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import aiosqlite
import discord
import discord.gateway
import discord.http
import yarl


class BareBot(discord.Client):
    """Writes a row for every press and nods."""

    def __init__(self, path: str) -> None:
        super().__init__(intents=discord.Intents(guilds=True, voice_states=True), max_messages=None)
        self._path = path

    async def setup_hook(self) -> None:
        """Opens the database."""
        self._database = await aiosqlite.connect(self._path)
        await self._database.execute("PRAGMA journal_mode = WAL")
        await self._database.execute("PRAGMA synchronous = FULL")
        await self._database.execute("CREATE TABLE presses (id INTEGER PRIMARY KEY, person_id INTEGER, what TEXT)")

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Keeps the press, then answers to the person alone."""
        what = str((interaction.data or {}).get("custom_id"))
        await self._database.execute("INSERT INTO presses (person_id, what) VALUES (?, ?)", (interaction.user.id, what))
        await self._database.commit()
        await interaction.response.send_message("Noted.", ephemeral=True)

    async def close(self) -> None:
        """Closes the database as well."""
        await self._database.close()
        await super().close()


if __name__ == "__main__":
    discord.http.Route.BASE = os.environ["DISCORD_API_BASE"]
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])
    BareBot(sys.argv[1]).run(os.environ["DISCORD_TOKEN"], log_handler=None)
