"""Answers to interactions and the webhook they are followed up with. No token but the interaction's own is needed."""

from __future__ import annotations

from typing import Any

from discord_emulator.actions import interactions as actions
from discord_emulator.model.interactions import CallbackType, Interaction
from discord_emulator.model.messages import Message, MessageFlag
from discord_emulator.payloads import messages as payloads
from discord_emulator.validation.interactions import check_callback
from discord_emulator.validation.messages import check_message

from .routing import Answer, Request, Routes, nothing

routes = Routes()
_WEBHOOK = "/webhooks/{application_id}/{token}"
_MESSAGE = _WEBHOOK + "/messages/{message}"


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
    actions.answer(request.world, interaction, body, request.files)
    if request.query.get("with_response", "").lower() in ("1", "true"):
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
        "guild_id": str(interaction.member.guild.id),
    }
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
    return payloads.message(message, viewer_id=interaction.application.bot.id)


def _interaction(request: Request) -> Interaction:
    return actions.for_webhook(request.world, request.id("application_id"), request.parameters["token"])


@routes.on("POST", _WEBHOOK, needs_token=False)
def follow_up(request: Request) -> Answer:
    interaction = _interaction(request)
    body = request.fields()
    check_message(body, files=len(request.files), is_interaction=True)
    return Answer(_render(interaction, actions.follow_up(request.world, interaction, body, request.files)))


@routes.on("GET", _MESSAGE, needs_token=False)
def read(request: Request) -> Answer:
    interaction = _interaction(request)
    return Answer(_render(interaction, actions.message_of(interaction, request.parameters["message"])))


@routes.on("PATCH", _MESSAGE, needs_token=False)
def edit(request: Request) -> Answer:
    interaction = _interaction(request)
    key, body = request.parameters["message"], request.fields()
    before = actions.message_of(interaction, key)
    # A thinking message is filled for the first time: to the rules it is new, though it arrives as an edit.
    previous = None if before.flags & MessageFlag.LOADING else payloads.message(before)
    check_message(body, files=len(request.files), is_edit=previous is not None, previous=previous, is_interaction=True)
    message = actions.edit_message(request.world, interaction, key, body, request.files)
    return Answer(_render(interaction, message))


@routes.on("DELETE", _MESSAGE, needs_token=False)
def delete(request: Request) -> Answer:
    actions.delete_message(request.world, _interaction(request), request.parameters["message"])
    return nothing()
