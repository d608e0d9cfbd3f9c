"""Escaping, shortening, ids, and the files of a transcript."""

from __future__ import annotations

import dataclasses

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from spaces.transcribing import Transcript
from tests.ui import build
from ui import transcript_files, wording
from ui.custom_ids import Key, Kind, parse
from ui.escaping import escape, shorten


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("**bold**", r"\*\*bold\*\*"),
        ("[x](https://b.example)", "\\[x\\](https:\u200b//b.example)"),
        ("<@123> <t:1:R> </space end:1>", r"\<\@123\> \<t:1:R\> \</space end:1\>"),
        ("@everyone and @here", r"\@everyone and \@here"),
        ("# head\n- list\n> quote", "\\# head\n\\- list\n\\> quote"),
        ("me@example.org", r"me\@example.org"),
        ("plain words, 3 - 2 = 1", "plain words, 3 - 2 = 1"),
    ],
)
def test_what_people_type_is_shown_as_typed(typed: str, shown: str) -> None:
    assert escape(typed) == shown


@given(st.text(max_size=300), st.integers(1, 50))
def test_shortening_cuts_between_graphemes(text: str, longest: int) -> None:
    short = shorten(text, longest)
    assert len(short) <= longest
    if short != text:
        assert short.endswith("…")
        clusters = regex.findall(r"\X", text)
        kept = short[:-1]
        assert any("".join(clusters[:count]).rstrip() == kept for count in range(len(clusters) + 1))


def test_a_family_is_not_torn_apart() -> None:
    assert shorten("ab👩\u200d👩\u200d👧", 5) == "ab…"


@pytest.mark.parametrize("kind", list(Kind))
def test_ids_can_be_read_again(kind: Kind) -> None:
    for key in (Key(kind, 0), Key(kind, 9_223_372_036_854_775_807), Key(kind, 3, "1574077182186094592")):
        assert parse(str(key)) == key
        assert len(str(key)) <= 100


@pytest.mark.parametrize(
    "text",
    ["", "spaces:", "spaces:end", "spaces:end:x", "spaces:nothing:1", "spaces:end:1:", "spaces:end:1:a b", "x" * 200],
)
def test_foreign_ids_are_not_ours(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds"), (1, "1 second"), (59.6, "1 minute"), (3600, "1 hour"), (3780, "1 hour 3 minutes")],
)
def test_durations(seconds: float, words: str) -> None:
    assert wording.duration(seconds) == words


def transcript() -> Transcript:
    space = build.space("Reading <aloud>")
    return Transcript(
        space,
        (build.line("that's 1 < 2 --> so", at=61.5), build.line("yes", name="a speaker\n", at=3700.25, number=2)),
        (dataclasses.replace(build.post(1), shared_at=build.NOW),),
    )


def test_the_text_file_is_in_order_and_says_what_it_is() -> None:
    text = transcript_files.text_file(transcript())
    assert "Made by machine, often wrong, not a record." in text
    assert text.index("[00:00:00] [Ada shared https://example.org/1 · the review]") < text.index("[00:01:01] Ada:")
    assert "[01:01:40] a speaker" in text


def test_the_vtt_file_is_valid() -> None:
    text = transcript_files.vtt_file(transcript())
    assert text.startswith("WEBVTT\n\n")
    assert "00:01:01.500 --> 00:01:03.500\n<v Ada>that's 1 &lt; 2 --&gt; so\n" in text
    assert "<v a speaker>yes" in text
    for block in text.strip().split("\n\n")[1:]:
        assert block.startswith("NOTE") or block.splitlines()[0].count("-->") == 1
        assert block.count("-->") <= 1
