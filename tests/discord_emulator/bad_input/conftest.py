"""Whatever is thrown at the emulator, its logs stay free of errors."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def no_errors_in_the_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fails a test during which an exception escaped into a log: a task's, a callback's or a handler's."""
    # What tests before this one have left behind complains before this one begins.
    gc.collect()
    yield
    errors = [
        record
        for record in caplog.get_records("call")
        # asyncio speaks of failed TLS handshakes in debug mode only, and then before anybody else could.
        if record.levelno >= logging.ERROR and "Error on transport creation" not in record.getMessage()
    ]
    assert [f"{record.name}: {record.getMessage()} {record.exc_info}" for record in errors] == []
