"""What the room sees, as the domain's ``Board``: panel, captions, cards of links, summary.

The panel is edited at once after a change and then at most every five seconds; the last state is always shown. It is
drawn again when the gestures that it counts are a minute old, and posted anew when chat has pushed it away.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence

import discord

from spaces.errors import NotFound, ServerNotReady
from spaces.events import Event, LineAdded, SpaceChanged
from spaces.model import SharedPost, Space, Summary, TranscriptLine
from spaces.overview import TALLY_SECONDS, PanelFacts
from spaces.policy import PolicySource
from spaces.room import Room, Rooms
from spaces.rules import NameOrId
from spaces.stores import TranscriptStore
from stage.captions import CaptionThread
from stage.chat import StageChat
from stage.pace import Pace, Turns
from stage.panel_message import PanelMessage
from stage.servers import server
from ui import captions, opening, panel

PANEL_SECONDS = 5.0
TURN_SECONDS = 1 / 20
"""Panels of all servers together take 20 of the 50 calls a second that Discord takes from a bot, also when all change
at once, as after a restart; people wait for the others.
https://discord.com/developers/docs/topics/rate-limits#global-rate-limit"""


class _SpaceBoard:
    """What the room of one Space sees."""

    def __init__(
        self,
        room: Room,
        thread: CaptionThread,
        message: PanelMessage,
        draw: Callable[[_SpaceBoard], Awaitable[None]],
        turns: Turns,
    ) -> None:
        self.room = room
        self.captions = thread
        self.message = message
        self.panel = Pace(lambda: draw(self), PANEL_SECONDS, name=f"panel of Space {room.space.id}", turns=turns)


