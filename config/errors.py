"""What is wrong with the configuration: every fault at once, each where it stands and with what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_KEY = 120
"""Characters of a key's path that a message shows."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. As text it is one line that any terminal can show, whatever was typed.

    ``key`` is the path of the setting (``transcripts.days``) or the name of an environment variable, empty when the
    file as a whole is meant. ``file`` is None for the environment; ``line`` counts from 1, None when there is none.
    """

    key: str
    sentence: str
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        key = self.key if len(self.key) <= LONGEST_KEY else f"{self.key[:LONGEST_KEY]}…"
        text = ": ".join(part for part in (place, key, self.sentence) if part)
        return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


class ConfigurationError(Exception):
    """The configuration cannot be used. ``faults`` holds all that was found, in the order of the file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
