"""What a message looks like to who reads it: Discord's markup resolved, buttons in their rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from discord_emulator import Guild, Message

_TIME = re.compile(r"<t:(-?\d+)(?::[a-zA-Z])?>")
_MEMBER = re.compile(r"<@!?(\d+)>")
_CHANNEL = re.compile(r"<#(\d+)>")
_BARE_LINK = re.compile(r"<(https?://[^>\s]+)>")
_NAMED_LINK = re.compile(r"(?<!\\)\[([^\]]+)\]\(https?://[^)\s]+\)")
_HEADING = re.compile(r"^#{1,3} ", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<!\\)(?:\*{1,3}|`{1,3}|~~|\|\|)")  # no underscores: the bot writes none, links hold some
_ESCAPED = re.compile(r"\\(?=[^\w\s])")
_ZERO_WIDTH = "\u200b"

_ACTION_ROW, _BUTTON = 1, 2  # https://discord.com/developers/docs/components/reference#component-object-component-types


def plain(text: str, guild: Guild) -> str:
    """The words as a client shows them: names for ids, the reader's clock for times, no markup."""
    text = _TIME.sub(lambda match: f"{datetime.fromtimestamp(int(match[1])).astimezone():%H:%M}", text)
    text = _MEMBER.sub(lambda match: f"@{_member_name(guild, int(match[1]))}", text)
    text = _CHANNEL.sub(lambda match: f"#{_channel_name(guild, int(match[1]))}", text)
    text = _BARE_LINK.sub(r"\1", _NAMED_LINK.sub(r"\1", text))
    return _ESCAPED.sub("", _EMPHASIS.sub("", _HEADING.sub("", text))).replace(_ZERO_WIDTH, "")


def laid_out(message: Message, guild: Guild) -> str:
    """A whole message: its words, then a line for every row of buttons."""
    rows = (part["components"] for part in message.walk() if part["type"] == _ACTION_ROW)
    return "\n".join([plain(message.text, guild), *filter(None, map(_row, rows))])


def excerpt(text: str, words: Sequence[str], longest: int = 160) -> str:
    """The lines that hold any of ``words`` (all lines if there are none), in one line of at most ``longest``."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if any(word in line for word in words)] or lines
    joined = " / ".join(telling)
    return joined if len(joined) <= longest else joined[: longest - 1].rstrip() + "…"


def _row(components: list[dict[str, Any]]) -> str:
    return " ".join(f"[{_face(component)}]" for component in components if component["type"] == _BUTTON)


def _face(button: dict[str, Any]) -> str:
    emoji = (button.get("emoji") or {}).get("name")
    return " ".join(part for part in (emoji, button.get("label")) if part)


def _member_name(guild: Guild, member_id: int) -> str:
    member = guild.members.get(member_id)
    return "somebody" if member is None else member.name


def _channel_name(guild: Guild, channel_id: int) -> str:
    channel = guild.channels.get(channel_id)
    return "unknown" if channel is None else channel.name
