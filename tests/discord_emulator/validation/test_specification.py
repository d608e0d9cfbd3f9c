"""Discord's OpenAPI description as a judge: what the checks let through suits it too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from discord_emulator.validation.commands import check_command
from discord_emulator.validation.messages import check_message
from discord_emulator.validation.modals import check_modal
from discord_emulator.validation.resources import (
    check_channel,
    check_member_edit,
    check_role,
    check_scheduled_event,
    check_stage_instance,
    check_voice_state,
)
from tests.contract.description import ABSENT, REQUESTS, find, load
from tests.contract.faults import UNKNOWN_KEY, Fault
from tests.contract.judge import Judge
from tests.discord_emulator.validation import test_commands as commands
from tests.discord_emulator.validation import test_components as components
from tests.discord_emulator.validation import test_interactions as interactions
from tests.discord_emulator.validation import test_messages as messages
from tests.discord_emulator.validation import test_modals as modals
from tests.discord_emulator.validation import test_resources as resources
from tests.discord_emulator.validation.support import Rule, faults, places, replaced

if find() is None:
    pytest.skip(ABSENT, allow_module_level=True)

PATHS = {
    "stage": ("POST", "/stage-instances"),
    "channel": ("POST", "/guilds/1/channels"),
    "member": ("PATCH", "/guilds/1/members/1"),
    "role": ("POST", "/guilds/1/roles"),
    "event": ("POST", "/guilds/1/scheduled-events"),
}


@pytest.fixture(scope="module")
def judge() -> Judge:
    description = load()
    assert description is not None
    return Judge(description)


def objections(judge: Judge, name: str, body: Any) -> list[Fault]:
    """What the description finds in a body, by a named schema or by an operation. Keys are the checks' own affair."""
    found = judge.request_body(*PATHS[name], body) if name in PATHS else judge.thing(name, body, REQUESTS)
    return [fault for fault in found if fault.message != UNKNOWN_KEY]


FAMILIES: list[tuple[str, list[Rule]]] = [
    ("MessageCreateRequest", [rule for rule in messages.RULES if not rule.options.get("is_edit")]),
    ("MessageEditRequestPartial", [rule for rule in messages.RULES if rule.options.get("is_edit")]),
    ("MessageCreateRequest", components.RULES),
    ("ModalInteractionCallbackRequestData", modals.RULES),
    ("ApplicationCommandCreateRequest", commands.RULES),
    ("ApplicationCommandAutocompleteCallbackRequest", interactions.SUGGESTIONS),
    ("stage", [rule for rule in resources.STAGES if not rule.options]),
    ("channel", [rule for rule in resources.CHANNELS if not rule.options]),
    ("member", [rule for rule in resources.MEMBERS if "is_self" not in rule.options]),
    ("UpdateSelfVoiceStateRequestPartial", resources.VOICE_STATES),
    ("role", resources.ROLES),
    ("event", [rule for rule in resources.EVENTS if not rule.options]),
]
LOOSER = {
    # The description does not know media channels (type 16), which Discord documents.
    ("MessageCreateRequest", "all channels"),
    ("channel", "type 16"),
    ("channel", "media topic"),
    # The description knows replies only, yet Discord documents forwards (reference type 1).
    ("MessageCreateRequest", "forward"),
    # It takes one type of values for a list; an integer is a number as well.
    ("ApplicationCommandAutocompleteCallbackRequest", "one kind of values"),
    # discord.py raises its own hand at a time without an offset.
    ("UpdateSelfVoiceStateRequestPartial", "hand"),
}


CHECKS: dict[str, tuple[Callable[..., None], dict[str, Any]]] = {
    "MessageCreateRequest": (check_message, {"files": 1}),
    "MessageEditRequestPartial": (check_message, {"files": 1}),
    "ModalInteractionCallbackRequestData": (check_modal, {}),
    "ApplicationCommandCreateRequest": (check_command, {}),
    "stage": (check_stage_instance, {}),
    "channel": (check_channel, {}),
    "member": (check_member_edit, {}),
    "UpdateSelfVoiceStateRequestPartial": (check_voice_state, {}),
    "role": (check_role, {}),
    "event": (check_scheduled_event, {"now": resources.NOW}),
}
ODD_VALUES: tuple[Any, ...] = (None, True, -1, 1.5, "", "x", [], {}, [None])

CASES = [
    pytest.param(name, rule, id=f"{name}-{rule}")
    for name, rules in FAMILIES
    for rule in rules
    if (name, rule.name) not in LOOSER
]


@pytest.mark.parametrize(("name", "rule"), CASES)
def test_what_passes_suits_the_description(name: str, rule: Rule, judge: Judge) -> None:
    assert objections(judge, name, rule.good) == []


@pytest.mark.parametrize("name", CHECKS)
def test_never_kinder_than_the_description(name: str, judge: Judge) -> None:
    """Odd values in the place of any right one: what the description refuses, the checks refuse."""
    check, options = CHECKS[name]
    rules = [rule for family, rules in FAMILIES if family == name for rule in rules]
    tried = 0
    for rule, place in places(rules):
        for odd in ODD_VALUES:
            body = replaced(rule.good, place, odd)
            tried += 1
            if not faults(check, body, **{**options, **rule.options}):
                assert objections(judge, name, body) == [], (place, odd)
    assert tried > len(ODD_VALUES)
