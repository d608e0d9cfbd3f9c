"""Webhooks of channels: https://discord.com/developers/docs/resources/webhook"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from discord_emulator.errors import ApiError
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.audit_log import Actor, AuditLogAction
from discord_emulator.model.channels import Channel, ChannelType
from discord_emulator.model.guild import GuildState
from discord_emulator.model.users import Application
from discord_emulator.model.webhooks import Webhook
from discord_emulator.payloads import webhooks as payloads

from . import audit_log

if TYPE_CHECKING:
    from discord_emulator.world import World

_IN_CHANNEL = 15
_TOKEN_LENGTH = 68
_RECORDED = ("name", "type", "channel_id", "avatar", "application_id")


def create(
    world: World, channel: Channel, by: Actor, body: dict[str, Any], application: Application | None = None
) -> Webhook:
    """Adds a webhook to a channel; raises 30007 for a sixteenth, 50024 where there are none."""
    if channel.type == ChannelType.CATEGORY or channel.thread is not None or channel.guild is None:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    if len(of_channel(world, channel)) >= _IN_CHANNEL:
        raise ApiError(400, 30007, f"Maximum number of webhooks reached ({_IN_CHANNEL})")
    webhook = Webhook(
        world.snowflakes.next(),
        channel,
        body["name"].strip(),
        world.new_token(_TOKEN_LENGTH),
        by.user,
        image_hash(body.get("avatar")),
        None if application is None else application.id,
    )
    world.webhooks[webhook.id] = webhook
    _announce(world, channel)
    _record(world, webhook, by, AuditLogAction.WEBHOOK_CREATE, after=payloads.webhook(webhook))
    return webhook


def of_channel(world: World, channel: Channel) -> list[Webhook]:
    """The webhooks of a channel, oldest first."""
    return [webhook for webhook in world.webhooks.values() if webhook.channel is channel]


def change(
    world: World, webhook: Webhook, body: dict[str, Any], channel: Channel | None = None, by: Actor | None = None
) -> None:
    """Renames a webhook, gives it another picture, or moves it to ``channel``."""
    before = payloads.webhook(webhook)
    if body.get("name") is not None:
        webhook.name = body["name"].strip()
    if "avatar" in body:
        webhook.avatar = image_hash(body["avatar"])
    if channel is not None and channel is not webhook.channel:
        _announce(world, webhook.channel)
        webhook.channel = channel
    _announce(world, webhook.channel)
    _record(world, webhook, by, AuditLogAction.WEBHOOK_UPDATE, before=before, after=payloads.webhook(webhook))


def delete(world: World, webhook: Webhook, by: Actor | None = None) -> None:
    """Removes a webhook; its messages stay."""
    del world.webhooks[webhook.id]
    _announce(world, webhook.channel)
    _record(world, webhook, by, AuditLogAction.WEBHOOK_DELETE, before=payloads.webhook(webhook))


def forget_channel(world: World, channel: Channel) -> None:
    """A channel goes, and its webhooks without a word."""
    for webhook in of_channel(world, channel):
        del world.webhooks[webhook.id]


def forget_application(world: World, guild: GuildState, application: Application) -> None:
    """An application leaves a server, and takes the webhooks that it made there along."""
    for webhook in list(world.webhooks.values()):
        if webhook.channel.guild is guild and webhook.application_id == application.id:
            delete(world, webhook)


def _record(
    world: World,
    webhook: Webhook,
    by: Actor | None,
    action: AuditLogAction,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    changes = audit_log.difference(before, after, _RECORDED)
    if webhook.channel.guild is not None and changes:
        audit_log.record(world, webhook.channel.guild, by, action, webhook.id, changes=changes)


def image_hash(image: str | None) -> str | None:
    """What stands for an image (a data URI, or the address of one) in a user object."""
    return None if image is None else hashlib.md5(image.encode(), usedforsecurity=False).hexdigest()


def _announce(world: World, channel: Channel) -> None:
    if channel.guild is not None:
        body = {"guild_id": str(channel.guild.id), "channel_id": str(channel.id)}
        world.hub.to_channel(channel, "WEBHOOKS_UPDATE", body, Intent.GUILD_WEBHOOKS)
