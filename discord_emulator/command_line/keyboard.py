"""Lines from standard input without a thread that could outlive the program."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator

_CHUNK = 65_536


async def typed_lines(descriptor: int) -> AsyncIterator[str]:
    """The lines of a terminal, a pipe or a file, as they come, until its end."""
    loop = asyncio.get_running_loop()
    arrived: asyncio.Queue[bytes] = asyncio.Queue()
    watched = True
    try:
        loop.add_reader(descriptor, lambda: arrived.put_nowait(os.read(descriptor, _CHUNK)))
    except (PermissionError, NotImplementedError):
        # A plain file is always ready, which the selector does not take; on Windows it takes sockets only.
        watched = False
        while chunk := await asyncio.to_thread(os.read, descriptor, _CHUNK):
            arrived.put_nowait(chunk)
        arrived.put_nowait(b"")
    pending = b""
    try:
        while chunk := await arrived.get():
            *lines, pending = (pending + chunk).split(b"\n")
            for line in lines:
                yield line.decode("utf-8", "replace")
        if pending:
            yield pending.decode("utf-8", "replace")
    finally:
        if watched:
            loop.remove_reader(descriptor)
