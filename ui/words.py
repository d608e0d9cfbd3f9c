"""Ephemeral answers about one's own words: the choice, the receipt, what was removed."""

from __future__ import annotations

from typing import Any

from discord import ui

from spaces.consenting import Terms
from spaces.model import Consent, ConsentChoice, Space
from ui import wording
from ui.custom_ids import Kind
from ui.escaping import escape
from ui.pieces import Style, button, page


def my_words(space: Space, consent: Consent | None, lines: int, *, said: str = "") -> ui.LayoutView:
    """What a person chose and since when, and what they can do about it; in a Space that is over, what is left to do.

    ``said`` is what the last press did.
    """
    row: list[ui.Item[Any]] = []
    if space.is_live:
        label = "Choose" if consent is None else "Change"
        row.append(button(label, Kind.CHOOSE, space.id, emoji="✏️", style=Style.primary))
        if consent is not None and consent.allows_captions:
            row.append(button("Stop", Kind.STOP, space.id, emoji="⏹️", style=Style.danger))
    if consent is not None:
        row.append(button("Receipt", Kind.RECEIPT, space.id, emoji="🧾"))
    if lines:
        row.append(button("Remove what I said", Kind.REMOVE_WORDS, space.id, emoji="🗑️", style=Style.danger))
    return page([f"## My words · {escape(space.title)}", said, _state(space, consent), _count(lines)], [row])


def chosen(consent: Consent) -> str:
    """Confirms a choice in a sentence."""
    if consent.choice is ConsentChoice.NEITHER:
        return "Nothing you say is written down."
    name = "“a speaker”" if consent.hide_name else "your name"
    if consent.choice is ConsentChoice.CAPTIONS:
        return f"Your words show as captions under {name} and are deleted at the end."
    return f"Your words show as captions under {name} and stay in the transcript."


def receipt(consent: Consent, terms: Terms) -> str:
    """The dated receipt of a choice."""
    scope = "this Space" if consent.space_id is not None else "this server"
    until = f", until {wording.moment(consent.expires_at, 'D')}" if consent.expires_at else ""
    return "\n".join(
        [
            f"**Receipt** · chosen {wording.moment(consent.chosen_at, 'f')}",
            f"- What I say: {wording.CHOICES[consent.choice]}",
            f"- Hide my name: {'yes' if consent.hide_name else 'no'}",
            f"- Holds for {scope}{until}",
            f"- Made by {consent.engine}, {terms.runs_where}",
            f"- Readable by {escape(consent.readers)}",
            f"- Kept {wording.plural(consent.kept_days, 'day')}",
            f"- Wording number {consent.wording}",
        ]
    )


def removed(lines: int) -> str:
    """What follows a withdrawal with removal."""
    return (
        f"Done. {wording.plural(lines, 'line')} removed here. Copies that others saved can't be recalled."
        if lines
        else "There was nothing of yours to remove here."
    )


def _state(space: Space, consent: Consent | None) -> str:
    if consent is None and not space.is_live:
        return "This Space is over."
    if consent is None:
        captions = "" if space.captions_on else " Captions are off: I am not in the room."
        return f"You have not chosen, so nothing you say is written down.{captions}"
    return f"**{wording.CHOICES[consent.choice]}**, chosen {wording.moment(consent.chosen_at)}. {chosen(consent)}"


def _count(lines: int) -> str:
    return f"{wording.plural(lines, 'line')} of yours in this Space." if lines else ""
