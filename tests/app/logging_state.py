"""The log is one for the whole process: tests that configure it put it back."""

import contextlib
import logging
import sys
import threading
from collections.abc import Iterator

from app.logs import LEAST_LEVELS


@contextlib.contextmanager
def restored_logging() -> Iterator[None]:
    """Everything that ``configure_logging`` changes is as before afterwards."""
    root = logging.getLogger()
    factory, handlers, level = logging.getLogRecordFactory(), root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    quieted = {name: logging.getLogger(name).level for name in LEAST_LEVELS}
    for handler in handlers:  # else basicConfig(force=True) would close those of pytest
        root.removeHandler(handler)
    try:
        yield
    finally:
        logging.captureWarnings(capture=False)
        logging.setLogRecordFactory(factory)
        root.handlers[:] = handlers
        root.setLevel(level)
        for name, before in quieted.items():
            logging.getLogger(name).setLevel(before)
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
