"""Menus on a person or a message: commands that a cog cannot declare with a decorator."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import app_commands

OnMember = Callable[[discord.Interaction[Any], discord.Member], Awaitable[None]]


class MemberMenus:
    """The menus of one cog on the people of a server."""

    def __init__(self, callbacks: dict[str, OnMember]) -> None:
        """``callbacks`` by what the menu says."""
        self._callbacks = callbacks

    def add_to(self, tree: app_commands.CommandTree[Any]) -> None:
        """Puts them into the tree. Discord shows at most fifteen of an application on a person.

        https://discord.com/developers/docs/interactions/application-commands#registering-a-command
        """
        for name, callback in self._callbacks.items():
            tree.add_command(_menu(name, callback))


def _menu(name: str, callback: OnMember) -> app_commands.ContextMenu:
    async def on_member(interaction: discord.Interaction[Any], member: discord.Member) -> None:
        await callback(interaction, member)

    menu = app_commands.ContextMenu(name=name, callback=on_member)
    menu.guild_only = True
    return menu
