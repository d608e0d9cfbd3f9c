"""Answers to interactions, and what their webhooks do (routed by ``webhooks.py``). Their own token is enough.

https://discord.com/developers/docs/interactions/receiving-and-responding#endpoints
"""

from __future__ import annotations

from typing import Any

from discord_emulator.actions import interactions as actions
from discord_emulator.errors import ApiError, FormErrors
from discord_emulator.model.interactions import CallbackType, Interaction
from discord_emulator.model.messages import Message, MessageFlag
from discord_emulator.payloads import messages as payloads
from discord_emulator.validation.interactions import LAUNCH_ACTIVITY, check_callback
from discord_emulator.validation.messages import ANSWER_KEYS, EDIT_KEYS, check_message

from .routing import Answer, Request, Routes, nothing

routes = Routes()


@routes.on("POST", "/interactions/{interaction_id}/{token}/callback", needs_token=False)
def callback(request: Request) -> Answer:
    interaction = actions.for_callback(request.world, request.id("interaction_id"), request.parameters["token"])
    body = request.fields()
    check_callback(
        body,
        interaction_type=interaction.type,
        files=len(request.files),
        previous=_before(interaction, body),
        from_message=interaction.source is not None,
        option_type=interaction.focused_type,
    )
    if body["type"] == LAUNCH_ACTIVITY:
        # No application of the emulator has an activity. Discord does not publish its code for this.
        form = FormErrors()
        form.add(("type",), "EMULATOR_NO_ACTIVITY", "The application has no activity to launch")
        form.raise_if_any()
    actions.answer(request.world, interaction, body, request.files)
    if request.flag("with_response"):
        return Answer(_response(interaction))
    return nothing()


def _before(interaction: Interaction, body: dict[str, Any]) -> dict[str, Any] | None:
    """The message that an update (type 7) edits."""
    if body.get("type") == CallbackType.UPDATE and interaction.source is not None:
        return payloads.message(interaction.source)
    return None


def _response(interaction: Interaction) -> dict[str, Any]:
    about: dict[str, Any] = {
        "id": str(interaction.id),
        "type": int(interaction.type),
        "channel_id": str(interaction.channel.id),
    }
    if interaction.channel.guild is not None:
        about["guild_id"] = str(interaction.channel.guild.id)
    body: dict[str, Any] = {"interaction": about}
    message = interaction.original
    if message is not None:
        about["response_message_id"] = str(message.id)
        about["response_message_loading"] = message.loading
        about["response_message_ephemeral"] = message.ephemeral
        kind = interaction.answer
        if kind is not None and kind in (CallbackType.MESSAGE, CallbackType.UPDATE):
            body["resource"] = {"type": int(kind), "message": _render(interaction, message)}
    return body


def _render(interaction: Interaction, message: Message) -> dict[str, Any]:
    return payloads.for_application(message, interaction.application)


def _interaction(request: Request) -> Interaction:
    return actions.for_webhook(request.world, request.id("webhook_id"), request.parameters["token"])


def follow_up(request: Request) -> Answer:
    """A further message; after a deferred answer, the answer itself."""
    interaction = _interaction(request)
    body = request.fields()
    check_message(body, files=len(request.files), is_interaction=True, keys=ANSWER_KEYS)
    return Answer(_render(interaction, actions.follow_up(request.world, interaction, body, request.files)))


def read(request: Request) -> Answer:
    """The answer (``@original``) or a follow-up."""
    interaction = _interaction(request)
    return Answer(_render(interaction, actions.message_of(interaction, request.parameters["message"])))


def edit(request: Request) -> Answer:
    """Edits the answer or a follow-up."""
    interaction = _interaction(request)
    key, body = request.parameters["message"], request.fields()
    before = actions.message_of(interaction, key)
    # A thinking message is filled for the first time: to the rules it is new, though it arrives as an edit.
    previous = None if before.flags & MessageFlag.LOADING else payloads.message(before)
    if before.poll is not None:
        raise ApiError(400, 520003, "Cannot edit a poll message")
    check_message(
        body,
        files=len(request.files),
        is_edit=previous is not None,
        previous=previous,
        is_interaction=True,
        keys=ANSWER_KEYS if previous is None else EDIT_KEYS,
    )
    message = actions.edit_message(request.world, interaction, key, body, request.files)
    return Answer(_render(interaction, message))


def delete(request: Request) -> Answer:
    """Deletes the answer or a follow-up."""
    actions.delete_message(request.world, _interaction(request), request.parameters["message"])
    return nothing()
