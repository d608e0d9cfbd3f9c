"""The server's scheduled events, as ``/space create`` offers them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import discord

from cogs import people
from spaces.errors import NotFound
from spaces.text import clean
from ui.custom_ids import number


def planned(interaction: discord.Interaction[Any]) -> Iterator[tuple[int, str]]:
    """Events that have not begun, by id and name, the earliest first; only those whose channel the person can see."""
    events = interaction.guild.scheduled_events if interaction.guild is not None else ()
    for event in sorted(events, key=lambda one: (one.start_time, one.id)):
        waits = event.status is discord.EventStatus.scheduled
        if waits and event.channel_id is not None and people.can_see(interaction.user, event.channel_id):
            yield event.id, f"{clean(event.name)}, {event.start_time:%d %b %H:%M} UTC"


def chosen(value: str | None) -> int | None:
    """The id of the event chosen from the list. Raises :class:`NotFound` for anything else that was typed."""
    if value is None:
        return None
    event_id = number(value)
    if event_id is None:
        raise NotFound("Choose an event from the list that appears while you type.")
    return event_id
