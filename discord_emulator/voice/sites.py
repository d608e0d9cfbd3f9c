"""The voice servers of one emulator: each with a websocket port and a UDP port of its own, and calls that move."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable, Iterator

from aiohttp import web

from discord_emulator.ports import naming_the_port
from discord_emulator.voice.media import MediaServer

Handler = Callable[[web.Request, MediaServer], Awaitable[web.StreamResponse]]


class Site:
    """One voice server: a TLS websocket port and a UDP port, with the same number unless the system chooses them."""

    def __init__(self, media: MediaServer) -> None:
        self.media = media
        self.endpoint = ""
        """``host:port`` of the websocket once started."""
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int, tls: ssl.SSLContext, handle: Handler) -> None:
        """Opens both ports; 0 lets the system choose them."""

        async def serve(request: web.Request) -> web.StreamResponse:
            return await handle(request, self.media)

        with naming_the_port(host, port):
            await self.media.start(host, port)
        application = web.Application()
        application.router.add_get("/", serve)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        with naming_the_port(host, port):
            await web.TCPSite(self._runner, host, port, ssl_context=tls).start()
        bound, port = self._runner.addresses[0][:2]
        self.endpoint = f"{bound}:{port}"

    async def stop(self) -> None:
        """Frees both ports. Idempotent."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        self.media.stop()


class Sites:
    """Which voice server holds the call of a channel: the first one until it is moved."""

    def __init__(self, sites: list[Site]) -> None:
        self._all = sites
        self._places: dict[int, int] = {}

    def __iter__(self) -> Iterator[Site]:
        return iter(self._all)

    def endpoint(self, channel_id: int) -> str:
        """``host:port`` of the voice gateway for a channel."""
        return self._site(channel_id).endpoint

    def of(self, channel_id: int) -> MediaServer:
        """The UDP side of the voice server for a channel."""
        return self._site(channel_id).media

    def move(self, channel_id: int) -> None:
        """Gives the call of a channel to the next voice server."""
        self._places[channel_id] = (self._places.get(channel_id, 0) + 1) % len(self._all)

    def _site(self, channel_id: int) -> Site:
        return self._all[self._places.get(channel_id, 0)]
