"""One planted fault, and who caught it."""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tests.contract.judge import Breach, Judge

from .ground import Answer, Ground

EMULATOR, JUDGE, NOBODY = "emulator", "judge", "missed"
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """``catcher`` is the emulator, the judge or nobody; ``how`` the code, the breach, or what happened instead."""

    catcher: str
    how: str

    @property
    def caught(self) -> bool:
        """Whether anybody noticed."""
        return self.catcher != NOBODY


@dataclass(frozen=True, slots=True)
class Mutation:
    """A named fault: ``plant`` commits it and says who noticed."""

    kind: str
    name: str
    plant: Callable[[Judge], Awaitable[Outcome]]


def of_call(judge: Judge, ground: Ground, answer: Answer, *expected: int) -> Outcome:
    """Who noticed a wrong request: a refusal counts only with one of the ``expected`` codes."""
    if answer.status >= 400:
        caught = answer.code in expected or answer.status in expected
        return Outcome(EMULATOR, str(answer.code)) if caught else Outcome(NOBODY, f"refused, but with {answer.body}")
    return of_breaches(judge.call(ground.last_call))


def of_breaches(breaches: list[Breach]) -> Outcome:
    """The judge's word on an answer, event or request."""
    return Outcome(JUDGE, str(breaches[0])) if breaches else Outcome(NOBODY, "accepted")


def put(place: str, value: Any) -> Callable[[Any], Any]:
    """Changes a body: ``value`` at the dotted ``place``; ``value`` may be a function of what stands there."""

    def change(body: Any) -> Any:
        body = copy.deepcopy(body)
        *way, last = _path(place)
        holder = _descend(body, way)
        holder[last] = value(holder[last]) if callable(value) else value
        return body

    return change


def drop(place: str) -> Callable[[Any], Any]:
    """Changes a body: nothing at the dotted ``place`` any more."""

    def change(body: Any) -> Any:
        body = copy.deepcopy(body)
        *way, last = _path(place)
        del _descend(body, way)[last]
        return body

    return change


def rename(place: str, name: str) -> Callable[[Any], Any]:
    """Changes a body: what stands at ``place`` stands under another ``name`` beside it."""

    def change(body: Any) -> Any:
        body = copy.deepcopy(body)
        *way, last = _path(place)
        holder = _descend(body, way)
        holder[name] = holder.pop(last)
        return body

    return change


def _path(place: str) -> Path:
    return tuple(int(part) if part.isdigit() else part for part in place.split("."))


def _descend(body: Any, way: list[str | int]) -> Any:
    for part in way:
        body = body[part]
    return body
