"""Messages, reactions, attachments and interactions."""

from __future__ import annotations

from typing import Any

from discord_emulator.clock import iso
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.channels import Channel
from discord_emulator.model.interactions import Interaction, InteractionType
from discord_emulator.model.messages import Attachment, Message
from discord_emulator.model.polls import Poll
from discord_emulator.model.users import Application

from .people import member, user
from .places import thread

_IS_SPOILER = 1 << 3
MAX_ATTACHMENT_BYTES = 10 * 1024 * 1024


def attachment(file: Attachment, *, ephemeral: bool = False) -> dict[str, Any]:
    """An attachment object."""
    body: dict[str, Any] = {
        "id": str(file.id),
        "filename": file.filename,
        "size": len(file.content),
        "url": file.url,
        "proxy_url": file.url,
        "content_type": file.content_type,
    }
    extras = {
        "description": file.description,
        "title": file.title,
        "duration_secs": file.seconds,
        "waveform": file.waveform,
        "flags": _IS_SPOILER if file.spoiler else None,
    }
    body |= {key: value for key, value in extras.items() if value is not None}
    if ephemeral:
        body["ephemeral"] = True
    return body


def emoji(key: str) -> dict[str, Any]:
    """The partial emoji object for a reaction's key: a character or ``name:id``."""
    name, _, snowflake = key.partition(":")
    return {"id": snowflake or None, "name": name, "animated": False} if snowflake else {"id": None, "name": key}


def message(
    one: Message, *, viewer_id: int | None = None, reads_all: bool = True, is_target: bool = False
) -> dict[str, Any]:
    """A message object as ``viewer_id`` sees it.

    Without ``reads_all`` (the message-content intent) every message in it is blank that is not open to the viewer,
    except one that a person handed over (``is_target``), as with a message's context menu.
    """
    readable = reads_all or is_target or viewer_id is None or one.is_open_to(viewer_id)
    body = _content(one, readable) | {
        "id": str(one.id),
        "channel_id": str(one.channel.id),
        "author": user(one.author),
        "tts": one.tts,
        "pinned": one.pinned,
        "mention_everyone": one.mention_everyone,
    }
    if one.nonce is not None:
        body["nonce"] = one.nonce
    if one.reactions:
        body["reactions"] = [_reaction(key, users, viewer_id) for key, users in one.reactions.items()]
    if one.application_id is not None:
        body["application_id"] = str(one.application_id)
    if one.interaction is not None:
        body["webhook_id"] = str(one.interaction.application.id)
        body |= _interaction_of(one, one.interaction)
    elif one.webhook_id is not None:
        body["webhook_id"] = str(one.webhook_id)
    if one.poll is not None and readable:
        body["poll"] = poll(one.poll, viewer_id)
    if one.thread is not None:
        body["thread"] = thread(one.thread)
    return body | _references(one, viewer_id, reads_all)


def for_application(one: Message, application: Application, *, is_target: bool = False) -> dict[str, Any]:
    """A message object as REST and interactions give it to an application."""
    reads_all = bool(application.privileged_intents & Intent.MESSAGE_CONTENT)
    return message(one, viewer_id=application.bot.id, reads_all=reads_all, is_target=is_target)


def _content(one: Message, readable: bool) -> dict[str, Any]:
    """What a message says, and what a forward keeps of it."""
    return {
        "type": int(one.type),
        "content": one.content if readable else "",
        "embeds": one.embeds if readable else [],
        "components": one.components if readable else [],
        "attachments": [attachment(file, ephemeral=one.ephemeral) for file in one.attachments] if readable else [],
        "timestamp": iso(one.created_at),
        "edited_timestamp": iso(one.edited_at),
        "flags": int(one.flags),
        "mentions": _mentions(one),
        "mention_roles": [str(role_id) for role_id in sorted(one.mention_role_ids)],
    }


def _references(one: Message, viewer_id: int | None, reads_all: bool) -> dict[str, Any]:
    """What a message answers, forwards or tells of."""
    if one.forwarded is not None:
        # Whether a forward opens its content to bots is not documented: here it stays as closed as the original.
        readable = reads_all or viewer_id is None or one.forwarded.is_open_to(viewer_id)
        snapshot = _content(one.forwarded, readable)
        return {
            "message_reference": _reference(one.forwarded.channel, one.forwarded.id) | {"type": 1},
            "message_snapshots": [{"message": snapshot}],
        }
    if one.refers_to is not None:
        return {"message_reference": _reference(one.refers_to)}
    if one.reference is None:
        return {}
    target = one.reference
    shown = None
    if not target.deleted:
        shown = message(target, viewer_id=viewer_id, reads_all=reads_all)
        for name in ("referenced_message", "reactions"):
            shown.pop(name, None)
    return {"message_reference": _reference(target.channel, target.id), "referenced_message": shown}


