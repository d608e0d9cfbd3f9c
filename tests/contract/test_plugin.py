"""A test in whose course the contract is broken fails, in whichever process it runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from discord_emulator.record import Call, Record

from .description import ABSENT, find, load
from .judge import Judge
from .plugin import Witness

ROOT = Path(__file__).parents[2]
pytest_plugins = ("pytester",)
OPTIONS = (
    "-p",
    "no:cacheprovider",
    *("-o", "asyncio_mode=auto"),
    *("-o", "asyncio_default_fixture_loop_scope=function"),
)
CONFTEST = """
from tests.contract.description import load
from tests.contract.plugin import ContractPlugin

def pytest_configure(config):
    config.pluginmanager.register(ContractPlugin(load()), "contract")
"""
TESTS = """
import aiohttp
import pytest
from discord_emulator import Emulator
from discord_emulator.payloads import places

async def ask(discord):
    guild = discord.add_guild("Book club")
    application = discord.add_application("Spaces")
    guild.install(application, ["view_channel"])
    headers = {"Authorization": f"Bot {application.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.get(f"{discord.api_base}/guilds/{guild.id}/roles") as answer:
            assert answer.status == 200

@pytest.fixture
async def discord():
    async with Emulator() as discord:
        yield discord

async def test_as_described(discord):
    await ask(discord)

async def test_not_as_described(discord, monkeypatch):
    role = places.role
    monkeypatch.setattr(places, "role", lambda one: role(one) | {"colour": 0})
    await ask(discord)

async def test_as_described_again(discord):
    await ask(discord)
"""


@pytest.mark.parametrize("processes", ["0", "2"])
def test_the_very_test_fails_and_the_run_adds_up(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, processes: str
) -> None:
    if find() is None:
        pytest.skip(ABSENT)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(TESTS)
    run = pytester.runpytest_subprocess(*OPTIONS, "-n", processes)
    run.assert_outcomes(passed=2, failed=1)
    run.stdout.fnmatch_lines(
        [
            "*test_not_as_described*",
            "the contract with Discord was broken:",
            "answer 200 of GET /guilds/{guild_id}/roles: $[[]0].colour: no such key (is 0)",
            "operations exercised *1",
            "request bodies + queries *3",
            "responses *3",
            "breaches *2",
            "FAILED *test_not_as_described*",
        ]
    )


def test_without_the_description_nothing_is_watched_and_the_run_says_so(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("DISCORD_OPENAPI", str(pytester.path / "nowhere.json"))
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(TESTS)
    run = pytester.runpytest_subprocess(*OPTIONS)
    run.assert_outcomes(passed=3)
    run.stdout.fnmatch_lines(["contract: not judged.*DISCORD_OPENAPI*"])


def test_what_is_changed_after_it_was_sent_is_judged_as_it_was_sent() -> None:
    description = load()
    if description is None:
        pytest.skip(ABSENT)
    body = {"message": "Missing Access", "code": 50001}
    witness, record = Witness(), Record()
    record.observers.append(witness)
    record.log(Call("GET", "/users/@me", "/users/@me", 403, 50001, None, body, 0.0, None))
    body.clear()
    assert witness.hand_over(Judge(description)) == []
    assert witness.hand_over(Judge(description)) == []
