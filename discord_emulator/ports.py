"""Says which port it was that could not be had."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def naming_the_port(host: str, port: int) -> Iterator[None]:
    """Turns what the operating system says about a port into ``OSError`` with host, port and reason in its words."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).rpartition(": ")[2]
        raise OSError(error.errno, f"cannot listen on {host}:{port}: {reason.lower()}") from error
