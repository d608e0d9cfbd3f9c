"""A fresh local Discord for every fault, with a client that can be as wrong as it likes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from discord_emulator import Application, Call, Channel, Emulator, Guild, Person, Role, Settings

PERMISSIONS = (
    "view_channel",
    "send_messages",
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
    "moderate_members",
    "ban_members",
    "create_events",
    "send_tts_messages",
    "create_public_threads",
)
COMMAND = {
    "name": "space",
    "description": "Opens a Space",
    "type": 1,
    "options": [
        {"type": 3, "name": "title", "description": "What it is about", "required": True, "max_length": 100},
        {
            "type": 3,
            "name": "speak",
            "description": "Who speaks",
            "choices": [{"name": "Everyone", "value": "all"}, {"name": "By request", "value": "asked"}],
        },
    ],
}
PATIENCE_SECONDS = 5.0
INVALID_SESSION = 9


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP."""

    status: int
    body: Any

    @property
    def code(self) -> int:
        """The JSON error code; the HTTP status where there is none."""
        code = self.body.get("code") if isinstance(self.body, dict) else None
        return code or self.status


@dataclass(slots=True)
class Socket:
    """A gateway client that sends what it is told, and remembers what it got."""

    client: aiohttp.ClientWebSocketResponse
    got: list[dict[str, Any]] = field(default_factory=list)

    async def send(self, payload: Any) -> None:
        """Sends JSON, or text as it is."""
        await self.client.send_str(payload if isinstance(payload, str) else json.dumps(payload))

    async def until(self, what: str | int) -> dict[str, Any]:
        """The next event of that name, or payload with that opcode. ``ConnectionError`` if the socket closes."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                message = await self.client.receive()
                if message.type is not aiohttp.WSMsgType.TEXT:
                    raise ConnectionError(f"closed with {self.client.close_code}")
                payload = json.loads(message.data)
                self.got.append(payload)
                if what in (payload["t"] if payload["op"] == 0 else None, payload["op"] or None):
                    return payload

    async def verdict(self) -> int | None:
        """Reads on until the server closes: the code, or 9 if it says "invalid session" (op 9) instead.

        ``None`` if it does neither in time.
        """
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not self.client.closed:
                    message = await self.client.receive()
                    if message.type is aiohttp.WSMsgType.TEXT:
                        self.got.append(json.loads(message.data))
                        if self.got[-1]["op"] == INVALID_SESSION:
                            return INVALID_SESSION
        except TimeoutError:
            return None
        return self.client.close_code


@dataclass(slots=True)
class Ground:
    """One emulator with a bot, a server and a person in it. ``role`` is the bot's own."""

    discord: Emulator
    session: aiohttp.ClientSession
    app: Application
    guild: Guild
    chat: Channel
    stage: Channel
    ada: Person
    role: Role
    tasks: list[asyncio.Task[Any]] = field(default_factory=list)
    sockets: list[Socket] = field(default_factory=list)

    @property
    def last_call(self) -> Call:
        """The latest REST call, as the emulator wrote it down."""
        return self.discord.calls[-1]

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        raw: bytes | None = None,
        headers: dict[str, str] | None = None,
        form: aiohttp.FormData | None = None,
    ) -> Answer:
        """Sends a request, by default with the bot's token; ``token=""`` sends none."""
        token = self.app.token if token is None else token
        headers = ({"Authorization": f"Bot {token}"} if token else {}) | (headers or {})
        given: dict[str, Any] = {"data": raw if form is None else form} if raw or form else {}
        if body is not None:
            given = {"json": body}
        async with self.session.request(method, self.discord.api_base + path, headers=headers, **given) as answer:
            text = await answer.text()
            return Answer(answer.status, json.loads(text) if text else None)

    async def connect(self, *, query: str = "?v=10&encoding=json") -> Socket:
        """A gateway connection that has not identified yet."""
        socket = Socket(await self.session.ws_connect(self.discord.gateway_url + query, max_msg_size=0))
        self.sockets.append(socket)
        return socket

    def identity(self, **changes: Any) -> dict[str, Any]:
        """An IDENTIFY payload."""
        properties = {"os": "linux", "browser": "x", "device": "x"}
        return {
            "op": 2,
            "d": {"token": self.app.token, "intents": 1 | 1 << 7 | 1 << 9, "properties": properties} | changes,
        }

    async def log_in(self, **changes: Any) -> Socket:
        """A gateway connection that is ready and knows the server."""
        socket = await self.connect()
        await socket.until(10)
        await socket.send(self.identity(**changes))
        await socket.until("GUILD_CREATE")
        return socket

    async def interaction(self, socket: Socket) -> dict[str, Any]:
        """What the gateway says of Ada running ``/space``; she waits for the answer on her own."""
        await self.ask("PUT", f"/applications/{self.app.id}/commands", [COMMAND])
        self.tasks.append(asyncio.create_task(self.ada.run("space", title="Books", where=self.chat)))
        return (await socket.until("INTERACTION_CREATE"))["d"]

    async def press(self, socket: Socket) -> dict[str, Any]:
        """What the gateway says of Ada pressing a button on a new message."""
        button = {"type": 2, "style": 1, "label": "Press", "custom_id": "press"}
        row = {"type": 1, "components": [button]}
        answer = await self.ask("POST", f"/channels/{self.chat.id}/messages", {"content": "x", "components": [row]})
        message = next(one for one in self.ada.messages(self.chat) if str(one.id) == answer.body["id"])
        self.tasks.append(asyncio.create_task(self.ada.press(message, "Press")))
        return (await socket.until("INTERACTION_CREATE"))["d"]

    async def answer(self, interaction: dict[str, Any], body: Any) -> Answer:
        """Answers an interaction."""
        return await self.ask(
            "POST", f"/interactions/{interaction['id']}/{interaction['token']}/callback", body, token=""
        )


@asynccontextmanager
async def fresh_ground(**settings: Any) -> AsyncIterator[Ground]:
    """A new world; REST limits are off unless asked for, so that no refusal is one of those by accident."""
    settings = {"rate_limits": False, "identify_window": 0} | settings
    async with Emulator(seed=1, settings=Settings(**settings)) as discord, aiohttp.ClientSession() as session:
        # What is wrong here is so on purpose: the judge of the test run is not to see it.
        discord.world.record.observers.clear()
        app = discord.add_application("Spaces")
        guild = discord.add_guild("Book club", community=True)
        chat, stage = guild.add_text_channel("general"), guild.add_stage_channel("room")
        bot = guild.install(app, PERMISSIONS)
        ground = Ground(discord, session, app, guild, chat, stage, guild.add_member("Ada"), bot.roles[0])
        try:
            yield ground
        finally:
            for task in ground.tasks:
                task.cancel()
            await asyncio.gather(*ground.tasks, return_exceptions=True)
            for socket in ground.sockets:
                await socket.client.close()
