"""What can be read about live Spaces: one in detail, or all of a server."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui

from spaces.model import Space
from spaces.overview import RoomFacts
from spaces.rules import JoinMode, QueueOrder, RoomRules, SpeakMode
from ui import absence, wording
from ui.escaping import escape
from ui.panel import LIVE_COLOUR
from ui.pieces import channel_link, link, page

MOST_LISTED = 15
"""Spaces in a list; with the longest titles all have room in a message of 4,000 characters."""

_SPEAK = {
    SpeakMode.BY_REQUEST: "hosts accept raised hands",
    SpeakMode.EVERYONE: "a raised hand is accepted at once",
    SpeakMode.INVITED: "hosts invite who speaks",
}


def info(facts: RoomFacts) -> ui.LayoutView:
    """One Space, with its rules in words and where the reader stands."""
    space = facts.space
    lines = [
        f"**Hosts:** {wording.names(facts.hosts, 5)}",
        f"**Since:** {wording.moment(space.live_at or space.created_at)}",
        f"**Here:** {facts.listening:,} listening, {facts.on_stage} of {space.speaker_limit} on stage, "
        f"{wording.plural(facts.hands, 'hand')} up",
        f"**You:** {facts.you}",
    ]
    return page(
        [
            f"## {escape(space.title)} · {absence.state(space)}",
            "\n".join(lines),
            "\n".join(f"- {line}" for line in rules(space)),
        ],
        [[link("Join", channel_link(space.guild_id, space.channel_id or 0), emoji="🎧")]],
        colour=LIVE_COLOUR,
    )


def listing(rooms: Sequence[RoomFacts]) -> ui.LayoutView:
    """All live Spaces of a server, the fullest first."""
    lines = [
        f"- **{escape(one.space.title)}** in <#{one.space.channel_id}>: "
        f"{one.listening + one.on_stage:,} here, hosted by {wording.names(one.hosts, 1)}"
        for one in rooms[:MOST_LISTED]
    ]
    if (more := len(rooms) - MOST_LISTED) > 0:
        lines.append(f"and {more} more")
    return page([f"**{wording.plural(len(rooms), 'Space is', 'Spaces are')} live:**", "\n".join(lines)])


def changed(space: Space) -> ui.LayoutView:
    """What a host reads after a change."""
    return page([f"**{escape(space.title)}** is changed.", "\n".join(f"- {line}" for line in rules(space))])


def rules(space: Space) -> list[str]:
    """The rules of a room in words, one a line; what is as everywhere is left out."""
    of = space.rules
    lines = [_join(of, locked=space.locked), f"To speak: {_SPEAK[of.speak]}, {of.speaker_limit} on stage at most"]
    if not of.hands_open:
        lines.append("Hands are closed")
    if of.question_required:
        lines.append("A raised hand needs a question")
    if of.queue_order is not QueueOrder.AS_RAISED:
        lines.append(f"Order of hands: {of.queue_order.value}")
    if of.turn_seconds is not None:
        lines.append(f"A turn lasts {wording.duration(of.turn_seconds)}")
    if of.language is not None:
        lines.append(f"Language: {wording.language([of.language])}")
    return lines


def _join(of: RoomRules, *, locked: bool) -> str:
    if locked:
        return "Locked: nobody new can join"
    most = "" if of.capacity is None else f", {wording.plural(of.capacity, 'person', 'people')} at most"
    if of.join is JoinMode.EVERYONE:
        return f"Everyone may join{most}"
    if of.join is JoinMode.INVITED:
        return f"For invited people{most}"
    roles = ", ".join(
        f"<@&{role}>" if isinstance(role.value, int) else f"@{escape(str(role))}" for role in of.join_roles
    )
    return f"For members with {roles}{most}"
