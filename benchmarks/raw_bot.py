"""The least of a bot: answers every command it gets over a plain gateway. Run as a process by ``benchmarks.emulator``.

Its processor time is its own, so that what a server costs can be read off the server's process.
"""

from __future__ import annotations

import asyncio
import json
import sys
import zlib
from typing import Any

import aiohttp

_INTENTS = 1 << 0 | 1 << 9  # servers, messages in them
_ANSWER = {"type": 4, "data": {"content": "pong"}}
_HEARTBEAT_SECONDS = 30.0


async def serve(api_base: str, gateway_url: str, token: str, compress: str) -> None:
    """Logs in and answers until the socket is closed."""
    address = f"{gateway_url}?v=10&encoding=json" + (f"&compress={compress}" if compress else "")
    inflator = zlib.decompressobj()
    async with aiohttp.ClientSession() as http, http.ws_connect(address, max_msg_size=0) as socket:
        properties = {"os": "linux", "browser": "raw", "device": "raw"}
        await socket.send_json({"op": 2, "d": {"token": token, "intents": _INTENTS, "properties": properties}})
        async with asyncio.TaskGroup() as beside:
            beating = beside.create_task(_beat(socket))
            async for message in socket:
                data = inflator.decompress(message.data) if isinstance(message.data, bytes) else message.data
                payload = json.loads(data)
                if payload.get("t") == "INTERACTION_CREATE":
                    beside.create_task(_answer(http, api_base, payload["d"]))
            beating.cancel()


async def _answer(http: aiohttp.ClientSession, api_base: str, interaction: dict[str, Any]) -> None:
    url = f"{api_base}/interactions/{interaction['id']}/{interaction['token']}/callback"
    async with http.post(url, json=_ANSWER) as response:
        if response.status >= 400:
            raise RuntimeError(f"{response.status}: {await response.text()}")
        await response.read()


async def _beat(socket: aiohttp.ClientWebSocketResponse) -> None:
    while True:
        await asyncio.sleep(_HEARTBEAT_SECONDS)
        await socket.send_json({"op": 1, "d": None})


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:5]))
