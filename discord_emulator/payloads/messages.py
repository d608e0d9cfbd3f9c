"""Messages, reactions, attachments and interactions."""

from __future__ import annotations

from typing import Any

from discord_emulator.clock import iso
from discord_emulator.model.channels import Channel
from discord_emulator.model.interactions import Interaction, InteractionType
from discord_emulator.model.messages import Attachment, Message

from .people import member, user

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
    if file.description is not None:
        body["description"] = file.description
    if ephemeral:
        body["ephemeral"] = True
    return body


def emoji(key: str) -> dict[str, Any]:
    """The partial emoji object for a reaction's key: a character or ``name:id``."""
    name, _, snowflake = key.partition(":")
    return {"id": snowflake or None, "name": name, "animated": False} if snowflake else {"id": None, "name": key}


def message(one: Message, *, viewer_id: int | None = None, with_content: bool = True) -> dict[str, Any]:
    """A message object as ``viewer_id`` sees it; ``with_content=False`` blanks what needs the content intent."""
    body: dict[str, Any] = {
        "id": str(one.id),
        "channel_id": str(one.channel.id),
        "type": one.type,
        "author": user(one.author),
        "content": one.content if with_content else "",
        "embeds": one.embeds if with_content else [],
        "components": one.components if with_content else [],
        "attachments": [attachment(file, ephemeral=one.ephemeral) for file in one.attachments] if with_content else [],
        "timestamp": iso(one.created_at),
        "edited_timestamp": iso(one.edited_at),
        "flags": one.flags,
        "tts": one.tts,
        "pinned": one.pinned,
        "mention_everyone": one.mention_everyone,
        "mentions": _mentions(one),
        "mention_roles": [str(role_id) for role_id in sorted(one.mention_role_ids)],
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
    if one.reference is not None:
        body["message_reference"] = _reference(one.reference)
        referenced = message(one.reference, viewer_id=viewer_id, with_content=with_content)
        # A message in a message refers to nothing further.
        referenced.pop("referenced_message", None)
        body["referenced_message"] = None if one.reference.deleted else referenced
    return body


def gateway_message(one: Message, *, viewer_id: int, with_content: bool) -> dict[str, Any]:
    """A message object as MESSAGE_CREATE and MESSAGE_UPDATE carry it: with the server and the author's member."""
    body = message(one, viewer_id=viewer_id, with_content=with_content)
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


def _reference(target: Message) -> dict[str, Any]:
    body: dict[str, Any] = {"type": 0, "message_id": str(target.id), "channel_id": str(target.channel.id)}
    if target.channel.guild is not None:
        body["guild_id"] = str(target.channel.guild.id)
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
        "authorizing_integration_owners": {"0": str(interaction.member.guild.id)},
    }
    if interaction.type == InteractionType.COMPONENT and interaction.source is not None:
        metadata["interacted_message_id"] = str(interaction.source.id)
    return metadata


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
