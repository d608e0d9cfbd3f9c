"""The moderators' channel, as the domain's ``ReportDesk``."""

from __future__ import annotations

import discord

from spaces.errors import DiscordUnavailable, ServerNotReady
from spaces.model import Report, Space
from spaces.policy import PolicySource
from stage.errors import discord_errors
from ui import captions


class ModeratorsChannel:
    """Posts reports where the YAML says."""

    def __init__(self, client: discord.Client, policies: PolicySource) -> None:
        self._client = client
        self._policies = policies

    async def file(self, report: Report, space: Space) -> None:
        """Posts the report. Raises :class:`ServerNotReady` if no channel is named or it is not there."""
        wanted = self._policies.for_server(report.guild_id).reports_channel
        guild = self._client.get_guild(report.guild_id)
        if guild is None:
            raise DiscordUnavailable("Your report is saved, but I can't reach the moderators' channel right now.")
        channel = None
        if wanted is not None:
            channel = next((one for one in guild.text_channels if wanted.matches(one.id, one.name)), None)
        if channel is None:
            raise ServerNotReady(
                "Your report is saved, but this server has named no channel for reports. Please tell a moderator too."
            )
        with discord_errors("show your report to the moderators"):
            await channel.send(
                view=captions.report_card(report, space), allowed_mentions=discord.AllowedMentions.none()
            )
