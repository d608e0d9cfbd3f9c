"""The panel of a live Space, and the summary that it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from discord import ui

from spaces.model import Gesture, SharedPost, Summary
from spaces.overview import PanelFacts
from spaces.rules import RoomRules, SpeakMode
from ui import absence, gestures, wording
from ui.custom_ids import Key, Kind
from ui.escaping import escape, shorten
from ui.pieces import Style, button, page

LIVE_COLOUR = 0x3BA55C
OVER_COLOUR = 0x747F8D
NAMES_ON_STAGE = 8
NAMES_IN_QUEUE = 3
ROOM_FOR_POSTS = 2_500
"""Characters of the summary that links may take; all text of a message together may have 4,000.

https://discord.com/developers/docs/components/reference#text-display"""

_SPEAK = {
    SpeakMode.EVERYONE: "everyone may speak",
    SpeakMode.INVITED: "hosts invite who speaks",
}


def panel(facts: PanelFacts) -> ui.LayoutView:
    """The live panel: state in words, then what one can do."""
    space = facts.space
    texts = [
        f"## {escape(space.title)} · {absence.state(space)}\nHosted by {wording.names(facts.hosts, 3)}",
        absence.absence(facts),
        "\n".join(
            line
            for line in (
                _stage_line(facts),
                _hands_line(facts),
                _question_line(facts),
                _captions_line(facts),
                _post_line(facts),
                _listening_line(facts),
            )
            if line
        ),
    ]
    rows = [
        [*_hand_button(facts), button("My words", Kind.MY_WORDS, space.id, emoji="🔒")],
        gestures.quick_row(space.id, facts.gestures),
        [
            button("Share", Kind.SHARE, space.id, emoji="🔗"),
            button("Report", Kind.REPORT, space.id, emoji="🚩"),
            button("Host", Kind.CONSOLE, space.id, emoji="🛠️"),
        ],
    ]
    return page(texts, rows, colour=LIVE_COLOUR)


def mark(space_id: int) -> str:
    """The id of a button that every live panel of the Space has, and no other message."""
    return str(Key(Kind.SHARE, space_id))


def summary(facts: Summary, known: tuple[Gesture, ...]) -> ui.LayoutView:
    """What is left of an ended Space; its only button is the transcript, if there is one."""
    space = facts.space
    counted = [
        f"Lasted {wording.duration(facts.seconds)}",
        f"{facts.visitors:,} came",
        f"{wording.plural(facts.peak_listeners, 'person', 'people')} at most",
        f"{facts.speakers} spoke",
        absence.ended(space),
    ]
    reactions = _reactions_in_words(facts.reactions, known)
    texts = [
        f"## {escape(space.title)} · ENDED\nHosted by {wording.name(space.host.name)}",
        " · ".join(part for part in counted if part),
        f"**Reactions:** {reactions}" if reactions else "",
        _shared(facts.posts),
    ]
    if facts.lines:
        texts.append(f"**Transcript:** {wording.plural(facts.lines, 'line')}, {wording.MADE_BY_MACHINE}")
    rows = [[button("Transcript", Kind.TRANSCRIPT, space.id, emoji="📄")]] if facts.lines else []
    return page(texts, rows, colour=OVER_COLOUR)


def _hand_button(facts: PanelFacts) -> list[ui.Item[Any]]:
    """None where hands lead nowhere; whose hand is up finds their place behind it also after hands were closed."""
    space = facts.space
    if space.speak is SpeakMode.INVITED or not space.rules.hands_open:
        return [button("My hand", Kind.RAISE_HAND, space.id, emoji="✋")] if facts.queue else []
    return [button("Raise hand", Kind.RAISE_HAND, space.id, emoji="✋", style=Style.primary)]


def _stage_line(facts: PanelFacts) -> str:
    limit = facts.space.speaker_limit
    if not facts.on_stage:
        return f"**On stage 0 of {limit}:** nobody yet"
    speakers = wording.speakers(facts.on_stage, facts.space.rules, NAMES_ON_STAGE)
    return f"**On stage {len(facts.on_stage)} of {limit}:** {speakers}"


def _hands_line(facts: PanelFacts) -> str:
    how = _how(facts.space.rules)
    if not facts.queue:
        return f"**Hands 0** · {how}"
    return f"**Hands {len(facts.queue)}:** {wording.names(facts.queue, NAMES_IN_QUEUE)} · {how}"


def _how(rules: RoomRules) -> str:
    if rules.speak is not SpeakMode.INVITED and not rules.hands_open:
        return "hands are closed"
    return _SPEAK.get(rules.speak) or f"order: {rules.queue_order.value}"


def _question_line(facts: PanelFacts) -> str:
    if facts.asked is None:
        return ""
    return f"**{wording.name_of(facts.asked)} asks:** {escape(facts.asked.question)}"


def _captions_line(facts: PanelFacts) -> str:
    if not facts.space.captions_on:
        return "**Captions off:** I am not in the room and hear nothing"
    share = f"{facts.captioned} of {len(facts.on_stage)} on stage"
    return f"**Captions on:** {share} · {wording.language(facts.languages)}, made by machine, often wrong"


def _post_line(facts: PanelFacts) -> str:
    if not facts.posts:
        return ""
    latest = facts.posts[-1]
    note = f" · “{escape(latest.note)}”" if latest.note else ""
    number = len(facts.posts)
    return f"**Post {number} of {number}:** <{latest.url}>{note} · shared by {wording.name(latest.sharer.name)}"


def _listening_line(facts: PanelFacts) -> str:
    recent = f" · last minute: {wording.tally(facts.tally)}" if facts.tally else ""
    capacity = facts.space.rules.capacity
    places = f" · room for {capacity:,}" if capacity is not None else ""
    return f"{facts.listening:,} listening{places}{recent}"


def _reactions_in_words(counts: Mapping[str, int], known: tuple[Gesture, ...]) -> str:
    by_key = {gesture.key: gesture for gesture in known}
    pairs = [
        (by_key.get(key, Gesture(key, key, "")), number)
        for key, number in sorted(counts.items(), key=lambda item: -item[1])
    ]
    return wording.tally(pairs)


def _shared(posts: tuple[SharedPost, ...]) -> str:
    """The links in order, as many as there is room for."""
    lines: list[str] = []
    for post in posts:
        note = f": {escape(shorten(post.note, 80))}" if post.note else ""
        lines.append(f"- <{post.url}> by {wording.name(post.sharer.name)}{note}")
        if sum(map(len, lines)) > ROOM_FOR_POSTS:
            lines.pop()
            break
    more = len(posts) - len(lines)
    return "\n".join(["**Shared:**", *lines, *([f"and {more} more"] if more else [])]) if posts else ""
