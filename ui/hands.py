"""What people read about hands: their own, and the queue."""

from __future__ import annotations

from discord import ui

from spaces.model import Participant, Space
from spaces.rules import QueueOrder
from spaces.speaking import HandUp
from ui import wording
from ui.custom_ids import Kind
from ui.pieces import button, page

MOST_LISTED = 20
QUESTION_SAVED = "Your question is with the hosts."

_ORDER = {
    QueueOrder.AS_RAISED: "in the order in which they went up",
    QueueOrder.NEWCOMERS_FIRST: "first those who have not been on stage yet",
    QueueOrder.LEAST_TIME: "first those who have spoken least",
}


def is_up(space: Space, hand: HandUp, *more: str) -> ui.LayoutView:
    """Where one's hand stands, and what can be done with it."""
    rows = []
    if hand.place:
        rows = [
            [
                button("Lower my hand", Kind.LOWER_HAND, space.id, emoji="⬇️"),
                button("My question", Kind.ASK, space.id, emoji="❓"),
            ]
        ]
    return page([hand.sentence, *more], rows)


def queue(waiting: tuple[Participant, ...], order: QueueOrder, reader: int) -> str:
    """The queue as one reader sees it; questions are the hosts' alone."""
    if not waiting:
        return "No hand is up. Raise yours to be next."
    lines = [
        f"{place}. {wording.name_of(one)}{' (you)' if one.person.id == reader else ''}"
        for place, one in enumerate(waiting[:MOST_LISTED], start=1)
    ]
    if (more := len(waiting) - MOST_LISTED) > 0:
        lines.append(f"and {more} more")
    mine = next((place for place, one in enumerate(waiting, start=1) if one.person.id == reader), None)
    if mine is not None and mine > MOST_LISTED:
        lines.append(f"You are number {mine}.")
    return "\n".join([f"**{wording.plural(len(waiting), 'hand')} up**, {_ORDER[order]}:", *lines])
