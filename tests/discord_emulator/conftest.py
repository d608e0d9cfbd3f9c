"""A real discord.py client in the same process, pointed at the emulator."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
import discord.gateway
import discord.http
import pytest
import yarl
from discord import app_commands

from discord_emulator import Application, Channel, Emulator, Guild, Person

INTENTS = discord.Intents(guilds=True, voice_states=True, guild_messages=True)
PERMISSIONS = (
    "view_channel",
    "send_messages",
    "send_messages_in_threads",
    "embed_links",
    "attach_files",
    "read_message_history",
    "add_reactions",
    "connect",
    "manage_channels",
    "manage_roles",
    "mute_members",
    "move_members",
    "manage_messages",
)


class Bot(discord.Client):
    """A client with a command tree, as an application built on discord.py has it."""

    def __init__(self, connector: aiohttp.TCPConnector, intents: discord.Intents) -> None:
        super().__init__(
            intents=intents,
            connector=connector,
            allowed_mentions=discord.AllowedMentions.none(),
            enable_debug_events=True,
        )
        self.tree = app_commands.CommandTree(self)
        self.seen: list[str] = []
        self.received: list[tuple[str, Any]] = []
        self.running: asyncio.Task[None] | None = None
        self._arrivals = asyncio.Condition()

    async def on_socket_event_type(self, event: str) -> None:
        async with self._arrivals:
            self.seen.append(event)
            self._arrivals.notify_all()

    async def on_socket_raw_receive(self, text: str) -> None:
        message = json.loads(text)
        if message["op"] == 0:
            self.received.append((message["t"], message["d"]))

    def bodies(self, event: str) -> list[Any]:
        """What the gateway events of this name said, oldest first."""
        return [body for name, body in self.received if name == event]

    async def saw(self, event: str, times: int = 1) -> None:
        """Returns when a gateway event has arrived that often; raises ``TimeoutError`` after 5 s."""
        async with asyncio.timeout(5), self._arrivals:
            await self._arrivals.wait_for(lambda: self.seen.count(event) >= times)


@dataclass
class Stand:
    """What most tests start from: a server with a bot in it, not yet online, and two people."""

    discord: Emulator
    application: Application
    guild: Guild
    chat: Channel
    ada: Person
    ben: Person
    start: Callable[..., Awaitable[Bot]]

    @property
    def host(self) -> Person:
        return self.guild.owner

    def permit(self, *permissions: str, only: bool = False) -> None:
        """Gives the bot these permissions besides the usual ones, or ``only`` these."""
        role = next(role for role in self.guild.roles.values() if role.managed)
        self.guild.set_permissions(role, [*(() if only else PERMISSIONS), *permissions])

    def seen_by(self, bot: Bot) -> discord.TextChannel:
        """The chat as the bot has it."""
        channel = bot.get_channel(self.chat.id)
        assert isinstance(channel, discord.TextChannel)
        return channel

    async def ask(
        self, method: str, path: str, body: Any = None, *, token: bool = True, application: Application | None = None
    ) -> tuple[int, Any]:
        """Calls a route for which discord.py has no method; returns the status and the JSON, if any."""
        caller = application or self.application
        headers = {"Authorization": f"Bot {caller.token}"} if token else {}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.request(method, self.discord.api_base + path, json=body) as response,
        ):
            return response.status, await response.json() if response.status != 204 else None


@pytest.fixture
async def emulator(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Emulator]:
    async with Emulator(seed=7) as server:
        monkeypatch.setattr(discord.http.Route, "BASE", server.api_base)
        monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(server.gateway_url))
        yield server


@pytest.fixture
async def stand(emulator: Emulator) -> AsyncIterator[Stand]:
    application = emulator.add_application("Spaces")
    guild = emulator.add_guild("Book club", community=True, owner_name="Grace")
    chat = guild.add_text_channel("general")
    guild.install(application, PERMISSIONS)
    async with AsyncExitStack() as stack:

        async def start(
            prepare: Callable[[Bot], None] = lambda bot: None,
            intents: discord.Intents = INTENTS,
            token: str = application.token,
        ) -> Bot:
            bot = Bot(aiohttp.TCPConnector(ssl=trusting(emulator), limit=0), intents)
            # With the stock 2 s every test would wait for them; these servers are complete at once.
            bot._connection.guild_ready_timeout = 0.05
            prepare(bot)
            await bot.login(token)
            if bot.tree.get_commands():
                await bot.tree.sync()
            bot.running = asyncio.create_task(bot.connect())
            stack.push_async_callback(asyncio.wait, [bot.running])
            stack.push_async_callback(bot.close)
            await asyncio.wait_for(bot.wait_until_ready(), 5)
            return bot

        yield Stand(emulator, application, guild, chat, guild.add_member("Ada"), guild.add_member("Ben"), start)


def trusting(server: Emulator) -> ssl.SSLContext:
    """A TLS context that trusts the emulator's certificate beside the public ones."""
    context = ssl.create_default_context()
    context.load_verify_locations(server.ca_file)
    return context
