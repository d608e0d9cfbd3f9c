"""The short form of ``make torture``: the bot is killed ten times in the middle of an evening."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.torture import torture

pytestmark = [pytest.mark.emulator, pytest.mark.speech]

KILLS = 10


async def test_what_was_told_holds_after_every_kill(tmp_path: Path) -> None:
    ordeal = await torture(KILLS, 1, tmp_path)
    assert not ordeal.faults, "\n".join(ordeal.faults)
    assert ordeal.killed == KILLS
