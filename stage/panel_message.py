"""The one message of a live Space's panel: changed in place, posted anew at the bottom when chat has pushed it away.

Only Discord's own clock counts (ids of messages hold it) and what this process saw since, so a restart or a wrong clock
of ours makes no difference. Order of posting anew: the new message, its id in the store, then the old one is deleted. A
crash in between leaves a second panel, which is found and deleted after the next start.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection

from discord import ui
from discord.utils import snowflake_time

from spaces.errors import NotFound, ServerNotReady, SpacesError
from spaces.room import Room
from stage.captions import CaptionThread
from stage.chat import StageChat
from ui import panel

_log = logging.getLogger(__name__)

PUSHED_AWAY = 10
"""Messages below the panel from which on it counts as pushed away: about a screen of short ones on a phone."""

MOVE_SECONDS = 300.0
"""How long a panel stays where it was posted, at the least: who reads or presses it does not want it to jump."""

NO_PAUSE_SECONDS = 1.0
"""After which to look again for a moment when no caption is being written."""

_MOST_SEEN = 10 * PUSHED_AWAY
"""Remembered messages below the panel, so that it still counts as pushed away when some are deleted."""

_SEARCHED = 300
"""Messages searched after a start: three calls at most."""


class PanelMessage:
    """Where the panel stands in its chat. One task at a time may call :meth:`show`."""

    def __init__(self, room: Room, chat: StageChat, captions: CaptionThread, *, is_new: bool) -> None:
        """``is_new`` is whether the Space was opened by this process: then there is nothing to search for."""
        self._room = room
        self._chat = chat
        self._captions = captions
        self._is_searched = is_new
        self._seen: set[int] = set()
        self._seen_at = 0.0
        self._leftovers: set[int] = set()

    def landed(self, message_id: int) -> float | None:
        """A message landed in the chat; returns as :attr:`moves_in`."""
        if len(self._seen) < _MOST_SEEN:
            self._seen.add(message_id)
            self._seen_at = asyncio.get_running_loop().time()
        return self.moves_in

    def gone(self, message_ids: Collection[int]) -> bool:
        """Messages were deleted in the chat; whether the panel is one of them."""
        self._seen.difference_update(message_ids)
        return self._room.space.panel_message_id in message_ids

    @property
    def moves_in(self) -> float | None:
        """In how many seconds the panel may be posted anew; None while chat has not pushed it away."""
        panel_id = self._room.space.panel_message_id or 0
        below = [message_id for message_id in self._seen if message_id > panel_id]
        if len(below) < PUSHED_AWAY:
            return None
        age = (snowflake_time(max(below)) - snowflake_time(panel_id)).total_seconds()
        return max(0.0, MOVE_SECONDS - age - (asyncio.get_running_loop().time() - self._seen_at))

    async def show(self, view: ui.LayoutView) -> float | None:
        """Makes the panel show ``view``; returns in how many seconds it wants to be shown again to move, if it does.

        Raises :class:`NotFound` if the chat is gone or the Space is over.
        """
        await self._search()
        panel_id = self._room.space.panel_message_id
        if panel_id is None or (self.moves_in == 0.0 and not self._captions.is_writing):
            await self._post(view, instead_of=panel_id)
        else:
            try:
                await self._chat.edit(panel_id, view)
            except NotFound:  # somebody deleted it
                await self._post(view, instead_of=panel_id)
        await self.tidy()
        wait = self.moves_in
        return None if wait is None else max(wait, NO_PAUSE_SECONDS)

    async def tidy(self) -> None:
        """Deletes panels that another one has replaced; what Discord does not do now is tried again the next time."""
        for message_id in tuple(self._leftovers):
            try:
                await self._chat.delete(message_id)
            except SpacesError as error:
                _log.warning("an old panel of Space %d stays for now: %s", self._room.space.id, error.sentence)
            else:
                self._leftovers.discard(message_id)

    async def _post(self, view: ui.LayoutView, *, instead_of: int | None) -> None:
        """Posts the panel anew. If it is not the Space's panel in the end, it is deleted again: one is enough."""
        async with self._captions.held():  # not longer: whoever takes captions out may hold the room's lock
            message_id = await self._chat.post(view)
        self._leftovers.add(message_id)
        try:
            async with self._room.lock:
                if self._room.space.panel_message_id != instead_of:
                    return
                await self._room.change(panel_message_id=message_id)
        except SpacesError:
            await self.tidy()
            raise
        self._leftovers.discard(message_id)
        if instead_of is not None:
            self._leftovers.add(instead_of)
        self._seen = {seen for seen in self._seen if seen > message_id}

    async def _search(self) -> None:
        """After a start: what landed below the panel meanwhile, and whether a crash left a second one."""
        if self._is_searched:
            return
        space = self._room.space
        try:
            newest = await self._chat.newest(_SEARCHED)
        except ServerNotReady as error:  # that lasts: the panel does without
            _log.warning("the chat of Space %d cannot be searched: %s", space.id, error.sentence)
            newest = []
        mark = panel.mark(space.id)
        panels = {posted.id for posted in newest if mark in posted.button_ids}
        self._leftovers |= panels - {space.panel_message_id}
        for posted in newest:
            if posted.id not in panels and posted.id > (space.panel_message_id or 0):
                self.landed(posted.id)
        self._is_searched = True
