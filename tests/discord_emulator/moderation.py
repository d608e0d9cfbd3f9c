"""What the tests of servers, members and stages share: a bot that may do exactly what a test says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import aiohttp
import discord
import pytest

from discord_emulator import Role

from .conftest import Bot, Stand

EVERYONE = ("view_channel", "send_messages", "connect", "speak", "request_to_speak")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)


def own_role(stand: Stand) -> Role:
    """The managed role of the bot."""
    return next(role for role in stand.guild.roles.values() if role.bot_id == stand.application.bot.id)


async def start_with(stand: Stand, *permissions: str, **intents: bool) -> tuple[Bot, discord.Guild]:
    """The bot online with these permissions, its role above the others there are; ``@everyone`` has the usual ones."""
    stand.guild.set_permissions(stand.guild.default_role, EVERYONE)
    stand.guild.set_permissions(own_role(stand), permissions)
    bot = await stand.start(intents=discord.Intents(guilds=True, voice_states=True, guild_messages=True, **intents))
    guild = bot.get_guild(stand.guild.id)
    assert guild is not None
    return bot, guild


@contextmanager
def refused(stand: Stand, code: int, *kinds: str) -> Iterator[None]:
    """The block is refused with this code, and the emulator holds it against the bot if ``kinds`` says so."""
    with stand.discord.expecting(*kinds), pytest.raises(discord.HTTPException) as refusal:
        yield
    assert refusal.value.code == code


async def call(stand: Stand, method: str, path: str, *, body: Any = None, **query: str) -> tuple[int, Any]:
    """A REST call of the bot without any library: for what discord.py would not send."""
    headers = {"Authorization": f"Bot {stand.application.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, stand.discord.api_base + path, json=body, params=query) as answer,
    ):
        return answer.status, None if answer.status == 204 else await answer.json()
