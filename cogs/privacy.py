"""``/privacy``: erasure of everything that is kept of a person."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs import people
from cogs.answers import Answer
from cogs.router import Press, Router
from spaces.privacy import Privacy
from ui import erasure
from ui.custom_ids import Kind


class PrivacyCog(commands.Cog):
    """Erasing oneself."""

    privacy = app_commands.Group(name="privacy", description="What is kept of me", guild_only=True)

    def __init__(self, privacy: Privacy, router: Router) -> None:
        self._privacy = privacy
        router.add(Kind.ERASE_CONFIRMED, self._on_confirmed)

    @privacy.command(name="erase", description="Erase everything that is kept of me")
    async def erase(self, interaction: discord.Interaction[Any]) -> None:
        """Asks once; the button does it."""
        async with Answer(interaction) as answer:
            await answer.say(erasure.confirm())

    async def _on_confirmed(self, press: Press) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            done = await self._privacy.erase(people.person(press.interaction.user))
            await answer.say(erasure.done(done))
