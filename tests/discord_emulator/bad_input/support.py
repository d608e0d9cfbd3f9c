"""Raw sockets towards the emulator, and what has to hold whatever was sent to it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiohttp

from discord_emulator import Emulator


@asynccontextmanager
async def raw(server: Emulator) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A TCP connection to the HTTP port."""
    reader, writer = await asyncio.open_connection(*http_address(server))
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def http_address(server: Emulator) -> tuple[str, int]:
    host, _, port = server.api_base.removeprefix("http://").split("/")[0].partition(":")
    return host, int(port)


async def answer_to(server: Emulator, request: bytes) -> bytes:
    """What comes back for these bytes until the emulator closes, or 0.3 s pass in silence."""
    async with raw(server) as (reader, writer):
        writer.write(request)
        received = b""
        with suppress(ConnectionError, TimeoutError):
            while piece := await asyncio.wait_for(reader.read(65_536), 0.3):
                received += piece
        return received


def statuses(answer: bytes) -> list[int]:
    """The status of every HTTP response in these bytes."""
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer)]


async def still_serves(server: Emulator) -> None:
    """A fresh client is answered; nothing that came before was a fault of the emulator."""
    async with aiohttp.ClientSession() as session, session.get(f"{server.api_base}/gateway") as response:
        assert response.status == 200
        assert (await response.json())["url"] == server.gateway_url
    faults = [violation for violation in server.violations if violation.kind == "emulator fault"]
    assert faults == []
