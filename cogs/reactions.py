"""``/react``, the panel's gestures, and those that people send in Discord itself."""

from __future__ import annotations

import logging
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs import people
from cogs.answers import Answer
from cogs.router import Press, Router
from spaces.errors import SpacesError
from spaces.policy import PolicySource
from spaces.reacting import Reacting
from spaces.room import Rooms
from ui import gestures
from ui.custom_ids import Kind

_log = logging.getLogger(__name__)


class ReactionsCog(commands.Cog):
    """Hand gestures."""

    def __init__(self, rooms: Rooms, reacting: Reacting, policies: PolicySource, router: Router) -> None:
        self._rooms = rooms
        self._reacting = reacting
        self._policies = policies
        router.add(Kind.REACT, self._on_react)
        router.add(Kind.MORE_GESTURES, self._on_more)

    @app_commands.command(name="react", description="Send a hand gesture")
    @app_commands.describe(gesture="Which one")
    @app_commands.guild_only()
    async def react(self, interaction: discord.Interaction[Any], gesture: str) -> None:
        """Counts a gesture, given by its key or by its label."""
        async with Answer(interaction) as answer:
            policy = self._policies.for_server(people.guild_id(interaction))
            named = [one.key for one in policy.gestures if one.label.casefold() == gesture.strip().casefold()]
            room = people.room(self._rooms, interaction)
            sent = await self._reacting.react(room, people.person(interaction.user), named[0] if named else gesture)
            await answer.say(f"{sent.emoji} {sent.label} sent.")

    @react.autocomplete("gesture")
    async def _suggest(self, interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        policy = self._policies.for_server(interaction.guild_id or 0)
        return [
            app_commands.Choice(name=f"{one.emoji} {one.label}", value=one.key)
            for one in policy.gestures
            if typed.strip().casefold() in one.label.casefold()
        ][:25]

    @commands.Cog.listener()
    async def on_voice_channel_effect(self, effect: discord.VoiceChannelEffect) -> None:
        """Somebody sent an emoji into a voice channel where the bot is; sounds are not gestures.

        https://discord.com/developers/docs/events/gateway-events#voice-channel-effect-send
        """
        room = None if effect.channel is None else self._rooms.in_channel(effect.channel.id)
        if room is None or effect.user is None or effect.user.bot or effect.emoji is None or effect.is_sound():
            return
        try:
            await self._reacting.noticed(room, people.person(effect.user), str(effect.emoji))
        except SpacesError as error:
            _log.warning("a gesture sent in Discord is not counted: %s", error.sentence, exc_info=error)

    async def _on_more(self, press: Press) -> None:
        """All gestures, on a page that only this person sees."""
        async with Answer(press.interaction) as answer:
            room = press.room(self._rooms)
            policy = self._policies.for_server(room.space.guild_id)
            await answer.say(gestures.all_of_them(room.space.id, policy.gestures))

    async def _on_react(self, press: Press) -> None:
        """A quick reaction is acknowledged silently and shows in the tally."""
        async with Answer(press.interaction, silent=True) as answer:
            person = people.person(press.interaction.user)
            await self._reacting.react(press.room(self._rooms), person, press.key.extra or "")
            await answer.nod()
