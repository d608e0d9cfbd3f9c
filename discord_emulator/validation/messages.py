"""Messages: what may be sent, and what an edit may change.

Shapes and limits: https://docs.discord.com/developers/resources/message#create-message
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from discord_emulator.errors import ApiError

from .attachments import (
    ATTACHMENT_LIMIT,
    check_attachments,
    check_references,
    names_by_id,
    too_many_attachments,
)
from .components import check_components
from .embeds import check_embeds
from .form import Form
from .polls import check_poll

SUPPRESS_EMBEDS = 1 << 2
EPHEMERAL = 1 << 6
SUPPRESS_NOTIFICATIONS = 1 << 12
IS_VOICE_MESSAGE = 1 << 13
IS_COMPONENTS_V2 = 1 << 15
_SETTABLE = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | IS_VOICE_MESSAGE | IS_COMPONENTS_V2
_EDITABLE = SUPPRESS_EMBEDS | IS_COMPONENTS_V2

CONTENT_LIMIT = 2_000
_FORWARD = 1
_MENTION_TYPES = ("users", "roles", "everyone")
_MENTION_LIMIT = 100
EDIT_KEYS = frozenset({"content", "embeds", "allowed_mentions", "components", "attachments", "flags", "tts"})
"""What an edit may name; ``poll`` and ``sticker_ids`` too, where they are to be empty. ``tts`` says nothing."""
ANSWER_KEYS = EDIT_KEYS | {"poll"}
"""What an answer to an interaction may name."""
BOT_KEYS = ANSWER_KEYS | {"nonce", "enforce_nonce", "message_reference", "sticker_ids"}
"""What a bot may name that writes in a channel."""
POST_KEYS = EDIT_KEYS | {"sticker_ids"}
"""What the first message of a post in a forum may name."""
WEBHOOK_KEYS = ANSWER_KEYS | {"username", "avatar_url", "thread_name", "applied_tags"}
"""What a webhook of a channel may name."""
_KEYS = BOT_KEYS | WEBHOOK_KEYS
_LEGACY_FIELDS = {"content": "content", "embeds": "embeds", "poll": "poll", "sticker_ids": "sticker_items"}
"""Fields that a components v2 message does not have, by their names in requests and in message objects."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known beside the body: uploaded files, and for an edit the message before it (if known).

    ``is_interaction`` is true where the message answers an interaction, by its callback or its webhook; ``keys`` are
    those that the route takes.
    """

    files: int = 0
    is_edit: bool = False
    previous: dict[str, Any] | None = None
    is_interaction: bool = False
    keys: frozenset[str] = _KEYS

    @property
    def kept(self) -> dict[int, str] | None:
        """Attachments that the message has already, id to name; ``None`` where they are not known."""
        return None if self.is_edit and self.previous is None else names_by_id(self.previous)

    def before(self, key: str) -> Any:
        """The value of ``key`` in the message before the edit, if any."""
        return (self.previous or {}).get(key)


def check_message(
    body: dict[str, Any],
    *,
    files: int,
    is_edit: bool = False,
    previous: dict[str, Any] | None = None,
    is_interaction: bool = False,
    keys: frozenset[str] = _KEYS,
) -> None:
    """Checks the body of a message that is created or, with ``is_edit``, changed.

    ``files`` is the number of uploaded files; ``previous`` the stored message object (flags, content, embeds,
    attachments, components, poll, sticker_items are read): without it an edit is checked by its own fields
    alone. ``is_interaction``: the message answers an interaction and may be ephemeral. ``keys``: what the route takes.

    Raises ApiError: 50035 with all faults of the form; else 50006 (empty), 30015 (too many files), 160011
    (forward with content), 50159, 50160 or 50161 (voice messages).
    """
    situation = Situation(files, is_edit, previous, is_interaction, keys)
    message = Form.of(body)
    check_message_form(message, situation)
    message.errors.raise_if_any()
    refuse_message(message, situation)


def check_message_form(message: Form, situation: Situation) -> None:
    """Notes the faults of a message that may be part of a larger body."""
    message.only(situation.keys)
    message.text("content", CONTENT_LIMIT)
    message.boolean("tts")
    message.boolean("enforce_nonce")
    message.snowflakes("sticker_ids", 3)
    message.text("username", 80, minimum=1)
    message.url("avatar_url", 2_048, ("http", "https"))
    message.text("thread_name", 100, minimum=1)
    message.snowflakes("applied_tags", 5)
    _check_nonce(message)
    _check_reference(message)
    check_mentions(message)
    check_embeds(message)
    check_poll(message)
    check_attachments(message, files=situation.files, kept=situation.kept)
    flags = _check_flags(message, situation)
    census = check_components(message, v2=bool(flags & IS_COMPONENTS_V2))
    check_references(message, census, files=situation.files, kept=situation.kept)
    if (flags | (situation.before("flags") or 0)) & IS_COMPONENTS_V2:
        _check_legacy_fields(message, situation)


def _check_nonce(message: Form) -> None:
    """A string of up to 25 characters or a 64-bit integer."""
    nonce = message.data.get("nonce")
    if nonce is None:
        return
    if isinstance(nonce, bool) or not isinstance(nonce, int | str):
        message.fault("nonce", "NONCE_TYPE_INVALID_TYPE", "This field must be a string or integer.")
    elif isinstance(nonce, str) and len(nonce) > 25:
        message.fault("nonce", "NONCE_TYPE_TOO_LONG", "Must be 25 or fewer characters long.")
    elif isinstance(nonce, int) and not -(2**63) <= nonce < 2**63:
        text = f"Must be between {-(2**63)} and {2**63 - 1}."
        message.fault("nonce", "NONCE_TYPE_OUT_OF_BOUNDS", text)


def _check_reference(message: Form) -> None:
    """A reply, or a forward, which names its channel too."""
    reference = message.child("message_reference")
    if reference is None:
        return
    reference.only({"type", "message_id", "channel_id", "guild_id", "fail_if_not_exists"})
    kind = reference.choice("type", (0, _FORWARD))
    reference.snowflake("message_id", required=True)
    reference.snowflake("channel_id", required=kind == _FORWARD)
    reference.snowflake("guild_id")
    reference.boolean("fail_if_not_exists")


def check_mentions(message: Form) -> None:
    """Kinds of mentions to parse, or lists of ids, but not both for one kind."""
    mentions = message.child("allowed_mentions")
    if mentions is None:
        return
    mentions.only({"parse", "users", "roles", "replied_user"})
    mentions.boolean("replied_user")
    kinds = mentions.choices("parse", _MENTION_TYPES)
    for kind in ("users", "roles"):
        ids = mentions.snowflakes(kind, _MENTION_LIMIT)
        if ids and kind in kinds:
            text = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            mentions.fault(None, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", text)


def _check_flags(message: Form, situation: Situation) -> int:
    """Flags that a bot may set; Discord drops others in silence. Returns the flags of the body."""
    flags = message.integer("flags", 0, 2**31 - 1)
    if flags is None:
        return 0
    before = situation.before("flags") or 0
    allowed = _SETTABLE | (EPHEMERAL if situation.is_interaction else 0)
    if situation.is_edit:
        allowed = _EDITABLE | before if situation.previous is not None else allowed
        if before & IS_COMPONENTS_V2 and not flags & IS_COMPONENTS_V2:
            text = "The flag IS_COMPONENTS_V2 cannot be removed from a message"
            message.fault("flags", "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG", text)
    if flags & ~allowed:
        text = f"Flags {flags & ~allowed} cannot be set here."
        message.fault("flags", "EMULATOR_FLAG_NOT_SETTABLE", text)
    return flags


def _check_legacy_fields(message: Form, situation: Situation) -> None:
    """With components v2 a message has no other content; an edit to v2 must clear what was there."""
    for key, stored in _LEGACY_FIELDS.items():
        value = message.data[key] if key in message.data else situation.before(stored)
        if value:
            text = f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            message.fault(key, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", text)


def refuse_message(message: Form, situation: Situation) -> None:
    """Refuses, with Discord's own codes, a message that is sound field by field but not as a whole."""
    if situation.files > ATTACHMENT_LIMIT:
        raise too_many_attachments()
    data = message.data
    if not situation.is_edit and (data.get("message_reference") or {}).get("type") == _FORWARD:
        if _has_content(message, situation):
            raise ApiError(400, 160011, "Forward messages cannot have additional content")
        return
    if not situation.is_edit and (data.get("flags") or 0) & IS_VOICE_MESSAGE:
        _refuse_voice_message(message, situation)
    knows_all = not situation.is_edit or situation.previous is not None
    if knows_all and not _has_content(message, situation):
        raise ApiError(400, 50006, "Cannot send an empty message")


def _has_content(message: Form, situation: Situation) -> bool:
    """Whether the message shows something, after the edit where it is one."""

    def now(key: str, stored: str | None = None) -> Any:
        return message.data[key] if key in message.data else situation.before(stored or key)

    content = now("content")
    return bool(
        (content and content.strip())
        or situation.files
        or any(now(key) for key in ("embeds", "components", "attachments", "poll"))
        or now("sticker_ids", "sticker_items")
    )


def _refuse_voice_message(message: Form, situation: Situation) -> None:
    """A voice message is one audio file with its length and waveform, and nothing else."""
    if any(message.data.get(key) for key in ("content", "embeds", "components", "poll", "sticker_ids")):
        raise ApiError(400, 50159, "Voice messages do not support additional content.")
    if situation.files != 1:
        raise ApiError(400, 50160, "Voice messages must have a single audio attachment.")
    entry = next(iter(message.data.get("attachments") or []), {})
    if entry.get("duration_secs") is None or not entry.get("waveform"):
        raise ApiError(400, 50161, "Voice messages must have supporting metadata.")
