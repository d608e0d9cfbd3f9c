"""Answers to interactions.

Rules: https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object
"""

from __future__ import annotations

from typing import Any

from .command_options import CHOICE_LIMIT, CHOICE_TEXT_LIMIT, INTEGER, NUMBER, STRING, check_choice_value
from .form import Form
from .localized import check_translations
from .messages import ANSWER_KEYS, EDIT_KEYS, EPHEMERAL, Situation, check_mentions, check_message_form, refuse_message
from .modals import check_modal_form

PING, APPLICATION_COMMAND, MESSAGE_COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 1, 2, 3, 4, 5

PONG = 1
CHANNEL_MESSAGE = 4
DEFERRED_CHANNEL_MESSAGE = 5
DEFERRED_UPDATE = 6
UPDATE_MESSAGE = 7
AUTOCOMPLETE_RESULT = 8
MODAL = 9
LAUNCH_ACTIVITY = 12

_MESSAGES = (CHANNEL_MESSAGE, DEFERRED_CHANNEL_MESSAGE)
_UPDATES = (DEFERRED_UPDATE, UPDATE_MESSAGE)
_ANSWERS: dict[int, tuple[int, ...]] = {
    PING: (PONG,),
    APPLICATION_COMMAND: (*_MESSAGES, MODAL, LAUNCH_ACTIVITY),
    MESSAGE_COMPONENT: (*_MESSAGES, *_UPDATES, MODAL, LAUNCH_ACTIVITY),
    AUTOCOMPLETE: (AUTOCOMPLETE_RESULT,),
    MODAL_SUBMIT: (*_MESSAGES, *_UPDATES, LAUNCH_ACTIVITY),
}
"""Which callbacks answer which interaction."""


def check_callback(
    body: dict[str, Any],
    *,
    interaction_type: int,
    files: int,
    previous: dict[str, Any] | None = None,
    from_message: bool = True,
    option_type: int | None = None,
) -> None:
    """Checks the callback to an interaction of type ``interaction_type`` (2 command, 3 component,
    4 autocomplete, 5 modal submit).

    ``files`` is the number of uploaded files, ``previous`` the message of the component, for callback 7.
    ``from_message`` is false for a modal that a command opened: then there is no message to update.
    ``option_type`` is the type of the option that is being completed (3 string, 4 integer, 10 number), if known.

    Raises ApiError as :func:`~.messages.check_message` does.
    """
    callback = Form.of(body)
    callback.only({"type", "data"})
    allowed = _ANSWERS[interaction_type]
    if not from_message:
        allowed = tuple(kind for kind in allowed if kind not in _UPDATES)
    kind = callback.choice("type", allowed, required=True)
    if kind in (CHANNEL_MESSAGE, UPDATE_MESSAGE):
        _check_message(callback, kind, files, previous)
        return
    if kind is not None and files:
        callback.fault("data", "EMULATOR_FILES_WITHOUT_MESSAGE", "Only messages can carry files")
    if kind in (DEFERRED_CHANNEL_MESSAGE, DEFERRED_UPDATE):
        _check_deferral(callback, is_update=kind == DEFERRED_UPDATE)
    elif kind == AUTOCOMPLETE_RESULT:
        _check_choices(callback, option_type)
    elif kind == MODAL:
        modal = callback.child("data", required=True)
        if modal is not None:
            check_modal_form(modal)
    elif kind is not None:
        callback.forbid(["data"], "EMULATOR_UNEXPECTED_DATA", "This callback carries no data")
    callback.errors.raise_if_any()


def _check_message(callback: Form, kind: int, files: int, previous: dict[str, Any] | None) -> None:
    is_edit = kind == UPDATE_MESSAGE
    keys = EDIT_KEYS if is_edit else ANSWER_KEYS
    situation = Situation(files, is_edit, previous if is_edit else None, is_interaction=True, keys=keys)
    message = callback.child("data") or Form({}, ("data",), callback.errors)
    check_message_form(message, situation)
    callback.errors.raise_if_any()
    refuse_message(message, situation)


def _check_deferral(callback: Form, *, is_update: bool) -> None:
    """A deferred answer decides nothing but whether it is ephemeral, a deferred update nothing at all.

    Discord takes a whole message there and drops it in silence. Libraries that fill in ``allowed_mentions`` for every
    answer lose nothing by that; whoever sends words would, and is refused.
    """
    data = callback.child("data")
    if data is None:
        return
    data.only({"allowed_mentions"} if is_update else {"allowed_mentions", "flags", "tts"})
    check_mentions(data)
    data.boolean("tts")
    flags = data.integer("flags", 0, 2**31 - 1) or 0
    if flags & ~EPHEMERAL:
        text = f"Flags {flags & ~EPHEMERAL} cannot be set here."
        data.fault("flags", "EMULATOR_FLAG_NOT_SETTABLE", text)


def _check_choices(callback: Form, option_type: int | None) -> None:
    """Up to 25 suggestions whose values are of the option's type, and so of one kind."""
    data = callback.child("data", required=True)
    if data is None:
        return
    data.only({"choices"})
    choices = data.children("choices", CHOICE_LIMIT)
    kind = option_type or _kind_of([choice.data.get("value") for choice in choices])
    for choice in choices:
        choice.only({"name", "name_localizations", "value"})
        choice.text("name", CHOICE_TEXT_LIMIT, minimum=1, required=True)
        check_translations(choice, "name_localizations", CHOICE_TEXT_LIMIT)
        check_choice_value(choice, kind)


def _kind_of(values: list[object]) -> int:
    """The type of option that ``values`` are for, as far as they show it."""
    if any(isinstance(value, str) for value in values):
        return STRING
    return NUMBER if any(isinstance(value, float) for value in values) else INTEGER
