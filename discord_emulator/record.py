"""What the emulator saw: every REST call, routes it does not know, and everything a correct bot never does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from .errors import ApiError

# Refusals that a correct bot never provokes, by JSON error code. What a race can cause without any fault of the bot
# (an unknown message, somebody who has just left voice) is not among them.
_KINDS: dict[int, str] = {
    10062: "late answer",
    20001: "invalid call",
    30015: "invalid body",
    40058: "invalid call",
    40005: "invalid body",
    40060: "double answer",
    50001: "missing access",
    50003: "invalid call",
    50006: "invalid body",
    50008: "invalid call",
    50013: "missing permission",
    50016: "invalid body",
    50021: "invalid call",
    50024: "invalid call",
    50027: "expired token",
    50028: "invalid body",
    50034: "invalid call",
    50035: "invalid body",
    50109: "invalid body",
    150006: "invalid call",
    160002: "missing permission",
    220001: "invalid body",
    220002: "invalid body",
    220003: "invalid body",
    520003: "invalid call",
    520006: "invalid call",
}


# Distinct unknown paths that are told apart: whoever sends junk has no end of them.
_DISTINCT_PATHS = 1_000


@dataclass(frozen=True, slots=True)
class Violation:
    """Something a correct bot never causes. ``code`` is Discord's JSON error code where there is one."""

    kind: str
    detail: str
    code: int | None = None

    def __str__(self) -> str:
        code = "" if self.code is None else f" ({self.code})"
        return f"{self.kind}{code}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Call:
    """One REST call: ``path`` as called, ``route`` its template (``None`` where unknown), ``seconds`` it took.

    ``code`` is the JSON error code of a refusal, ``reason`` the decoded ``X-Audit-Log-Reason``. ``request_body`` is the
    parsed JSON, of a multipart request that of its ``payload_json``; ``query`` has a list of values for every name.
    ``caller`` is the name of the application whose token came with it, ``fault`` what made up the answer; the status is
    0 where a connection was cut instead.
    """

    method: str
    path: str
    route: str | None
    status: int
    code: int | None
    request_body: Any
    response_body: Any
    seconds: float
    reason: str | None
    query: dict[str, list[str]] = field(default_factory=dict)
    caller: str = ""
    fault: str | None = None

    def __repr__(self) -> str:
        return f"<Call {self.method} {self.path}: {self.status}{'' if self.code is None else f', code {self.code}'}>"


class Observer(Protocol):
    """Told of what crosses the sockets, at once: whoever wants to keep a body keeps a copy."""

    def called(self, call: Call) -> None:
        """A REST call has been answered."""

    def dispatched(self, event: str, payload: str) -> None:
        """An event goes out to one session: ``payload`` is the whole JSON text, with ``op``, ``s``, ``t`` and ``d``."""


@dataclass(slots=True)
class Record:
    """The log of one emulator. Of the calls, and of the violations, the newest ``kept_calls`` are kept.

    ``everywhere`` observes every emulator that this process makes from then on.
    """

    everywhere: ClassVar[list[Observer]] = []
    observers: list[Observer] = field(default_factory=lambda: list(Record.everywhere))
    kept_calls: int = 100_000
    calls: list[Call] = field(default_factory=list)
    unknown_routes: Counter[str] = field(default_factory=Counter)
    violations: list[Violation] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"<Record of {len(self.calls)} calls, {len(self.violations)} violations>"

    def dispatched(self, event: str, payload: str) -> None:
        """Tells the observers of an event."""
        for observer in self.observers:
            observer.dispatched(event, payload)

    def violate(self, kind: str, detail: str, code: int | None = None) -> None:
        """Notes a violation."""
        self.violations.append(Violation(kind, detail, code))
        _trim(self.violations, self.kept_calls)

    def log(self, call: Call) -> None:
        """Notes an answered call."""
        self.calls.append(call)
        _trim(self.calls, self.kept_calls)
        for observer in self.observers:
            observer.called(call)

    def miss(self, where: str) -> None:
        """Notes a call of ``METHOD /path`` that is no route; beyond :data:`_DISTINCT_PATHS` paths without its path."""
        known = where in self.unknown_routes or len(self.unknown_routes) < _DISTINCT_PATHS
        self.unknown_routes[where if known else "(others)"] += 1
        self.violate("unknown route", where)

    def refusal(self, error: ApiError, where: str) -> None:
        """Notes a refused call if a correct bot would not have made it."""
        kind = _KINDS.get(error.code)
        if kind is not None:
            faults = "" if error.errors is None else f" {error.errors}"
            self.violate(kind, f"{where}: {error.message}{faults}", error.code)

    @contextmanager
    def expecting(self, *kinds: str) -> Iterator[list[Violation]]:
        """Takes out the violations provoked inside the block; raises ``AssertionError`` unless all ``kinds`` came."""
        before = len(self.violations)
        provoked: list[Violation] = []
        yield provoked
        provoked.extend(self.violations[before:])
        del self.violations[before:]
        missing = set(kinds) - {violation.kind for violation in provoked}
        if missing:
            raise AssertionError(f"expected {sorted(missing)}, saw {[str(violation) for violation in provoked]}")


def _trim(entries: list[Any], kept: int) -> None:
    """Drops the oldest entries beyond ``kept``, many at a time: cutting a list's head moves all the rest."""
    if len(entries) > kept + max(1, kept // 10):
        del entries[: len(entries) - kept]
