"""Rate limits, per route and global: https://discord.com/developers/docs/topics/rate-limits

Discord publishes the global limit only and sends the others as headers; those of the busiest routes are what its
headers have long said, the rest share a guess that a well-behaved bot never meets. Which routes share a bucket is
likewise known from the ``X-RateLimit-Bucket`` that their answers carry.
"""

from __future__ import annotations

import hashlib
import math
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from discord_emulator.snowflake import created_at

GLOBAL_CALLS_PER_SECOND = 50
NAME_CHANGES = (2, 600.0)
_MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token", "application_id", "token")
_MESSAGE = "/channels/{channel_id}/messages/{message_id}"
# Deleting has its own limits by the age of the message, in seconds; the figures are guesses on the strict side.
# https://github.com/discord/discord-api-docs/issues/1295
_YOUNG, _OLD = 10.0, 14 * 86_400.0
# How many buckets are kept before those whose time is over are cleared away.
_SWEEP_FROM = 2_000


@dataclass(frozen=True, slots=True)
class _Rule:
    """``calls`` in ``seconds`` for all routes that share ``bucket``, counted for each major parameter apart."""

    bucket: str
    calls: int
    seconds: float


_REACTIONS = _Rule("own reactions", 1, 0.25)
_MEMBERS = _Rule("edit member", 10, 10.0)
_WEBHOOK = _Rule("execute webhook", 5, 2.0)
_WEBHOOK_MESSAGE = _Rule("webhook message", 5, 2.0)
_KNOWN: dict[tuple[str, str], _Rule] = {
    ("POST", "/channels/{channel_id}/messages"): _Rule("create message", 5, 5.0),
    ("PATCH", _MESSAGE): _Rule("edit message", 5, 5.0),
    ("POST", "/channels/{channel_id}/messages/bulk-delete"): _Rule("bulk delete", 1, 1.0),
    ("PATCH", "/channels/{channel_id}"): _Rule("edit channel", 5, 15.0),
    ("PATCH", "/guilds/{guild_id}/members/{user_id}"): _MEMBERS,
    ("PATCH", "/guilds/{guild_id}/members/@me"): _Rule("edit own member", 1, 1.0),
    # Giving and taking a role edits the member: Discord counts it there.
    ("PUT", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}"): _MEMBERS,
    ("DELETE", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}"): _MEMBERS,
}


def _rule(method: str, template: str, parameters: Mapping[str, str], now: float) -> _Rule:
    known = _KNOWN.get((method, template))
    if known is None and method == "DELETE" and template == _MESSAGE:
        known = _deletion(now - created_at(int(parameters["message_id"])))
    elif known is None and "/reactions" in template and method in ("PUT", "DELETE"):
        known = _REACTIONS
    elif known is None and template.startswith("/webhooks/") and "token}" in template:
        known = _WEBHOOK_MESSAGE if "/messages/" in template else _WEBHOOK
    return known or _Rule(f"{method} {template}", 50, 1.0)


def _deletion(age: float) -> _Rule:
    if age <= _YOUNG:
        return _Rule("delete young message", 3, 1.0)
    return _Rule("delete old message", 30, 120.0) if age >= _OLD else _Rule("delete message", 5, 1.0)


@dataclass(slots=True)
class _Bucket:
    rule: _Rule
    resets_at: float = 0.0
    used: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """``headers`` for the answer; ``retry_after`` seconds when the call is refused with 429.

    ``scope`` of a refusal is ``user`` (this bot's bucket), ``shared`` (the resource's) or ``global``.
    """

    headers: dict[str, str]
    retry_after: float | None = None
    scope: str = "user"

    def body(self) -> dict[str, Any]:
        """The JSON body of a refusal."""
        shared = self.scope == "shared"
        return {
            "message": "The resource is being rate limited." if shared else "You are being rate limited.",
            "code": 0,
            # Never 0, after which clients would not wait at all.
            "retry_after": max(0.001, math.ceil((self.retry_after or 0.0) * 1000) / 1000),
            "global": self.scope == "global",
        }

    def refusal_headers(self) -> dict[str, str]:
        """The headers of a refusal: those of the bucket, and those that only a 429 has."""
        headers = {
            **self.headers,
            "X-RateLimit-Scope": self.scope,
            "Retry-After": str(max(1, math.ceil(self.retry_after or 0.0))),
        }
        if self.scope == "global":
            headers["X-RateLimit-Global"] = "true"
        return headers


@dataclass(slots=True)
class Limits:
    """The buckets of one emulator; ``clock`` gives seconds since the epoch."""

    clock: Callable[[], float]
    _buckets: dict[str, _Bucket] = field(default_factory=dict)
    _recent: dict[str, deque[float]] = field(default_factory=dict)

    def count(
        self, caller: str, method: str, template: str, parameters: Mapping[str, str], *, for_interaction: bool = False
    ) -> Verdict:
        """Counts a call of ``caller`` (a token, or an address without one) and says whether it is let through.

        ``for_interaction`` is for the endpoints of interactions, to which the global limit does not apply.
        """
        if template.startswith("/interactions/"):
            return Verdict({})
        if not for_interaction and (wait := self._global_wait(caller)) is not None:
            return Verdict({}, wait, "global")
        rule = _rule(method, template, parameters, self.clock())
        major = ":".join(f"{name}={parameters[name]}" for name in _MAJOR if name in parameters)
        return self._take(f"{caller} {rule.bucket} {major}", rule)

    def count_rename(self, channel_id: int) -> Verdict | None:
        """Counts a change of a channel's name or topic; ``None`` if it may be made.

        That limit is the channel's, whoever changes it, and no header tells of it beforehand.
        """
        verdict = self._take(f"rename {channel_id}", _Rule("rename", *NAME_CHANGES))
        return None if verdict.retry_after is None else Verdict({}, verdict.retry_after, "shared")

    def _take(self, key: str, rule: _Rule) -> Verdict:
        now = self.clock()
        if len(self._buckets) >= _SWEEP_FROM and key not in self._buckets:
            self._sweep(now)
        bucket = self._buckets.setdefault(key, _Bucket(rule))
        if now >= bucket.resets_at:
            bucket.used, bucket.resets_at = 0, now + rule.seconds
        refused = bucket.used >= rule.calls
        bucket.used += not refused
        name = hashlib.md5(rule.bucket.encode(), usedforsecurity=False).hexdigest()
        headers = {
            "X-RateLimit-Limit": str(rule.calls),
            "X-RateLimit-Remaining": str(rule.calls - bucket.used),
            "X-RateLimit-Reset": f"{bucket.resets_at:.3f}",
            "X-RateLimit-Reset-After": f"{math.ceil((bucket.resets_at - now) * 1000) / 1000:.3f}",
            "X-RateLimit-Bucket": name,
        }
        return Verdict(headers, bucket.resets_at - now if refused else None)

    def _sweep(self, now: float) -> None:
        """Forgets buckets that have reset: interaction tokens would make them pile up."""
        self._buckets = {key: bucket for key, bucket in self._buckets.items() if now < bucket.resets_at}
        self._recent = {caller: recent for caller, recent in self._recent.items() if now - recent[-1] < 1.0}

    def _global_wait(self, caller: str) -> float | None:
        now = self.clock()
        recent = self._recent.setdefault(caller, deque())
        while recent and now - recent[0] >= 1.0:
            recent.popleft()
        if len(recent) >= GLOBAL_CALLS_PER_SECOND:
            return 1.0 - (now - recent[0])
        recent.append(now)
        return None
