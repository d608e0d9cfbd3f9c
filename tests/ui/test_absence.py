"""What the panel and the console say while a host is away or a Space is paused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from discord import ui

from discord_emulator.validation.messages import check_message
from spaces.overview import ConsoleFacts, PanelFacts
from tests.ui import build
from tests.ui.test_messages import payload
from ui import absence, console, panel

SOON = build.NOW + timedelta(seconds=45)
LATER = build.NOW + timedelta(minutes=10)
STAMPS = {SOON: f"<t:{int(SOON.timestamp())}:R>", LATER: f"<t:{int(LATER.timestamp())}:R>"}


def facts(*, is_away: bool = False, is_paused: bool = False, has_heir: bool = False, speakers: int = 0) -> PanelFacts:
    """A panel whose host is away, or whose Space is paused, or both."""
    shown = build.panel_facts(speakers=speakers, hands=0)
    space = shown.space.evolve(
        host_away_at=build.NOW if is_away else None, paused_at=build.NOW if is_paused else None, locked=is_paused
    )
    return replace(
        shown,
        space=space,
        heir=replace(build.panel_facts().on_stage[0], person=shown.posts[0].sharer) if has_heir else None,
        taken_over_at=SOON if is_away else None,
        wound_down_at=LATER if is_paused else None,
    )


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({}, ""),
        ({"has_heir": True}, ""),
        ({"is_away": True, "has_heir": True}, f"*Ada is away; Ada hosts {STAMPS[SOON]}.*"),
        (
            {"is_away": True},
            f"*Ada is away. If they do not return, I begin to wind the Space down {STAMPS[SOON]}.*",
        ),
        (
            {"is_paused": True},
            "*No one is on stage; Discord may close an empty stage. "
            f"I wind the Space down {STAMPS[LATER]} unless someone speaks.*",
        ),
        (
            {"is_paused": True, "speakers": 2},
            f"*The stage was closed in Discord. I wind the Space down {STAMPS[LATER]} unless someone speaks.*",
        ),
        (
            {"is_paused": True, "is_away": True},
            "*Ada is away and nobody takes over. "
            f"I wind the Space down {STAMPS[LATER]} unless a host returns or someone speaks.*",
        ),
    ],
)
def test_what_will_become_of_it_is_said_with_a_time(how: dict[str, Any], sentence: str) -> None:
    shown = facts(**how)
    assert absence.absence(shown) == sentence
    view = panel.panel(shown)
    text = "\n".join(item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay))
    assert sentence in text
    assert ("PAUSED · locked" if how.get("is_paused") else "LIVE") in text
    check_message(payload(view), files=0)


def test_resume_is_on_the_console_of_a_paused_space_only() -> None:
    for shown in (facts(), facts(is_paused=True)):
        view = console.console(ConsoleFacts(shown, frozenset(), None))
        labels = [item.label for item in view.walk_children() if isinstance(item, ui.Button)]
        assert ("Resume" in labels) is (shown.space.paused_at is not None)


def test_a_space_goes_over_to_anybody_but_its_host() -> None:
    shown = facts(speakers=1)
    host = replace(shown.on_stage[0], person=shown.space.host)
    for person, is_host in ((shown.on_stage[0], False), (host, True)):
        view = console.console(
            ConsoleFacts(replace(shown, on_stage=(person,)), frozenset(), None), chosen=person.person.id
        )
        (over,) = [item for item in view.walk_children() if isinstance(item, ui.Button) and item.label == "Hand over"]
        assert over.disabled is is_host
