"""A real discord.py client in this process, whose server has a stage, on a local Discord."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import discord
import discord.gateway
import discord.http
import pytest
import yarl

from audio.ogg import write_frames
from discord_emulator import Channel, Emulator, Guild
from discord_emulator import Person as Member
from spaces.model import Person, Space, SpaceState, Utterance
from tests.audio.sound import encode, tone
from tests.voice.packets import WallClock
from voice.listener import StageListener


@dataclass
class Room:
    """A stage with its people, and a listener that has not joined yet."""

    emulator: Emulator
    client: discord.Client
    guild: Guild
    stage: Channel
    folder: Path
    lost: list[Space] = field(default_factory=list)
    heard: list[Utterance] = field(default_factory=list)
    earlier_threads: frozenset[threading.Thread] = field(default_factory=lambda: frozenset(threading.enumerate()))
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.listener = StageListener(self.client, WallClock(), on_lost=self.lost.append)
        self.space = Space(
            id=3,
            guild_id=self.guild.id,
            host=Person(1, "Host"),
            title="Test",
            state=SpaceState.LIVE,
            created_at=datetime.now(UTC),
            channel_id=self.stage.id,
        )

    def put(self, utterance: Utterance) -> None:
        """The listener's sink."""
        self.heard.append(utterance)
        self._arrived.set()

    async def join(self, *consenting: Member) -> None:
        await self.listener.join(self.space, self, [person.id for person in consenting])

    async def hear(self, utterances: int) -> list[Utterance]:
        """Returns when so many utterances have arrived."""
        async with asyncio.timeout(5):
            while len(self.heard) < utterances:
                self._arrived.clear()
                await self._arrived.wait()
        return self.heard

    async def speaker(self, name: str) -> Member:
        """Somebody on stage."""
        person = self.guild.add_member(name)
        await self.step_on_stage(person)
        return person

    async def step_on_stage(self, person: Member) -> None:
        await person.join(self.stage)
        await self.guild.owner.invite_natively(person)
        await person.accept_invitation()

    def clip(self, seconds: float, hertz: float = 440.0) -> tuple[Path, tuple[bytes, ...]]:
        """A sound file and the Opus frames in it."""
        frames = encode(tone(seconds, hertz=hertz))
        path = self.folder / f"{seconds}-{hertz}.ogg"
        path.write_bytes(write_frames(frames))
        return path, tuple(frames)

    @property
    def bot_channel(self) -> Channel | None:
        """Where the bot is, as Discord sees it."""
        assert self.client.user is not None
        voice = self.guild.members[self.client.user.id].voice
        return voice.channel if voice else None


class QuickClient(discord.Client):
    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Stock waits the 5 s that Discord asks for between sessions; tests move the local Discord's clock instead."""


@pytest.fixture
async def room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[Room]:
    async with Emulator(seed=7) as emulator:
        monkeypatch.setattr(discord.http.Route, "BASE", emulator.api_base)
        monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(emulator.gateway_url))
        application = emulator.add_application("Spaces")
        guild = emulator.add_guild("Book club", community=True)
        guild.install(application, ("view_channel", "connect"))
        stage = guild.add_stage_channel("What we read")
        trusting = ssl.create_default_context()
        trusting.load_verify_locations(emulator.ca_file)
        intents = discord.Intents(guilds=True, voice_states=True)
        client = QuickClient(intents=intents, connector=aiohttp.TCPConnector(ssl=trusting, limit=0))
        client._connection.guild_ready_timeout = 0.05  # stock waits 2 s for more servers; there is but this one
        await client.login(application.token)
        running = asyncio.create_task(client.connect())
        try:
            await asyncio.wait_for(client.wait_until_ready(), 10)
            a_room = Room(emulator, client, guild, stage, tmp_path)
            yield a_room
            await a_room.listener.close()
        finally:
            await client.close()
            await asyncio.wait_for(running, 10)
