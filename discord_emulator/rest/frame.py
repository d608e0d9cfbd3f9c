"""What surrounds every REST call: token, body, rate limits, errors, the log."""

from __future__ import annotations

import inspect
import math
import time
import traceback
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from discord_emulator.encoding import encode
from discord_emulator.errors import ApiError
from discord_emulator.model.users import Application
from discord_emulator.record import Call
from discord_emulator.world import World

from .addresses import Addresses
from .body import read_body
from .limits import Limits, Verdict
from .lost import Signposts
from .routing import Answer, Request, Route

_MAX_REASON_CHARACTERS = 512
UNKNOWN_PATH = "/{path}"
"""The template of what is no route."""
# What Cloudflare answers for Discord while an address is banned: no JSON, and no Via.
_BANNED_PAGE = "<!DOCTYPE html><html><title>Access denied</title><h1>Error 1015</h1>You are being rate limited.</html>"


class Frame:
    """Turns HTTP requests into calls of the routes' handlers, and their answers into HTTP responses."""

    def __init__(self, world: World, prefix: str, routes: Iterable[Route]) -> None:
        self.world = world
        self.limits = Limits(world.clock)
        self.addresses = Addresses(world.clock, world.settings.invalid_requests, world.settings.ban_seconds)
        self.refusal: Callable[[str, str], ApiError | None] = lambda method, template: None
        """What a fault answers to a call that would have been let through, by method and template."""
        self._signposts = Signposts(routes, prefix)
        self._prefix = prefix

    def handler(self, route: Route) -> Any:
        """The aiohttp handler of a route."""

        async def handle(http: web.Request) -> web.Response:
            return await self._serve(http, route)

        return handle

    async def unknown(self, http: web.Request) -> web.Response:
        """Answers a call that is no route with what is wrong about it, and counts it."""
        if (banned := self._banned(http)) is not None:
            return banned
        where = f"{http.method} {http.path.removeprefix(self._prefix)}"
        error = self._signposts.explain(http.method, http.path)
        if error.status in (404, 405):
            self.world.record.miss(where)
        else:
            self.world.record.violate("invalid call", f"{where}: {error.message}", error.code)
        answer = Answer(error.body(), error.status)
        self._log(http, None, None, answer, 0.0)
        return self._respond(http, answer, {})

    async def _serve(self, http: web.Request, route: Route) -> web.Response:
        if (banned := self._banned(http)) is not None:
            return banned
        began = time.perf_counter()
        body: Any = None
        headers: dict[str, str] = {}
        try:
            application = self._authenticate(http, route)
            body, files = await read_body(http, self.world.settings.request_timeout)
            verdict = self._count(http, route, application, body)
            headers = verdict.headers
            if verdict.retry_after is not None:
                headers, answer = verdict.refusal_headers(), Answer(verdict.body(), 429)
            elif (made_up := self.refusal(route.method, route.template)) is not None:
                answer = Answer(made_up.body(), made_up.status)
            else:
                request = Request(
                    self.world, dict(http.match_info), dict(http.query), body, files, _checked_reason(http)
                )
                request.bot = application
                answer = await _call(route, request)
        except ApiError as error:
            self.world.record.refusal(error, f"{http.method} {http.path.removeprefix(self._prefix)}")
            answer = Answer(error.body(), error.status)
        except Exception:  # noqa: BLE001
            # A 500 would make clients retry in silence: a fault of the emulator has to be loud.
            self.world.record.violate("emulator fault", traceback.format_exc())
            answer = Answer({"message": f"emulator fault in {route.method} {route.template}", "code": 0}, 400)
        self._log(http, route, body, answer, time.perf_counter() - began)
        self.world.changes.announce()
        return self._respond(http, answer, headers)

    def _banned(self, http: web.Request) -> web.Response | None:
        left = self.addresses.ban_of(_address(http))
        if left is None:
            return None
        self._log(http, None, None, Answer(_BANNED_PAGE, 429), 0.0)
        headers = {"Retry-After": str(math.ceil(left)), "Server": "cloudflare"}
        return web.Response(text=_BANNED_PAGE, status=429, content_type="text/html", headers=headers)

    def _respond(self, http: web.Request, answer: Answer, headers: dict[str, str]) -> web.Response:
        if self.addresses.count(_address(http), answer.status, headers):
            limit = self.world.settings.invalid_requests
            self.world.record.violate("address ban", f"{_address(http)}: {limit} invalid requests in ten minutes")
        return _response(answer, headers)

    def _authenticate(self, http: web.Request, route: Route) -> Application | None:
        application = caller_of(http, self.world)
        if route.needs_token and application is None:
            raise ApiError(401, 0, "401: Unauthorized")
        return application

    def _count(self, http: web.Request, route: Route, application: Application | None, body: Any) -> Verdict:
        if not self.world.settings.rate_limits:
            return Verdict({})
        caller = f"address {_address(http)}" if application is None else application.token
        parameters = dict(http.match_info)
        for_interaction = parameters.get("token") in self.world.interactions
        verdict = self.limits.count(caller, route.method, route.template, parameters, for_interaction=for_interaction)
        renames = route.method == "PATCH" and route.template == "/channels/{channel_id}"
        if verdict.retry_after is None and renames and isinstance(body, dict):
            channel = self.world.channels.get(int(parameters["channel_id"]))
            changes = channel is not None and any(
                key in body and body[key] != getattr(channel, key) for key in ("name", "topic")
            )
            if channel is not None and changes and (refused := self.limits.count_rename(channel.id)):
                return Verdict(verdict.headers, refused.retry_after, refused.scope)
        return verdict

    def _log(self, http: web.Request, route: Route | None, body: Any, answer: Answer, seconds: float) -> None:
        refused = answer.status >= 400 and isinstance(answer.body, dict)
        call = Call(
            http.method,
            http.path.removeprefix(self._prefix),
            None if route is None else route.template,
            answer.status,
            answer.body.get("code") if refused else None,
            body,
            answer.body,
            seconds,
            reason_of(http),
            query_of(http),
            caller.name if (caller := caller_of(http, self.world)) else "",
        )
        self.world.record.log(call)


