"""Turns what discord.py raises into domain errors, where it enters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import discord

from spaces.errors import DiscordUnavailable, NotFound, ServerNotReady
from ui.escaping import escape, shorten

_BAD_REQUEST = 400
_LONGEST_REASON = 300


@contextmanager
def discord_errors(deed: str, *, missing: str = "That is not there any more.") -> Iterator[None]:
    """Maps refusals, vanished things and outages. ``deed`` completes "I can't …"; ``missing`` is the whole sentence.

    A refusal (403) becomes :class:`ServerNotReady`, a 404 :class:`NotFound`, all else :class:`DiscordUnavailable`. A
    400 (too many channels, a title with a word that the server may not use) is told in Discord's own words.
    """
    try:
        yield
    except discord.Forbidden as error:
        raise ServerNotReady(
            f"I can't {deed}: Discord says that I lack a permission there. An admin can check my role's permissions."
        ) from error
    except discord.NotFound as error:
        raise NotFound(missing) from error
    except discord.HTTPException as error:
        if error.status != _BAD_REQUEST:
            raise DiscordUnavailable(_no_answer(deed)) from error
        reason = shorten(escape(" ".join(error.text.split())), _LONGEST_REASON)
        raise DiscordUnavailable(f"I can't {deed}: Discord refused it. It says: {reason}") from error
    except (discord.DiscordException, aiohttp.ClientError, TimeoutError, OSError) as error:
        raise DiscordUnavailable(_no_answer(deed)) from error


def _no_answer(deed: str) -> str:
    return f"I can't {deed}: Discord did not answer. Try again in a minute."
