"""The life of an interaction: sent to the application, answered in time or not, followed up.

https://discord.com/developers/docs/interactions/receiving-and-responding
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from discord_emulator.errors import ApiError, unknown
from discord_emulator.model.channels import Channel
from discord_emulator.model.interactions import (
    ANSWER_WITHIN_SECONDS,
    TOKEN_LIVES_SECONDS,
    CallbackType,
    Interaction,
    InteractionType,
)
from discord_emulator.model.members import Member
from discord_emulator.model.messages import Message, MessageFlag
from discord_emulator.model.users import Application
from discord_emulator.payloads import messages as message_payloads
from discord_emulator.payloads import people as people_payloads
from discord_emulator.payloads import places as place_payloads
from discord_emulator.permissions import Permission

from . import mentions, messages
from .uploads import Upload

if TYPE_CHECKING:
    from discord_emulator.world import World

# What an application may always do with its answers, whatever the channel allows it otherwise.
_ALWAYS_GRANTED = Permission.ATTACH_FILES | Permission.EMBED_LINKS | Permission.MENTION_EVERYONE
_COMMAND_ANSWER, _CONTEXT_MENU_ANSWER, _REPLY = 20, 23, 19


def start(
    world: World,
    application: Application,
    kind: InteractionType,
    *,
    member: Member,
    channel: Channel,
    data: dict[str, Any],
    source: Message | None = None,
    command_name: str | None = None,
    from_modal: Interaction | None = None,
    focused_type: int | None = None,
) -> Interaction:
    """Sends INTERACTION_CREATE and starts the three seconds in which it has to be answered."""
    interaction = Interaction(
        world.snowflakes.next(),
        world.new_token(120),
        kind,
        application,
        channel,
        member,
        data,
        world.clock(),
        time.perf_counter(),
        source=source,
        command_name=command_name,
        from_modal=from_modal,
        focused_type=focused_type,
    )
    _forget_old(world)
    world.interactions[interaction.token] = interaction
    world.later(ANSWER_WITHIN_SECONDS, lambda: expire(world, interaction))
    body = _payload(world, interaction)
    world.hub.to_application(application, "INTERACTION_CREATE", body, member.guild.id)
    return interaction


def _forget_old(world: World) -> None:
    """Drops the oldest interactions once their tokens have been dead for as long as they had lived."""
    oldest_kept = world.clock() - 2 * TOKEN_LIVES_SECONDS
    while world.interactions:
        token, interaction = next(iter(world.interactions.items()))
        if interaction.created_at >= oldest_kept:
            return
        del world.interactions[token]


def _payload(world: World, interaction: Interaction) -> dict[str, Any]:
    member, channel, application = interaction.member, interaction.channel, interaction.application
    guild = member.guild
    granted = world.permissions(member, channel)
    app_permissions = world.permissions(guild.members[application.bot.id], channel) | int(_ALWAYS_GRANTED)
    body: dict[str, Any] = {
        "id": str(interaction.id),
        "application_id": str(application.id),
        "type": int(interaction.type),
        "token": interaction.token,
        "version": 1,
        "data": interaction.data,
        "guild_id": str(guild.id),
        "guild": {"id": str(guild.id), "locale": guild.locale, "features": guild.features},
        "guild_locale": guild.locale,
        "channel_id": str(channel.id),
        "channel": place_payloads.channel(channel) | {"permissions": str(granted)},
        "member": people_payloads.member(member) | {"permissions": str(granted)},
        "app_permissions": str(app_permissions),
        "locale": "en-US",
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": {"0": str(guild.id)},
        "context": 0,
        "attachment_size_limit": message_payloads.MAX_ATTACHMENT_BYTES,
    }
    if interaction.source is not None:
        body["message"] = message_payloads.message(interaction.source, viewer_id=application.bot.id)
    return body


def expire(world: World, interaction: Interaction) -> None:
    """Notes that nobody answered, once three seconds of the emulator's clock have passed."""
    waited = world.clock() - interaction.created_at
    if interaction.answer is None and not interaction.failed and waited >= ANSWER_WITHIN_SECONDS:
        interaction.failed = True
        world.record.violate("unanswered interaction", _describe(interaction))
        _announce(world, interaction)


def expire_all(world: World) -> None:
    """Looks at every open interaction after the clock was moved."""
    for interaction in list(world.interactions.values()):
        expire(world, interaction)


def _announce(world: World, interaction: Interaction) -> None:
    interaction.progress.announce()
    world.changes.announce()


def _describe(interaction: Interaction) -> str:
    what = interaction.command_name or interaction.data.get("custom_id", "")
    return f"{interaction.type.name.lower()} {what!r} by {interaction.member.name}"


def for_callback(world: World, interaction_id: int, token: str) -> Interaction:
    """The interaction to answer; raises 10062 if unknown or older than 3 s, 40060 if answered already."""
    interaction = world.interactions.get(token)
    if interaction is None or interaction.id != interaction_id:
        raise unknown("interaction", 10062)
    if interaction.answer is not None:
        raise ApiError(400, 40060, "Interaction has already been acknowledged.")
    if interaction.failed or world.clock() - interaction.created_at > ANSWER_WITHIN_SECONDS:
        raise unknown("interaction", 10062)
    return interaction


