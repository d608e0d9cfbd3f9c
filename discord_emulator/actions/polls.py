"""Polls: asked in a message, voted on by people, ended by their author or by time.

https://discord.com/developers/docs/resources/poll
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from discord_emulator.errors import ApiError
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.messages import Message, MessageType
from discord_emulator.model.polls import Poll, PollAnswer
from discord_emulator.model.users import User

from . import publishing

if TYPE_CHECKING:
    from discord_emulator.world import World

_DEFAULT_HOURS = 24


def ask(world: World, body: dict[str, Any]) -> Poll:
    """A poll from a checked request body."""
    answers = [
        PollAnswer(number, _media(answer["poll_media"])) for number, answer in enumerate(body["answers"], start=1)
    ]
    ends_at = world.clock.now() + timedelta(hours=float(body.get("duration") or _DEFAULT_HOURS))
    return Poll(body["question"]["text"], answers, ends_at, bool(body.get("allow_multiselect")))


def _media(written: dict[str, Any]) -> dict[str, Any]:
    media: dict[str, Any] = {"text": written["text"]}
    emoji = written.get("emoji")
    if emoji:
        snowflake = emoji.get("id")
        media["emoji"] = {"id": None if snowflake is None else str(snowflake), "name": emoji.get("name")}
    return media


def watch(world: World, message: Message) -> None:
    """Has the poll of a new message end in time."""
    if message.poll is not None:
        seconds = (message.poll.ends_at - world.clock.now()).total_seconds()
        world.later(seconds, lambda: _end_if_due(world, message))


def vote(world: World, message: Message, user: User, answer: PollAnswer) -> None:
    """Votes; raises 520001 after the end, and 520000 for a second answer where one may choose but one."""
    poll = _open(message)
    if user.id in answer.voters:
        return
    if not poll.allows_several and any(user.id in other.voters for other in poll.answers):
        raise ApiError(403, 520000, "Poll voting blocked")
    answer.voters.append(user.id)
    _announce(world, "MESSAGE_POLL_VOTE_ADD", message, user, answer)


def unvote(world: World, message: Message, user: User) -> None:
    """Takes back all votes of somebody; raises 520001 after the end."""
    for answer in _open(message).answers:
        if user.id in answer.voters:
            answer.voters.remove(user.id)
            _announce(world, "MESSAGE_POLL_VOTE_REMOVE", message, user, answer)


def _open(message: Message) -> Poll:
    if message.poll is None or message.poll.ended:
        raise ApiError(400, 520001, "Poll expired")
    return message.poll


def end(world: World, message: Message) -> None:
    """Ends a poll, tells everybody, and has the result noted in the channel. Raises 520001 if it is over."""
    poll = _open(message)
    poll.ended = True
    poll.ends_at = min(poll.ends_at, world.clock.now())
    publishing.announce_edit(world, message)
    result = {"type": "poll_result", "fields": _result(poll)}
    publishing.note(world, message.channel, message.author, MessageType.POLL_RESULT, reference=message, embeds=[result])


def _result(poll: Poll) -> list[dict[str, Any]]:
    """https://discord.com/developers/docs/resources/message#embed-fields-by-embed-type"""
    values = {
        "poll_question_text": poll.question,
        "total_votes": str(sum(len(answer.voters) for answer in poll.answers)),
    }
    if poll.winner is not None:
        values["victor_answer_id"] = str(poll.winner.id)
        values["victor_answer_text"] = poll.winner.text
    values["victor_answer_votes"] = str(max(len(answer.voters) for answer in poll.answers))
    return [{"name": name, "value": value, "inline": False} for name, value in values.items()]


def end_all_due(world: World) -> None:
    """Ends every poll whose time is over, after the clock was moved."""
    for channel in list(world.channels.values()):
        for message in list(channel.messages.values()):
            _end_if_due(world, message)


def _end_if_due(world: World, message: Message) -> None:
    poll = message.poll
    if poll is not None and not poll.ended and not message.deleted and world.clock.now() >= poll.ends_at:
        end(world, message)


def _announce(world: World, event: str, message: Message, user: User, answer: PollAnswer) -> None:
    intent = Intent.DIRECT_MESSAGE_POLLS if message.channel.guild is None else Intent.GUILD_MESSAGE_POLLS
    body = {"user_id": str(user.id), "message_id": str(message.id), "answer_id": answer.id}
    publishing.to_readers(world, message.channel, event, body, intent)
