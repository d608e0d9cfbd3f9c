"""Faults as text: ``rest.fail status=503 share=0.2 at=10s for=5s``. For command lines, files and repeated runs."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field

from .catalogue import CATALOGUE, Declaration
from .kinds import seconds
from .text import as_seconds, as_words

_TIMING = ("at", "every", "for")


class PlanError(ValueError):
    """A plan that cannot be kept, in one line that names what is allowed."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A fault by its name, and when: ``at`` seconds from now, ``every`` so often, for ``lasting`` seconds.

    ``parameters`` are words as in the text. A fault that happens at once has no ``lasting``; one without lasts until
    the end.
    """

    fault: str
    parameters: dict[str, str] = field(default_factory=dict)
    at: float = 0.0
    every: float | None = None
    lasting: float | None = None

    @classmethod
    def parse(cls, text: str) -> Plan:
        """Reads the text form; raises :class:`PlanError` for what it does not know or that does not go together."""
        name, given = _words(text)
        declaration = declared(name)
        timing: dict[str, float] = {}
        for key in _TIMING:
            if (word := given.pop(key, None)) is not None:
                timing[key] = _duration(key, word)
        if timing.get("every") == 0:
            raise PlanError(f"{name}: every must be longer than 0s")
        if "for" in timing and not declaration.stands:
            raise PlanError(f"{name} happens at once and takes no for")
        for key in given:
            if key not in declaration.kinds:
                raise PlanError(f"{name} takes no {key!r}; it takes: {', '.join(_taken(declaration))}")
        if missing := [key for key in declaration.required if key not in given]:
            raise PlanError(f"{name} needs {missing[0]}={declaration.kinds[missing[0]].allowed}")
        return cls(name, given, timing.get("at", 0.0), timing.get("every"), timing.get("for"))

    def __str__(self) -> str:
        times = {"at": self.at or None, "every": self.every, "for": self.lasting}
        words = [self.fault, as_words(self.parameters)]
        words += [f"{key}={as_seconds(value)}" for key, value in times.items() if value is not None]
        return " ".join(word for word in words if word)


def _words(text: str) -> tuple[str, dict[str, str]]:
    try:
        name, *words = shlex.split(text)
    except ValueError as error:
        raise PlanError(f"{text!r}: {str(error).lower() if text.strip() else 'names no fault'}") from None
    given: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            raise PlanError(f"{name}: {word!r} is no key=value")
        if key in given:
            raise PlanError(f"{name}: {key} is given twice")
        given[key] = value
    return name, given


def declared(name: str) -> Declaration:
    """What is known of a fault; raises :class:`PlanError` that names those there are."""
    if name not in CATALOGUE:
        raise PlanError(f"there is no fault {name!r}; there are: {', '.join(CATALOGUE)}")
    return CATALOGUE[name]


def _taken(declaration: Declaration) -> list[str]:
    return [*declaration.kinds, "at", "every", *(["for"] if declaration.stands else [])]


def _duration(key: str, word: str) -> float:
    try:
        return seconds(word)
    except ValueError:
        raise PlanError(f"{key} must be a duration such as 250ms, 10s or 2m, not {word!r}") from None
