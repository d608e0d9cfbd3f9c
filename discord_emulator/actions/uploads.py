"""Files that come with a message, and the ``attachment://`` links to them."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from discord_emulator.errors import FormErrors
from discord_emulator.model.messages import Attachment, Message, walk_components
from discord_emulator.snowflake import as_snowflake
from discord_emulator.validation.attachments import ATTACHMENT_LIMIT, too_many_attachments

if TYPE_CHECKING:
    from discord_emulator.world import World

_SCHEME = "attachment://"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart body: ``index`` is the n of ``files[n]``."""

    index: int
    filename: str
    content: bytes = field(repr=False)


def store(
    world: World, channel_id: int, body: dict[str, Any], files: list[Upload], kept: list[Attachment]
) -> list[Attachment]:
    """The attachments of a message: the new ``files`` described by ``body["attachments"]``, and of ``kept`` those that
    it still lists (all, if it lists none). Raises 50035 for an entry that names neither, 30015 for more than ten.
    """
    listed: list[dict[str, Any]] | None = body.get("attachments")
    if listed is None and len(kept) + len(files) > ATTACHMENT_LIMIT:
        raise too_many_attachments()
    new = {file.index: file for file in files}
    old = {attachment.id: attachment for attachment in kept}
    if listed is None:
        return kept + [_attachment(world, channel_id, file, {}) for file in files]
    form = FormErrors()
    attachments: list[Attachment] = []
    for position, entry in enumerate(listed):
        number = as_snowflake(entry["id"], "attachments")
        if number in old:
            attachments.append(old[number])
        elif number in new:
            attachments.append(_attachment(world, channel_id, new.pop(number), entry))
        else:
            form.add(("attachments", position, "id"), "ATTACHMENT_NOT_FOUND", "No file with this id was sent.")
    form.raise_if_any()
    return attachments + [_attachment(world, channel_id, file, {}) for file in new.values()]


def _attachment(world: World, channel_id: int, file: Upload, entry: dict[str, Any]) -> Attachment:
    name = entry.get("filename") or file.filename
    number = world.snowflakes.next()
    return Attachment(
        number,
        name,
        file.content,
        mimetypes.guess_type(name)[0] or "application/octet-stream",
        f"{world.base_url}/attachments/{channel_id}/{number}/{quote(name)}",
        entry.get("description"),
        bool(entry.get("is_spoiler")) or name.startswith("SPOILER_"),
        entry.get("title"),
        entry.get("duration_secs"),
        entry.get("waveform"),
    )


def hand_over(world: World, application_id: int, name: str, content: bytes) -> Attachment:
    """A file that a person gives to an application in a form or an option, and that no message shows."""
    number = world.snowflakes.next()
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    address = f"{world.base_url}/ephemeral-attachments/{application_id}/{number}/{quote(name)}"
    world.uploads[number] = Attachment(number, name, content, kind, address)
    return world.uploads[number]


def link(world: World, message: Message) -> None:
    """Replaces ``attachment://name`` in embeds and components by the file's address; raises 50035 for no such file."""
    files = {attachment.filename: attachment for attachment in message.attachments}
    form = FormErrors()
    for embed in message.embeds:
        for key in ("image", "thumbnail"):
            if key in embed:
                _point(embed[key], files, form)
    for component in walk_components(message.components):
        for key in ("media", "file"):
            if key in component:
                file = _resolve(world, component[key], files, form)
                if key == "file" and file is not None:
                    component |= {"name": file.filename, "size": len(file.content)}
        for item in component.get("items", []):
            _resolve(world, item["media"], files, form)
    form.raise_if_any()


def _resolve(world: World, media: dict[str, Any], files: dict[str, Attachment], form: FormErrors) -> Attachment | None:
    """Completes the media item of a component; returns the file it refers to, if it is one."""
    found = _point(media, files, form)
    if found is not None:
        media["attachment_id"] = str(found.id)
    media.setdefault("id", str(world.snowflakes.next()))
    media.setdefault("proxy_url", media.get("url"))
    media.setdefault("height", None)
    media.setdefault("width", None)
    return found


def _point(media: dict[str, Any], files: dict[str, Attachment], form: FormErrors) -> Attachment | None:
    """Puts the file's address where it is referred to by name; returns the file."""
    address = media.get("url") or ""
    if not address.startswith(_SCHEME):
        return None
    found = files.get(address.removeprefix(_SCHEME))
    if found is None:
        form.add(("components",), "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", f"No file for {address}.")
        return None
    media |= {"url": found.url, "proxy_url": found.url, "content_type": found.content_type}
    return found
