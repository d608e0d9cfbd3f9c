"""Hundreds of hostile strings as title, name, note, reason and word: nothing of theirs acts in any message of ours."""

from __future__ import annotations

import dataclasses

import pytest
from discord import ui

from spaces.model import Consent, ConsentChoice, Person, Report
from spaces.overview import HostSummary
from spaces.policy import STANDARD_GESTURES
from spaces.text import clean, known_as
from spaces.transcribing import Transcript
from tests import hostile
from tests.ui import build
from ui import captions, console, forms, opening, panel, transcript_files, words

STRINGS = [cleaned for text in hostile.strings() if (cleaned := clean(text))]


def shown(view: ui.LayoutView | str) -> str:
    """Everything that a message renders as text."""
    if isinstance(view, str):
        return view
    return "\n".join(item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay))


def messages(text: str) -> list[str]:
    """Every message that holds what people typed, with ``text`` wherever they may type."""
    facts = build.console_facts(text=text, speakers=2, hands=2)
    summary = build.summary(text=text)
    space, name = build.space(text, text), known_as(text)
    report = Report(1, 1, 7, Person(1, name), Person(2, name), text, build.NOW)
    consent = Consent(1, 7, Person(1, name), ConsentChoice.TRANSCRIPT, False, build.NOW, None, "engine", text, 30, 1)
    views = [
        panel.panel(facts.panel),
        panel.summary(summary, STANDARD_GESTURES),
        console.console(facts, chosen=1000),
        console.confirm_end(7, text, 2),
        opening.is_live(space),
        opening.is_over(HostSummary(summary, ((name, 60.0),), facts.sound)),
        captions.post_card(build.post(1, text, name)),
        captions.report_card(report, space),
        captions.stretch([build.line(text, name=name), build.line(text, name=name)]),
        words.my_words(space, consent, 2),
    ]
    return [shown(view) for view in views]


def test_there_are_more_than_five_hundred_and_each_would_act() -> None:
    assert len(hostile.strings()) >= 500
    assert sum(bool(hostile.acting(text)) for text in hostile.strings()) >= 300
    assert sum(bool(hostile.acting(text)) for text in STRINGS) >= 250  # what cleaning alone leaves to escaping


def test_none_acts_anywhere() -> None:
    for text in STRINGS:
        for message in messages(text):
            assert not hostile.acting(message), (text, message)


@pytest.mark.parametrize("longest", [100, 200, 1000])
def test_none_acts_beside_others_either(longest: int) -> None:
    for text in hostile.packed(STRINGS, longest):
        for message in messages(text):
            assert not hostile.acting(message), (text, message)


def test_cut_captions_do_not_act() -> None:
    for text in STRINGS:
        long = f"{'x' * 1980} {text} {text}"
        assert not hostile.acting(captions.stretch([build.line(long)]))


def test_names_forge_no_lines_in_files() -> None:
    space = build.space("Reading")
    for text in hostile.strings():
        name = known_as(text)
        line = dataclasses.replace(build.line("so it begins"), name=name)
        post = build.post(1, clean(text), name)
        transcript = Transcript(space, (line,), (post,))
        assert transcript_files.text_file(transcript).count("\n[") == 2, text
        vtt = transcript_files.vtt_file(transcript)
        cues = [row for row in vtt.splitlines() if "-->" in row]
        assert len(cues) == 1, text
        assert vtt.count("\n\n") == 3, text


def test_a_name_in_the_title_of_a_form_is_plain_and_short() -> None:
    for text in STRINGS:
        assert 1 <= len(forms.report_form(7, Person(1, known_as(text))).title) <= 45
