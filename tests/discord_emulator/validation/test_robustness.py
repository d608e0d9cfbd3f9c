"""No body, however odd, makes a check fail with anything but a refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discord_emulator.validation.commands import check_command, check_commands
from discord_emulator.validation.interactions import check_callback
from discord_emulator.validation.messages import check_message
from discord_emulator.validation.modals import check_modal
from discord_emulator.validation.resources import (
    check_channel,
    check_member_edit,
    check_overwrite,
    check_role,
    check_scheduled_event,
    check_stage_instance,
    check_voice_state,
)
from tests.discord_emulator.validation import test_commands, test_components, test_messages, test_modals
from tests.discord_emulator.validation import test_resources as resources
from tests.discord_emulator.validation.support import Rule, faults, places, replaced

CHECKS: list[tuple[Callable[..., None], list[Rule], dict[str, Any]]] = [
    (check_message, test_messages.RULES + test_components.RULES, {"files": 1}),
    (check_modal, test_modals.RULES, {}),
    (check_command, test_commands.RULES, {}),
    (check_stage_instance, resources.STAGES, {}),
    (check_channel, resources.CHANNELS, {}),
    (check_overwrite, resources.OVERWRITES, {}),
    (check_member_edit, resources.MEMBERS, {}),
    (check_voice_state, resources.VOICE_STATES, {}),
    (check_role, resources.ROLES, {}),
    (check_scheduled_event, resources.EVENTS, {}),
]

ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 10**30, float("nan"), float("inf"), "", " ", "x", "9" * 5_000, "https://[", "²",
    [], [None], [[]], [{}], {}, {"type": []}, {"type": {}}, {"id": {}}, ["x", ["y"]], {"de": []},
)  # fmt: skip

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(("check", "rules", "options"), CHECKS, ids=lambda value: getattr(value, "__name__", ""))
def test_every_value_may_be_odd(check: Callable[..., None], rules: list[Rule], options: dict[str, Any]) -> None:
    found = places(rules)
    assert found
    for rule, place in found:
        for odd in ODD_VALUES:
            faults(check, replaced(rule.good, place, odd), **{**options, **rule.options})


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(body=json_values)
def test_any_json(body: Any) -> None:
    for check, _, options in CHECKS:
        faults(check, body, **options)
    faults(check_commands, body)
    for interaction in range(1, 6):
        faults(check_callback, {"type": body, "data": body}, interaction_type=interaction, files=0)
        for kind in (4, 5, 7, 8, 9):
            faults(check_callback, {"type": kind, "data": body}, interaction_type=interaction, files=0)
