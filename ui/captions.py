"""Captions as the room reads them, and the cards of shared links."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui

from spaces.model import Person, Report, SharedPost, Space, TranscriptLine
from ui import wording
from ui.escaping import escape, shorten
from ui.pieces import link, page

MESSAGE_LENGTH = 2_000
"""https://discord.com/developers/docs/resources/message#create-message"""


def line(of: TranscriptLine, *, with_time: bool) -> str:
    """One line: who, then what; the first of a message bears the time as well."""
    time = f"{wording.moment(of.started_at, 't')} " if with_time else ""
    return f"{time}**{wording.name(of.name)}:** {escape(of.text)}"


def stretch(lines: Sequence[TranscriptLine]) -> str:
    """The text of one caption message. A single line that is too long by itself is cut at the end."""
    text = "\n".join(line(one, with_time=index == 0) for index, one in enumerate(lines))
    return shorten(text, MESSAGE_LENGTH)


def fits(lines: Sequence[TranscriptLine]) -> bool:
    """Whether all of these lines have room in one message."""
    return len("\n".join(line(one, with_time=index == 0) for index, one in enumerate(lines))) <= MESSAGE_LENGTH


def post_card(post: SharedPost) -> ui.LayoutView:
    """The card of a shared link: who shared it, the note, the link."""
    note = f"“{escape(post.note)}”" if post.note else ""
    texts = [f"🔗 **Shared by {wording.name(post.sharer.name)}**", note, f"<{post.url}>"]
    rows = [[link("Open", post.url)]] if len(post.url) <= LONGEST_BUTTON_LINK else []
    return page(texts, rows)


LONGEST_BUTTON_LINK = 512
"""https://discord.com/developers/docs/components/reference#button"""


def _profile(person: Person) -> str:
    """The name at that time, and the way to whoever bears it now; nobody is pinged by it."""
    return f"{wording.name(person.name)} (<@{person.id}>)"


def report_card(report: Report, space: Space) -> ui.LayoutView:
    """A report as the moderators read it."""
    subject = "the Space" if report.subject is None else _profile(report.subject)
    return page(
        [
            f"## 🚩 Report {report.id}",
            f"**About:** {subject}\n**In:** {escape(space.title)}, hosted by {wording.name(space.host.name)}\n"
            f"**By:** {_profile(report.reporter)} · {wording.moment(report.reported_at, 'f')}",
            f"**What happened:** {escape(report.reason)}",
        ]
    )