async def _call(route: Route, request: Request) -> Answer:
    result = route.handler(request)
    return await result if inspect.isawaitable(result) else result


def _response(answer: Answer, headers: dict[str, str]) -> web.Response:
    """The HTTP response. ``Content-Type`` is exactly ``application/json``: a charset makes clients hand on strings."""
    if answer.status == 429:
        # Its absence is how clients tell a ban by Cloudflare from Discord's own limits.
        headers = headers | {"Via": "1.1 local"}
    if answer.status == 204:
        return web.Response(status=204, headers=headers)
    text = encode(answer.body)
    return web.Response(
        body=text.encode(), status=answer.status, headers=headers | {"Content-Type": "application/json"}
    )


def caller_of(http: web.Request, world: World) -> Application | None:
    """The application whose bot token came with a request."""
    kind, _, token = http.headers.get("Authorization", "").partition(" ")
    return world.application_of(token) if kind == "Bot" else None


def query_of(http: web.Request) -> dict[str, list[str]]:
    """The query, with a list of values for every name."""
    return {name: http.query.getall(name) for name in http.query}


def reason_of(http: web.Request) -> str | None:
    """The decoded ``X-Audit-Log-Reason``."""
    written = http.headers.get("X-Audit-Log-Reason")
    return None if written is None else unquote(written)


def _checked_reason(http: web.Request) -> str | None:
    """The reason for the audit log; raises 50035 for one that is too long.

    Discord takes 512 characters as they are written in the header, which counts those that a client has to encode
    several times. It does not say what too long a reason does: refused here.
    https://discord.com/developers/docs/reference#audit-log-reason
    """
    written = http.headers.get("X-Audit-Log-Reason", "")
    if len(written) > _MAX_REASON_CHARACTERS:
        fault = {"code": "BASE_TYPE_MAX_LENGTH", "message": f"Must be {_MAX_REASON_CHARACTERS} or fewer in length."}
        raise ApiError(400, 50035, "Invalid Form Body", {"X-Audit-Log-Reason": {"_errors": [fault]}})
    return reason_of(http)


def _address(http: web.Request) -> str:
    return http.remote or ""
