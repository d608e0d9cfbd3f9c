"""One answer to one interaction, in time.

Discord wants an answer within 3 seconds (https://discord.com/developers/docs/interactions/receiving-and-responding).
Most come at once; an :class:`Answer` that takes longer defers by itself, and what is said then fills the gap.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import discord
from discord import ui

from spaces.errors import DiscordUnavailable

PATIENCE_SECONDS = 1.5
"""Half of what Discord waits: the rest is for the way there and back."""

PLACEHOLDER = "shows a placeholder"
"""Key in ``interaction.extras`` while the first answer is only a placeholder: an error then replaces it."""

TOO_LATE_FOR_A_FORM = "That took a moment too long, so the form could not open. Please press once more."


class Answer:
    """The answer to ``interaction``. Use as ``async with Answer(interaction) as answer``, then say one thing.

    ``redraws`` is for presses on a message that only this person sees: it is changed instead of opening a new one; a
    message of the room never is. ``silent`` is for presses that are acknowledged by :meth:`nod`. ``meanwhile`` is a
    sentence to show at once, replaced by what is said, or by the reason why it failed.
    """

    def __init__(
        self,
        interaction: discord.Interaction[Any],
        *,
        redraws: bool = False,
        silent: bool = False,
        meanwhile: str | None = None,
    ) -> None:
        self._interaction = interaction
        self._redraws = redraws and _is_on_own_message(interaction)
        self._thinks = not (self._redraws or silent)
        self._meanwhile = meanwhile
        self._lock = asyncio.Lock()
        self._timer: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        if self._meanwhile is not None:
            await self._interaction.response.send_message(self._meanwhile, ephemeral=True)
            self._interaction.extras[PLACEHOLDER] = True
        else:
            self._timer = asyncio.create_task(self._defer_in_time(), name="answer in time")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop_timer()

    async def say(self, content: ui.LayoutView | str, *, files: Sequence[discord.File] = ()) -> None:
        """Answers with text or a view, to this person only."""
        await self._stop_timer()
        redraws = self._redraws or self._meanwhile is not None
        response = self._interaction.response
        parts = _parts(content)
        if files:
            parts["files"] = list(files)
        none = discord.AllowedMentions.none()
        if redraws and not response.is_done():
            await response.edit_message(**parts, allowed_mentions=none)
        elif redraws:
            if "view" in parts:
                parts["content"] = None  # a message of components holds no plain text beside them
            await self._interaction.edit_original_response(**parts, allowed_mentions=none)
            self._interaction.extras.pop(PLACEHOLDER, None)
        elif not response.is_done():
            await response.send_message(**parts, ephemeral=True, allowed_mentions=none)
        else:
            await self._interaction.followup.send(**parts, ephemeral=True, allowed_mentions=none)

    async def ask(self, form: ui.Modal) -> None:
        """Opens a form. Raises :class:`DiscordUnavailable` if it is too late: a form can only be the first answer."""
        await self._stop_timer()
        if self._interaction.response.is_done():
            raise DiscordUnavailable(TOO_LATE_FOR_A_FORM)
        await self._interaction.response.send_modal(form)

    async def nod(self) -> None:
        """Acknowledges without showing anything."""
        await self._stop_timer()
        if not self._interaction.response.is_done():
            await self._interaction.response.defer()

    async def _defer_in_time(self) -> None:
        await asyncio.sleep(PATIENCE_SECONDS)
        async with self._lock:
            if not self._interaction.response.is_done():
                await self._interaction.response.defer(ephemeral=True, thinking=self._thinks)

    async def _stop_timer(self) -> None:
        """Ends the timer, but never in the middle of a deferral that is on its way."""
        if self._timer is None:
            return
        async with self._lock:
            self._timer.cancel()
        await asyncio.gather(self._timer, return_exceptions=True)
        self._timer = None


def _is_on_own_message(interaction: discord.Interaction[Any]) -> bool:
    return interaction.message is not None and interaction.message.flags.ephemeral


def _parts(content: ui.LayoutView | str) -> dict[str, Any]:
    return {"content": content} if isinstance(content, str) else {"view": content}
