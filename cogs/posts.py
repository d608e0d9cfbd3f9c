"""``/share`` and the panel's Share button."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs import people
from cogs.answers import Answer
from cogs.router import Press, Router
from spaces.room import Rooms
from spaces.sharing import Sharing
from ui import forms
from ui.custom_ids import Kind

SHARED = "Shared with the room."


class PostsCog(commands.Cog):
    """Links for the room."""

    def __init__(self, rooms: Rooms, sharing: Sharing, router: Router) -> None:
        self._rooms = rooms
        self._sharing = sharing
        router.add(Kind.SHARE, self._on_share)
        router.add(Kind.SHARE_FORM, self._on_form)

    @app_commands.command(name="share", description="Bring a link into the room")
    @app_commands.describe(link="The link", note="What it is, or why")
    @app_commands.guild_only()
    async def share(self, interaction: discord.Interaction[Any], link: str, note: str = "") -> None:
        """Shares a link."""
        async with Answer(interaction) as answer:
            room = people.room(self._rooms, interaction)
            await self._sharing.share(room, people.actor(interaction), link, note)
            await answer.say(SHARED)

    async def _on_share(self, press: Press) -> None:
        async with Answer(press.interaction) as answer:
            room = press.room(self._rooms)
            self._sharing.require_may_share(room, people.actor(press.interaction))
            await answer.ask(forms.share_form(room.space.id))

    async def _on_form(self, press: Press) -> None:
        async with Answer(press.interaction) as answer:
            answers = press.answers
            room = press.room(self._rooms)
            actor = people.actor(press.interaction)
            await self._sharing.share(room, actor, answers.text(forms.LINK), answers.text(forms.NOTE))
            await answer.say(SHARED)
