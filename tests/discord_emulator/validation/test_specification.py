"""Discord's OpenAPI description as a judge: what the checks let through suits it too."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
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
from tests.discord_emulator.validation import test_commands as commands
from tests.discord_emulator.validation import test_components as components
from tests.discord_emulator.validation import test_interactions as interactions
from tests.discord_emulator.validation import test_messages as messages
from tests.discord_emulator.validation import test_modals as modals
from tests.discord_emulator.validation import test_resources as resources
from tests.discord_emulator.validation.support import Rule, faults, places, replaced

SPECIFICATION = Path(__file__).parents[4] / "shared" / "discord-openapi.json"
ROOT = "urn:discord"

if not SPECIFICATION.is_file():
    pytest.skip("Discord's OpenAPI description is not at hand", allow_module_level=True)


@pytest.fixture(scope="module")
def registry() -> Any:
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    contents = json.loads(SPECIFICATION.read_text(encoding="utf-8"))
    return Registry().with_resource(ROOT, DRAFT202012.create_resource(contents))


PATHS = {
    "stage": "/stage-instances/post",
    "channel": "/guilds/{guild_id}/channels/post",
    "member": "/guilds/{guild_id}/members/{user_id}/patch",
    "role": "/guilds/{guild_id}/roles/post",
    "event": "/guilds/{guild_id}/scheduled-events/post",
}


def pointer(name: str) -> str:
    """A reference to a named schema, or to the body of an operation."""
    if name not in PATHS:
        return f"{ROOT}#/components/schemas/{name}"
    route, method = PATHS[name].rsplit("/", 1)
    escaped = route.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
    return f"{ROOT}#/paths/{escaped}/{method}/requestBody/content/application~1json/schema"


def normal(value: Any, key: str = "") -> Any:
    """The spec's spelling: ids are strings and bit sets integers; discord.py sends either."""
    if isinstance(value, dict):
        is_overwrite = "allow" in value or "deny" in value
        return {
            inner: normal(below, "role_id" if is_overwrite and inner == "id" else inner)
            for inner, below in value.items()
        }
    if isinstance(value, list):
        return [normal(below, key) for below in value]
    if key in {"allow", "deny", "permissions", "default_member_permissions"}:
        return int(value) if isinstance(value, str) and value.isdigit() else value
    is_id = key.endswith("_id") or key in {"users", "roles"}
    return str(value) if is_id and isinstance(value, int) else value


def with_attachment_ids(body: Any) -> Any:
    entries = body.get("attachments")
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("id"), int):
            entry["id"] = str(entry["id"])
    return body


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
def test_what_passes_suits_the_description(name: str, rule: Rule, registry: Any) -> None:
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator({"$ref": pointer(name)}, registry=registry)
    body = with_attachment_ids(normal(rule.good))
    errors = [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(body)]
    assert errors == []


@pytest.mark.parametrize("name", CHECKS)
def test_never_kinder_than_the_description(name: str, registry: Any) -> None:
    """Odd values in the place of any right one: what the description refuses, the checks refuse."""
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator({"$ref": pointer(name)}, registry=registry)
    check, options = CHECKS[name]
    rules = [rule for family, rules in FAMILIES if family == name for rule in rules]
    tried = 0
    for rule, place in places(rules):
        for odd in ODD_VALUES:
            body = replaced(rule.good, place, odd)
            tried += 1
            if not faults(check, body, **{**options, **rule.options}):
                assert validator.is_valid(with_attachment_ids(normal(body))), (place, odd)
    assert tried > len(ODD_VALUES)
