"""The workers of a bot: what they have loaded, and that they end when it is killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.speech.waiting import ended, wait_until

pytestmark = pytest.mark.speech

_PROGRAM = Path(__file__).with_name("bot_like.py")


@dataclass
class BotLike:
    """A running ``bot_like.py`` with a hung and an idle worker. ``parent`` is the parent of both workers."""

    process: subprocess.Popen[bytes]
    hung: int
    idle: int
    parent: int
    modules: list[str]


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[BotLike]:
    """Started in an unrelated folder, without a hint where our packages are."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    report = tmp_path / "report.json"
    with (
        (tmp_path / "stderr").open("wb") as stderr,
        subprocess.Popen([sys.executable, str(_PROGRAM)], cwd=tmp_path, env=environment, stderr=stderr) as process,
    ):
        try:
            wait_until(lambda: report.exists() or process.poll() is not None, seconds=20)
            assert report.exists(), (tmp_path / "stderr").read_text()
            bot = BotLike(process, **json.loads(report.read_text()))
            yield bot
        finally:
            process.kill()
        with contextlib.suppress(ProcessLookupError):  # should a test fail, leave no process that runs for ever
            os.kill(bot.hung, signal.SIGKILL)


def test_workers_hold_the_model_and_nothing_of_discord(bot: BotLike) -> None:
    roots = {module.partition(".")[0] for module in bot.modules}
    assert {"pocketsphinx", "speech", "audio", "spaces"} <= roots
    assert not roots & {"discord", "aiohttp", "sqlalchemy", "alembic", "pydantic", "nacl", "app", "cogs", "voice"}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere workers are spawned, not forked")
def test_workers_are_forked_with_the_model_wherever_the_bot_was_started(bot: BotLike) -> None:
    assert "speech.preload" in bot.modules


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_workers_end_when_the_bot_is_killed_even_one_that_hangs(bot: BotLike) -> None:
    workers = (bot.hung, bot.idle, bot.parent)
    assert not any(map(ended, workers))
    bot.process.kill()
    bot.process.wait()
    wait_until(lambda: all(map(ended, workers)), seconds=5)
