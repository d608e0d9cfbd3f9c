"""What holds for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from tests.contract.description import load
from tests.contract.plugin import ContractPlugin

# The same examples in every run: what fails here fails for whoever looks into it.
settings.register_profile("seeded", derandomize=True, deadline=None)
settings.load_profile("seeded")

_LOCAL_DISCORD = Path(__file__).parent / "discord_emulator"


def pytest_configure(config: pytest.Config) -> None:
    """Whatever any emulator of this run sends and accepts is judged by Discord's own description."""
    config.pluginmanager.register(ContractPlugin(load()), "contract")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The local Discord's own tests over sockets are no unit tests; its rules alone are."""
    for item in items:
        if _LOCAL_DISCORD in item.path.parents and "validation" not in item.path.parts:
            item.add_marker(pytest.mark.emulator)
