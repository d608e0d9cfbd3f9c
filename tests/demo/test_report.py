"""What the terminal shows, with and without colours."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from demo.expectations import NotSeen
from demo.report import Narrator, Result

RESULTS = [
    Result("Steps observed", "3 of 3", "all"),
    Result("Median", "12 ms"),
    Result("Words written down", "1: “job” in the captions", "0", met=False),
]


def _told(*, terminal: bool) -> str:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=200, highlight=False, _environ={"TERM": "xterm"})
    with Narrator(console) as narrator:
        narrator.tell_cast([("Ada", "host")])
        narrator.tell_act("1. Talk")
        narrator.tell_deed(0.5, "Ada", "joins [the] stage")
        narrator.tell_speech(1.0, "Ada", "Good evening")
        narrator.tell_sight(1.5, "Elena", "reads: good evening", 1.25)
        narrator.tell_silence("Ada")
        narrator.tell_results(RESULTS, 61.4, "See demo-output/.")
    return out.getvalue()


def test_plain_lines_without_a_terminal() -> None:
    lines = _told(terminal=False).splitlines()
    assert "  0.5    Ada    joins [the] stage" in lines
    assert "  1.0    Ada    says “Good evening”" in lines
    assert "  1.5  ✓ Elena  reads: good evening (1.2 s)" in lines
    assert "✓ Steps observed: 3 of 3 (required: all)" in lines
    assert "  Median: 12 ms" in lines
    assert "✗ Words written down: 1: “job” in the captions (required: 0)" in lines
    assert lines[-1] == "Not as required: Words written down."
    assert "\x1b" not in "".join(lines)


def test_on_a_terminal_a_status_and_a_table() -> None:
    told = _told(terminal=True)
    assert "\x1b[" in told
    assert "1 steps observed" in told
    assert "The evening in numbers" in told
    assert "Not as required: Words written down." in told


def test_success_says_where_to_look() -> None:
    out = io.StringIO()
    Narrator(Console(file=out, width=200)).tell_results(RESULTS[:2], 61.4, "See demo-output/.")
    assert out.getvalue().splitlines()[-1] == "Everything was as required, in 61 s. See demo-output/."


@pytest.mark.parametrize("lines", [3, 50])
def test_a_failure_is_named_with_what_there_was_and_the_end_of_the_log(lines: int) -> None:
    out = io.StringIO()
    log = "\n".join(f"line {number} [of] the log" for number in range(lines))
    Narrator(Console(file=out, width=200)).tell_failure(NotSeen("Ada", "sees a stage", "a [voice] channel"), log)
    told = out.getvalue()
    assert "NOT OBSERVED: Ada sees a stage\nInstead: a [voice] channel" in told
    assert f"line {lines - 1} [of] the log" in told
    assert ("line 0 [of]" in told) == (lines <= 30)
