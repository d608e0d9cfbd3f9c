"""Parameters as words: ``status=503 share=0.2 route="/channels/{channel_id}"``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from discord_emulator.errors import ApiError

_BARE = re.compile(r"[^\s\"'\\#=]+")


def as_words(parameters: Mapping[str, Any]) -> str:
    """The parameters as ``name=value``, quoted where a value needs it."""
    return " ".join(f"{name}={as_word(value)}" for name, value in parameters.items())


def as_word(value: Any) -> str:
    """One value: ``true``, ``0.25``, ``Spaces``, ``"Book club"``; things by their name."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.9f}".rstrip("0").rstrip(".")
    if isinstance(value, ApiError):
        return f'"{value.status}/{value.code} {value.message}"'
    text = str(getattr(value, "name", value))
    return text if _BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def as_seconds(seconds: float) -> str:
    """A duration as plans write it, to the millisecond: ``12.345s``."""
    return f"{seconds:.3f}".rstrip("0").rstrip(".") + "s"
