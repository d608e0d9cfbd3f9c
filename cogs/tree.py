"""The one place that turns an error into an answer, for commands, buttons and forms alike."""

from __future__ import annotations

import logging
import secrets
from typing import Any

import aiohttp
import discord
from discord import app_commands

from cogs.answers import PLACEHOLDER
from cogs.deliveries import Deliveries
from spaces.errors import SpacesError

_log = logging.getLogger(__name__)

_NO_MEMBER = "I can't use what you chose there. Choose somebody who is in this server."
_UNHEARD = "Discord did not take my answer, so I can't say how that went. Look at the panel, then try again if need be."
_TOO_MANY_REQUESTS = 429
_UNKNOWN_INTERACTION = 10062
"""https://discord.com/developers/docs/topics/opcodes-and-status-codes#json"""


class SpacesTree(app_commands.CommandTree[Any]):
    """Slash commands whose every failure becomes one ephemeral sentence, and that run once however often they come."""

    def __init__(self, client: discord.Client) -> None:
        super().__init__(client)
        self._deliveries = Deliveries()

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Called by discord.py before every command."""
        return self._deliveries.is_first(interaction.id)

    async def on_error(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError) -> None:
        """Called by discord.py for whatever a command raises."""
        await answer_error(interaction, error)


async def answer_error(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """Tells the person what happened and what to do; a fault of ours is logged with the reference that they read."""
    if _came_too_late(error):
        _log.warning("an answer came too late: the person reads that I did not respond")
        return
    sentence = sentence_for(error)
    none = discord.AllowedMentions.none()
    try:
        if interaction.extras.get(PLACEHOLDER):
            await interaction.edit_original_response(content=sentence, allowed_mentions=none)
        elif interaction.response.is_done():
            await interaction.followup.send(sentence, ephemeral=True, allowed_mentions=none)
        else:
            await interaction.response.send_message(sentence, ephemeral=True, allowed_mentions=none)
    except (discord.DiscordException, aiohttp.ClientError, OSError):
        _log.warning("an error could not be told to the person concerned: %s", sentence, exc_info=True)


def _came_too_late(error: BaseException) -> bool:
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    return isinstance(error, discord.NotFound) and error.code == _UNKNOWN_INTERACTION


def _is_outage(error: BaseException) -> bool:
    """Whether an answer failed on its way. What else Discord is asked for has its own errors (``stage/errors.py``)."""
    if isinstance(error, discord.HTTPException):
        return isinstance(error, discord.DiscordServerError) or error.status == _TOO_MANY_REQUESTS
    return isinstance(error, aiohttp.ClientError)


def sentence_for(error: BaseException) -> str:
    """What the person reads; a fault of ours is logged under a number that is in the sentence."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    if isinstance(error, SpacesError):
        return error.sentence
    if isinstance(error, app_commands.TransformerError):
        return _NO_MEMBER
    if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        return "That command has changed. Reload Discord, then try again."
    if _is_outage(error):
        _log.warning("an answer did not get through: %s", type(error).__name__, exc_info=error)
        return _UNHEARD
    reference = secrets.token_hex(3)
    _log.error("fault %s", reference, exc_info=error)
    return f"That did not work, and it is my fault. Try again; if it stays, give an admin this number: {reference}."
