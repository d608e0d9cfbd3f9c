"""What hosts and moderators see to run a Space; ephemeral, drawn anew at each press."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from spaces.model import Participant, Person, Role, Space, Standing
from spaces.overview import ConsoleFacts, PanelFacts
from ui import absence, wording
from ui.custom_ids import Key, Kind
from ui.escaping import escape, shorten
from ui.panel import LIVE_COLOUR
from ui.pieces import Style, button, page

MOST_PEOPLE = 25
"""Options of one select: https://discord.com/developers/docs/components/reference#string-select"""

MOST_LISTED = 12
"""Names in each list; both lists with the longest names there are have room in a message of 4,000 characters."""

QUESTION_SHOWN = 100
"""Characters of a question in the list of hands; the room sees all of it."""


def console(facts: ConsoleFacts, *, chosen: int | None = None, said: str = "") -> ui.LayoutView:
    """The console. ``chosen`` is the person whom the buttons concern, ``said`` what the last press did."""
    panel = facts.panel
    space = panel.space
    people = who_matters(panel)
    person = next((one for one in people if one.person.id == chosen), None)
    texts = [
        f"## Host console · {escape(space.title)}",
        said,
        absence.absence(panel),
        _queue(panel),
        _stage(facts),
        _sound(facts),
    ]
    rows = [_room_row(space, has_hands=bool(panel.queue)), _stage_row(space, has_hands=bool(panel.queue))]
    if space.paused_at is not None:
        rows.insert(0, [button("Resume", Kind.RESUME, space.id, emoji="▶️", style=Style.success)])
    if people:
        rows.append([_select(space.id, people, person)])
    if person is not None:
        rows += [_deeds(space, person), _more_row(space, person)]
    return page(texts, rows, colour=LIVE_COLOUR)


def who_matters(facts: PanelFacts) -> tuple[Participant, ...]:
    """As many as a select takes: the first hands and who is on stage; a long queue leaves half of the places to those
    on stage, and a full stage leaves half to the queue."""
    half = MOST_PEOPLE // 2
    hands = max(MOST_PEOPLE - len(facts.on_stage), half)
    return (*facts.queue[:hands], *facts.on_stage)[:MOST_PEOPLE]


def _room_row(space: Space, *, has_hands: bool) -> list[ui.Item[Any]]:
    captions = (
        button("Captions off", Kind.CAPTIONS_OFF, space.id, emoji="💬")
        if space.captions_on
        else button("Captions on", Kind.CAPTIONS_ON, space.id, emoji="💬")
    )
    return [
        button("Next", Kind.NEXT, space.id, emoji="⏭️", style=Style.primary, disabled=not has_hands),
        captions,
        button("Refresh", Kind.CONSOLE, space.id, emoji="🔄"),
        button("End", Kind.END, space.id, emoji="⏹️", style=Style.danger),
    ]


def _stage_row(space: Space, *, has_hands: bool) -> list[ui.Item[Any]]:
    hands = (
        button("Close hands", Kind.CLOSE_HANDS, space.id, emoji="🚫")
        if space.rules.hands_open
        else button("Open hands", Kind.OPEN_HANDS, space.id, emoji="✋")
    )
    lock = (
        button("Unlock", Kind.UNLOCK, space.id, emoji="🔓")
        if space.locked
        else button("Lock", Kind.LOCK, space.id, emoji="🔒")
    )
    return [
        hands,
        button("Lower all hands", Kind.LOWER_ALL, space.id, emoji="⬇️", disabled=not has_hands),
        button("Quiet the stage", Kind.QUIET_STAGE, space.id, emoji="🤫"),
        lock,
    ]


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


def confirm_hand_over(space: Space, person: Person) -> ui.LayoutView:
    """Asks once before somebody else hosts."""
    who = str(person.id)
    return page(
        [
            f"**Hand {escape(space.title)} over to {wording.name(person.name)}?** They host it then; "
            f"{wording.name(space.host.name)} stays as a co-host if there is room for one more."
        ],
        [
            [
                button("Hand it over", Kind.HAND_OVER_CONFIRMED, space.id, extra=who, emoji="🤝", style=Style.danger),
                button("Keep it", Kind.CONSOLE, space.id, emoji="▶️"),
            ]
        ],
    )


def confirm_quiet(space_id: int, guests: int) -> ui.LayoutView:
    """Asks once before everybody but the hosts is moved to the audience."""
    who = wording.plural(guests, "person goes", "people go")
    return page(
        [f"**Quiet the stage?** {who} to the audience; you can invite them again."],
        [
            [
                button("Quiet it", Kind.QUIET_CONFIRMED, space_id, emoji="🤫", style=Style.danger),
                button("Leave it", Kind.CONSOLE, space_id, emoji="▶️"),
            ]
        ],
    )


def confirm_remove(space_id: int, person: Person) -> ui.LayoutView:
    """Asks once before somebody is taken out of the room, and for how long."""
    who = str(person.id)
    return page(
        [f"**Remove {wording.name(person.name)}?** They are disconnected at once, and not told by whom."],
        [
            [
                button("Remove for good", Kind.KEEP_OUT, space_id, extra=who, emoji="⛔", style=Style.danger),
                button("They may come back", Kind.SEND_OUT, space_id, extra=who, emoji="🚪", style=Style.danger),
                button("Let them stay", Kind.CONSOLE, space_id, emoji="▶️"),
            ]
        ],
    )


