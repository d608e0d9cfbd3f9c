"""Polls: https://discord.com/developers/docs/resources/poll#poll-endpoints"""

from __future__ import annotations

from discord_emulator.actions import polls as actions
from discord_emulator.errors import ApiError
from discord_emulator.model.messages import Message
from discord_emulator.model.polls import Poll
from discord_emulator.payloads import people
from discord_emulator.permissions import Permission

from .access import require
from .message_access import find, shown
from .routing import Answer, Request, Routes

routes = Routes()
_POLL = "/channels/{channel_id}/polls/{message_id}"


def _polling(request: Request) -> tuple[Message, Poll]:
    channel = request.channel()
    require(request, channel, Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY)
    message = find(channel, request.id("message_id"))
    if message.poll is None:
        raise ApiError(400, 520006, "Cannot expire a non-poll message")
    return message, message.poll


@routes.on("GET", _POLL + "/answers/{answer_id}")
def voters(request: Request) -> Answer:
    """Who chose an answer, by id; nobody for an answer that is not there."""
    _, poll = _polling(request)
    after, limit = request.number("after"), request.number("limit", 25, least=1, most=100)
    ids = sorted(voter for answer in poll.answers if answer.id == request.id("answer_id") for voter in answer.voters)
    users = [people.user(request.world.users[user_id]) for user_id in ids if user_id > after]
    return Answer({"users": users[:limit]})


@routes.on("POST", _POLL + "/expire")
def expire(request: Request) -> Answer:
    """Ends one's own poll before its time."""
    message, _ = _polling(request)
    if message.author is not request.application.bot:
        raise ApiError(403, 50005, "Cannot edit a message authored by another user")
    actions.end(request.world, message)
    return Answer(shown(request, message))