class DiscordBoard:
    """Follows events and keeps each live Space's messages up to date."""

    def __init__(
        self,
        client: discord.Client,
        *,
        rooms: Rooms,
        transcripts: TranscriptStore,
        policies: PolicySource,
        panel_facts: Callable[[Room], Awaitable[PanelFacts]],
    ) -> None:
        self._client = client
        self._rooms = rooms
        self._transcripts = transcripts
        self._policies = policies
        self._panel_facts = panel_facts
        self._boards: dict[int, _SpaceBoard] = {}
        self._opened: set[int] = set()
        self._turns = Turns(TURN_SECONDS)
        self._closed = False

    def on_event(self, event: Event) -> None:
        """Hears what happened (a subscriber of the event bus); returns at once."""
        if isinstance(event, SpaceChanged):
            board = self._board(event.space_id)
            if board is not None:
                board.panel.ask()
        elif isinstance(event, LineAdded):
            board = self._board(event.line.space_id)
            if board is not None:
                board.captions.add(event.line)

    def message_landed(self, channel_id: int, message_id: int) -> None:
        """Hears that a message landed in some chat; returns at once."""
        board = self._board_in(channel_id)
        if board is not None and (wait := board.message.landed(message_id)) is not None:
            board.panel.ask_in(wait)

    def messages_gone(self, channel_id: int, message_ids: Collection[int]) -> None:
        """Hears that messages of some chat were deleted; a panel among them comes back soon."""
        board = self._board_in(channel_id)
        if board is not None and board.message.gone(message_ids):
            board.panel.ask()

    async def opened(self, space: Space) -> int:
        """Posts the panel of a Space that has just become live."""
        room = self._rooms.get(space.id)
        if room is None:
            raise NotFound("That Space is over.")
        message_id = await StageChat(self._client, space).post(panel.panel(await self._panel_facts(room)))
        self._opened.add(space.id)
        return message_id

    async def announce(self, space: Space, role: NameOrId) -> None:
        """Notifies a role in one line. Raises :class:`ServerNotReady` for a role that is not there or not to be
        mentioned; the bot may mention one that everyone may, or any if it holds Mention Everyone.

        https://discord.com/developers/docs/topics/permissions#permissions-bitwise-permission-flags
        """
        guild = server(self._client, space.guild_id)
        channel = guild.get_channel(space.channel_id or 0)
        if channel is None:
            raise NotFound("The stage is gone.")
        found = next((one for one in guild.roles if role.matches(one.id, one.name)), None)
        if found is None:
            raise ServerNotReady(f"There is no role {role}, which `spaces.start_notice` names.")
        if not found.mentionable and not channel.permissions_for(guild.me).mention_everyone:
            raise ServerNotReady(
                f"I can't notify the role {role}: let everyone mention it, or give me **Mention Everyone**."
            )
        line = opening.start_notice(space, found.id)
        await StageChat(self._client, space).post(line, ping_role=found.id, once=f"start-{space.id}")

    async def post_shared(self, space: Space, post: SharedPost) -> int:
        """Posts the card of a link."""
        return await StageChat(self._client, space).post(captions.post_card(post))

    async def remove_post(self, space: Space, post: SharedPost) -> None:
        """Deletes the card of a link."""
        if post.message_id is not None:
            await StageChat(self._client, space).delete(post.message_id)

    async def remove_lines(self, space: Space, lines: Sequence[TranscriptLine]) -> None:
        """Takes lines out of posted captions, in live Spaces and in ended ones whose channel is still there."""
        board = self._board(space.id)
        thread = board.captions if board else self._thread(space)
        try:
            await thread.remove(lines)
        except NotFound:
            return  # the channel is gone, and the captions with it

    async def redraw_summary(self, summary: Summary) -> None:
        """Draws the summary of a Space that is over anew, if it is still there."""
        space = summary.space
        if space.panel_message_id is None:
            return
        view = panel.summary(summary, self._policies.for_server(space.guild_id).gestures)
        try:
            await StageChat(self._client, space).edit(space.panel_message_id, view)
        except NotFound:
            return

    async def finish(self, summary: Summary) -> None:
        """Posts the last captions and turns the panel into the summary."""
        space = summary.space
        self._opened.discard(space.id)
        board = self._boards.pop(space.id, None)
        if board is not None:
            await board.panel.finish()  # never in the middle of posting a panel: it would stay behind
            await board.message.tidy()
            await board.captions.finish()
        view = panel.summary(summary, self._policies.for_server(space.guild_id).gestures)
        chat = StageChat(self._client, space)
        try:
            await self._replace(chat, space.panel_message_id, view)
        except NotFound:
            return  # the channel was deleted: there is no room left to tell

    async def close(self) -> None:
        """Stops; what was not shown yet is shown after the next start."""
        self._closed = True
        for board in tuple(self._boards.values()):
            await board.panel.cancel()
            await board.captions.cancel()

    def _board(self, space_id: int) -> _SpaceBoard | None:
        board = self._boards.get(space_id)
        room = self._rooms.get(space_id)
        if board is None and room is not None and room.space.is_live and not self._closed:
            board = self._make_board(room)
            self._boards[space_id] = board
            board.captions.adopt()
        return board

    def _board_in(self, channel_id: int) -> _SpaceBoard | None:
        room = self._rooms.in_channel(channel_id)
        return None if room is None else self._board(room.space.id)

    def _make_board(self, room: Room) -> _SpaceBoard:
        thread = self._thread(room.space)
        chat = StageChat(self._client, room.space)
        message = PanelMessage(room, chat, thread, is_new=room.space.id in self._opened)
        return _SpaceBoard(room, thread, message, self._draw, self._turns)

    def _thread(self, space: Space) -> CaptionThread:
        return CaptionThread(space.id, StageChat(self._client, space), self._transcripts)

    async def _draw(self, board: _SpaceBoard) -> None:
        """Shows the panel as it is now."""
        if not board.room.space.is_live:
            return
        facts = await self._panel_facts(board.room)
        wait = await board.message.show(panel.panel(facts))
        if wait is not None:
            board.panel.ask_in(wait)
        if facts.tally:  # nobody may react again, and then it fades
            board.panel.ask_in(TALLY_SECONDS + 1)

    @staticmethod
    async def _replace(chat: StageChat, message_id: int | None, view: discord.ui.LayoutView) -> int:
        if message_id is not None:
            try:
                await chat.edit(message_id, view)
            except NotFound:
                return await chat.post(view)
            return message_id
        return await chat.post(view)
