"""One world for each test, without pauses between retries."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from spaces import ending, scribe
from tests.spaces.world import World


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "RETRY_SECONDS", (0.0, 0.0))
    monkeypatch.setattr(scribe, "RETRY_SECONDS", (0.0, 0.0))


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """A bot in a server, with nobody in a stage yet."""
    world = World()
    yield world
    await world.close()
