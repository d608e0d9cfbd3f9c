"""What is wrong with a file, in lines that anybody can act on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

KeyPath = tuple[str | int, ...]
"""Where a value stands: keys as text, positions in lists from 0."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong: ``file:line: key: sentence``. ``line`` counts from 1."""

    sentence: str
    key: KeyPath = ()
    file: str = ""
    line: int | None = None

    def __str__(self) -> str:
        key = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in self.key).lstrip(".")
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        text = ": ".join(part for part in (place, key[:120], self.sentence) if part)
        return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


class BadFile(Exception):
    """A file that cannot be used; ``mistakes`` in the order of the file."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = sorted(mistakes, key=lambda mistake: mistake.line or 0)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))
