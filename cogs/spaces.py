"""``/space``: opening and ending."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs import people
from cogs.answers import Answer
from cogs.router import Press, Router
from spaces.errors import InvalidInput
from spaces.hosting import Hosting
from spaces.model import Space
from spaces.overview import Overview
from spaces.room import Rooms
from spaces.rules import SpeakMode
from ui import console, opening, wording
from ui.custom_ids import Kind

_SPEAK = [app_commands.Choice(name=mode.value, value=mode.value) for mode in SpeakMode]


class SpacesCog(commands.Cog):
    """Opening and ending Spaces."""

    space = app_commands.Group(name="space", description="Open and end Spaces", guild_only=True)

    def __init__(self, rooms: Rooms, hosting: Hosting, overview: Overview, router: Router) -> None:
        self._rooms = rooms
        self._hosting = hosting
        self._overview = overview
        router.add(Kind.END, self._on_end)
        router.add(Kind.END_CONFIRMED, self._on_end_confirmed)

    @space.command(name="create", description="Open a Space: a stage with a title, hosted by you")
    @app_commands.describe(title="What you talk about", speak="Who may speak")
    @app_commands.choices(speak=_SPEAK)
    async def create(
        self,
        interaction: discord.Interaction[Any],
        title: str,
        speak: str | None = None,
    ) -> None:
        """Opens a Space."""
        async with Answer(interaction, meanwhile=opening.IN_PROGRESS) as answer:
            room = await self._hosting.open(
                people.guild_id(interaction),
                people.actor(interaction),
                title,
                SpeakMode(speak) if speak is not None else None,
            )
            await answer.say(opening.is_live(room.space))

    @space.command(name="end", description="End the Space for everybody")
    async def end(self, interaction: discord.Interaction[Any]) -> None:
        """Ends the Space that is meant."""
        async with Answer(interaction) as answer:
            space = await self._hosting.end(people.room(self._rooms, interaction), people.actor(interaction))
            await answer.say(await self._ended(space))

    @space.command(name="cohost", description="Let somebody run the Space with you")
    @app_commands.describe(person="Whom", action="Add or remove; add if left out")
    @app_commands.choices(action=[app_commands.Choice(name=name, value=name) for name in ("add", "remove")])
    async def cohost(self, interaction: discord.Interaction[Any], person: discord.Member, action: str = "add") -> None:
        """Appoints or dismisses a co-host."""
        async with Answer(interaction) as answer:
            if person.bot:
                raise InvalidInput("Bots can't host. Choose a member.")
            room = people.room(self._rooms, interaction)
            change = self._hosting.appoint if action == "add" else self._hosting.dismiss
            await change(room, people.actor(interaction), people.person(person))
            name = wording.name(people.person(person).name)
            await answer.say(f"{name} is a co-host now." if action == "add" else f"{name} is no co-host any more.")

    async def _on_end(self, press: Press) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            self._hosting.require_authority(room, people.actor(press.interaction))
            await answer.say(console.confirm_end(room.space.id, room.space.title, len(room.present)))

    async def _on_end_confirmed(self, press: Press) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            space = await self._hosting.end(press.room(self._rooms), people.actor(press.interaction))
            await answer.say(await self._ended(space))

    async def _ended(self, space: Space) -> discord.ui.LayoutView:
        return opening.is_over(await self._overview.host_summary(space))
