"""Stopping: whatever a service does, the bot ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from app.client import SpacesBot


class House:
    """Services that do nothing but stop, in one way or another."""

    def __init__(self, stop: Callable[[], Awaitable[None]]) -> None:
        self.stop = stop
        self.take_up = self.transcribing = self.hosting = self.watch = self.debts = self
        self.expire = self.wind_up_the_rest = self.remove_stale_channels = self.look = self.pay_everywhere = (
            self._nothing
        )

    async def _nothing(self) -> int:
        return 0

    async def __call__(self) -> int:
        return 0


@pytest.fixture
async def connector() -> AsyncIterator[aiohttp.TCPConnector]:
    connector = aiohttp.TCPConnector()
    yield connector
    await connector.close()


def bot(connector: aiohttp.TCPConnector, stop: Callable[[], Awaitable[None]]) -> SpacesBot:
    services: Any = House(stop)
    return SpacesBot(connector, lambda _client: services)


async def test_services_are_stopped_once_however_often_it_is_closed(connector: aiohttp.TCPConnector) -> None:
    count = SimpleNamespace(stops=0)

    async def stop() -> None:
        count.stops += 1
        await asyncio.sleep(0)

    async with bot(connector, stop) as a_bot:
        await asyncio.gather(a_bot.close(), a_bot.close())
    assert count.stops == 1
    assert a_bot.is_closed()


async def test_a_service_that_fails_to_stop_is_logged(
    connector: aiohttp.TCPConnector, caplog: pytest.LogCaptureFixture
) -> None:
    async def stop() -> None:
        raise ZeroDivisionError

    a_bot = bot(connector, stop)
    with caplog.at_level(logging.ERROR):
        await a_bot.close()
    assert a_bot.is_closed()
    assert "not everything was stopped" in caplog.text


async def test_a_service_that_hangs_is_left_behind(
    connector: aiohttp.TCPConnector, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.client.STOP_SECONDS", 0.05)

    async def stop() -> None:
        await asyncio.Event().wait()

    a_bot = bot(connector, stop)
    with caplog.at_level(logging.ERROR):
        await asyncio.wait_for(a_bot.close(), 2)
    assert a_bot.is_closed()
    assert "not everything was stopped" in caplog.text
