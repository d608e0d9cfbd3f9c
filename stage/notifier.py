"""Private words, as quietly as Discord lets.

First choice: an ephemeral follow-up to that person's newest press, whose token lives 15 minutes
(https://discord.com/developers/docs/interactions/receiving-and-responding#followup-messages). Else one line in the
stage's chat that pings only them, removed when they have acted.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from datetime import UTC, datetime

import discord

from spaces.errors import SpacesError
from spaces.model import Person, Space
from spaces.ports import Notice, NoticeAction
from stage.chat import StageChat
from stage.errors import discord_errors
from ui.custom_ids import Kind
from ui.pieces import button, channel_link, link, page

_log = logging.getLogger(__name__)

TOKEN_SECONDS = 14 * 60
MOST_TOKENS = 10_000
"""Remembered presses; the oldest is forgotten first, which costs that person no more than a public line."""


class DiscordNotifier:
    """Remembers presses, and reaches people through them."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._presses: OrderedDict[tuple[int, int], tuple[float, discord.Webhook]] = OrderedDict()
        self._lines: dict[tuple[int, int], list[int]] = {}
        self._since = datetime.now(UTC)
        self._searched: set[int] = set()

    def remember(self, interaction: discord.Interaction) -> None:
        """Notes an answered press; the newest of each person in each server counts."""
        if interaction.guild_id is None:
            return
        key = (interaction.guild_id, interaction.user.id)
        self._presses[key] = (time.monotonic(), interaction.followup)
        self._presses.move_to_end(key)
        while len(self._presses) > MOST_TOKENS:
            self._presses.popitem(last=False)

    async def tell(self, space: Space, person: Person, notice: Notice) -> None:
        """Reaches the person; a fault is logged, never raised."""
        try:
            if not await self._follow_up(space, person, notice) and not notice.only_in_private:
                await self._line(space, person, notice)
        except SpacesError as error:
            _log.warning("a private word did not arrive: %s", error.sentence)

    async def settle(self, space: Space, person_id: int) -> None:
        """Removes the lines meant for a person, those from before a restart included."""
        await self._find_older_lines(space)
        for message_id in self._lines.pop((space.id, person_id), []):
            try:
                await StageChat(self._client, space).delete(message_id)
            except SpacesError as error:
                _log.warning("a line for one person stays: %s", error.sentence)

    async def _find_older_lines(self, space: Space) -> None:
        """Looks once through the chat of a Space that is older than this process: it was told things before."""
        if space.live_at is None or space.live_at >= self._since or space.id in self._searched:
            return
        self._searched.add(space.id)
        try:
            for person_id, message_id in await StageChat(self._client, space).lines_for_one():
                self._lines.setdefault((space.id, person_id), []).append(message_id)
        except SpacesError as error:
            self._searched.discard(space.id)
            _log.warning("lines for one person in Space %d are not found yet: %s", space.id, error.sentence)

    async def _follow_up(self, space: Space, person: Person, notice: Notice) -> bool:
        pressed, webhook = self._presses.get((space.guild_id, person.id), (float("-inf"), None))
        if webhook is None or time.monotonic() - pressed > TOKEN_SECONDS:
            return False
        try:
            with discord_errors("tell somebody in private"):
                await webhook.send(view=_view(space, notice, notice.text), ephemeral=True)
        except SpacesError:
            self._presses.pop((space.guild_id, person.id), None)
            return False
        return True

    async def _line(self, space: Space, person: Person, notice: Notice) -> None:
        view = _view(space, notice, f"<@{person.id}> {notice.text}")
        message_id = await StageChat(self._client, space).post(view, ping=person.id)
        self._lines.setdefault((space.id, person.id), []).append(message_id)


def _view(space: Space, notice: Notice, text: str) -> discord.ui.LayoutView:
    buttons = {
        NoticeAction.LOWER_HAND: lambda: button("Lower my hand", Kind.LOWER_HAND, space.id, emoji="⬇️"),
        NoticeAction.CHOOSE_CAPTIONS: lambda: button("My words", Kind.MY_WORDS, space.id, emoji="🔒"),
        NoticeAction.JOIN: lambda: link("Join", channel_link(space.guild_id, space.channel_id or 0), emoji="🎧"),
    }
    return page([text], [[buttons[action]() for action in notice.actions]])
