"""What happened, told to whoever must follow: the board redraws, captions appear. Facts only, after they are stored."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from spaces.model import TranscriptLine

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SpaceChanged:
    """Something that the panel shows is different now."""

    space_id: int


@dataclass(frozen=True, slots=True)
class LineAdded:
    """A line was stored and may be shown."""

    line: TranscriptLine


@dataclass(frozen=True, slots=True)
class WordsWithdrawn:
    """A person took back what they said and is not written down yet, in one Space or (None) everywhere.

    Published with the ledger of :class:`spaces.consenting.Consenting` held, so that nothing of it is just being stored.
    """

    person_id: int
    space_id: int | None


Event = SpaceChanged | LineAdded | WordsWithdrawn
Handler = Callable[[Event], None]


class EventBus:
    """Hands every event to every subscriber, in order of subscription, at once and on the same task.

    A subscriber must not wait; one that fails is logged and keeps nobody else from hearing.
    """

    def __init__(self) -> None:
        self._handlers: list[Handler] = []

    def subscribe(self, handler: Handler) -> None:
        """Adds a subscriber for all events."""
        self._handlers.append(handler)

    def publish(self, event: Event) -> None:
        """Tells every subscriber."""
        for handler in tuple(self._handlers):
            try:
                handler(event)
            except Exception:  # noqa: BLE001 - a subscriber may fail in any way; the others must hear
                _log.exception("a subscriber failed at %s", type(event).__name__)
