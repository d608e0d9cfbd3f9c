"""Webhooks: those of channels, and by the same addresses those of interactions.

https://discord.com/developers/docs/resources/webhook
"""

from __future__ import annotations

from typing import Any

from discord_emulator.actions import messages, publishing, threads
from discord_emulator.actions import webhooks as actions
from discord_emulator.errors import ApiError, missing_permissions, unknown
from discord_emulator.model.audit_log import Actor
from discord_emulator.model.channels import Channel
from discord_emulator.model.messages import Message, walk_components
from discord_emulator.model.webhooks import Webhook
from discord_emulator.payloads import messages as message_payloads
from discord_emulator.payloads import people
from discord_emulator.payloads import webhooks as payloads
from discord_emulator.permissions import Permission
from discord_emulator.snowflake import as_snowflake
from discord_emulator.validation.form import Form
from discord_emulator.validation.messages import EDIT_KEYS, WEBHOOK_KEYS, check_message
from discord_emulator.validation.webhooks import check_name, check_webhook

from . import interactions
from .access import actor, require, require_in_guild
from .message_access import check_in_guild
from .routing import Answer, Request, Routes, nothing

routes = Routes()
_OF_CHANNEL = "/channels/{channel_id}/webhooks"
_MANAGED = "/webhooks/{webhook_id}"
_TOKENED = _MANAGED + "/{token}"
_MESSAGE = _TOKENED + "/messages/{message}"
# A webhook may do all that a message can hold; who has its address needs no permissions.
_GRANTED = int(Permission.EMBED_LINKS | Permission.ATTACH_FILES | Permission.MENTION_EVERYONE)
_INTERACTIVE = frozenset({3, 5, 6, 7, 8})
_LINK, _PREMIUM, _BUTTON = 5, 6, 2


def _object(request: Request, webhook: Webhook, *, with_user: bool = True) -> dict[str, Any]:
    """The webhook object. The token of another application's webhook stays hidden (a guess on the strict side)."""
    body = payloads.webhook(webhook)
    if not with_user or webhook.application_id in (None, request.application.id):
        body["token"] = webhook.token
    if with_user:
        body["user"] = people.user(webhook.creator)
    return body


# -- managing them ---------------------------------------------------------------------------------------------------


@routes.on("POST", _OF_CHANNEL)
def create(request: Request) -> Answer:
    channel = request.channel()
    check_in_guild(channel)
    require(request, channel, Permission.MANAGE_WEBHOOKS)
    check_webhook(request.fields())
    application = request.application
    webhook = actions.create(request.world, channel, actor(request), request.fields(), application)
    return Answer(_object(request, webhook))


@routes.on("GET", _OF_CHANNEL)
def of_channel(request: Request) -> Answer:
    channel = request.channel()
    check_in_guild(channel)
    require(request, channel, Permission.MANAGE_WEBHOOKS)
    return Answer([_object(request, webhook) for webhook in actions.of_channel(request.world, channel)])


@routes.on("GET", "/guilds/{guild_id}/webhooks")
def of_guild(request: Request) -> Answer:
    guild, _ = require_in_guild(request, Permission.MANAGE_WEBHOOKS)
    found = [webhook for webhook in request.world.webhooks.values() if webhook.channel.guild is guild]
    return Answer([_object(request, webhook) for webhook in found])


def _managed(request: Request) -> Webhook:
    """The webhook in the path; raises 10015, or 50001 and 50013 where the bot may not manage it."""
    webhook = request.world.webhooks.get(request.id("webhook_id"))
    if webhook is None:
        raise unknown("Webhook", 10015)
    request.world.channel_for(request.application, webhook.channel.id)
    require(request, webhook.channel, Permission.MANAGE_WEBHOOKS)
    return webhook


@routes.on("GET", _MANAGED)
def read(request: Request) -> Answer:
    """An application reads its own webhooks without a permission."""
    webhook = request.world.webhooks.get(request.id("webhook_id"))
    if webhook is None or webhook.application_id != request.application.id:
        webhook = _managed(request)
    return Answer(_object(request, webhook))


@routes.on("PATCH", _MANAGED)
def change(request: Request) -> Answer:
    webhook = _managed(request)
    body = request.fields()
    check_webhook(body, is_edit=True, may_move=True)
    target: Channel | None = None
    if body.get("channel_id") is not None:
        target = request.world.channel_for(request.application, as_snowflake(body["channel_id"], "channel_id"))
        require(request, target, Permission.MANAGE_WEBHOOKS)
        if target.guild is not webhook.channel.guild:
            raise missing_permissions()
    actions.change(request.world, webhook, body, target, actor(request))
    return Answer(_object(request, webhook))


@routes.on("DELETE", _MANAGED)
def delete(request: Request) -> Answer:
    actions.delete(request.world, _managed(request), actor(request))
    return nothing()


# -- with their token ------------------------------------------------------------------------------------------------


def _of_channel_with_token(request: Request) -> Webhook | None:
    """The channel webhook in the path; ``None`` if the address is an interaction's. Raises 50027 for a wrong token."""
    webhook = request.world.webhooks.get(request.id("webhook_id"))
    if webhook is not None and webhook.token != request.parameters["token"]:
        raise ApiError(401, 50027, "Invalid Webhook Token")
    return webhook


def _with_token(request: Request) -> Webhook:
    webhook = _of_channel_with_token(request)
    if webhook is None:
        raise unknown("Webhook", 10015)
    return webhook


