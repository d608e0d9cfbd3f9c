"""What the host reads when a Space has opened, and when it is over."""

from __future__ import annotations

from discord import ui

from spaces.model import Person, Space
from spaces.overview import HostSummary
from ui import wording
from ui.custom_ids import Kind
from ui.escaping import escape
from ui.pieces import button, channel_link, link, page

IN_PROGRESS = "Your Space is opening…"


def is_live(space: Space) -> ui.LayoutView:
    """Where the Space is, and what to do now."""
    return page(
        [
            f"**{escape(space.title)}** is live in <#{space.channel_id}>. "
            "Join, accept Discord's prompt to speak, unmute."
        ],
        [
            [
                link("Join", channel_link(space.guild_id, space.channel_id or 0), emoji="🎧"),
                button("Host console", Kind.CONSOLE, space.id, emoji="🛠️"),
            ]
        ],
    )


def start_notice(space: Space, role_id: int) -> str:
    """The one line that tells a role of a new Space."""
    link = channel_link(space.guild_id, space.channel_id or 0)
    return f"<@&{role_id}> **{escape(space.title)}** is live, hosted by {wording.name(space.host.name)}. Join: {link}"


def is_invited(person: Person, *, is_open: bool) -> str:
    """After an invitation into a Space."""
    name = wording.name(person.name)
    if is_open:
        return f"{name} is invited, and has a link."
    return f"{name} is invited, but Discord does not let me open the door to them yet. I try again in a moment."


def is_over(facts: HostSummary) -> ui.LayoutView:
    """What the host alone sees of an ended Space."""
    summary = facts.summary
    spoke = [f"- {wording.name(name)}: {wording.duration(seconds)}" for name, seconds in facts.stage_seconds[:25]]
    sound = ""
    if facts.sound is not None:
        sound = (
            f"**Sound:** {facts.sound.decrypted:,} packets heard of people who agreed, "
            f"{facts.sound.refused:,} refused unheard."
        )
    return page(
        [
            f"**{escape(summary.space.title)}** is over. It lasted {wording.duration(summary.seconds)}; "
            f"{wording.plural(summary.peak_listeners, 'person was', 'people were')} here at most.",
            "\n".join(["**Time on stage:**", *spoke]) if spoke else "",
            sound,
        ]
    )
