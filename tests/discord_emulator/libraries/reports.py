"""What the bots here have in common: they say what they see as lines of JSON on standard output.

Imported by the bots, which run as scripts of their own, and by nothing that knows the emulator.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback


def report(what: str, **details: object) -> None:
    """Says one thing."""
    sys.stdout.write(json.dumps({"what": what, **details}) + "\n")
    sys.stdout.flush()


class Complaints(logging.Handler):
    """Reports every warning and error of a library: where one complains, the emulator was not the Discord it knows."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        error = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
        report("complaint", level=record.levelname, logger=record.name, text=f"{record.getMessage()}\n{error}".strip())


def report_complaints() -> None:
    """Lets every logger of the process report."""
    logging.getLogger().addHandler(Complaints())
