"""Asking before everything of a person is erased, and telling what was."""

from __future__ import annotations

from discord import ui

from spaces.privacy import Erasure
from ui import wording
from ui.custom_ids import Kind
from ui.pieces import Style, button, page


def confirm() -> ui.LayoutView:
    """What will go, and what can't be recalled."""
    return page(
        [
            "**Erase everything that is kept of you?** Your words, captions, links, gestures, choices and your block "
            "list go, in every server I am in. Reports you made stay for moderators without your name. "
            "Copies that others saved can't be recalled."
        ],
        [[button("Erase it all", Kind.ERASE_CONFIRMED, 0, emoji="🗑️", style=Style.danger)]],
    )


def done(erasure: Erasure) -> ui.LayoutView:
    """What was erased."""
    counts = (
        f"{wording.plural(erasure.lines, 'line')}, {wording.plural(erasure.posts, 'link')}, "
        f"{wording.plural(erasure.reactions, 'gesture')} and {wording.plural(erasure.consents, 'choice')}"
    )
    text = f"Done. I erased {counts} of yours. Nothing you say is written down from now on."
    if erasure.unreachable:
        left = wording.plural(erasure.unreachable, "message")
        text += f" Discord would not let me change {left}; ask an admin to delete what is left."
    return page([text])
