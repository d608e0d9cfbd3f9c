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
from discord_emulator.model.messages import Message, MessageFlag, MessageType
from discord_emulator.model.users import Application
from discord_emulator.payloads import interactions as payloads
from discord_emulator.permissions import DIRECT_MESSAGE, Permission

from . import mentions, messages, publishing
from .uploads import Upload

if TYPE_CHECKING:
    from discord_emulator.world import World

# What an application may always do with its answers, whatever the channel allows it otherwise.
_ALWAYS_GRANTED = Permission.ATTACH_FILES | Permission.EMBED_LINKS | Permission.MENTION_EVERYONE


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
    target: Message | None = None,
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
        target=target,
        command_name=command_name,
        from_modal=from_modal,
        focused_type=focused_type,
    )
    _forget_old(world)
    world.interactions[interaction.token] = interaction
    world.later(ANSWER_WITHIN_SECONDS, lambda: expire(world, interaction))
    granted = world.permissions(member, channel)
    body = payloads.interaction(interaction, granted=granted, app_granted=_granted(world, interaction))
    guild_id = None if channel.guild is None else channel.guild.id
    world.hub.to_application(application, "INTERACTION_CREATE", body, guild_id)
    return interaction


def _forget_old(world: World) -> None:
    """Drops the oldest interactions once their tokens have been dead for as long as they had lived."""
    oldest_kept = world.clock() - 2 * TOKEN_LIVES_SECONDS
    while world.interactions:
        token, interaction = next(iter(world.interactions.items()))
        if interaction.created_at >= oldest_kept:
            return
        del world.interactions[token]


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
    guild = interaction.channel.guild
    if guild is None:
        return int(DIRECT_MESSAGE | _ALWAYS_GRANTED)
    bot = guild.members.get(interaction.application.bot.id)
    if bot is None:
        return int(_ALWAYS_GRANTED)
    return world.permissions(bot, interaction.channel) | int(_ALWAYS_GRANTED)


def _message_type(interaction: Interaction) -> MessageType:
    if interaction.type == InteractionType.COMMAND:
        is_slash = interaction.data["type"] == 1
        return MessageType.CHAT_INPUT_COMMAND if is_slash else MessageType.CONTEXT_MENU_COMMAND
    alone = interaction.source is None or interaction.source.ephemeral
    return MessageType.DEFAULT if alone else MessageType.REPLY


def _reference(interaction: Interaction, kind: MessageType) -> Message | None:
    """What an answer points at: the message of the component, or the target of the context menu."""
    if kind == MessageType.CONTEXT_MENU_COMMAND:
        return interaction.target
    return interaction.source if kind == MessageType.REPLY else None


def _write(
    world: World, interaction: Interaction, data: dict[str, Any], files: list[Upload], *, follow_up: bool = False
) -> Message:
    ephemeral = int(data.get("flags") or 0) & MessageFlag.EPHEMERAL
    kind = _message_type(interaction)
    reference = _reference(interaction, kind)
    if follow_up:
        original = interaction.original
        reference = original if original is not None and not original.deleted else None
        kind = MessageType.DEFAULT if reference is None else MessageType.REPLY
    return messages.write(
        world,
        interaction.channel,
        interaction.application.bot,
        data,
        files,
        granted=_granted(world, interaction),
        message_type=kind,
        reference=reference,
        interaction=interaction,
        recipient_id=interaction.member.id if ephemeral else None,
        is_follow_up=follow_up,
    )


def _think(world: World, interaction: Interaction, flags: int) -> Message:
    """The "… is thinking" message that the first follow-up or edit fills."""
    kind = _message_type(interaction)
    message = Message(
        world.snowflakes.next(),
        interaction.channel,
        interaction.application.bot,
        world.clock.now(),
        type=kind,
        flags=int(MessageFlag.LOADING | (flags & MessageFlag.EPHEMERAL)),
        interaction=interaction,
        application_id=interaction.application.id,
        recipient_id=interaction.member.id if flags & MessageFlag.EPHEMERAL else None,
        reference=_reference(interaction, kind),
    )
    publishing.publish(world, message)
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
    publishing.announce_edit(world, message)
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
    publishing.delete(world, message_of(interaction, key))
