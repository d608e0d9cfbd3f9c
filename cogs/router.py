"""Presses and forms, routed by what their id says.

Buttons carry keys only, so nothing needs to be remembered between the sending of a message and a press on it: every
button works after a restart. discord.py's own registry of views is left out on purpose, because in 2.7.1 a sent view
that times out can take the handlers of all others with it, and faults in it bypass every error handler.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import discord
from discord.ext import commands

from cogs.deliveries import Deliveries
from cogs.tree import answer_error
from spaces.errors import NotFound
from spaces.room import Room, Rooms
from spaces.text import known_as
from ui import forms
from ui.custom_ids import Key, Kind, number, parse
from ui.forms import Answers


@dataclass(frozen=True, slots=True)
class Press:
    """A press on a button, a choice in a select, or a form sent in.

    ``values`` are the options chosen, ``answers`` what a form holds, ``users`` the names of people chosen, by id.
    """

    interaction: discord.Interaction[Any]
    key: Key
    values: tuple[str, ...]
    answers: Answers
    users: dict[int, str]

    def room(self, rooms: Rooms) -> Room:
        """The live Space that is meant, if it is one of this server. Raises :class:`NotFound`."""
        return rooms.require(self.key.space_id, self.interaction.guild_id or 0)

    @property
    def person_id(self) -> int:
        """The person in ``extra``. Raises :class:`NotFound` if there is none: such an id was never ours."""
        person_id = number(self.key.extra or "")
        if person_id is None:
            raise NotFound(UNKNOWN)
        return person_id


Handler = Callable[[Press], Awaitable[None]]

UNKNOWN = "That button is no longer in use. Use the panel in the stage's chat, or a command."
"""For ids that an older version of the bot sent, or nobody."""


class Router(commands.Cog):
    """Hands every press of ours to its handler, and every error to the one place that answers."""

    def __init__(self, remember: Callable[[discord.Interaction[Any]], None]) -> None:
        self._remember = remember
        self._deliveries = Deliveries()
        self._handlers: dict[Kind, Handler] = {}

    def add(self, kind: Kind, handler: Handler) -> None:
        """Registers the one handler of a kind."""
        if kind in self._handlers:
            raise ValueError(f"{kind} has a handler already")
        self._handlers[kind] = handler

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Called for every interaction; commands are the tree's business."""
        if interaction.type not in {discord.InteractionType.component, discord.InteractionType.modal_submit}:
            return
        if not self._deliveries.is_first(interaction.id):
            return
        data: dict[str, Any] = dict(interaction.data or {})
        try:
            key = parse(str(data.get("custom_id", "")))
            if key is None:
                raise NotFound(UNKNOWN)
            await self._handlers[key.kind](_press(interaction, key, data))
        except Exception as error:  # noqa: BLE001 - whatever it is, the person is told, and our own faults are logged
            await answer_error(interaction, error)
        self._remember(interaction)

    @commands.Cog.listener()
    async def on_app_command_completion(self, interaction: discord.Interaction[Any], _command: object) -> None:
        """A command was answered: its token can carry private words for a while."""
        self._remember(interaction)


def _press(interaction: discord.Interaction[Any], key: Key, data: dict[str, Any]) -> Press:
    resolved: dict[str, Any] = data.get("resolved", {})
    members: dict[str, Any] = resolved.get("members", {})
    users = {
        int(user_id): known_as((members.get(user_id) or {}).get("nick") or user.get("global_name") or user["username"])
        for user_id, user in resolved.get("users", {}).items()
    }
    values = tuple(str(value) for value in data.get("values", ()))
    return Press(interaction, key, values, forms.read(data.get("components", ())), users)