@routes.on("GET", _TOKENED, needs_token=False)
def read_with_token(request: Request) -> Answer:
    return Answer(_object(request, _with_token(request), with_user=False))


@routes.on("PATCH", _TOKENED, needs_token=False)
def change_with_token(request: Request) -> Answer:
    webhook = _with_token(request)
    check_webhook(request.fields(), is_edit=True)
    actions.change(request.world, webhook, request.fields())
    return Answer(_object(request, webhook, with_user=False))


@routes.on("DELETE", _TOKENED, needs_token=False)
def delete_with_token(request: Request) -> Answer:
    actions.delete(request.world, _with_token(request))
    return nothing()


@routes.on("POST", _TOKENED, needs_token=False)
def execute(request: Request) -> Answer:
    """Writes a message; with ``wait`` it is answered, otherwise nothing is."""
    webhook = _of_channel_with_token(request)
    if webhook is None:
        return interactions.follow_up(request)
    body = dict(request.fields())
    if not _respects_components(request, webhook):
        body.pop("components", None)
    check_message(body, files=len(request.files), keys=WEBHOOK_KEYS)
    _check_webhook_fields(webhook, body)
    author = webhook.author(body.get("username"), actions.image_hash(body.get("avatar_url")))
    place = _place(request, webhook)
    if place.is_forum:
        post = {"name": body["thread_name"], "applied_tags": body.get("applied_tags"), "message": body}
        _, message = threads.start_post(
            request.world, place, Actor(author), post, request.files, granted=_GRANTED, webhook=webhook
        )
    else:
        message = messages.write(request.world, place, author, body, request.files, granted=_GRANTED, webhook=webhook)
    return Answer(message_payloads.message(message)) if request.flag("wait") else nothing()


def _respects_components(request: Request, webhook: Webhook) -> bool:
    """Those of other webhooks than an application's are dropped unless the query asks for them."""
    return webhook.application_id is not None or request.flag("with_components")


def _check_webhook_fields(webhook: Webhook, body: dict[str, Any]) -> None:
    """What a name may be, where a new thread can be, and who may send what can be pressed. Raises 50035."""
    form = Form.of(body)
    if body.get("username") is not None:
        check_name(form, "username", body["username"])
    if body.get("thread_name") and not webhook.channel.is_forum:
        raise ApiError(400, 220003, "Webhooks can only create threads in forum channels")
    components = walk_components(body.get("components") or [])
    if webhook.application_id is None and any(_is_interactive(component) for component in components):
        # Discord does not publish its code for this.
        text = "Only webhooks of applications can send interactive components"
        form.fault("components", "EMULATOR_INTERACTIVE_COMPONENT", text)
    form.errors.raise_if_any()


def _is_interactive(component: dict[str, Any]) -> bool:
    if component["type"] == _BUTTON:
        return component.get("style") not in (_LINK, _PREMIUM)
    return component["type"] in _INTERACTIVE


def _place(request: Request, webhook: Webhook) -> Channel:
    """Where a webhook writes: its channel, or the thread in the query. In a forum one of the two has to be named."""
    body = request.fields()
    if "thread_id" not in request.query:
        if webhook.channel.is_forum and not body.get("thread_name"):
            raise ApiError(400, 220001, "Webhooks posted to forum channels must have a thread_name or thread_id")
        return webhook.channel
    if body.get("thread_name"):
        raise ApiError(400, 220002, "Webhooks posted to forum channels cannot have both a thread_name and thread_id")
    thread = request.world.channels.get(request.number("thread_id"))
    if thread is None or thread.parent_id != webhook.channel.id or not thread.is_thread:
        raise unknown("Channel", 10003)
    if thread.thread is not None and thread.thread.locked:
        raise ApiError(403, 160005, "Thread is locked")
    return thread


def _message(request: Request, webhook: Webhook) -> Message:
    """A message that the webhook wrote, in its channel or in the thread in the query; raises 10008."""
    place = _place(request, webhook) if "thread_id" in request.query else webhook.channel
    key = request.parameters["message"]
    message = place.messages.get(int(key)) if key.isdigit() else None
    if message is None or message.webhook_id != webhook.id:
        raise unknown("Message", 10008)
    return message


@routes.on("GET", _MESSAGE, needs_token=False)
def read_message(request: Request) -> Answer:
    webhook = _of_channel_with_token(request)
    if webhook is None:
        return interactions.read(request)
    return Answer(message_payloads.message(_message(request, webhook)))


@routes.on("PATCH", _MESSAGE, needs_token=False)
def edit_message(request: Request) -> Answer:
    webhook = _of_channel_with_token(request)
    if webhook is None:
        return interactions.edit(request)
    message = _message(request, webhook)
    if message.poll is not None:
        raise ApiError(400, 520003, "Cannot edit a poll message")
    body = dict(request.fields())
    if not _respects_components(request, webhook):
        body.pop("components", None)
    previous = message_payloads.message(message)
    check_message(body, files=len(request.files), is_edit=True, previous=previous, keys=EDIT_KEYS)
    _check_webhook_fields(webhook, body)
    messages.edit(request.world, message, body, request.files, _GRANTED)
    return Answer(message_payloads.message(message))


@routes.on("DELETE", _MESSAGE, needs_token=False)
def delete_message(request: Request) -> Answer:
    webhook = _of_channel_with_token(request)
    if webhook is None:
        return interactions.delete(request)
    publishing.delete(request.world, _message(request, webhook))
    return nothing()
