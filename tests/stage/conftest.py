"""A real discord.py client on a local Discord, with a live Space whose board it keeps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field, replace

import aiohttp
import discord
import discord.gateway
import discord.http
import pytest
import yarl
from discord.ext import commands

from cogs.chat import ChatCog
from discord_emulator import Channel, Emulator, Guild, Message
from spaces.events import SpaceChanged
from spaces.model import Person, Role
from spaces.overview import PanelFacts
from spaces.policy import ServerPolicy
from spaces.room import Room, Rooms
from stage.board import DiscordBoard
from tests.discord_emulator.conftest import PERMISSIONS, trusting
from tests.fakes import FakeStores
from tests.spaces.services import PolicyBook
from tests.ui import build


@dataclass
class Lobby:
    """A Space that is live, its people in the emulator, and a board; :meth:`restart` makes a new one."""

    discord: Emulator
    guild: Guild
    stage: Channel
    bot: commands.Bot
    stores: FakeStores
    tally: int = 0
    rooms: Rooms = field(default_factory=Rooms)

    def __post_init__(self) -> None:
        self.ben = self.guild.add_member("Ben")
        self.board = self._board()

    def _board(self) -> DiscordBoard:
        return DiscordBoard(
            self.bot,
            rooms=self.rooms,
            transcripts=self.stores.transcripts,
            policies=PolicyBook(ServerPolicy()),
            panel_facts=self._facts,
        )

    async def _facts(self, room: Room) -> PanelFacts:
        facts = build.panel_facts()
        tally = ((facts.gestures[0], self.tally),) if self.tally else ()
        return replace(facts, space=room.space, tally=tally)

    async def open(self) -> None:
        """Opens the Space and posts its panel."""
        draft = build.space().evolve(id=0, guild_id=self.guild.id, channel_id=self.stage.id)
        space = await self.stores.spaces.add(draft)
        self.room = Room(space, [], self.stores.spaces)
        self.rooms.add(self.room)
        await self.room.save(self.room.participant(Person(10, "Ada")).evolve(role=Role.HOST))
        await self.room.change(panel_message_id=await self.board.opened(space))
        await self.bot.add_cog(ChatCog(self._landed, self._gone))

    def _landed(self, channel_id: int, message_id: int) -> None:
        self.board.message_landed(channel_id, message_id)

    def _gone(self, channel_id: int, message_ids: Collection[int]) -> None:
        self.board.messages_gone(channel_id, message_ids)

    async def restart(self) -> None:
        """The process ends, and another one begins with what the store holds."""
        await self.board.close()
        self.rooms.discard(self.room.space.id)
        space = await self.stores.spaces.get(self.room.space.id)
        assert space is not None
        self.room = Room(space, await self.stores.spaces.participants(space.id), self.stores.spaces)
        self.rooms.add(self.room)
        self.board = self._board()

    def change(self) -> None:
        """Something in the Space changes."""
        self.board.on_event(SpaceChanged(self.room.space.id))

    async def chat(self, count: int) -> None:
        """Ben writes."""
        for number in range(count):
            await self.ben.post(self.stage, f"message {number}")

    @property
    def messages(self) -> list[Message]:
        """What can be read in the stage's chat."""
        return self.ben.messages(self.stage)

    @property
    def panels(self) -> list[Message]:
        """The panels there."""
        return [message for message in self.messages if message.author.bot and "LIVE" in message.text]

    @property
    def panel_is_last(self) -> bool:
        """Whether the one panel is at the bottom, and known."""
        (*_, last) = self.messages
        return self.panels == [last] and self.room.space.panel_message_id == last.id

    def edits(self) -> int:
        """How often the panel was edited."""
        return sum(call.method == "PATCH" and "/messages/" in call.path for call in self.discord.calls)


@pytest.fixture
async def lobby(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Lobby]:
    monkeypatch.setattr("stage.board.PANEL_SECONDS", 0.05)
    async with Emulator(seed=7) as emulator:
        monkeypatch.setattr(discord.http.Route, "BASE", emulator.api_base)
        monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(emulator.gateway_url))
        application = emulator.add_application("Spaces")
        guild = emulator.add_guild("Book club", community=True)
        guild.install(application, PERMISSIONS)
        bot = commands.Bot(
            commands.when_mentioned,
            intents=discord.Intents(guilds=True, voice_states=True, guild_messages=True),
            connector=aiohttp.TCPConnector(ssl=trusting(emulator), limit=0),
            max_messages=None,
        )
        bot._connection.guild_ready_timeout = 0.05  # stock waits 2 s for more servers; there is but this one
        await bot.login(application.token)
        running = asyncio.create_task(bot.connect())
        await asyncio.wait_for(bot.wait_until_ready(), 10)
        a_lobby = Lobby(emulator, guild, guild.add_stage_channel("What we read"), bot, FakeStores())
        try:
            await a_lobby.open()
            yield a_lobby
            assert emulator.violations == []
            assert emulator.unknown_routes == {}
        finally:
            await a_lobby.board.close()
            await bot.close()
            await asyncio.wait_for(running, 10)
