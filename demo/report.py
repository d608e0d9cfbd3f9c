"""What the terminal shows: the story as it happens, then the evening in numbers.

On a terminal with colours and a line that tells who is talking; elsewhere (a pipe, TERM=dumb) plain lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

from demo.expectations import NotSeen

_COLOURS = ("cyan", "magenta", "yellow", "green", "blue", "bright_red")
_LOG_LINES = 30
_NAME_WIDTH = 7


@dataclass(frozen=True, slots=True)
class Result:
    """A number, what it must be (empty: it is only told), and whether it is."""

    what: str
    value: str
    required: str = ""
    met: bool = True


class Narrator:
    """Tells the story. Use as a context: on a terminal it keeps one line at the bottom up to date."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status = Status("", console=console) if console.is_terminal and not console.is_dumb_terminal else None
        self._colours: dict[str, str] = {}
        self._talking: list[str] = []
        self._observed = 0

    def __enter__(self) -> Narrator:
        if self._status is not None:
            self._status.start()
            self._show_status()
        return self

    def __exit__(self, *_: object) -> None:
        if self._status is not None:
            self._status.stop()

    # -- the story -----------------------------------------------------------------------------------------------

    def tell_cast(self, cast: Sequence[tuple[str, str]]) -> None:
        """Who is there: names and what they are, in the order of the colours."""
        self._print(Text("A Space in a book club, on a Discord that lives on this machine alone.", style="bold"))
        for name, part in cast:
            self._print(Text.assemble("  ", (f"{name:{_NAME_WIDTH}}", self._colour_of(name)), (part, "dim")))

    def tell_act(self, title: str) -> None:
        """A new act begins."""
        self._console.print()
        self._console.print(Text(title, style="bold"))

    def tell_deed(self, at: float, who: str, what: str) -> None:
        """Somebody does something."""
        self._line(at, who, what)

    def tell_sight(self, at: float, who: str, what: str, waited: float) -> None:
        """Somebody saw what they should, after ``waited`` seconds."""
        self._observed += 1
        tail = f" ({waited:.1f} s)" if waited >= 0.1 else ""
        self._line(at, who, what, mark="✓", tail=tail, style="dim")
        self._show_status()

    def tell_speech(self, at: float, who: str, text: str) -> None:
        """Somebody begins to speak."""
        self._line(at, who, f"says “{text}”", style="italic")
        self._talking.append(who)
        self._show_status()

    def tell_silence(self, who: str) -> None:
        """Somebody has finished speaking."""
        self._talking.remove(who)
        self._show_status()

    def tell_event(self, at: float, what: str) -> None:
        """Something happens that nobody in the server does."""
        self._line(at, "", what, mark="!", style="bold")

    # -- how it ended --------------------------------------------------------------------------------------------

    def tell_failure(self, failure: NotSeen, log: str) -> None:
        """The step that was not observed, what there was instead, and the end of the bot's log."""
        self._console.print()
        self._print(Text(f"NOT OBSERVED: {failure.who} {failure.what}", style="bold red"))
        self._print(Text(f"Instead: {failure.instead}"))
        self._print(Text(f"{self._observed} steps were observed before."))
        self._console.print()
        self._print(Text(f"The last {_LOG_LINES} lines of the bot's log:", style="bold"))
        for line in log.splitlines()[-_LOG_LINES:]:
            self._print(Text(line, style="dim"))

    def tell_results(self, results: Sequence[Result], seconds: float, output: str) -> None:
        """The evening in numbers; those that are not what they must be are named again."""
        self._console.print()
        if self._status is not None:
            self._console.print(_table(results))
        else:
            for result in results:
                required = f" (required: {result.required})" if result.required else ""
                self._print(Text(f"{_verdict(result)}{result.what}: {result.value}{required}"))
        missed = [result.what for result in results if not result.met]
        self._console.print()
        if missed:
            self._print(Text(f"Not as required: {'; '.join(missed)}.", style="bold red"))
        else:
            self._print(Text(f"Everything was as required, in {seconds:.0f} s. {output}", style="bold green"))

    # -- how it looks --------------------------------------------------------------------------------------------

    def _line(self, at: float, who: str, what: str, *, mark: str = "", tail: str = "", style: str = "") -> None:
        cells = (
            Text(f"{at:5.1f} ", style="dim"),
            Text(f"{mark:1}", style="green" if mark == "✓" else "bold"),
            Text(f"{who:{_NAME_WIDTH - 1}}", style=self._colour_of(who)),
            Text.assemble((what, style), (tail, "dim")),
        )
        if self._status is None:
            self._print(Text(" ").join(cells))
            return
        grid = Table.grid(padding=(0, 1, 0, 0))  # so that long sentences wrap within their column
        grid.add_row(*cells)
        self._console.print(grid)

    def _print(self, text: Text) -> None:
        self._console.print(text, soft_wrap=self._status is None)

    def _colour_of(self, who: str) -> str:
        if who:
            self._colours.setdefault(who, _COLOURS[len(self._colours) % len(_COLOURS)])
        return self._colours.get(who, "")

    def _show_status(self) -> None:
        if self._status is not None:
            talking = f" · 🎙 {' and '.join(self._talking)} talking" if self._talking else ""
            self._status.update(f"{self._observed} steps observed{talking}")


def _table(results: Sequence[Result]) -> Table:
    table = Table(title="The evening in numbers", title_justify="left", show_edge=False, pad_edge=False)
    table.add_column("")
    table.add_column("Measure")
    table.add_column("Value")
    table.add_column("Required")
    for result in results:
        style = "" if result.met else "bold red"
        table.add_row(_verdict(result).strip(), result.what, result.value, result.required, style=style)
    return table


def _verdict(result: Result) -> str:
    if not result.met:
        return "✗ "
    return "✓ " if result.required else "  "
