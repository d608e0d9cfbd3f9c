"""A bare gateway client, for what no library would send."""

from __future__ import annotations

import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord

from discord_emulator import Application, Emulator

INTENTS = discord.Intents(guilds=True, voice_states=True, guild_messages=True).value


class Socket:
    """One connection without transport compression; payloads may be compressed."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.compressed = 0

    async def send(self, opcode: int, data: object) -> None:
        await self.socket.send_json({"op": opcode, "d": data})

    async def next(self) -> dict[str, Any]:
        message = await self.socket.receive(timeout=5)
        if message.type == aiohttp.WSMsgType.BINARY:
            self.compressed += 1
            return json.loads(zlib.decompress(message.data))
        assert message.type == aiohttp.WSMsgType.TEXT, message
        return json.loads(message.data)

    async def until(self, event: str) -> dict[str, Any]:
        while (message := await self.next()).get("t") != event:
            pass
        return message

    async def opcode(self, opcode: int) -> dict[str, Any]:
        while (message := await self.next())["op"] != opcode:
            pass
        return message

    async def events(self) -> list[dict[str, Any]]:
        """Everything dispatched so far: a heartbeat is sent, and what comes before its acknowledgement read."""
        await self.send(1, None)
        seen: list[dict[str, Any]] = []
        while (message := await self.next())["op"] != 11:
            seen.append(message)
        return [message for message in seen if message["op"] == 0]

    async def identified(self, application: Application, **more: object) -> dict[str, Any]:
        """Identifies and returns READY."""
        await self.send(2, identify(application.token, **more))
        return await self.until("READY")

    async def closed(self) -> int:
        while (await self.socket.receive(timeout=5)).type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
            pass
        code = self.socket.close_code
        assert code is not None
        return code


@asynccontextmanager
async def connected(server: Emulator, query: str = "?v=10&encoding=json") -> AsyncIterator[Socket]:
    async with aiohttp.ClientSession() as session, session.ws_connect(server.gateway_url + query) as socket:
        yield Socket(socket)


def identify(token: str, intents: int = INTENTS, **more: object) -> dict[str, object]:
    return {
        "token": token,
        "intents": intents,
        "properties": {"os": "linux", "browser": "test", "device": "test"},
        **more,
    }
