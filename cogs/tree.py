"""The one place that turns an error into an answer, for commands, buttons and forms alike."""

from __future__ import annotations

import logging
import secrets
from typing import Any

import aiohttp
import discord
from discord import app_commands

from cogs.answers import PLACEHOLDER
from spaces.errors import SpacesError

_log = logging.getLogger(__name__)

_NO_MEMBER = "I can't use what you chose there. Choose somebody who is in this server."
_UNKNOWN_INTERACTION = 10062
"""https://discord.com/developers/docs/topics/opcodes-and-status-codes#json"""


class SpacesTree(app_commands.CommandTree[Any]):
    """Slash commands whose every failure becomes one ephemeral sentence."""

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
    reference = secrets.token_hex(3)
    _log.error("fault %s", reference, exc_info=error)
    return f"That did not work, and it is my fault. Try again; if it stays, give an admin this number: {reference}."
