"""Stands between HTTP clients and the emulator, and lets faults strike calls on their way in and out."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aiohttp import web
from aiohttp.typedefs import Handler

from discord_emulator.errors import ApiError
from discord_emulator.record import Call
from discord_emulator.rest.body import read_body
from discord_emulator.rest.frame import UNKNOWN_PATH, caller_of, query_of, reason_of

from .handle import Fault

if TYPE_CHECKING:
    from discord_emulator.world import World

NO_ANSWER = 0
"""The status of a call whose connection was cut."""


@dataclass(frozen=True, slots=True)
class Delay:
    """Seconds before the call, or with ``takes_effect`` before its answer."""

    fault: Fault
    seconds: float
    jitter: float
    takes_effect: bool

    def draw(self) -> float:
        """How many seconds the next call is late."""
        return self.seconds + self.fault.chance.uniform(0.0, self.jitter)


@dataclass(frozen=True, slots=True)
class Failure:
    """The page that the proxy in front of Discord shows when it gets no answer from behind."""

    status: int
    takes_effect: bool = False

    def answer(self) -> tuple[str, dict[str, str]]:
        """Body and headers."""
        words = HTTPStatus(self.status).phrase if self.status in set(HTTPStatus) else "Unknown Error"
        title = f"{self.status} {words}"
        page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><hr>cloudflare</body></html>"
        return page, {"Content-Type": "text/html", "Server": "cloudflare"}


@dataclass(frozen=True, slots=True)
class Limit:
    """429: https://discord.com/developers/docs/topics/rate-limits"""

    retry_after: float
    scope: str
    status: int = 429
    takes_effect: bool = False

    def answer(self) -> tuple[Any, dict[str, str]]:
        """Body and headers; without ``Via`` where Discord never saw the call."""
        if self.scope == "cloudflare":
            page = "<html><body><h1>Error 1015</h1><p>You are being rate limited</p></body></html>"
            return page, {"Content-Type": "text/html", "Server": "cloudflare", "Retry-After": str(self.retry_after)}
        everywhere = self.scope == "global"
        body = {
            "message": "You are being rate limited.",
            "code": 0,
            "retry_after": self.retry_after,
            "global": everywhere,
        }
        headers = {
            "Content-Type": "application/json",
            "Via": "1.1 local",
            "Retry-After": str(self.retry_after),
            "X-RateLimit-Scope": self.scope,
        }
        return body, headers | ({"X-RateLimit-Global": "true"} if everywhere else {})


@dataclass(frozen=True, slots=True)
class Cut:
    """The TCP connection is reset."""

    takes_effect: bool = False
    status: int = NO_ANSWER


Strike = Limit | Failure | Cut
"""What stands in place of Discord's answer."""


@dataclass(frozen=True)
class Rule:
    """A standing fault and the calls it may strike (``None``: any)."""

    fault: Fault
    action: Delay | Strike | ApiError
    method: str | None = None
    route: str | None = None
    everything: bool = False
    """Whether it strikes whatever comes in, the gateway's handshakes too."""

    def concerns(self, method: str, route: str | None) -> bool:
        """Whether a call of that route may be struck."""
        return self.method in (None, method) and self.route in (None, route)


class Calls:
    """The faults that strike HTTP calls, oldest first."""

    def __init__(self, world: World, prefix: str) -> None:
        self._world = world
        self._prefix = prefix
        self._rules: list[Rule] = []

    def add(self, rule: Rule) -> None:
        """Lets a fault strike until it is lifted."""
        self._rules.append(rule)
        rule.fault.when_lifted(lambda: self._rules.remove(rule))

    def refusal(self, method: str, route: str) -> ApiError | None:
        """What Discord itself is to answer to a call that it would have let through."""
        for rule in list(self._rules):
            action = rule.action
            if not isinstance(action, ApiError) or not rule.concerns(method, route):
                continue
            if rule.fault.strikes_now(call=f"{method} {route}"):
                return action
        return None

    @web.middleware
    async def intercept(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Serves a request, unless a fault strikes it. Decides on arrival, in the order in which the faults began."""
        if not self._rules:
            return await handler(request)
        began = time.perf_counter()
        delays, final = self._struck(request)
        for delay, seconds in delays:
            if not delay.takes_effect:
                await delay.fault.pause(seconds)
        fault, strike = final or (None, None)
        if fault is not None and strike is not None and not strike.takes_effect:
            await self._record(request, fault, strike, time.perf_counter() - began)
            return _instead(request, strike)
        response = await handler(request)
        for delay, seconds in delays:
            if delay.takes_effect:
                await delay.fault.pause(seconds)
        return response if strike is None else _instead(request, strike)

    def _struck(self, http: web.Request) -> tuple[list[tuple[Delay, float]], tuple[Fault, Strike] | None]:
        delays: list[tuple[Delay, float]] = []
        is_call = http.path.startswith(self._prefix)
        route, path = self._template(http), http.path.removeprefix(self._prefix)
        for rule in list(self._rules):
            action = rule.action
            reached = (is_call or rule.everything) and rule.concerns(http.method, route)
            if isinstance(action, ApiError) or not reached or not rule.fault.strikes_now(call=f"{http.method} {path}"):
                continue
            if not isinstance(action, Delay):
                return delays, (rule.fault, action)
            delays.append((action, action.draw()))
        return delays, None

    def _template(self, http: web.Request) -> str | None:
        resource = http.match_info.route.resource
        template = None if resource is None else resource.canonical.removeprefix(self._prefix)
        return None if template == UNKNOWN_PATH else template

    async def _record(self, http: web.Request, fault: Fault, strike: Strike, seconds: float) -> None:
        if not http.path.startswith(self._prefix):
            return
        try:
            body, _ = await read_body(http, self._world.settings.request_timeout)
        except ApiError:
            body = None
        caller = caller_of(http, self._world)
        call = Call(
            method=http.method,
            path=http.path.removeprefix(self._prefix),
            route=self._template(http),
            status=strike.status,
            code=None,
            request_body=body,
            response_body=None if isinstance(strike, Cut) else strike.answer()[0],
            seconds=seconds,
            reason=reason_of(http),
            query=query_of(http),
            caller="" if caller is None else caller.name,
            fault=fault.name,
        )
        self._world.record.log(call)
        self._world.changes.announce()


def _instead(http: web.Request, action: Strike) -> web.StreamResponse:
    """The response that a fault puts in place of Discord's."""
    if isinstance(action, Cut):
        if http.transport is not None:
            http.transport.abort()
        return web.Response(status=HTTPStatus.NO_CONTENT)  # goes nowhere
    body, headers = action.answer()
    text = body if isinstance(body, str) else json.dumps(body, separators=(",", ":"))
    return web.Response(body=text.encode(), status=action.status, headers=headers)
