"""What goes wrong on the people's side."""

from __future__ import annotations


class EmulatorError(Exception):
    """A simulated person cannot do this: a real client would not offer it, or nothing came in time."""
