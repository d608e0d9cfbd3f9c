"""``/privacy``: erasure of everything that is kept of a person."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs import people
from cogs.answers import Answer
from cogs.router import Press, Router
from spaces.admitting import Admitting
from spaces.privacy import Privacy
from ui import erasure
from ui.custom_ids import Kind

ON, OFF = "on", "off"
WANTED = "People in this server can invite you into Spaces again."
NOT_WANTED = "Done. Nobody here can invite you into a Space; whoever tries reads that you don't take invitations."


class PrivacyCog(commands.Cog):
    """Erasing oneself."""

    privacy = app_commands.Group(name="privacy", description="What is kept of me", guild_only=True)

    def __init__(self, privacy: Privacy, admitting: Admitting, router: Router) -> None:
        self._privacy = privacy
        self._admitting = admitting
        router.add(Kind.ERASE_CONFIRMED, self._on_confirmed)

    @privacy.command(name="erase", description="Erase everything that is kept of me")
    async def erase(self, interaction: discord.Interaction[Any]) -> None:
        """Asks once; the button does it."""
        async with Answer(interaction) as answer:
            await answer.say(erasure.confirm())

    @privacy.command(name="invitations", description="Whether people here can invite you into Spaces")
    @app_commands.describe(wanted="On: you can be invited. Off: nobody can")
    @app_commands.choices(wanted=[app_commands.Choice(name=name, value=name) for name in (ON, OFF)])
    async def invitations(self, interaction: discord.Interaction[Any], wanted: str) -> None:
        """Takes invitations or not, in this server."""
        async with Answer(interaction) as answer:
            guild_id, person = people.guild_id(interaction), people.person(interaction.user)
            await self._admitting.set_invitations(guild_id, person, wanted=wanted == ON)
            await answer.say(WANTED if wanted == ON else NOT_WANTED)

    async def _on_confirmed(self, press: Press) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            done = await self._privacy.erase(people.person(press.interaction.user))
            await answer.say(erasure.done(done))
