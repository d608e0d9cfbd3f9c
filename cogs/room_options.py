"""The options of a room, as ``/space create`` and ``/space edit`` have them."""

from __future__ import annotations

from enum import StrEnum

from discord import app_commands

from spaces.choices import LARGEST_STAGE, LONGEST_TURN, MOST_CO_HOSTS, Choices
from spaces.rules import LARGEST_CAPACITY, JoinMode, NameOrId, QueueOrder, SpeakMode


def _choices(kind: type[StrEnum]) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=member.value, value=member.value) for member in kind]


OPEN, CLOSED = "open", "closed"
REQUIRED, OPTIONAL = "required", "optional"

DESCRIPTIONS = {
    "join": "Who may join",
    "join_role": "The role whose members may join",
    "speak": "Who may speak",
    "speakers": "How many may be on stage at once",
    "cohosts": "How many co-hosts there may be",
    "capacity": "How many people may be in the room; 0 for no limit",
    "language": "The language spoken, as two letters such as en; any for the engine's own choice",
    "hands": "Whether people can raise hands",
    "questions": "Whether a raised hand needs a question",
    "order": "Whose hand is next",
    "turn": "Seconds that a turn on stage lasts; 0 for no turns",
}
FIXED = {
    "join": _choices(JoinMode),
    "speak": _choices(SpeakMode),
    "order": _choices(QueueOrder),
    "hands": [app_commands.Choice(name=name, value=name) for name in (OPEN, CLOSED)],
    "questions": [app_commands.Choice(name=name, value=name) for name in (REQUIRED, OPTIONAL)],
}
Speakers = app_commands.Range[int, 1, LARGEST_STAGE]
CoHosts = app_commands.Range[int, 0, MOST_CO_HOSTS]
Capacity = app_commands.Range[int, 0, LARGEST_CAPACITY]
Turn = app_commands.Range[int, 0, LONGEST_TURN]


def chosen(options: app_commands.Namespace) -> Choices:
    """The options of a command as the domain knows them; what was left out stays as it is.

    Discord hands options over by name, and what is missing is None, so the two commands that have all of these need
    not spell them out once more.
    """
    hands, questions, role = options.hands, options.questions, options.join_role
    return Choices(
        join=None if options.join is None else JoinMode(options.join),
        join_roles=None if role is None else (NameOrId(role.id),),
        speak=None if options.speak is None else SpeakMode(options.speak),
        speaker_limit=options.speakers,
        co_host_limit=options.cohosts,
        capacity=options.capacity,
        language=options.language,
        hands_open=None if hands is None else hands == OPEN,
        question_required=None if questions is None else questions == REQUIRED,
        queue_order=None if options.order is None else QueueOrder(options.order),
        turn_seconds=options.turn,
    )
