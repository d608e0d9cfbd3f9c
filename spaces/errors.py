"""What can go wrong, each with the sentence that the person concerned reads.

Adapters turn foreign exceptions into these at the edge; one place (``cogs/tree.py``) turns these into answers.
"""

from __future__ import annotations


class SpacesError(Exception):
    """Base of all domain errors. ``sentence`` says what happened and what to do, in one or two short sentences."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotAllowed(SpacesError):
    """The person may not do this here, now."""


class NotFound(SpacesError):
    """The Space, person or thing is not there (any more)."""


class Conflict(SpacesError):
    """It was done already, or something else got there first; nothing was changed."""


class InvalidInput(SpacesError):
    """What was typed cannot be used."""


class ServerNotReady(SpacesError):
    """The server lacks something that an admin can give: a permission, the Community feature, a category."""


class DiscordUnavailable(SpacesError):
    """Discord did not do it: an outage, a limit, or a call that it refused for no reason of ours."""


class SpeechError(Exception):
    """Base of what a speech engine raises; never shown to people."""


class RetryableSpeechError(SpeechError):
    """The engine failed this time: keep the utterance and try again."""


class FatalSpeechError(SpeechError):
    """The engine can never do this utterance: drop it."""


class StorageUnavailable(SpacesError):
    """The database did not do it (disk full, read-only, locked, damaged); nothing was changed."""
