"""What happens in the chats of stages: that something landed or was deleted there, never what it says."""

from __future__ import annotations

from collections.abc import Callable, Collection

import discord
from discord.ext import commands


class ChatCog(commands.Cog):
    """Tells whoever keeps the panel in sight."""

    def __init__(self, landed: Callable[[int, int], None], gone: Callable[[int, Collection[int]], None]) -> None:
        """``landed`` is called with the ids of a channel and a message, ``gone`` with those of several."""
        self._landed = landed
        self._gone = gone

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """A message landed; its text is not ours to read, and not sent to us either."""
        if message.channel.type is discord.ChannelType.stage_voice:
            self._landed(message.channel.id, message.id)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """One message was deleted."""
        self._gone(payload.channel_id, {payload.message_id})

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Many were deleted at once."""
        self._gone(payload.channel_id, payload.message_ids)
