"""Webhooks of channels.

Rules: https://docs.discord.com/developers/resources/webhook#create-webhook
"""

from __future__ import annotations

import re
from typing import Any

from .form import Form

_FORBIDDEN_IN_NAME = ("clyde", "discord")
_NAME_LIMIT = 80
_IMAGE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}")


def check_webhook(body: dict[str, Any], *, is_edit: bool = False, may_move: bool = False) -> None:
    """Checks a webhook that is created or, with ``is_edit``, changed; ``may_move`` to another channel.

    Raises ApiError 50035.
    """
    webhook = Form.of(body)
    webhook.only({"name", "avatar"} | ({"channel_id"} if may_move else set()))
    name = webhook.text("name", _NAME_LIMIT, minimum=1, required=not is_edit)
    if name is not None:
        check_name(webhook, "name", name)
    image = webhook.data.get("avatar")
    if image is not None and not (isinstance(image, str) and _IMAGE.fullmatch(image)):
        webhook.fault("avatar", "IMAGE_INVALID", "Invalid image data")
    webhook.snowflake("channel_id")
    webhook.errors.raise_if_any()


def check_name(form: Form, key: str, name: str) -> None:
    """Notes names that Discord keeps for itself."""
    for word in _FORBIDDEN_IN_NAME:
        if word in name.lower():
            form.fault(key, "USERNAME_INVALID_CONTAINS", f'Username cannot contain "{word}"')