def poll(one: Poll, viewer_id: int | None) -> dict[str, Any]:
    """A poll object with its results so far."""
    counts = [
        {"id": answer.id, "count": len(answer.voters), "me_voted": viewer_id in answer.voters}
        for answer in one.answers
        if answer.voters
    ]
    return {
        "question": {"text": one.question},
        "answers": [{"answer_id": answer.id, "poll_media": answer.media} for answer in one.answers],
        "expiry": iso(one.ends_at),
        "allow_multiselect": one.allows_several,
        "layout_type": 1,
        "results": {"answer_counts": counts, "is_finalized": one.ended},
    }


def gateway_message(one: Message, *, viewer_id: int, reads_all: bool) -> dict[str, Any]:
    """A message object as MESSAGE_CREATE and MESSAGE_UPDATE carry it: with the server and the author's member."""
    body = message(one, viewer_id=viewer_id, reads_all=reads_all)
    guild = one.channel.guild
    if guild is not None:
        body["guild_id"] = str(guild.id)
        author = guild.members.get(one.author.id)
        if author is not None:
            body["member"] = member(author, with_user=False)
    return body


def _mentions(one: Message) -> list[dict[str, Any]]:
    guild = one.channel.guild
    if guild is None:
        return [user(account) for account in one.channel.recipients if account.id in one.mention_ids]
    known = (guild.members.get(user_id) for user_id in sorted(one.mention_ids))
    return [user(someone.user) for someone in known if someone is not None]


def _reaction(key: str, users: list[int], viewer_id: int | None) -> dict[str, Any]:
    return {
        "emoji": emoji(key),
        "count": len(users),
        "count_details": {"burst": 0, "normal": len(users)},
        "burst_colors": [],
        "me": viewer_id in users,
        "me_burst": False,
    }


def _reference(place: Channel, message_id: int | None = None) -> dict[str, Any]:
    body: dict[str, Any] = {"type": 0, "channel_id": str(place.id)}
    if message_id is not None:
        body["message_id"] = str(message_id)
    if place.guild is not None:
        body["guild_id"] = str(place.guild.id)
    return body


def _interaction_of(one: Message, interaction: Interaction) -> dict[str, Any]:
    metadata = _metadata(interaction)
    if one.is_follow_up and interaction.original is not None:
        metadata["original_response_message_id"] = str(interaction.original.id)
    if interaction.from_modal is not None:
        metadata["triggering_interaction_metadata"] = _metadata(interaction.from_modal)
    body: dict[str, Any] = {"interaction_metadata": metadata}
    if interaction.type == InteractionType.COMMAND and not one.is_follow_up:
        body["interaction"] = {
            "id": str(interaction.id),
            "type": int(interaction.type),
            "name": interaction.command_name or "",
            "user": user(interaction.member.user),
        }
    return body


def _metadata(interaction: Interaction) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "id": str(interaction.id),
        "type": int(interaction.type),
        "user": user(interaction.member.user),
        "authorizing_integration_owners": owners(interaction),
    }
    if interaction.target is not None:
        metadata["target_message_id"] = str(interaction.target.id)
    elif interaction.type == InteractionType.COMMAND and "target_id" in interaction.data:
        target_id = interaction.data["target_id"]
        metadata["target_user"] = interaction.data["resolved"]["users"][target_id]
    if interaction.type == InteractionType.COMPONENT and interaction.source is not None:
        metadata["interacted_message_id"] = str(interaction.source.id)
    return metadata


def owners(interaction: Interaction) -> dict[str, str]:
    """Who installed the application where the interaction happens: the server; in a direct message ``"0"``.

    https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object-authorizing-integration-owners-object
    """
    guild = interaction.channel.guild
    return {"0": "0" if guild is None else str(guild.id)}


def partial_channel(one: Channel, permissions: int) -> dict[str, Any]:
    """A channel as ``resolved`` data carries it, with the permissions of the person who acts."""
    body: dict[str, Any] = {
        "id": str(one.id),
        "type": int(one.type),
        "name": one.name,
        "permissions": str(permissions),
        "flags": 0,
        "parent_id": None if one.parent_id is None else str(one.parent_id),
    }
    if one.thread is None:
        body |= {"position": one.position, "nsfw": one.nsfw, "topic": one.topic}
    return body