LOCKED = "The Space is locked. Nobody new can join; who was here may come back."
UNLOCKED = "The Space is unlocked. Everybody may join again."
RESUMED = "The Space goes on."
HANDS_OPENED = "Hands are open."
HANDS_CLOSED = "Hands are closed. Those that are up stay up."


def invited(person: Person) -> str:
    """After an invitation."""
    return f"{wording.name(person.name)} is invited; they accept in Discord."


def in_audience(person: Person) -> str:
    """After a move to the audience."""
    return f"{wording.name(person.name)} is in the audience."


def quieted(count: int) -> str:
    """After the stage was quieted."""
    return f"The stage is quiet: {wording.plural(count, 'person', 'people')} moved to the audience."


def lowered(count: int) -> str:
    """After all hands were lowered."""
    return f"{wording.plural(count, 'hand is', 'hands are')} down."


def handed_over(space: Space, heir: Person, before: Person, role: Role, *, reader: int) -> ui.LayoutView:
    """After a hand-over, as whoever did it reads it; ``role`` is what the host until then has become."""
    who = "You are" if reader == before.id else f"{wording.name(before.name)} is"
    became = "a co-host" if role is Role.CO_HOST else "a guest: there are as many co-hosts as there can be"
    console = [button("Host console", Kind.CONSOLE, space.id, emoji="🛠️")] if role is Role.CO_HOST else []
    return page([f"{wording.name(heir.name)} hosts **{escape(space.title)}** now. {who} {became}."], [console])


def removed(person: Person, *, may_return: bool) -> str:
    """After a removal."""
    how = "They may join again" if may_return else "They can't join again; `/speakers readmit` lets them back in"
    return f"{wording.name(person.name)} is removed. {how}."


def extended(speaker: Participant) -> str:
    """After a turn was made longer."""
    ends = "" if speaker.turn_ends_at is None else f" and ends {wording.moment(speaker.turn_ends_at)}"
    return f"{wording.name_of(speaker)}'s turn is longer{ends}."


def _queue(facts: PanelFacts) -> str:
    queue = facts.queue
    if not queue:
        return "**Hands:** none"
    lines = [_hand(place, one) for place, one in enumerate(queue[:MOST_LISTED], start=1)]
    more = len(queue) - MOST_LISTED
    tail = [f"and {more} more"] if more > 0 else []
    return "\n".join([f"**Hands {len(queue)}**, {facts.space.rules.queue_order.value}:", *lines, *tail])


def _hand(place: int, one: Participant) -> str:
    since = "" if one.hand_at is None else f" · {wording.moment(one.hand_at)}"
    asks = f" · asks: “{escape(shorten(one.question, QUESTION_SHOWN))}”" if one.question else ""
    aloud = " · to be read aloud" if one.read_aloud else ""
    spoken = f" · has spoken {wording.duration(one.unmuted_seconds)}" if one.unmuted_seconds >= 1 else ""
    return f"{place}. {wording.name_of(one)}{since}{spoken}{asks}{aloud}"


def _stage(facts: ConsoleFacts) -> str:
    if not facts.panel.on_stage:
        return "**On stage:** nobody"
    captions = facts.panel.space.captions_on
    lines: list[str] = []
    for one in facts.panel.on_stage[:MOST_LISTED]:
        mark = " · captioned" if one.person.id in facts.captioned_ids else " · not captioned"
        lines.append(f"- {wording.speaker(one, facts.panel.space.rules)}{mark if captions else ''}")
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
        for one in people
    ]
    return ui.Select(custom_id=str(Key(Kind.PERSON, space_id)), placeholder="Choose a person", options=options)


def _deeds(space: Space, person: Participant) -> list[ui.Item[Any]]:
    who = str(person.person.id)
    on_stage = person.standing in {Standing.ON_STAGE, Standing.INVITED}
    is_shown = space.shown_question_of == person.person.id
    question = (
        button("Hide question", Kind.HIDE_QUESTION, space.id, extra=who, emoji="🙈")
        if is_shown
        else button("Show question", Kind.SHOW_QUESTION, space.id, extra=who, emoji="❓", disabled=not person.question)
    )
    return [
        button("Invite", Kind.INVITE, space.id, extra=who, emoji="🎤", disabled=on_stage),
        button("To audience", Kind.TO_AUDIENCE, space.id, extra=who, emoji="⬇️"),
        question,
        button("Remove", Kind.REMOVE, space.id, extra=who, emoji="⛔"),
        button("Report", Kind.REPORT, space.id, extra=who, emoji="🚩"),
    ]


def _more_row(space: Space, person: Participant) -> list[ui.Item[Any]]:
    who = str(person.person.id)
    is_host = person.person.id == space.host.id
    row: list[ui.Item[Any]] = [button("Hand over", Kind.HAND_OVER, space.id, extra=who, emoji="🤝", disabled=is_host)]
    if space.rules.turn_seconds is not None and person.turn_ends_at is not None:
        row.append(button("+1 min", Kind.MORE_TIME, space.id, extra=who, emoji="⏱️"))
    return row