def answer(world: World, interaction: Interaction, body: dict[str, Any], files: list[Upload]) -> None:
    """Carries out a checked interaction callback."""
    kind = CallbackType(body["type"])
    data = body.get("data") or {}
    match kind:
        case CallbackType.MESSAGE:
            interaction.original = _write(world, interaction, data, files)
        case CallbackType.DEFERRED_MESSAGE:
            interaction.original = _think(world, interaction, int(data.get("flags") or 0))
        case CallbackType.DEFERRED_UPDATE:
            interaction.original = interaction.source
        case CallbackType.UPDATE:
            interaction.original = interaction.source
            if interaction.source is not None:
                _edit(world, interaction, interaction.source, data, files)
        case CallbackType.AUTOCOMPLETE:
            interaction.choices = data["choices"]
        case CallbackType.MODAL:
            interaction.modal = data
    interaction.answer = kind
    interaction.answered_after = time.perf_counter() - interaction.submitted_at
    _announce(world, interaction)


def _granted(world: World, interaction: Interaction) -> int:
    bot = interaction.member.guild.members.get(interaction.application.bot.id)
    if bot is None:
        return int(_ALWAYS_GRANTED)
    return world.permissions(bot, interaction.channel) | int(_ALWAYS_GRANTED)


def _message_type(interaction: Interaction) -> int:
    if interaction.type == InteractionType.COMMAND:
        return _COMMAND_ANSWER if interaction.data["type"] == 1 else _CONTEXT_MENU_ANSWER
    return 0 if interaction.source is None or interaction.source.ephemeral else _REPLY


def _write(
    world: World, interaction: Interaction, data: dict[str, Any], files: list[Upload], *, follow_up: bool = False
) -> Message:
    ephemeral = int(data.get("flags") or 0) & MessageFlag.EPHEMERAL
    kind = _message_type(interaction)
    if follow_up:
        kind = _REPLY if interaction.original is not None and not interaction.original.deleted else 0
    return messages.write(
        world,
        interaction.channel,
        interaction.application.bot,
        data,
        files,
        granted=_granted(world, interaction),
        message_type=kind,
        reference=(interaction.original if follow_up else interaction.source) if kind == _REPLY else None,
        interaction=interaction,
        recipient_id=interaction.member.id if ephemeral else None,
        is_follow_up=follow_up,
    )


def _think(world: World, interaction: Interaction, flags: int) -> Message:
    """The "… is thinking" message that the first follow-up or edit fills."""
    message = Message(
        world.snowflakes.next(),
        interaction.channel,
        interaction.application.bot,
        world.clock.now(),
        type=_message_type(interaction),
        flags=int(MessageFlag.LOADING | (flags & MessageFlag.EPHEMERAL)),
        interaction=interaction,
        application_id=interaction.application.id,
        recipient_id=interaction.member.id if flags & MessageFlag.EPHEMERAL else None,
        reference=interaction.source if _message_type(interaction) == _REPLY else None,
    )
    messages.publish(world, message)
    return message


def _edit(world: World, interaction: Interaction, message: Message, data: dict[str, Any], files: list[Upload]) -> None:
    if message.deleted:
        raise unknown("Message", 10008)
    was_thinking = message.loading
    messages.fill(world, message, data, files, _granted(world, interaction))
    message.flags &= ~MessageFlag.LOADING
    if was_thinking:
        # Filling a thinking message is not an edit to those who read it.
        message.pinged_ids = mentions.pinged(message)
    else:
        message.edits += 1
        message.edited_at = world.clock.now()
    messages.announce_edit(world, message)
    _announce(world, interaction)


def for_webhook(world: World, application_id: int, token: str) -> Interaction:
    """The answered interaction behind a webhook address.

    Raises 10015 before the answer or for an unknown token, 50027 when the token is older than 15 minutes.
    """
    interaction = world.interactions.get(token)
    if interaction is None or interaction.application.id != application_id or interaction.answer is None:
        raise unknown("Webhook", 10015)
    if world.clock() - interaction.created_at > TOKEN_LIVES_SECONDS:
        raise ApiError(401, 50027, "Invalid Webhook Token")
    return interaction


def message_of(interaction: Interaction, key: str) -> Message:
    """The answer (``@original``) or a follow-up by id; raises 10008 if it is not there (any more)."""
    if key == "@original":
        found = interaction.original
    else:
        known = [*interaction.follow_ups, *([interaction.original] if interaction.original else [])]
        found = next((message for message in known if str(message.id) == key), None)
    if found is None or found.deleted:
        raise unknown("Message", 10008)
    return found


def follow_up(world: World, interaction: Interaction, body: dict[str, Any], files: list[Upload]) -> Message:
    """A further message; the first one after a deferred answer fills the thinking message instead."""
    original = interaction.original
    if original is not None and original.loading and not original.deleted:
        _edit(world, interaction, original, body, files)
        return original
    message = _write(world, interaction, body, files, follow_up=True)
    interaction.follow_ups.append(message)
    _announce(world, interaction)
    return message


def edit_message(
    world: World, interaction: Interaction, key: str, body: dict[str, Any], files: list[Upload]
) -> Message:
    """Edits the answer or a follow-up."""
    message = message_of(interaction, key)
    _edit(world, interaction, message, body, files)
    return message


def delete_message(world: World, interaction: Interaction, key: str) -> None:
    """Deletes the answer or a follow-up."""
    messages.delete(world, message_of(interaction, key))
