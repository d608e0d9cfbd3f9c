"""What people read when something goes wrong: a sentence, never a fault of ours without a number."""

from __future__ import annotations

import logging

import aiohttp
import pytest
from discord import AppCommandOptionType, app_commands

from cogs.tree import sentence_for
from spaces.errors import Conflict


class Somebody(app_commands.Transformer):
    """An option that nothing fits."""


def test_a_domain_error_carries_its_sentence() -> None:
    assert sentence_for(Conflict("No hand is up.")) == "No hand is up."


def test_a_choice_that_is_no_member_is_explained() -> None:
    error = app_commands.TransformerError("Cleo", AppCommandOptionType.user, Somebody())
    assert "Choose somebody who is in this server" in sentence_for(error)


def test_a_command_of_an_older_version_is_explained() -> None:
    assert "Reload Discord" in sentence_for(app_commands.CommandNotFound("space", []))


def test_a_fault_of_ours_is_logged_with_the_number_that_the_person_reads(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        sentence = sentence_for(ZeroDivisionError("division by zero"))
    assert "division" not in sentence
    (record,) = caplog.records
    assert record.getMessage().removeprefix("fault ") in sentence
    assert record.exc_info is not None


def test_an_answer_that_got_lost_is_nobodys_fault(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert "Discord did not take my answer" in sentence_for(aiohttp.ServerDisconnectedError())
    assert [record.levelname for record in caplog.records] == ["WARNING"]
