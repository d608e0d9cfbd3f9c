"""What a benchmark gives back, and how it is shown and kept."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).with_name("results")
# What the measured code leans on most.
_LIBRARIES = ("aiohttp", "discord.py", "cryptography", "PyNaCl", "av")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what was measured, its value and unit, and the value it should reach (as text, with its sense)."""

    what: str
    value: float
    unit: str
    target: str = ""

    def cells(self) -> tuple[str, str, str, str]:
        """The row as it is shown: a value keeps three digits that matter, and all before its point."""
        digits = max(0, 3 - len(f"{abs(self.value):.0f}")) if abs(self.value) >= 1 else 3
        return self.what, f"{self.value:,.{digits}f}", self.unit, self.target


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of one benchmark; ``notes`` say how they were taken."""

    name: str
    rows: list[Row]
    notes: list[str] = field(default_factory=list)

    def text(self) -> str:
        """For a terminal."""
        lines = [("", "value", "unit", "target"), *(row.cells() for row in self.rows)]
        widths = [max(len(line[column]) for line in lines) for column in range(4)]
        shown = [
            f"{what:<{widths[0]}}  {value:>{widths[1]}}  {unit:<{widths[2]}}  {target}".rstrip()
            for what, value, unit, target in lines
        ]
        return "\n".join([self.name, *shown, *(f"- {note}" for note in self.notes)])

    def markdown(self) -> str:
        """For a repository."""
        rows = ["| " + " | ".join(row.cells()) + " |" for row in self.rows]
        facts = ", ".join(f"{name} {value}" for name, value in machine().items())
        head = [f"# {self.name}", "", "| what | value | unit | target |", "| --- | ---: | --- | --- |"]
        return "\n".join([*head, *rows, "", *(f"- {note}" for note in self.notes), "", f"Measured on: {facts}.", ""])

    def save(self, folder: Path = RESULTS) -> None:
        """Writes ``<name>.md`` and ``<name>.json``; the rows of the latter are objects."""
        folder.mkdir(exist_ok=True)
        rows = [{"what": row.what, "value": row.value, "unit": row.unit, "target": row.target} for row in self.rows]
        whole = {"name": self.name, "machine": machine(), "rows": rows, "notes": self.notes}
        (folder / f"{self.name}.md").write_text(self.markdown(), encoding="utf-8")
        text = json.dumps(whole, indent=2, ensure_ascii=False)
        (folder / f"{self.name}.json").write_text(text + "\n", encoding="utf-8")


def machine() -> dict[str, str]:
    """What a figure depends on, without saying whose machine it is."""
    facts = {"cores": str(os.cpu_count()), "machine": platform.machine(), "system": platform.system()}
    facts["Python"] = platform.python_version()
    return facts | {name: version(name) for name in _LIBRARIES}
