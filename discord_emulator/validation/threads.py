"""Threads, and posts in forums.

Limits: https://docs.discord.com/developers/resources/channel#start-thread-without-message
"""

from __future__ import annotations

from typing import Any

from .channels import ARCHIVE_MINUTES, SLOWMODE_LIMIT
from .form import Form
from .messages import (
    IS_COMPONENTS_V2,
    POST_KEYS,
    SUPPRESS_EMBEDS,
    SUPPRESS_NOTIFICATIONS,
    Situation,
    check_message_form,
    refuse_message,
)

_COMMON_KEYS = frozenset({"name", "auto_archive_duration", "rate_limit_per_user"})
_POST_FLAGS = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | IS_COMPONENTS_V2


def check_thread(body: dict[str, Any], *, on_message: bool = False) -> None:
    """Checks a thread that is started on a message, or without one. Raises ApiError 50035."""
    thread = Form.of(body)
    thread.only(_COMMON_KEYS if on_message else _COMMON_KEYS | {"type", "invitable"})
    _check_common(thread)
    thread.choice("type", (10, 11, 12))
    thread.boolean("invitable")
    thread.errors.raise_if_any()


def check_post(body: dict[str, Any], *, files: int) -> None:
    """Checks a post in a forum with its first message. Raises ApiError 50035, 50006 for an empty message."""
    post = Form.of(body)
    post.only(_COMMON_KEYS | {"applied_tags", "message", "type"})
    _check_common(post)
    post.snowflakes("applied_tags", 5)
    message = post.child("message", required=True)
    post.errors.raise_if_any()
    if message is None:
        return
    situation = Situation(files, keys=POST_KEYS)
    check_message_form(message, situation)
    if (message.data.get("flags") or 0) & ~_POST_FLAGS:
        message.fault("flags", "EMULATOR_FLAG_NOT_SETTABLE", "This flag cannot be set on a post.")
    post.errors.raise_if_any()
    refuse_message(message, situation)


def _check_common(thread: Form) -> None:
    thread.text("name", 100, minimum=1, required=True)
    thread.choice("auto_archive_duration", ARCHIVE_MINUTES)
    thread.integer("rate_limit_per_user", 0, SLOWMODE_LIMIT)
