"""The command line: reads the configuration as a whole, then starts the bot or says what it read."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.environment import Environment
    from config.errors import Fault
    from config.schema import Settings

OK = 0
WRONG_CONFIGURATION = 2
"""The exit status of everything that the admin can put right, as argparse has it for the command line itself."""

GETTING_STARTED = (
    "DISCORD_TOKEN is not set: put your bot's token there (https://discord.com/developers/applications, your "
    'application, Bot, Reset Token), or run "make demo" to see a Space without one.'
)

Start = Callable[["Settings", "Environment"], int]
"""Runs the bot until it is stopped; returns the exit status."""


def main(arguments: Sequence[str], variables: Mapping[str, str], start: Start | None = None) -> int:
    """Does what ``arguments`` (without the program's name) say and returns the exit status.

    ``variables`` is the environment; ``start`` is for tests, the bot is started otherwise.
    """
    command: str = _parser().parse_args(arguments).command
    settings, environment, faults = _read(variables)
    complaints = [str(fault) for fault in faults]
    if command == "run" and not variables.get("DISCORD_TOKEN", "").strip():
        complaints.append(GETTING_STARTED)
    if settings is None or environment is None or complaints:
        sys.stderr.write("".join(f"{complaint}\n" for complaint in complaints))
        return WRONG_CONFIGURATION
    if command == "check":
        from app.check import overview

        _print(overview(settings, environment))
        return OK
    return _run(settings, environment, start or _start_bot)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bot.py",
        description="Spaces for Discord: turns stage channels into Spaces.",
        epilog="The token is read from DISCORD_TOKEN, the configuration from config/spaces.yaml (or SPACES_CONFIG).",
    )
    commands = "run: start the bot (default); check: read the configuration and say what it means"
    parser.add_argument("command", nargs="?", choices=("run", "check"), default="run", help=commands)
    return parser


def _read(variables: Mapping[str, str]) -> tuple[Settings | None, Environment | None, list[Fault]]:
    """Configuration file and environment, and all that is wrong with either."""
    from config.environment import config_file_in, read_environment
    from config.errors import ConfigurationError
    from config.loader import load_settings

    settings, environment, faults = None, None, []
    try:
        environment = read_environment(variables)
    except ConfigurationError as error:
        faults.extend(error.faults)
    try:
        data_folder = environment.data_folder if environment else None
        settings = load_settings(config_file_in(variables), data_folder=data_folder)
    except ConfigurationError as error:
        faults.extend(error.faults)
    return settings, environment, faults


def _run(settings: Settings, environment: Environment, start: Start) -> int:
    from app.logs import configure_logging

    configure_logging(settings.logging.level, secrets=[environment.token or ""])
    return start(settings, environment)


def _start_bot(settings: Settings, environment: Environment) -> int:
    from app.runtime import run_bot

    return run_bot(settings, environment)


def _print(text: str) -> None:
    """Writes to standard output, whatever characters the terminal knows."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    sys.stdout.write(f"{text}\n")
