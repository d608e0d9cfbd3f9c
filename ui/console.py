"""What hosts and moderators see to run a Space; ephemeral, drawn anew at each press."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from spaces.model import Participant, Standing
from spaces.overview import ConsoleFacts
from ui import wording
from ui.custom_ids import Key, Kind
from ui.escaping import escape, shorten
from ui.panel import LIVE_COLOUR
from ui.pieces import Style, button, page

MOST_PEOPLE = 25
"""Options of one select: https://discord.com/developers/docs/components/reference#string-select"""

MOST_LISTED = 15
"""Names in each list; both lists with the longest names there are have room in a message of 4,000 characters."""


def console(facts: ConsoleFacts, *, chosen: int | None = None, said: str = "") -> ui.LayoutView:
    """The console. ``chosen`` is the person whom the buttons concern, ``said`` what the last press did."""
    panel = facts.panel
    space = panel.space
    people = (*panel.queue, *panel.on_stage)
    person = next((one for one in people if one.person.id == chosen), None)
    texts = [
        f"## Host console · {escape(space.title)}",
        said,
        _queue(panel.queue),
        _stage(facts),
        _sound(facts),
    ]
    captions = (
        button("Captions off", Kind.CAPTIONS_OFF, space.id, emoji="💬")
        if space.captions_on
        else button("Captions on", Kind.CAPTIONS_ON, space.id, emoji="💬")
    )
    rows: list[list[ui.Item[Any]]] = [
        [
            button("Next", Kind.NEXT, space.id, emoji="⏭️", style=Style.primary, disabled=not panel.queue),
            captions,
            button("Refresh", Kind.CONSOLE, space.id, emoji="🔄"),
            button("End", Kind.END, space.id, emoji="⏹️", style=Style.danger),
        ]
    ]
    if people:
        rows.append([_select(space.id, people, person)])
    if person is not None:
        rows.append(_deeds(space.id, person))
    return page(texts, rows, colour=LIVE_COLOUR)


def confirm_end(space_id: int, title: str, present: int) -> ui.LayoutView:
    """Asks once before everybody is sent home."""
    listening = wording.plural(present, "person is", "people are")
    return page(
        [f"**End {escape(title)} for everyone?** {listening} here."],
        [
            [
                button("End it", Kind.END_CONFIRMED, space_id, emoji="⏹️", style=Style.danger),
                button("Go on", Kind.CONSOLE, space_id, emoji="▶️"),
            ]
        ],
    )


def _queue(queue: tuple[Participant, ...]) -> str:
    if not queue:
        return "**Hands:** none"
    lines = [
        f"{place}. {wording.name_of(one)} · {wording.moment(one.hand_at)}"
        for place, one in enumerate(queue[:MOST_LISTED], start=1)
        if one.hand_at is not None
    ]
    more = len(queue) - MOST_LISTED
    tail = [f"and {more} more"] if more > 0 else []
    return "\n".join([f"**Hands {len(queue)}**, as raised:", *lines, *tail])


def _stage(facts: ConsoleFacts) -> str:
    if not facts.panel.on_stage:
        return "**On stage:** nobody"
    captions = facts.panel.space.captions_on
    lines: list[str] = []
    for one in facts.panel.on_stage[:MOST_LISTED]:
        mark = " · captioned" if one.person.id in facts.captioned_ids else " · not captioned"
        lines.append(f"- {wording.name_of(one)}{mark if captions else ''}")
    if (more := len(facts.panel.on_stage) - MOST_LISTED) > 0:
        lines.append(f"and {more} more")
    return "\n".join([f"**On stage {len(facts.panel.on_stage)}:**", *lines])


def _sound(facts: ConsoleFacts) -> str:
    if facts.sound is None:
        return ""
    return (
        f"**Sound:** {facts.sound.decrypted:,} packets heard of people who agreed, "
        f"{facts.sound.refused:,} refused unheard"
    )


def _select(space_id: int, people: tuple[Participant, ...], person: Participant | None) -> ui.Select[Any]:
    options = [
        discord.SelectOption(
            label=shorten(one.person.name, 80),
            value=str(one.person.id),
            description=one.standing.value,
            default=person is not None and one.person.id == person.person.id,
        )
        for one in people[:MOST_PEOPLE]
    ]
    return ui.Select(custom_id=str(Key(Kind.PERSON, space_id)), placeholder="Choose a person", options=options)


def _deeds(space_id: int, person: Participant) -> list[ui.Item[Any]]:
    who = str(person.person.id)
    on_stage = person.standing in {Standing.ON_STAGE, Standing.INVITED}
    return [
        button("Invite", Kind.INVITE, space_id, extra=who, emoji="🎤", disabled=on_stage),
        button("To audience", Kind.TO_AUDIENCE, space_id, extra=who, emoji="⬇️"),
        button("Report", Kind.REPORT, space_id, extra=who, emoji="🚩"),
    ]
