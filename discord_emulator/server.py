"""The emulator: a local Discord on 127.0.0.1."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar, cast

from aiohttp import web

from .actions.interactions import expire_all
from .actions.polls import end_all_due
from .actions.thread_state import archive_all_idle
from .certificate import Certificate
from .clock import Clock
from .faults import Faults
from .gateway.closing import GatewayClose
from .gateway.connection import Connection
from .gateway.handshake import compressor_for
from .listener import HttpLog, Listener, allow_many_files
from .model.users import Application, User
from .people.guild import Guild, found
from .ports import naming_the_port
from .record import Call, Violation
from .rest import RESOURCES
from .rest.body import MAX_BODY_BYTES
from .rest.frame import Frame
from .voice_link import VoiceLink
from .world import Settings, World

_HOST = "127.0.0.1"
_API_PREFIX = "/api/v10"
_ATTACHMENT = "/attachments/{channel_id:[0-9]{1,20}}/{attachment_id:[0-9]{1,20}}/{name}"
_HANDED_OVER = "/ephemeral-attachments/{owner_id:[0-9]{1,20}}/{attachment_id:[0-9]{1,20}}/{name}"
_MAX_MESSAGE_BYTES = 1024 * 1024
_KEPT_ALIVE_SECONDS = 75.0
_Value = TypeVar("_Value")


class Emulator:
    """A local Discord: REST, gateway and voice over real sockets, and the people who use it.

    ``async with Emulator(seed=0) as discord`` binds ports of 127.0.0.1 and frees them at the end: ``port`` for REST and
    gateway, ``voice_port`` and the next one for voice (TCP and UDP); the system chooses where they are 0.
    ``clock`` gives seconds since the epoch; :meth:`advance` moves it. See ``README.md`` for what is faithful.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        clock: Callable[[], float] = time.time,
        settings: Settings | None = None,
        port: int = 0,
        voice_port: int = 0,
    ) -> None:
        self._seed = seed
        self._voice_port = voice_port
        self.settings = settings or Settings()
        self.world = World(Clock(clock), self.settings, random.Random(seed))
        self.world.later = self.world.schedule.later = self._later
        self._timers: set[asyncio.TimerHandle] = set()
        self.faults = Faults(self.world, seed, _API_PREFIX)
        self._frame = Frame(self.world, _API_PREFIX, RESOURCES)
        self._frame.refusal = self.faults.calls.refusal
        self._connections: set[Connection] = set()
        self._certificate: Certificate | None = None
        self._runner: web.AppRunner | None = None
        self._listener: Listener | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._port = port

    # -- life ----------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Opens all ports; raises ``OSError`` that names the port that cannot be had."""
        self._loop = asyncio.get_running_loop()
        self._certificate = Certificate.issue(_HOST)
        self.world.voice = VoiceLink(self.world, self._certificate, _HOST, self._seed, self._voice_port)
        try:
            await self._open_ports()
        except BaseException:
            await self.stop()
            raise
        self.faults.log.start()

    async def _open_ports(self) -> None:
        allow_many_files()
        app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[self._hear, self.faults.calls.intercept])
        app.on_response_prepare.append(self._date)
        for route in RESOURCES:
            app.router.add_route(route.method, _API_PREFIX + route.pattern, self._frame.handler(route))
        app.router.add_get("/gateway", self._accept)
        app.router.add_get(_ATTACHMENT, self._attachment)
        app.router.add_get(_HANDED_OVER, self._handed_over)
        app.router.add_route("*", "/{path:.*}", self._frame.unknown)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            shutdown_timeout=1.0,
            keepalive_timeout=_KEPT_ALIVE_SECONDS,
            logger=HttpLog(logging.getLogger("discord_emulator.http")),
        )
        await self._runner.setup()
        protocol_factory = cast("Callable[[], asyncio.BaseProtocol]", self._runner.server)
        self._listener = Listener(protocol_factory, self.settings.request_timeout)
        with naming_the_port(_HOST, self._port):
            self._port = await self._listener.start(_HOST, self._port)
        self.world.base_url = f"http://{_HOST}:{self._port}"
        self.world.gateway_url = self.gateway_url
        await self.world.voice.start()

    async def stop(self) -> None:
        """Closes every connection and frees all ports. Idempotent."""
        self.faults.lift_all()
        for connection in list(self._connections):
            connection.close(1001, "Going away")
        if self._listener is not None:
            await self._listener.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
            await self.world.voice.stop()
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        if self._certificate is not None:
            self._certificate.discard()
            self._certificate = None

    # -- addresses -----------------------------------------------------------------------------------------------

    @property
    def api_base(self) -> str:
        """``http://127.0.0.1:PORT/api/v10``."""
        return f"http://{_HOST}:{self._port}{_API_PREFIX}"

    @property
    def gateway_url(self) -> str:
        """``ws://127.0.0.1:PORT/gateway``."""
        return f"ws://{_HOST}:{self._port}/gateway"

    @property
    def voice_address(self) -> str:
        """``127.0.0.1:PORT`` of the voice server that calls begin on."""
        return self.world.voice.server.endpoint(0)

    @property
    def ca_file(self) -> Path:
        """The certificate (PEM) that signs the voice server's."""
        if self._certificate is None:
            raise RuntimeError("the emulator has not been started")
        return self._certificate.ca_file

    # -- what was seen -------------------------------------------------------------------------------------------

    @property
    def calls(self) -> list[Call]:
        """Every REST call, oldest first."""
        return self.world.record.calls

    @property
    def unknown_routes(self) -> Counter[str]:
        """How often each ``METHOD /path`` without a route was called."""
        return self.world.record.unknown_routes

    @property
    def invalid_requests(self) -> Counter[str]:
        """How many 401, 403 and 429 of the last ten minutes count towards a ban, by address."""
        return self._frame.addresses.invalid_requests

    @property
    def violations(self) -> list[Violation]:
        """What a correct bot never causes, oldest first."""
        return self.world.record.violations

    def expecting(self, *kinds: str) -> AbstractContextManager[list[Violation]]:
        """Takes out the violations that the block provokes; ``AssertionError`` unless one of each of ``kinds`` came."""
        return self.world.record.expecting(*kinds)

    # -- setting up ----------------------------------------------------------------------------------------------

    def add_application(self, name: str, *, privileged_intents: int = 0, token: str | None = None) -> Application:
        """Registers an application with its bot; raises ``RuntimeError`` before :meth:`start`.

        Without a ``token`` it gets one that looks like Discord's.
        """
        world = self.world
        bot = User(world.snowflakes.next(), name, bot=True, discriminator=f"{world.random.randrange(1, 10_000):04}")
        owner = User(world.snowflakes.next(), f"{name} developer")
        endpoints = {
            "DISCORD_API_BASE": self.api_base,
            "DISCORD_GATEWAY_URL": self.gateway_url,
            "DISCORD_CA_FILE": str(self.ca_file),
        }
        token = token or world.new_bot_token(bot.id)
        application = Application(bot.id, name, token, bot, owner, endpoints, privileged_intents)
        world.applications[application.id] = application
        world.users |= {bot.id: bot, owner.id: owner}
        return application

    def add_guild(self, name: str, *, community: bool = False, owner_name: str = "Owner") -> Guild:
        """Founds a server, with its owner as the first person."""
        return found(self.world, name, owner_name, community=community)

    # -- time and waiting ----------------------------------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        """Moves the emulator's clock forward; what expires by then expires now."""
        self.world.clock.advance(seconds)
        expire_all(self.world)
        self.world.schedule.run_due()
        end_all_due(self.world)
        archive_all_idle(self.world)
        self.world.changes.announce()

    async def wait_for(self, condition: Callable[[], _Value], timeout: float = 5.0) -> _Value:
        """The first truthy value of ``condition``; raises ``TimeoutError`` after ``timeout`` real seconds."""
        return await self.world.changes.wait_for(condition, timeout)

    async def wait_until_ready(self, application: Application, timeout: float = 10.0) -> None:
        """Returns when the bot has got READY and has commands registered; raises ``TimeoutError``."""
        await self.wait_for(lambda: self.is_online(application) and any(application.commands.values()), timeout)

    def is_online(self, application: Application) -> bool:
        """Whether the bot is connected to the gateway and has got READY."""
        return any(session.live for session in self.world.hub.of(application))

    # -- inside --------------------------------------------------------------------------------------------------

    def _later(self, delay: float, action: Callable[[], None]) -> None:
        """Runs ``action`` after real seconds, unless the emulator stops first."""

        def run() -> None:
            self._timers.discard(timer)
            action()

        if self._loop is None:
            raise RuntimeError("the emulator has not been started")
        timer = self._loop.call_later(delay, run)
        self._timers.add(timer)

    @web.middleware
    async def _hear(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if self._listener is not None:
            self._listener.heard(request.transport)
        return await handler(request)

    async def _accept(self, http: web.Request) -> web.StreamResponse:
        # Beyond this size a message is not even read; the gateway's own limit (4002) is much smaller.
        socket = web.WebSocketResponse(max_msg_size=_MAX_MESSAGE_BYTES, compress=False, autoping=True)
        await socket.prepare(http)
        try:
            connection = Connection(self.world, socket, compressor_for(http.query))
        except GatewayClose as close:
            await socket.close(code=close.code, message=close.reason.encode())
            return socket
        self._connections.add(connection)
        try:
            await connection.serve(lambda: http.transport and http.transport.abort())
        finally:
            self._connections.discard(connection)
        return socket

    async def _date(self, http: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = self.world.clock.http_date()

    async def _attachment(self, http: web.Request) -> web.Response:
        channel = self.world.channels.get(int(http.match_info["channel_id"]))
        stored = [] if channel is None else [*channel.messages.values(), *channel.ephemerals.values()]
        for message in stored:
            for file in message.attachments:
                if file.id == int(http.match_info["attachment_id"]):
                    return web.Response(body=file.content, content_type=file.content_type)
        raise web.HTTPNotFound

    async def _handed_over(self, http: web.Request) -> web.Response:
        file = self.world.uploads.get(int(http.match_info["attachment_id"]))
        if file is None:
            raise web.HTTPNotFound
        return web.Response(body=file.content, content_type=file.content_type)
