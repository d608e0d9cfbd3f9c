"""The text chat of a stage: every message of ours for the room goes through here.

Sent without notifications, without pings unless one person is named, and with foreign exceptions mapped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from spaces.errors import NotFound
from spaces.model import Space
from stage.errors import discord_errors

_GONE = "That message is gone."
_NEWEST = 100
"""What one call may ask for: https://discord.com/developers/docs/resources/message#get-channel-messages"""


@dataclass(frozen=True, slots=True)
class Posted:
    """A message in the chat. ``button_ids`` are the ids of what can be pressed in it, if it is one of ours."""

    id: int
    button_ids: frozenset[str]


class StageChat:
    """The chat of one Space's stage."""

    def __init__(self, client: discord.Client, space: Space) -> None:
        self._client = client
        self._channel_id = space.channel_id or 0
        self._channel = client.get_partial_messageable(
            self._channel_id, guild_id=space.guild_id, type=discord.ChannelType.stage_voice
        )

    @property
    def latest_id(self) -> int | None:
        """Id of the newest message, as far as Discord told."""
        channel = self._client.get_channel(self._channel_id)
        return channel.last_message_id if isinstance(channel, discord.StageChannel) else None

    async def post(
        self,
        content: ui.LayoutView | str,
        *,
        ping: int | None = None,
        ping_role: int | None = None,
        once: str | None = None,
    ) -> int:
        """Posts a view or a text and returns the message's id. ``ping`` is the one person who is notified,
        ``ping_role`` the one role; nobody else is.

        A text that is posted ``once`` again within minutes, perhaps after a crash, replaces the first one: Discord
        gives back the message that has that nonce. At most 25 characters.
        https://discord.com/developers/docs/resources/message#create-message
        """
        mentions = discord.AllowedMentions.none()
        if ping is not None:
            mentions.users = [discord.Object(ping)]
        if ping_role is not None:
            mentions.roles = [discord.Object(ping_role)]
        silent = ping is None and ping_role is None
        with discord_errors("write in the stage's chat", missing="The stage is gone."):
            if isinstance(content, str):
                nonce: dict[str, Any] = {} if once is None else {"nonce": once}
                message = await self._channel.send(
                    content, silent=silent, allowed_mentions=mentions, suppress_embeds=True, **nonce
                )
                if once is not None and message.content != content:
                    await message.edit(content=content, allowed_mentions=mentions)
            else:
                message = await self._channel.send(view=content, silent=silent, allowed_mentions=mentions)
        return message.id

    async def edit(self, message_id: int, content: ui.LayoutView | str) -> None:
        """Replaces what a message shows. Raises :class:`NotFound` if it is gone."""
        message = self._channel.get_partial_message(message_id)
        none = discord.AllowedMentions.none()
        with discord_errors("change a message in the stage's chat", missing=_GONE):
            if isinstance(content, str):
                await message.edit(content=content, allowed_mentions=none)
            else:
                await message.edit(view=content, allowed_mentions=none)

    async def delete(self, message_id: int) -> None:
        """Deletes a message; does nothing if it, or the whole chat, is gone."""
        try:
            with discord_errors("delete a message in the stage's chat", missing=_GONE):
                await self._channel.get_partial_message(message_id).delete()
        except NotFound:
            return

    async def newest(self, most: int) -> list[Posted]:
        """The newest messages, the newest first."""
        with discord_errors("read the stage's chat", missing="The stage is gone."):
            return [
                Posted(
                    message.id,
                    frozenset(_ids(message.components) if message.author == self._client.user else ()),
                )
                async for message in self._channel.history(limit=most)
            ]

    async def lines_for_one(self) -> list[tuple[int, int]]:
        """The lines among the newest messages that :meth:`post` sent with a ``ping``: whom each is for, and its id."""
        with discord_errors("read the stage's chat", missing="The stage is gone."):
            return [
                (message.mentions[0].id, message.id)
                async for message in self._channel.history(limit=_NEWEST)
                if message.author == self._client.user
                and len(message.mentions) == 1
                and not message.flags.suppress_notifications
            ]


def _ids(components: Iterable[Any]) -> Iterator[str]:
    for component in components:
        custom_id = getattr(component, "custom_id", None)
        if custom_id:
            yield custom_id
        yield from _ids(getattr(component, "children", ()))
