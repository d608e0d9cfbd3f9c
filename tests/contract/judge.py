"""Judges REST calls and gateway events by Discord's own description."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs

from discord_emulator import Call

from .description import ANSWERS, REQUESTS, Description, Operation, referring
from .events import event_schemas
from .exceptions import allowance_for
from .faults import ABSENT_VALUE, Fault, faults

_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Breach:
    """``subject`` is what was judged, e.g. ``answer 200 of GET /channels/{channel_id}``."""

    subject: str
    fault: Fault

    def __str__(self) -> str:
        return f"{self.subject}: {self.fault}"


@dataclass(slots=True)
class Tally:
    """What has been judged so far."""

    operations: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    answers: int = 0
    events: Counter[str] = field(default_factory=Counter)
    allowances: Counter[str] = field(default_factory=Counter)
    breaches: int = 0
    seconds: float = 0.0

    def add(self, other: Tally) -> None:
        """Takes in what another process has judged."""
        self.operations.update(other.operations)
        self.requests += other.requests
        self.answers += other.answers
        self.events.update(other.events)
        self.allowances.update(other.allowances)
        self.breaches += other.breaches
        self.seconds += other.seconds


class Judge:
    """Says what is wrong with calls and events, and counts in ``tally``."""

    def __init__(self, description: Description) -> None:
        self._description = description
        self._validators: dict[tuple[str, ...], jsonschema_rs.Draft202012Validator] = {}
        self._events = event_schemas(description)
        self.tally = Tally()

    def call(self, call: Call, *, asked_for_junk: bool = False) -> list[Breach]:
        """What breaks the contract in a call: its path, query and body unless it was refused, and the answer.

        With ``asked_for_junk`` the answer alone: whoever sends junk on purpose breaks the contract on purpose.
        """
        if call.fault is not None:  # the answer is a proxy's, or none at all
            return []
        operation = self._description.operation(call.method, call.path)
        if operation is None:
            if call.route is None or call.status >= 400:
                return self._refusal(call, f"{call.method} {call.route}")
            return self._counted([Breach(f"{call.method} {call.route}", Fault("$", "no such operation"))])
        self.tally.operations[str(operation)] += 1
        if call.status >= 400:
            return self._refusal(call, str(operation))
        asked = [] if asked_for_junk else [*self._parameters(call, operation), *self._body(call, operation)]
        return self._counted(asked) + self._answer(call, operation)

    def event(self, name: str, data: Any) -> list[Breach]:
        """What breaks the contract in the ``d`` of a dispatched event."""
        self.tally.events[name] += 1
        schema = self._events.get(name)
        if schema is None:
            return self._counted([Breach(f"event {name}", Fault("$", "no such event"))])
        validator = self._validator(("event", name), lambda: schema)
        return self._counted(_breaches(f"event {name}", validator, data))

    def thing(self, name: str, value: Any, document: str = ANSWERS) -> list[Fault]:
        """What is wrong with a value by a component schema."""
        return faults(
            self._validator(("thing", name, document), lambda: self._description.named(name, document)), value
        )

    def request_body(self, method: str, path: str, body: Any) -> list[Fault]:
        """What is wrong with the body of a request to a path, concrete or with parameters."""
        operation = self._description.operation(method, path)
        if operation is None:
            raise ValueError(f"no such operation: {method} {path}")
        return [breach.fault for breach in self._body_faults(operation, body)]

    def _counted(self, breaches: list[Breach]) -> list[Breach]:
        """The breaches that nothing allows."""
        left = []
        for breach in breaches:
            allowance = allowance_for(breach.subject, breach.fault)
            if allowance is None:
                left.append(breach)
            else:
                self.tally.allowances[allowance.name] += 1
        self.tally.breaches += len(left)
        return left

    def _parameters(self, call: Call, operation: Operation) -> list[Breach]:
        key = ("parameters", operation.method, operation.path)
        validator = self._validator(key, lambda: self._parameter_schema(operation))
        in_path, in_query = self._kinds_of(operation, "path"), self._kinds_of(operation, "query")
        given = {
            "path": {name: _read([text], in_path[name]) for name, text in operation.parameters.items()},
            "query": {name: _read(values, in_query.get(name, frozenset())) for name, values in call.query.items()},
        }
        return _breaches(f"address of {operation}", validator, given)

    def _parameter_schema(self, operation: Operation) -> dict[str, Any]:
        """One schema for the parameters in the path and the query."""
        declared = self._description.declared(operation, REQUESTS)["parameters"]
        parts = {}
        for where in ("path", "query"):
            there = [parameter for parameter in declared if parameter["in"] == where]
            parts[where] = {
                "type": "object",
                "properties": {entry["name"]: referring(entry["schema"], REQUESTS) for entry in there},
                "required": [entry["name"] for entry in there if entry.get("required")],
                "additionalProperties": False,
            }
        return {"type": "object", "properties": parts}

    def _kinds_of(self, operation: Operation, where: str) -> dict[str, frozenset[str]]:
        """The JSON types that each parameter of the path or the query may have."""
        declared = self._description.declared(operation, REQUESTS)["parameters"]
        components = self._description.components()
        asked = (entry for entry in declared if entry["in"] == where)
        return {entry["name"]: frozenset(_kinds(entry["schema"], components)) for entry in asked}

    def _body(self, call: Call, operation: Operation) -> list[Breach]:
        self.tally.requests += 1
        return self._body_faults(operation, call.request_body)

    def _body_faults(self, operation: Operation, body: Any) -> list[Breach]:
        subject = f"body of {operation}"
        declared = self._description.declared(operation, REQUESTS).get("requestBody")
        if declared is None:
            return [] if body is None else [Breach(subject, Fault("$", "no body is taken"))]
        if body is None:
            return [Breach(subject, Fault("$", ABSENT_VALUE))] if declared.get("required") else []
        kind = _JSON if _JSON in declared["content"] else "multipart/form-data"
        validator = self._validator(
            ("body", operation.method, operation.path),
            lambda: self._description.of_operation(operation, REQUESTS, "requestBody", "content", kind, "schema"),
        )
        return _breaches(subject, validator, body)

    def _answer(self, call: Call, operation: Operation) -> list[Breach]:
        self.tally.answers += 1
        status = str(call.status)
        subject = f"answer {status} of {operation}"
        answers = self._description.declared(operation, ANSWERS)["responses"]
        if status not in answers:
            return self._counted([Breach(subject, Fault("$", f"the status is none of {sorted(answers)}"))])
        if _JSON not in answers[status].get("content", {}):
            taken = call.response_body is None or "content" in answers[status]
            return [] if taken else self._counted([Breach(subject, Fault("$", "no content is given"))])
        validator = self._validator(
            ("answer", operation.method, operation.path, status),
            lambda: self._description.of_operation(operation, ANSWERS, "responses", status, "content", _JSON, "schema"),
        )
        return self._counted(_breaches(subject, validator, call.response_body))

    def _refusal(self, call: Call, name: str) -> list[Breach]:
        """What is wrong with an error; of those of the 5xx kind the description says nothing."""
        if call.status >= 500:
            return []
        self.tally.answers += 1
        schema = "RatelimitedResponse" if call.status == 429 else "ErrorResponse"
        found = self.thing(schema, call.response_body)
        return self._counted([Breach(f"answer {call.status} of {name}", fault) for fault in found])

    def _validator(
        self, key: tuple[str, ...], schema: Callable[[], dict[str, Any]]
    ) -> jsonschema_rs.Draft202012Validator:
        if key not in self._validators:
            self._validators[key] = self._description.validator(schema())
        return self._validators[key]


def _breaches(subject: str, validator: jsonschema_rs.Draft202012Validator, value: Any) -> list[Breach]:
    if validator.is_valid(value):
        return []
    return [Breach(subject, fault) for fault in faults(validator, value)]


def _kinds(schema: dict[str, Any], components: dict[str, Any]) -> set[str]:
    kinds = schema.get("type", [])
    found = {kinds} if isinstance(kinds, str) else set(kinds)
    if "$ref" in schema:
        found |= _kinds(components[schema["$ref"].rsplit("/", 1)[1]], components)
    for key in ("oneOf", "anyOf", "allOf"):
        for entry in schema.get(key, ()):
            found |= _kinds(entry, components)
    return found


def _read(values: list[str], kinds: frozenset[str]) -> Any:
    """What the text of a query means where one of these JSON types is expected; as it is where it means none."""
    if "array" in kinds and (len(values) > 1 or "string" not in kinds):
        return values
    if len(values) > 1:
        return values
    text = values[0]
    if "boolean" in kinds and text.lower() in {"true", "false", "1", "0"}:
        return text.lower() in {"true", "1"}
    if "integer" in kinds and re.fullmatch(r"-?\d+", text):
        return int(text)
    return text
