"""The judge finds what is wrong, where it is, and lets pass what is right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from discord_emulator import Call

from .description import ABSENT, find, load
from .exceptions import ALLOWANCES
from .judge import Judge

if find() is None:
    pytest.skip(ABSENT, allow_module_level=True)

ROLE = {
    "id": "1",
    "name": "Moderators",
    "permissions": "8",
    "position": 1,
    "color": 0,
    "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
    "hoist": False,
    "managed": False,
    "mentionable": False,
    "icon": None,
    "unicode_emoji": None,
    "flags": 0,
}
CALL = Call("POST", "/guilds/7/roles", "/guilds/{guild_id}/roles", 200, None, {"name": "Moderators"}, ROLE, 0.0, None)
REFUSED = replace(CALL, status=403, code=50013, response_body={"message": "Missing Permissions", "code": 50013})
MESSAGES = Call("GET", "/channels/7/messages", "/channels/{channel_id}/messages", 200, None, None, [], 0.0, None)


@pytest.fixture(scope="module")
def judge() -> Judge:
    description = load()
    assert description is not None
    return Judge(description)


def found(judge: Judge, call: Call) -> list[str]:
    return [str(breach) for breach in judge.call(call)]


def test_what_is_right_passes(judge: Judge) -> None:
    assert found(judge, CALL) == []
    assert found(judge, REFUSED) == []
    assert found(judge, replace(MESSAGES, query={"limit": ["50"], "before": ["9"]})) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"request_body": {"name": 3}}, "body of POST /guilds/{guild_id}/roles: $.name"),
        ({"request_body": {"nmae": "x"}}, "$.nmae: no such key"),
        ({"request_body": {"name": "x" * 101}}, "$.name: breaks 'maxLength': 100"),
        ({"request_body": None}, "body of POST /guilds/{guild_id}/roles: $: is missing"),
        ({"response_body": ROLE | {"nmae": "x"}}, "answer 200 of POST /guilds/{guild_id}/roles: $.nmae: no such key"),
        ({"response_body": {**ROLE, "id": 1}}, "$.id: breaks 'type'"),
        ({"response_body": {**ROLE, "id": "one"}}, "$.id: breaks"),
        ({"response_body": {**ROLE, "position": 2**31}}, "$.position: breaks 'maximum'"),
        ({"response_body": {key: ROLE[key] for key in ROLE if key != "flags"}}, "$.flags: is missing"),
        ({"response_body": {**ROLE, "colors": {"primary_color": 0}}}, "$.colors.secondary_color: is missing"),
        ({"response_body": None}, "answer 200 of POST /guilds/{guild_id}/roles: $: breaks"),
        ({"status": 201}, "the status is none of"),
        ({"path": "/guilds/seven/roles"}, "address of POST /guilds/{guild_id}/roles: $.path.guild_id"),
        ({"query": {"reason": ["x"]}}, "$.query.reason: no such key"),
        ({"path": "/guilds/7/rolls"}, "no such operation"),
        ({"method": "DELETE"}, "no such operation"),
    ],
)
def test_what_is_wrong_with_a_call_is_named(judge: Judge, changes: dict[str, Any], words: str) -> None:
    assert words in "\n".join(found(judge, replace(CALL, **changes)))


@pytest.mark.parametrize("query", [{"limit": ["many"]}, {"limit": ["101"]}, {"before": ["now"]}, {"limit": ["1", "2"]}])
def test_queries_are_read_as_what_they_mean(judge: Judge, query: dict[str, list[str]]) -> None:
    faults = "\n".join(found(judge, replace(MESSAGES, query=query)))
    assert "address of GET /channels/{channel_id}/messages: $.query." in faults


def test_a_refused_request_may_be_wrong_but_not_its_answer(judge: Judge) -> None:
    assert found(judge, replace(REFUSED, request_body={"name": 3})) == []
    assert found(judge, replace(REFUSED, response_body={"message": "no"})) == [
        "answer 403 of POST /guilds/{guild_id}/roles: $.code: is missing"
    ]
    limited = replace(REFUSED, status=429, response_body={"message": "slow down", "code": 0, "global": False})
    assert "$.retry_after: is missing" in found(judge, limited)[0]
    assert found(judge, replace(REFUSED, status=503, response_body="<html>")) == []


def test_clients_may_write_ids_as_numbers_and_bit_sets_as_text_but_not_discord(judge: Judge) -> None:
    route, path = "/guilds/{guild_id}/channels", "/guilds/7/channels"
    overwrite = {"id": 9, "type": 0, "allow": "1024", "deny": "0"}
    body = {"name": "room", "type": 13, "parent_id": 8, "permission_overwrites": [overwrite]}
    assert judge.request_body("POST", path, body) == []
    (fault,) = judge.thing("GuildMemberResponse", {})[:1]
    assert fault.message == "is missing"
    answer = {"id": 1, "type": 13, "flags": 0, "guild_id": "7", "name": "room", "position": 0}
    call = Call("POST", path, route, 201, None, body, answer, 0.0, None)
    assert [breach.fault.place for breach in judge.call(call)] == ["$.id"]


def test_events_are_judged_by_name(judge: Judge) -> None:
    assert judge.event("GUILD_ROLE_CREATE", {"guild_id": "7", "role": ROLE}) == []
    (breach,) = judge.event("GUILD_ROLE_CREATE", {"guild_id": "7", "role": {**ROLE, "hoist": 0}})
    assert str(breach).startswith("event GUILD_ROLE_CREATE: $.role.hoist: breaks 'type'")
    (breach,) = judge.event("GUILD_ROLE_CREATED", {})
    assert str(breach) == "event GUILD_ROLE_CREATED: $: no such event"


def test_of_several_alternatives_the_one_that_was_meant_is_named(judge: Judge) -> None:
    button = {"type": 2, "style": 1, "custom_id": "x" * 101, "label": "Go"}
    row = {"type": 1, "components": [button]}
    (fault,) = judge.request_body("POST", "/channels/7/messages", {"components": [row]})
    assert str(fault).startswith("$.components[0].components[0].custom_id: breaks 'maxLength': 100")


def test_an_exception_covers_its_own_fault_only(judge: Judge) -> None:
    path, route = "/guilds/7/bans/8", "/guilds/{guild_id}/bans/{user_id}"
    ban = Call("PUT", path, route, 204, None, None, None, 0.0, None, {"delete_message_seconds": ["60"]})
    before = judge.tally.allowances.total()
    assert found(judge, ban) == []
    assert judge.tally.allowances.total() == before + 2
    assert len(found(judge, replace(ban, query={"delete_message_seconds": ["long"]}))) == 1
    assert len({allowance.name for allowance in ALLOWANCES}) == len(ALLOWANCES)
    assert all(allowance.why for allowance in ALLOWANCES)
