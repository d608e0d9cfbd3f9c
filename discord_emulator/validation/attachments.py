"""The attachments of a message: entries for uploaded files, and kept ones on an edit.

Shapes: https://docs.discord.com/developers/reference#uploading-files
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discord_emulator.errors import ApiError

from .component_fields import Census
from .form import Form, as_snowflake

ATTACHMENT_LIMIT = 10
UPLOAD_LIMIT = 10 * 1024 * 1024
"""Bytes of one request's files on a server without boosts."""


def check_upload_sizes(sizes: Sequence[int], *, limit: int = UPLOAD_LIMIT) -> None:
    """Checks the files of a request, by their sizes in bytes.

    Raises ApiError 30015 for too many files, 40005 (HTTP 413) where one or all of them are larger than ``limit``.
    """
    if len(sizes) > ATTACHMENT_LIMIT:
        raise too_many_attachments()
    if sum(sizes) > limit:
        raise too_large()


def too_large() -> ApiError:
    """The refusal of files, or of a request as a whole, beyond Discord's sizes."""
    return ApiError(413, 40005, "Request entity too large")


def too_many_attachments() -> ApiError:
    """The refusal of more than ten files."""
    return ApiError(400, 30015, f"Maximum number of attachments in a message reached ({ATTACHMENT_LIMIT})")


def check_attachments(message: Form, *, files: int, kept: dict[int, str] | None) -> None:
    """Checks ``message["attachments"]``: every entry stands for an uploaded file (its id is the file's number) or
    for an attachment that the message has already.

    ``kept`` maps the ids of the latter to their names; with ``None`` nothing is known of them and any id passes.
    """
    for entry in message.children("attachments", ATTACHMENT_LIMIT):
        entry.text("filename", 1_024, minimum=1)
        entry.text("description", 1_024)
        entry.text("title", 1_024)
        entry.text("waveform", 400)
        entry.number("duration_secs", 0, 2**31 - 1)
        number = entry.snowflake("id", required=True)
        if number is None or number < files or kept is None or number in kept:
            continue
        entry.fault("id", "ATTACHMENT_NOT_FOUND", "Attachment data not found")


def check_references(message: Form, census: Census, *, files: int, kept: dict[int, str] | None) -> None:
    """Checks that the files which components show are part of the message.

    Uploads that no entry of ``attachments`` names are not known by name; then nothing can be said.
    """
    if kept is None:
        return
    entries = message.data.get("attachments")
    if isinstance(entries, list):
        numbered = {as_snowflake(entry.get("id")): entry for entry in entries if isinstance(entry, dict)}
        uploads = [numbered.get(number, {}).get("filename") for number in range(files)]
        names = uploads + [name for number, name in kept.items() if number in numbered]
    else:
        uploads = [None] * files
        names = [*uploads, *kept.values()]
    if None in uploads:
        return
    for media, name in census.references:
        if name not in names:
            code = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
            media.fault("url", code, "The referenced attachment was not found")


def names_by_id(message: dict[str, Any] | None) -> dict[int, str]:
    """The attachments of a stored message: id and file name."""
    entries = (message or {}).get("attachments") or []
    return {int(entry["id"]): str(entry.get("filename", "")) for entry in entries}
