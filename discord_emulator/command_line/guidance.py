"""How to point a bot at the emulator."""

from __future__ import annotations

from collections.abc import Iterator

from discord_emulator.model.users import Application
from discord_emulator.server import Emulator


def guidance(emulator: Emulator) -> str:
    """Addresses, the environment of every application, and the lines that a bot needs."""
    return "\n".join(_lines(emulator))


def _lines(emulator: Emulator) -> Iterator[str]:
    yield "A local Discord listens on this computer. Ctrl-C ends it."
    yield f"  REST      {emulator.api_base}"
    yield f"  Gateway   {emulator.gateway_url}"
    yield f"  Voice     wss://{emulator.voice_address}  (trust {emulator.ca_file})"
    for application in emulator.world.applications.values():
        yield ""
        yield from _environment(application)
    yield ""
    yield "discord.py, before the client is made (py-cord alike; the connector inside a running event loop):"
    yield "  import os, ssl, aiohttp, discord, yarl"
    yield '  discord.http.Route.BASE = os.environ["DISCORD_API_BASE"]'
    yield '  discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])'
    yield "  context = ssl.create_default_context()"
    yield '  context.load_verify_locations(os.environ["DISCORD_CA_FILE"])  # for voice'
    yield "  client = discord.Client(intents=..., connector=aiohttp.TCPConnector(ssl=context, limit=0))"
    yield ""
    yield 'hikari:  hikari.GatewayBot(token, rest_url=os.environ["DISCORD_API_BASE"])'
    yield "others:  the address of the API, version 10; GET /gateway/bot says where the gateway is"
    yield ""


def _environment(application: Application) -> Iterator[str]:
    yield f"{application.name}:"
    for name, value in application.environment().items():
        yield f"  export {name}={value}"
