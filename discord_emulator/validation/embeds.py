"""Embeds.

Limits: https://docs.discord.com/developers/resources/message#embed-object-embed-limits
"""

from __future__ import annotations

from .form import Form

EMBED_LIMIT = 10
TOTAL_LIMIT = 6_000
"""Characters of all embeds of a message: titles, descriptions, fields, footers and authors."""

_URL_LIMIT = 2_048
_LINKS = ("http", "https")
_IMAGES = ("http", "https", "attachment")
_CONTENT = ("title", "description", "author", "footer", "fields", "image", "thumbnail", "video", "timestamp")


def check_embeds(message: Form) -> None:
    """Checks ``message["embeds"]``.

    Unknown keys are let through here, since an embed that came from Discord and is sent again has many.
    """
    total = sum(_check_embed(embed) for embed in message.children("embeds", EMBED_LIMIT))
    if total > TOTAL_LIMIT:
        text = f"Embed size exceeds maximum size of {TOTAL_LIMIT}"
        message.fault("embeds", "MAX_EMBED_SIZE_EXCEEDED", text)


def _check_embed(embed: Form) -> int:
    """Checks one embed; returns the characters that count towards the total."""
    title = embed.text("title", 256)
    description = embed.text("description", 4_096)
    embed.url("url", _URL_LIMIT, _LINKS)
    embed.integer("color", 0, 0xFFFFFF)
    embed.timestamp("timestamp")
    embed.text("type", 256)
    if not any(embed.data.get(key) for key in _CONTENT):
        embed.fault("description", "BASE_TYPE_REQUIRED", "This field is required")
    for key in ("image", "thumbnail", "video"):
        _check_picture(embed, key)
    return len(title or "") + len(description or "") + _check_people(embed) + _check_fields(embed)


def _check_picture(embed: Form, key: str) -> None:
    picture = embed.child(key)
    if picture is not None:
        picture.url("url", _URL_LIMIT, _IMAGES)


def _check_people(embed: Form) -> int:
    """Author, footer and provider; returns the characters of author and footer."""
    total = 0
    if (author := embed.child("author")) is not None:
        total += len(author.text("name", 256) or "")
        author.url("url", _URL_LIMIT, _LINKS)
        author.url("icon_url", _URL_LIMIT, _IMAGES)
    if (footer := embed.child("footer")) is not None:
        total += len(footer.text("text", 2_048) or "")
        footer.url("icon_url", _URL_LIMIT, _IMAGES)
    if (provider := embed.child("provider")) is not None:
        provider.text("name", 256)
        provider.url("url", _URL_LIMIT, _LINKS)
    return total


def _check_fields(embed: Form) -> int:
    """Up to 25 fields, each with a name and a value that are more than white space."""
    total = 0
    for entry in embed.children("fields", 25):
        name = entry.text("name", 256, minimum=1, required=True)
        value = entry.text("value", 1_024, minimum=1, required=True)
        entry.boolean("inline")
        total += len(name or "") + len(value or "")
    return total
