"""What people read while a host is away or a Space is paused, and why it ended."""

from __future__ import annotations

from spaces.model import EndReason, Space
from spaces.overview import PanelFacts
from ui import wording

_REASONS = {
    EndReason.HOST: "ended by its hosts",
    EndReason.MODERATOR: "ended by a moderator",
    EndReason.WIND_DOWN: "ended because nobody was left to speak or host",
    EndReason.REMOVED: "ended because its channel was deleted",
    EndReason.OUTAGE: "ended while I was away, when everybody had left",
}


def state(space: Space) -> str:
    """The state of a live Space in capitals."""
    words = ["LIVE" if space.paused_at is None else "PAUSED", "locked" if space.locked else ""]
    return " · ".join(word for word in words if word)


def absence(facts: PanelFacts) -> str:
    """What will become of the Space, and when, unless somebody does something; empty while all is well."""
    host = wording.name(facts.space.host.name)
    if facts.wound_down_at is not None:
        end = f"I wind the Space down {wording.moment(facts.wound_down_at)}"
        if facts.taken_over_at is not None and facts.heir is None:
            return f"*{host} is away and nobody takes over. {end} unless a host returns or someone speaks.*"
        if facts.on_stage:
            return f"*The stage was closed in Discord. {end} unless someone speaks.*"
        return f"*No one is on stage; Discord may close an empty stage. {end} unless someone speaks.*"
    if facts.taken_over_at is None:
        return ""
    at = wording.moment(facts.taken_over_at)
    if facts.heir is not None:
        return f"*{host} is away; {wording.name_of(facts.heir)} hosts {at}.*"
    return f"*{host} is away. If they do not return, I begin to wind the Space down {at}.*"


def ended(space: Space) -> str:
    """Why the Space ended, in one phrase; empty for one whose reason was not kept."""
    return _REASONS[space.end_reason] if space.end_reason is not None else ""
