"""What went wrong on purpose, and when: enough to let it go wrong in the same way again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from .text import as_words

if TYPE_CHECKING:
    from .handle import Fault

What = Literal["began", "struck", "lifted", "missed"]


@dataclass(frozen=True, slots=True)
class Entry:
    """``moment`` is the emulator's clock (epoch seconds), ``since_start`` real seconds since the emulator's start.

    ``number`` tells faults of one emulator apart. ``parameters`` are those the fault was given for ``began``, and for
    ``struck`` what it struck; a planned fault that found nothing to strike ``missed``.
    """

    moment: float
    since_start: float
    what: What
    fault: str
    number: int
    parameters: dict[str, Any]

    def __str__(self) -> str:
        words = as_words(self.parameters)
        return f"{self.since_start:9.3f} s  {self.what} {self.fault} #{self.number}{' ' if words else ''}{words}"


class FaultLog:
    """Every fault of an emulator with its moments, oldest first. Grows only."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._started = time.monotonic()
        self._entries: list[Entry] = []
        self.observers: list[Callable[[Entry], None]] = []
        """Called with every new entry."""

    def start(self) -> None:
        """Begins to count the seconds of ``since_start``."""
        self._started = time.monotonic()

    def note(self, what: What, fault: Fault, parameters: dict[str, Any]) -> None:
        """Adds an entry."""
        self._add(what, fault.name, fault.number, parameters)

    def miss(self, fault: str, because: str) -> None:
        """Adds that a planned fault found nothing to strike; it has no number."""
        self._add("missed", fault, 0, {"because": because})

    def _add(self, what: What, fault: str, number: int, parameters: dict[str, Any]) -> None:
        entry = Entry(self._clock(), time.monotonic() - self._started, what, fault, number, parameters)
        self._entries.append(entry)
        for observe in self.observers:
            observe(entry)

    def __iter__(self) -> Iterator[Entry]:
        return iter(list(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def __str__(self) -> str:
        return "\n".join(str(entry) for entry in self._entries)
