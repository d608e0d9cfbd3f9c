"""The front door: accepts many connections at once and shows out those who never ask for anything."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web import RequestPayloadError

# Sockets that the emulator wants to be able to hold: 10,000 clients and what it needs itself.
_WANTED_FILES = 20_000
_BACKLOG = 4_096


def allow_many_files() -> None:
    """Raises the soft limit of open files towards the hard one; does nothing where there is no such limit."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED_FILES if hard == resource.RLIM_INFINITY else min(_WANTED_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class HttpLog(logging.LoggerAdapter[logging.Logger]):
    """aiohttp's log, in which a client that speaks no HTTP is one line instead of a stack."""

    def exception(self, msg: object, *args: Any, exc_info: Any = True, **kwargs: Any) -> None:
        """Logs a fault of the server with its stack, one of the client with its first line."""
        if isinstance(exc_info, (HttpProcessingError, RequestPayloadError)):
            words = str(exc_info).partition("\n")[0]
            self.warning(f"{msg}: %s", *args, words, **kwargs)
        else:
            super().exception(msg, *args, exc_info=exc_info, **kwargs)


class Listener:
    """A listening TCP port whose connections have to send a whole request within ``patience`` seconds.

    ``protocol_factory`` makes the HTTP protocol of each connection. Whoever handles a request calls :meth:`heard`
    with its transport; a connection that is not heard of in time is cut.
    """

    def __init__(self, protocol_factory: Callable[[], asyncio.BaseProtocol], patience: float) -> None:
        self._protocol_factory = protocol_factory
        self._patience = patience
        self._silent: dict[asyncio.BaseTransport, asyncio.TimerHandle] = {}
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int = 0) -> int:
        """Listens on ``port`` of ``host``, a free one for 0, and returns it; raises ``OSError`` if it is taken."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._greet, host, port, backlog=_BACKLOG)
        return self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Accepts nobody any more and cuts those who are still silent. Idempotent."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for transport in list(self._silent):
            self._show_out(transport)

    def heard(self, transport: asyncio.BaseTransport | None) -> None:
        """A whole request has come in on a connection."""
        timer = None if transport is None else self._silent.pop(transport, None)
        if timer is not None:
            timer.cancel()

    def _greet(self) -> asyncio.BaseProtocol:
        return _Doorstep(cast("asyncio.Protocol", self._protocol_factory()), self)

    def _wait_for(self, transport: asyncio.BaseTransport) -> None:
        loop = asyncio.get_running_loop()
        self._silent[transport] = loop.call_later(self._patience, self._show_out, transport)

    def _show_out(self, transport: asyncio.BaseTransport) -> None:
        self.heard(transport)
        cast("asyncio.Transport", transport).abort()


class _Doorstep(asyncio.Protocol):
    """Passes everything on to the HTTP protocol, and tells the listener who comes and goes."""

    def __init__(self, inner: asyncio.Protocol, listener: Listener) -> None:
        self._inner = inner
        self._listener = listener
        self._transport: asyncio.BaseTransport | None = None
        self.data_received = inner.data_received
        self.eof_received = inner.eof_received
        self.pause_writing = inner.pause_writing
        self.resume_writing = inner.resume_writing

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._listener._wait_for(transport)
        self._inner.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._listener.heard(self._transport)
        self._inner.connection_lost(exc)
