"""Judges everything that any emulator of a test run sends and accepts, and fails the test that broke the contract."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Generator
from dataclasses import replace
from typing import Any

import pytest

from discord_emulator import Call
from discord_emulator.record import Record

from .description import ABSENT, Description
from .exceptions import ALLOWANCES
from .judge import Breach, Judge, Tally

_KEY = "contract"
_SHOWN = 25


class Witness:
    """Keeps a copy of what crosses the sockets, cheaply; judging is for later."""

    def __init__(self) -> None:
        self._calls: list[tuple[Call, str]] = []
        self._events: list[str] = []

    def called(self, call: Call) -> None:
        """Keeps a call; what its bodies hold may change later."""
        self._calls.append((call, json.dumps([call.request_body, call.response_body])))

    def dispatched(self, event: str, payload: str) -> None:
        """Keeps an event."""
        self._events.append(payload)

    def hand_over(self, judge: Judge, *, asked_for_junk: bool = False) -> list[Breach]:
        """Has everything judged that came since the last time, as :meth:`Judge.call` does."""
        began = time.process_time()
        calls, self._calls = self._calls, []
        events, self._events = self._events, []
        breaches: list[Breach] = []
        for call, bodies in calls:
            asked, answered = json.loads(bodies)
            breaches += judge.call(
                replace(call, request_body=asked, response_body=answered), asked_for_junk=asked_for_junk
            )
        for text in events:
            payload = json.loads(text)
            breaches += judge.event(payload["t"], payload["d"])
        judge.tally.seconds += time.process_time() - began
        return breaches


class ContractPlugin:
    """Registered for a whole run; with pytest-xdist in every worker, and in the controller to add up."""

    def __init__(self, description: Description | None) -> None:
        self._judge = None if description is None else Judge(description)
        self._witness = Witness()
        self._tally = Tally()

    def pytest_sessionstart(self) -> None:
        """From now on every emulator is watched."""
        if self._judge is not None:
            Record.everywhere.append(self._witness)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Fails a test in whose course, set-up included, the contract was broken."""
        return (yield from self._judged(item, "call"))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Judges what came while fixtures were torn down."""
        return (yield from self._judged(item, "teardown"))

    def _judged(self, item: pytest.Item, when: str) -> Generator[None, Any, Any]:
        try:
            result = yield
        except BaseException:
            if breaches := self._breaches(item):
                item.add_report_section(when, _KEY, _described(breaches))
            raise
        if breaches := self._breaches(item):
            pytest.fail(_described(breaches), pytrace=False)
        return result

    def _breaches(self, item: pytest.Item) -> list[Breach]:
        if self._judge is None:
            return []
        return self._witness.hand_over(self._judge, asked_for_junk=item.get_closest_marker("junk") is not None)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Takes in what this process has judged, or hands it to the controller."""
        if self._judge is None:
            return
        if self._witness in Record.everywhere:
            Record.everywhere.remove(self._witness)
        worker_output = getattr(session.config, "workeroutput", None)
        if worker_output is not None:
            worker_output[_KEY] = _as_plain(self._judge.tally)
        else:
            self._tally.add(self._judge.tally)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Adds what a worker has judged."""
        if plain := getattr(node, "workeroutput", {}).get(_KEY):
            self._tally.add(_from_plain(plain))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Says what was judged."""
        if self._judge is None:
            terminalreporter.write_line(f"contract: not judged. {ABSENT}")
        elif self._tally.answers or self._tally.events:
            terminalreporter.section("contract with Discord")
            for line in summary(self._tally):
                terminalreporter.write_line(line)


def summary(tally: Tally) -> list[str]:
    """What was judged, in lines."""
    unused = [allowance.name for allowance in ALLOWANCES if allowance.name not in tally.allowances]
    used = [f"{name} × {times}" for name, times in tally.allowances.most_common()]
    return [
        f"operations exercised       {len(tally.operations)}",
        f"request bodies + queries   {tally.requests}",
        f"responses                  {tally.answers}",
        f"gateway payloads           {tally.events.total()} of {len(tally.events)} kinds",
        f"exceptions used            {'; '.join(used) or 'none'}",
        *([f"not used in this run       {'; '.join(unused)}"] if unused else []),
        f"breaches                   {tally.breaches}",
        f"seconds of judging         {tally.seconds:.1f}",
    ]


def _described(breaches: list[Breach]) -> str:
    """Each kind of breach once, with how often it came."""
    kinds = Counter((breach.subject, breach.fault.place, breach.fault.message) for breach in breaches)
    examples = {(breach.subject, breach.fault.place, breach.fault.message): str(breach) for breach in breaches}
    common = kinds.most_common(_SHOWN)
    shown = [examples[kind] + (f" × {times}" if times > 1 else "") for kind, times in common]
    more = [f"… and {len(kinds) - _SHOWN} more kinds"] if len(kinds) > _SHOWN else []
    return "\n".join(["the contract with Discord was broken:", *shown, *more])


def _as_plain(tally: Tally) -> dict[str, Any]:
    return {
        "operations": dict(tally.operations),
        "requests": tally.requests,
        "answers": tally.answers,
        "events": dict(tally.events),
        "allowances": dict(tally.allowances),
        "breaches": tally.breaches,
        "seconds": tally.seconds,
    }


def _from_plain(plain: dict[str, Any]) -> Tally:
    return Tally(
        Counter(plain["operations"]),
        plain["requests"],
        plain["answers"],
        Counter(plain["events"]),
        Counter(plain["allowances"]),
        plain["breaches"],
        plain["seconds"],
    )
