"""A server's scheduled events, as the domain's ``Calendar``.

https://discord.com/developers/docs/resources/guild-scheduled-event
"""

from __future__ import annotations

import discord

from spaces.errors import Conflict, NotFound, ServerNotReady
from spaces.model import Space
from stage import doors
from stage.errors import discord_errors
from stage.rooms import NEEDED, and_so_on
from stage.servers import server

GONE = "That event is gone. Choose another one, or leave it out."


class DiscordCalendar:
    """Takes over scheduled events and completes them."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def check(self, guild_id: int, event_id: int) -> None:
        """Asks Discord for the event, and looks whether the bot may change it where it is planned: its own with Create
        Events, those of others with Manage Events, and what Discord wants of whoever holds events in such a channel.
        """
        event = await self._event(guild_id, event_id)
        if event.status is discord.EventStatus.active:
            raise Conflict("That event is running already. Choose one that has not begun.")
        if event.status is not discord.EventStatus.scheduled:
            raise NotFound("That event is over. Choose another one, or leave it out.")
        if event.entity_type is discord.EntityType.external:
            raise Conflict("That event takes place elsewhere. Choose one in a stage or voice channel.")
        if lacking := _lacking(server(self._client, guild_id), event):
            raise ServerNotReady(
                f"I can't start that event: I need {and_so_on(lacking)}. An admin can give that to my role."
            )

    async def begin(self, space: Space) -> None:
        """One change makes it a running event of the Space's stage, so that nobody is sent to another channel."""
        event = await self._event(space.guild_id, space.event_id or 0)
        if event.status is not discord.EventStatus.scheduled:
            raise Conflict("Somebody has just started or ended that event. Choose another one, or leave it out.")
        with discord_errors("start that event", missing=GONE):
            await event.edit(
                channel=discord.Object(space.channel_id or 0, type=discord.StageChannel),
                entity_type=discord.EntityType.stage_instance,
                status=discord.EventStatus.active,
                reason="A Space has taken it over",
            )

    async def complete(self, space: Space) -> None:
        """Discord may have done so itself: it completes the event of a stage that has been empty for some minutes."""
        if space.event_id is None:
            return
        try:
            event = await self._event(space.guild_id, space.event_id)
            if event.status is discord.EventStatus.active and event.channel_id == space.channel_id:
                with discord_errors("complete the event", missing=GONE):
                    await event.end(reason="The Space is over")
        except NotFound:
            return

    async def _event(self, guild_id: int, event_id: int) -> discord.ScheduledEvent:
        guild = server(self._client, guild_id)
        with discord_errors("see that event", missing=GONE):
            return await guild.fetch_scheduled_event(event_id, with_counts=False)


def _lacking(guild: discord.Guild, event: discord.ScheduledEvent) -> list[str]:
    """The permissions that are missing to change an event, by the names that an admin reads.

    https://discord.com/developers/docs/resources/guild-scheduled-event#guild-scheduled-event-permissions-requirements
    """
    me, channel = guild.me, guild.get_channel(event.channel_id or 0)
    held = me.guild_permissions if channel is None else channel.permissions_for(me)
    needed = ["view_channel"] if channel is not None else []
    if isinstance(channel, discord.VoiceChannel):
        needed.append("connect")
    elif channel is not None:
        needed += doors.MODERATOR
    lacking = [f"**{NEEDED[key]}**" for key in needed if not getattr(held, key)]
    if not held.manage_events and not (event.creator_id == me.id and held.create_events):
        lacking.append("**Manage Events**")
    return lacking
