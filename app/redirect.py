"""Which Discord the client talks to: the real one, or any server that speaks its protocol."""

from __future__ import annotations

import ssl

import aiohttp
import discord.gateway
import discord.http
import yarl

from config.environment import Environment


def point_discord_at(environment: Environment) -> None:
    """Sets the addresses that discord.py starts from. Unset ones stay Discord's own."""
    if environment.api_base is not None:
        discord.http.Route.BASE = environment.api_base
    if environment.gateway_url is not None:
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(environment.gateway_url)


def connector(environment: Environment) -> aiohttp.TCPConnector:
    """The connector of every HTTP and WebSocket connection; call it inside the event loop.

    A CA file adds to the certificates that are trusted anyway. ``limit=0``: discord.py keeps the rate limits itself,
    and its sockets would take up places for good.
    """
    context = ssl.create_default_context()
    if environment.ca_file is not None:
        context.load_verify_locations(environment.ca_file)
    return aiohttp.TCPConnector(ssl=context, limit=0)
