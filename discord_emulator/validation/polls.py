"""Polls.

Limits: https://docs.discord.com/developers/resources/poll#poll-create-request-object
"""

from __future__ import annotations

from .component_fields import check_emoji
from .form import Form

_LONGEST_HOURS = 32 * 24


def check_poll(message: Form) -> None:
    """Checks ``message["poll"]``, whose duration is in hours (discord.py sends it as ``24.0``)."""
    poll = message.child("poll")
    if poll is None:
        return
    poll.only({"question", "answers", "duration", "allow_multiselect", "layout_type"})
    question = poll.child("question", required=True)
    if question is not None:
        question.only({"text", "emoji"})
        question.text("text", 300, minimum=1, required=True)
        check_emoji(question)
    for answer in poll.children("answers", 10, minimum=1, required=True):
        answer.only({"poll_media"})
        media = answer.child("poll_media", required=True)
        if media is not None:
            media.only({"text", "emoji"})
            media.text("text", 55, minimum=1, required=True)
            check_emoji(media)
    hours = poll.number("duration", 1, _LONGEST_HOURS)
    if hours is not None and hours % 1:
        poll.fault("duration", "NUMBER_TYPE_COERCE", f'Value "{hours}" is not int.')
    poll.boolean("allow_multiselect")
    poll.choice("layout_type", (1,))
