"""A long run does not fill the memory: the record keeps the newest, interactions are forgotten."""

from __future__ import annotations

import aiohttp

from discord_emulator import Emulator, Settings
from discord_emulator.actions import interactions
from discord_emulator.model.interactions import InteractionType


async def test_the_newest_calls_are_kept() -> None:
    async with Emulator(settings=Settings(kept_calls=50, rate_limits=False)) as server:
        async with aiohttp.ClientSession() as session:
            for number in range(120):
                async with session.get(f"{server.api_base}/nothing/{number}") as answer:
                    assert answer.status == 404
        assert 50 <= len(server.calls) <= 55
        assert server.calls[-1].path == "/nothing/119"
        assert 50 <= len(server.violations) <= 55


async def test_unknown_routes_are_told_apart_up_to_a_point() -> None:
    async with Emulator() as server:
        for number in range(1_500):
            server.world.record.miss(f"GET /{number}")
        assert server.unknown_routes.total() == 1_500
        assert len(server.unknown_routes) == 1_001


async def test_interactions_are_forgotten_long_after_their_tokens_died() -> None:
    async with Emulator() as server:
        application = server.add_application("Busy")
        guild = server.add_guild("Home")
        guild.install(application)
        chat = guild.add_text_channel("general")
        for _ in range(20):
            data = {"type": 1, "name": "go", "id": "1"}
            interactions.start(
                server.world, application, InteractionType.COMMAND, member=guild.owner, channel=chat, data=data
            )
            with server.expecting("unanswered interaction"):
                server.advance(300)
        assert len(server.world.interactions) == 6
