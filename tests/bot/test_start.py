"""Starting the bot as a user does: what goes wrong is one sentence, and nothing is half-made."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from demo.bot_process import ROOT, BotProcess
from discord_emulator import Emulator

pytestmark = pytest.mark.emulator


async def run(folder: Path, *arguments: str, **variables: str) -> tuple[int, str, str]:
    """Runs ``python bot.py`` until it ends by itself; exit status, standard output, standard error."""
    clean: Mapping[str, str] = {key: value for key, value in os.environ.items() if not key.startswith("DISCORD_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "bot.py"),
        *arguments,
        cwd=folder,
        env={**clean, "SPACES_DATA": str(folder / "data"), **variables},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode or 0, output.decode(), errors.decode()


@pytest.mark.parametrize("arguments", [(), ("run",)])
async def test_without_a_token_it_says_what_to_do(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    status, output, errors = await run(tmp_path, *arguments)
    assert status == 2
    assert not output
    assert errors.count("\n") == 1
    assert "DISCORD_TOKEN" in errors
    assert "make demo" in errors


async def test_a_wrong_token_is_one_sentence(tmp_path: Path) -> None:
    async with Emulator(seed=0) as discord:
        application = discord.add_application("Spaces")
        status, _, errors = await run(tmp_path, **{**application.environment(), "DISCORD_TOKEN": "not-the-one"})
    assert status == 2
    assert "Discord refused the token" in errors
    assert "Traceback" not in errors
    assert "not-the-one" not in errors


async def test_an_unreachable_discord_is_one_sentence(tmp_path: Path) -> None:
    variables = {"DISCORD_TOKEN": "a.b.c", "DISCORD_API_BASE": "http://127.0.0.1:9/api/v10"}
    status, _, errors = await run(tmp_path, **variables)
    assert status == 1
    assert "I can't reach Discord" in errors
    assert "Traceback" not in errors


async def test_faults_of_the_configuration_come_all_at_once(tmp_path: Path) -> None:
    config = tmp_path / "spaces.yaml"
    config.write_text("transcripts:\n  days: soon\nmoderashion: {}\n")
    status, _, errors = await run(tmp_path, DISCORD_TOKEN="a.b.c", SPACES_CONFIG=str(config))
    assert status == 2
    assert "spaces.yaml:2: transcripts.days" in errors
    assert "spaces.yaml:3: moderashion" in errors
    assert "moderation" in errors


async def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    status, _, errors = await run(tmp_path, DISCORD_TOKEN="a.b.c", SPACES_DATA=str(tmp_path / "file" / "data"))
    assert status != 0
    assert "Traceback" not in errors
    assert str(tmp_path / "file") in errors


async def test_the_three_settings_are_all_it_needs(tmp_path: Path) -> None:
    async with Emulator(seed=0) as discord:
        application = discord.add_application("Spaces")
        assert set(application.environment()) == {
            "DISCORD_TOKEN",
            "DISCORD_API_BASE",
            "DISCORD_GATEWAY_URL",
            "DISCORD_CA_FILE",
        }
        async with BotProcess(application.environment(), tmp_path) as bot:
            await discord.wait_until_ready(application, timeout=30)
            assert await bot.stop() == 0
        assert not discord.violations
