"""Faults of the REST API: late, limited, failed, cut off and refused calls."""

from __future__ import annotations

from typing import TypedDict, Unpack

from discord_emulator.errors import ApiError

from .calls import Calls, Cut, Delay, Failure, Limit, Rule, Strike
from .context import Context
from .handle import Fault
from .kinds import Method, Refusal, Scope, Seconds, ServerError, Share, Switch, Template, Times


class Which(TypedDict, total=False):
    """Which calls a fault strikes: all, or a ``share`` (0 to 1, seeded) of those of a ``method`` and ``route``.

    ``route`` is a template such as ``/channels/{channel_id}``. After ``times`` strikes the fault lifts itself.
    """

    method: Method
    route: Template
    share: Share
    times: Times


class RestFaults:
    """Every method begins a fault that stands until it is lifted.

    With ``takes_effect`` the call has done its work when the fault strikes: what the client sees is all that is lost.
    """

    def __init__(self, context: Context, calls: Calls) -> None:
        self._context = context
        self._calls = calls

    def delay(
        self, seconds: Seconds, *, jitter: Seconds = 0.0, takes_effect: Switch = False, **which: Unpack[Which]
    ) -> Fault:
        """Calls are late by ``seconds`` and up to ``jitter`` more; with ``takes_effect`` only their answers are."""
        fault = self._begin("rest.delay", which, seconds=seconds, jitter=jitter or None, takes_effect=takes_effect)
        self._calls.add(self._rule(fault, which, Delay(fault, seconds, jitter, takes_effect=takes_effect)))
        return fault

    def limit(self, retry_after: Seconds = 1.0, *, scope: Scope = "user", **which: Unpack[Which]) -> Fault:
        """429 that asks to wait for ``retry_after``.

        ``scope`` is whose limit it is: the bot's on this route (``user``), on all (``global``), everybody's on this
        resource (``shared``), or the address's, banned by ``cloudflare`` before Discord ever sees the call.
        https://discord.com/developers/docs/topics/rate-limits
        """
        fault = self._begin("rest.limit", which, retry_after=retry_after, scope=scope)
        self._calls.add(self._rule(fault, which, Limit(retry_after, scope)))
        return fault

    def fail(self, status: ServerError = 503, *, takes_effect: Switch = False, **which: Unpack[Which]) -> Fault:
        """A 5xx with the HTML page of the proxy in front of Discord, not with JSON."""
        fault = self._begin("rest.fail", which, status=status, takes_effect=takes_effect)
        self._calls.add(self._rule(fault, which, Failure(status, takes_effect=takes_effect)))
        return fault

    def cut(self, *, takes_effect: Switch = False, **which: Unpack[Which]) -> Fault:
        """The TCP connection is cut instead of an answer."""
        fault = self._begin("rest.cut", which, takes_effect=takes_effect)
        self._calls.add(self._rule(fault, which, Cut(takes_effect=takes_effect)))
        return fault

    def refuse(self, error: Refusal, **which: Unpack[Which]) -> Fault:
        """Discord itself refuses, after the token and the rate limits were looked at. No violation: it is made up."""
        fault = self._begin("rest.refuse", which, error=error)
        self._calls.add(self._rule(fault, which, error))
        return fault

    def _begin(self, name: str, which: Which, *, takes_effect: bool = False, **parameters: object) -> Fault:
        return self._context.begin(
            name,
            **parameters,
            takes_effect=takes_effect or None,
            method=which.get("method"),
            route=which.get("route"),
            share=which.get("share", 1.0),
            times=which.get("times"),
        )

    def _rule(self, fault: Fault, which: Which, action: Delay | Strike | ApiError) -> Rule:
        return Rule(fault, action, which.get("method"), which.get("route"))
