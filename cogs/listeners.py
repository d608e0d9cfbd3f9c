"""What Discord tells without being asked: who comes and goes, what was deleted, which servers are there."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import discord
from discord.ext import commands

from spaces.errors import SpacesError
from spaces.hosting import Hosting
from spaces.model import VoiceStanding
from spaces.speaking import Speaking

_log = logging.getLogger(__name__)


class ListenersCog(commands.Cog):
    """Hands gateway events to the services. Faults are logged: nobody waits for an answer here."""

    def __init__(
        self,
        hosting: Hosting,
        speaking: Speaking,
        standing: Callable[[discord.Member, discord.VoiceState], VoiceStanding],
    ) -> None:
        self._hosting = hosting
        self._speaking = speaking
        self._standing = standing

    @commands.Cog.listener()
    async def on_voice_state_update(
        self, member: discord.Member, before: discord.VoiceState, after: discord.VoiceState
    ) -> None:
        """Somebody joined, left, raised a hand, accepted, was moved."""
        del before  # the services know what was, from the store
        if member.bot:
            return
        _log.debug(
            "voice state of member %d: suppress %s, request to speak %s",
            member.id,
            after.suppress,
            after.requested_to_speak_at,
        )
        try:
            await self._speaking.voice_changed(self._standing(member, after))
        except SpacesError as error:
            _log.warning("a voice state could not be followed: %s", error.sentence, exc_info=error)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """A server is (again) known: our Spaces there are made to agree with it."""
        await self._reconcile(guild)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """The bot was added to a server, perhaps again."""
        await self._reconcile(guild)

    @commands.Cog.listener()
    async def on_guild_remove(self, _guild: discord.Guild) -> None:
        """The bot was taken out of a server: its Spaces there are over."""
        try:
            await self._hosting.wind_up_the_rest()
        except SpacesError as error:
            _log.warning("the Spaces of a server that was left go on for now: %s", error.sentence, exc_info=error)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel is gone; if a Space was in it, the Space is over."""
        await self._follow(self._hosting.channel_removed(channel.id))

    @commands.Cog.listener()
    async def on_stage_instance_delete(self, instance: discord.StageInstance) -> None:
        """A stage was ended, by us, by hand, or by Discord; which of the two last, nobody tells."""
        await self._follow(self._hosting.stage_closed(instance.channel_id))

    async def _reconcile(self, guild: discord.Guild) -> None:
        try:
            await self._hosting.reconcile(guild.id)
        except SpacesError as error:
            _log.warning("Spaces of server %d could not be aligned: %s", guild.id, error.sentence, exc_info=error)

    @staticmethod
    async def _follow(following: Awaitable[None]) -> None:
        try:
            await following
        except SpacesError as error:
            _log.warning("a vanished stage could not be followed: %s", error.sentence, exc_info=error)
