"""Begins faults when their time has come, and turns a log back into plans."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from discord_emulator.model.errors import EmulatorError

from .handle import Fault
from .log import Entry
from .plans import Plan, PlanError, declared
from .text import as_word

if TYPE_CHECKING:
    from discord_emulator.world import World

    from .everything import Faults


class Planner:
    """Begins planned faults at their time."""

    def __init__(self, faults: Faults, world: World) -> None:
        self._faults = faults
        self._world = world
        self._era = 0

    def schedule(self, plans: Iterable[Plan]) -> None:
        """Begins each plan at its time; raises :class:`PlanError` for values that do not fit, before any begins."""
        era = self._era
        ready = [(plan, self._arguments(plan)) for plan in plans]
        for plan, arguments in ready:
            self._at(plan.at, self._beginning(plan, arguments, era))

    def stop(self) -> None:
        """Forgets what has not begun."""
        self._era += 1

    def _arguments(self, plan: Plan) -> dict[str, Any]:
        kinds = declared(plan.fault).kinds
        arguments: dict[str, Any] = {}
        for key, word in plan.parameters.items():
            try:
                arguments[key] = kinds[key].read(word, self._world)
            except (ValueError, LookupError):
                raise PlanError(f"{plan.fault}: {key} must be {kinds[key].allowed}, not {word!r}") from None
        return arguments

    def _beginning(self, plan: Plan, arguments: dict[str, Any], era: int) -> Callable[[], None]:
        begin = declared(plan.fault).bound_to(self._faults)

        def run() -> None:
            if era != self._era:
                return
            if plan.every is not None:
                self._at(plan.every, run)
            try:
                fault = begin(**arguments)
            except EmulatorError as error:
                self._faults.log.miss(plan.fault, str(error))
                return
            if isinstance(fault, Fault) and plan.lasting is not None:
                fault.lift_after(plan.lasting)

        return run

    def _at(self, delay: float, action: Callable[[], None]) -> None:
        """What is planned for now happens now, so that what comes next meets it."""
        if delay:
            self._world.later(delay, action)
        else:
            action()


def plans_of(log: Iterable[Entry]) -> list[Plan]:
    """The plans that let happen again what ``log`` tells."""
    entries = list(log)
    lifted = {entry.number: entry.since_start for entry in entries if entry.what == "lifted"}
    return [_again(entry, entries, lifted.get(entry.number)) for entry in entries if entry.what == "began"]


def _again(began: Entry, entries: list[Entry], lifted: float | None) -> Plan:
    strikes = sum(1 for entry in entries if entry.number == began.number and entry.what == "struck")
    lasting = None
    # What ended with its last strike does so again.
    if lifted is not None and declared(began.fault).stands and strikes != began.parameters.get("times"):
        lasting = lifted - began.since_start
    parameters = {key: shlex.split(as_word(value))[0] for key, value in began.parameters.items()}
    return Plan(began.fault, parameters, began.since_start, None, lasting)
