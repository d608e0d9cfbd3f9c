"""`python bot.py`: run and check, and what the admin reads when something is missing or wrong."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.command_line import main
from config.environment import Environment
from config.loader import ROOT
from config.schema import Settings
from tests.app.logging_state import restored_logging

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.abcdefghijklmnopqrstuvwxyz0123456789AB"


class Bot:
    """Stands for the running bot: remembers what it was started with."""

    def __init__(self, status: int = 0) -> None:
        self.started: list[tuple[Settings, Environment]] = []
        self._status = status

    def __call__(self, settings: Settings, environment: Environment) -> int:
        self.started.append((settings, environment))
        logging.getLogger("bot").info("logging in with %s", environment.token)
        return self._status


@pytest.fixture(autouse=True)
def _logging() -> Iterator[None]:
    with restored_logging():
        yield


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "wrong.yaml"
    path.write_text("spaces:\n  speek: everyone\ntranscripts:\n  days: soon\n")
    return path


@pytest.mark.parametrize("arguments", [[], ["run"]])
def test_run_starts_the_bot(arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bot = Bot(status=3)

    status = main(arguments, {"DISCORD_TOKEN": TOKEN, "SPACES_DATA": str(tmp_path)}, bot)

    assert status == 3
    ((settings, environment),) = bot.started
    assert environment.token == TOKEN
    assert settings.storage.folder_path == tmp_path
    output = capsys.readouterr()
    assert "INFO    bot: logging in with [redacted]" in output.err
    assert TOKEN not in output.err + output.out


@pytest.mark.parametrize("variables", [{}, {"DISCORD_TOKEN": ""}, {"DISCORD_TOKEN": " \n"}])
def test_without_a_token_one_sentence(variables: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    bot = Bot()

    assert main(["run"], variables, bot) == 2

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("DISCORD_TOKEN is not set")
    assert "make demo" in line
    assert bot.started == []


@pytest.mark.parametrize("command", ["run", "check"])
def test_all_faults_are_told_at_once(command: str, wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bot = Bot()
    variables = {"SPACES_CONFIG": str(wrong), "DISCORD_API_BASE": "discord.com", "DISCORD_TOKEN": TOKEN}

    assert main([command], variables, bot) == 2

    assert capsys.readouterr().err.splitlines() == [
        'DISCORD_API_BASE: must be an http:// or https:// address that ends in /api/v10, not "discord.com"',
        f'{wrong}:2: spaces.speek: is no setting; did you mean "speak"?',
        f'{wrong}:4: transcripts.days: must be a whole number from 1 to 3650, not "soon"',
    ]
    assert bot.started == []


def test_a_missing_token_is_told_with_the_rest(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run"], {"SPACES_CONFIG": str(wrong)}, Bot()) == 2

    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert lines[-1].startswith("DISCORD_TOKEN is not set")


def test_check_says_what_was_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    bot = Bot()

    assert main(["check"], {"SPACES_DATA": str(tmp_path), "DISCORD_TOKEN": TOKEN}, bot) == 0

    output = capsys.readouterr()
    assert "spaces.yaml is valid." in output.out
    assert "opened by everyone; afterwards the channel stays 24 h" in output.out
    assert (
        "joined by everyone, speaking by request, up to 13 on stage and 2 co-hosts; "
        "presets: x, clubhouse, instagram, town-hall"
    ) in output.out
    assert "transcripts kept 30 days" in output.out
    assert "Gestures: 8 (Clap, Wave, Fist, 100, Heart, Laugh, Peace, Raised hand), one every 1 s" in output.out
    assert f"Database: {tmp_path / 'spaces.sqlite3'}" in output.out
    assert "DISCORD_TOKEN is set" in output.out
    assert TOKEN not in output.out
    assert output.err == ""
    assert bot.started == []


def test_check_needs_no_token(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"], {}, Bot()) == 0
    assert "DISCORD_TOKEN is not set, which `run` needs" in capsys.readouterr().out


def test_an_unknown_command_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["fly"], {}, Bot())

    assert stop.value.code == 2
    assert "'run', 'check'" in capsys.readouterr().err


def run_bot_py(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "PYTHONWARNINGS": "error", **variables}
    command = [sys.executable, "-X", "utf8=0", str(ROOT / "bot.py"), *arguments]
    return subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, timeout=30, check=False)


def test_the_program_itself() -> None:
    without_token = run_bot_py()
    check = run_bot_py("check", LC_ALL="C", PYTHONCOERCECLOCALE="0")

    assert (without_token.returncode, without_token.stdout) == (2, "")
    assert "make demo" in without_token.stderr
    assert (check.returncode, check.stderr) == (0, "")
    assert "Gestures: 8" in check.stdout


LISTING = """
import sys
from app.command_line import main
main(["check"], {})
print([name for name in sys.argv[1:] if name in sys.modules])
"""


def test_reading_the_configuration_loads_nothing_heavy() -> None:
    heavy = ("discord", "aiohttp", "sqlalchemy", "av", "pebble", "pocketsphinx", "asyncio")
    command = [sys.executable, "-c", LISTING, *heavy]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=True)

    assert done.stdout.splitlines()[-1] == "[]"
