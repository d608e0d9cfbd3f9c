"""The way from the emulator to a client's socket and back, which faults can disturb."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .connection import Connection

Deliver = Callable[[str], None]


class Disturbance(Protocol):
    """Something wrong with the connections that it ``concerns``."""

    hears: bool
    """Whether what the client sends still arrives."""

    def concerns(self, connection: Connection) -> bool:
        """Whether this connection is disturbed."""
        ...

    def carry(self, deliver: Deliver, text: str) -> None:
        """Delivers an encoded payload: once, more than once, later or not at all."""
        ...


class Line:
    """All that is wrong at the moment, oldest first; nothing, and payloads pass as they are."""

    def __init__(self) -> None:
        self.disturbances: list[Disturbance] = []

    def carry(self, connection: Connection, deliver: Deliver, text: str) -> None:
        """Takes a payload to the connection's queue."""
        for disturbance in reversed(self.disturbances):
            if disturbance.concerns(connection):
                deliver = partial(disturbance.carry, deliver)
        deliver(text)

    def hears(self, connection: Connection) -> bool:
        """Whether what this client sends arrives."""
        return all(each.hears or not each.concerns(connection) for each in self.disturbances)
