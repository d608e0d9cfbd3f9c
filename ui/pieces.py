"""Buttons and containers as every message of ours uses them.

What is sent holds plain items with our ids and is finished before it is sent, so that discord.py keeps no view: presses
are routed by id alone (``cogs/router.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from ui.custom_ids import Key, Kind

Style = discord.ButtonStyle


def button(
    label: str,
    kind: Kind,
    space_id: int,
    *,
    extra: str | None = None,
    emoji: str | None = None,
    style: discord.ButtonStyle = Style.secondary,
    disabled: bool = False,
) -> ui.Button[Any]:
    """A button with a word on it and a key behind it."""
    key = Key(kind, space_id, extra)
    return ui.Button(label=label, custom_id=str(key), emoji=emoji, style=style, disabled=disabled)


def link(label: str, url: str, *, emoji: str | None = None) -> ui.Button[Any]:
    """A button that opens an address."""
    return ui.Button(label=label, url=url, emoji=emoji)


def channel_link(guild_id: int, channel_id: int) -> str:
    """The address that opens a channel in Discord's clients."""
    return f"https://discord.com/channels/{guild_id}/{channel_id}"


def page(
    texts: Sequence[str], rows: Sequence[Sequence[ui.Item[Any]]] = (), *, colour: int | None = None
) -> ui.LayoutView:
    """A finished components-v2 message: one container with paragraphs, then rows of controls."""
    container: ui.Container[Any] = ui.Container(accent_colour=colour)
    for text in texts:
        if text.strip():  # Discord refuses a paragraph of nothing
            container.add_item(ui.TextDisplay(text))
    for row in rows:
        if row:
            container.add_item(ui.ActionRow(*row))
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    view.stop()
    return view
