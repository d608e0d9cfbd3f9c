"""Everything we send passes Discord's own rules, whatever people typed: the local Discord's checks are the judge."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from discord import ui
from discord.http import handle_message_parameters
from hypothesis import given, settings
from hypothesis import strategies as st

from discord_emulator.validation.messages import check_message
from discord_emulator.validation.modals import check_modal
from spaces.consenting import Terms
from spaces.model import EndReason, Person, Report, Role
from spaces.overview import HostSummary
from spaces.policy import STANDARD_GESTURES
from spaces.privacy import Erasure
from spaces.rules import STANDARD_RULES, SpeakMode
from tests.ui import build
from ui import captions, console, erasure, forms, gestures, opening, panel, words

HOSTILE = st.text(min_size=1, max_size=100) | st.sampled_from(
    ["@everyone", "<@1>", "</space end:1>", "<t:1:R>", "[x](https://b.example)", "`" * 90, "\\" * 90, "_*~|" * 20]
)


def payload(view: ui.LayoutView) -> dict[str, Any]:
    """What goes over the wire."""
    with handle_message_parameters(view=view) as parameters:
        assert parameters.payload is not None
        return parameters.payload


@settings(max_examples=60, deadline=None)
@given(text=HOSTILE, speakers=st.integers(0, 40), hands=st.integers(0, 60), posts=st.integers(0, 12))
def test_every_view_is_valid(text: str, speakers: int, hands: int, posts: int) -> None:
    facts = build.console_facts(text=text, speakers=speakers, hands=hands, posts=posts)
    summary = build.summary(text=text, posts=posts)
    report = Report(1, 1, 7, Person(1, text), Person(2, text), text * 5, build.NOW)
    views = [
        panel.panel(facts.panel),
        panel.summary(summary, STANDARD_GESTURES),
        gestures.all_of_them(7, STANDARD_GESTURES),
        console.console(facts, chosen=1000, said=text),
        console.confirm_end(7, text, hands),
        console.confirm_hand_over(build.space(text, text), Person(1, text)),
        console.handed_over(build.space(text, text), Person(1, text), Person(2, text), Role.CO_HOST, reader=2),
        opening.is_live(build.space(text, text)),
        opening.is_over(HostSummary(summary, tuple((text, 60.0) for _ in range(speakers)), facts.sound)),
        captions.post_card(build.post(1, text, text)),
        captions.report_card(report, build.space(text, text)),
        words.my_words(build.space(text, text), None, hands),
        erasure.confirm(),
        erasure.done(Erasure(1, 2, 3, 4, 5)),
    ]
    for view in views:
        check_message(payload(view), files=0)


@settings(max_examples=30, deadline=None)
@given(text=HOSTILE)
def test_every_form_is_valid(text: str) -> None:
    terms = Terms("PocketSphinx", "on the bot's own computer", text, 30, 90, "https://example.org/privacy")
    for form in (
        forms.hand_form(7, terms, needs_question=True),
        forms.consent_form(7, terms),
        forms.share_form(7),
        forms.report_form(7),
        forms.report_form(7, Person(1, text)),
    ):
        check_modal(form.to_dict())


async def test_views_are_finished_before_they_are_sent() -> None:
    """So that discord.py keeps nothing of them: presses are routed by id."""
    assert panel.panel(build.panel_facts()).is_finished()
    assert forms.share_form(7).is_finished()


def test_the_panel_says_what_is() -> None:
    text = "\n".join(
        item.content for item in panel.panel(build.panel_facts()).walk_children() if isinstance(item, ui.TextDisplay)
    )
    for words_ in (
        "On stage 3 of 13",
        "Hands 4:** Ada 0, Ada 1, Ada 2, 1 more · order: as raised",
        "2 of 3 on stage · English, made by machine, often wrong",
        "Post 1 of 1:** <https://example.org/1>",
        "128 listening · last minute: 👏 Clap 12",
    ):
        assert words_ in text


def test_the_summary_counts_and_says_why_it_ended() -> None:
    facts = build.summary()
    view = panel.summary(replace(facts, space=facts.space.evolve(end_reason=EndReason.WIND_DOWN)), STANDARD_GESTURES)
    text = "\n".join(item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay))
    assert (
        "Lasted 1 hour 3 minutes · 210 came · 130 people at most · 5 spoke · "
        "ended because nobody was left to speak or host"
    ) in text


def test_the_summary_leaves_out_links_that_have_no_room() -> None:
    view = panel.summary(build.summary(posts=12), STANDARD_GESTURES)
    text = "\n".join(item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay))
    assert "and 10 more" in text


@pytest.mark.parametrize("lines", [1, 5, 40])
def test_captions_fit_into_a_message(lines: int) -> None:
    talk = [build.line("word " * 90, at=number, number=number) for number in range(lines)]
    assert len(captions.stretch(talk)) <= captions.MESSAGE_LENGTH
    assert captions.fits(talk) == (lines <= 4)


def test_a_caption_bears_time_once_and_every_name() -> None:
    talk = [build.line("so it begins"), build.line("and ends", name="Ben", at=3, number=2)]
    stamp = int(build.NOW.timestamp())
    assert captions.stretch(talk) == f"<t:{stamp}:t> **Ada:** so it begins\n**Ben:** and ends"


@pytest.mark.parametrize(
    ("speak", "hands_open", "hands", "button"),
    [
        (SpeakMode.BY_REQUEST, True, 0, "Raise hand"),
        (SpeakMode.EVERYONE, True, 4, "Raise hand"),
        (SpeakMode.BY_REQUEST, False, 4, "My hand"),
        (SpeakMode.BY_REQUEST, False, 0, None),
        (SpeakMode.INVITED, True, 0, None),
        (SpeakMode.INVITED, True, 4, "My hand"),
    ],
)
def test_the_panel_offers_a_hand_where_it_leads_somewhere(
    speak: SpeakMode, hands_open: bool, hands: int, button: str | None
) -> None:
    facts = build.panel_facts(hands=hands)
    rules = replace(facts.space.rules, speak=speak, hands_open=hands_open)
    view = panel.panel(replace(facts, space=facts.space.evolve(rules=rules)))
    labels = [item.label for item in view.walk_children() if isinstance(item, ui.Button)]
    assert labels[0] == (button or "My words")
    assert labels.count("My words") == 1


def test_the_panel_says_how_many_have_room() -> None:
    facts = build.panel_facts()
    rules = replace(facts.space.rules, capacity=1_500)
    view = panel.panel(replace(facts, space=facts.space.evolve(rules=rules)))
    text = "\n".join(item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay))
    assert "128 listening · room for 1,500 · last minute" in text


@pytest.mark.parametrize(
    ("hands", "speakers", "shown_hands", "shown_speakers"),
    [(4, 3, 4, 3), (60, 3, 22, 3), (60, 40, 12, 13), (0, 40, 0, 25), (60, 0, 25, 0), (12, 13, 12, 13)],
)
def test_the_console_offers_people_of_queue_and_stage(
    hands: int, speakers: int, shown_hands: int, shown_speakers: int
) -> None:
    facts = build.panel_facts(hands=hands, speakers=speakers)
    shown = console.who_matters(facts)
    assert shown == (*facts.queue[:shown_hands], *facts.on_stage[:shown_speakers])
    assert len({one.person.id for one in shown}) == len(shown) <= console.MOST_PEOPLE


def test_who_speaks_until_when() -> None:
    facts = build.console_facts(speakers=1)
    until = f"(turn ends <t:{int(build.NOW.timestamp())}:R>)"
    for view in (panel.panel(facts.panel), console.console(facts)):
        assert f"Ada 0 {until}" in str(payload(view))
    without = replace(facts.panel, space=facts.panel.space.evolve(rules=STANDARD_RULES))
    assert "turn ends" not in str(payload(panel.panel(without)))
    assert "+1 min" in str(payload(console.console(facts, chosen=1000)))
    assert "+1 min" not in str(payload(console.console(replace(facts, panel=without), chosen=1000)))
