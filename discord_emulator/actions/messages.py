"""Writing and editing messages from request bodies."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from discord_emulator.model.channels import Channel
from discord_emulator.model.interactions import Interaction
from discord_emulator.model.messages import Message, MessageFlag, MessageType
from discord_emulator.model.users import User
from discord_emulator.model.webhooks import Webhook

from . import layout, mentions, polls, publishing, uploads
from .uploads import Upload

if TYPE_CHECKING:
    from discord_emulator.world import World

# Flags that a sender may set; the others are Discord's own.
SENDABLE_FLAGS = (
    MessageFlag.SUPPRESS_EMBEDS
    | MessageFlag.SUPPRESS_NOTIFICATIONS
    | MessageFlag.IS_VOICE_MESSAGE
    | MessageFlag.COMPONENTS_V2
)
EDITABLE_FLAGS = MessageFlag.SUPPRESS_EMBEDS | MessageFlag.COMPONENTS_V2


def write(
    world: World,
    channel: Channel,
    author: User,
    body: dict[str, Any],
    files: list[Upload],
    *,
    granted: int,
    message_id: int | None = None,
    message_type: int = MessageType.DEFAULT,
    reference: Message | None = None,
    forwarded: Message | None = None,
    webhook: Webhook | None = None,
    interaction: Interaction | None = None,
    recipient_id: int | None = None,
    is_follow_up: bool = False,
) -> Message:
    """Creates a message from a checked request body and sends it to all who may see it.

    ``granted`` are the author's permissions there, ``recipient_id`` the one person who sees an ephemeral answer.
    ``forwarded`` is a message that is passed on, ``webhook`` the one that writes.
    """
    application_id = None if webhook is None else webhook.application_id
    message = Message(
        message_id or world.snowflakes.next(),
        channel,
        author,
        world.clock.now(),
        type=message_type,
        nonce=body.get("nonce"),
        tts=bool(body.get("tts")),
        reference=reference,
        forwarded=None if forwarded is None else snapshot(forwarded),
        poll=polls.ask(world, body["poll"]) if body.get("poll") else None,
        webhook_id=None if webhook is None else webhook.id,
        interaction=interaction,
        application_id=application_id if interaction is None else interaction.application.id,
        recipient_id=recipient_id,
        is_follow_up=is_follow_up,
    )
    fill(world, message, body, files, granted)
    message.pinged_ids = mentions.pinged(message)
    publishing.publish(world, message)
    polls.watch(world, message)
    return message


def snapshot(message: Message) -> Message:
    """A message as it is now, which later edits do not reach."""
    kept = copy.copy(message)
    kept.embeds, kept.components = copy.deepcopy(message.embeds), copy.deepcopy(message.components)
    kept.attachments = list(message.attachments)
    return kept


def fill(world: World, message: Message, body: dict[str, Any], files: list[Upload], granted: int) -> None:
    """Puts a request body into a message: what the body does not name stays as it is."""
    draft = copy.copy(message)
    is_new = message.loading or message.id not in message.channel.messages | message.channel.ephemerals
    if "content" in body:
        draft.content = body["content"] or ""
    if "embeds" in body:
        draft.embeds = [{"type": "rich"} | embed for embed in copy.deepcopy(body["embeds"] or [])]
    if "components" in body:
        draft.components = layout.arrange(body["components"])
    draft.attachments = uploads.store(world, message.channel.id, body, files, message.attachments)
    if "flags" in body:
        changeable = SENDABLE_FLAGS if is_new else EDITABLE_FLAGS
        draft.flags = (int(body["flags"] or 0) & changeable) | (message.flags & ~changeable)
        draft.flags |= message.flags & MessageFlag.COMPONENTS_V2
    if draft.ephemeral:
        draft.flags |= MessageFlag.EPHEMERAL
    uploads.link(world, draft)
    if is_new or "content" in body or (draft.flags & MessageFlag.COMPONENTS_V2 and "components" in body):
        mentions.apply(draft, body.get("allowed_mentions"), granted)
    vars(message).update(vars(draft))


def edit(world: World, message: Message, body: dict[str, Any], files: list[Upload], granted: int) -> None:
    """Changes a message as :func:`fill` does, marks it edited and tells all who may see it."""
    fill(world, message, body, files, granted)
    message.edited_at = world.clock.now()
    message.edits += 1
    publishing.announce_edit(world, message)
