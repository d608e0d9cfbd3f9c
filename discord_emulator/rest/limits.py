"""Rate limits, per route and global: https://discord.com/developers/docs/topics/rate-limits

Discord publishes the global limit only and sends the others as headers; those of the busiest routes are what its
headers have long said, the rest share a guess that a well-behaved bot never meets.
"""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass, field

from discord_emulator.clock import Clock

GLOBAL_CALLS_PER_SECOND = 50
_DEFAULT = (50, 1.0)
# (calls, seconds) by method and template.
_KNOWN: dict[tuple[str, str], tuple[int, float]] = {
    ("POST", "/channels/{channel_id}/messages"): (5, 5.0),
    ("PATCH", "/channels/{channel_id}/messages/{message_id}"): (5, 5.0),
    ("DELETE", "/channels/{channel_id}/messages/{message_id}"): (5, 1.0),
    ("POST", "/channels/{channel_id}/messages/bulk-delete"): (1, 1.0),
    ("PUT", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me"): (1, 0.25),
    ("DELETE", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me"): (1, 0.25),
    ("PATCH", "/channels/{channel_id}"): (5, 15.0),
    ("PATCH", "/guilds/{guild_id}/members/{user_id}"): (10, 10.0),
    ("PATCH", "/guilds/{guild_id}/members/@me"): (1, 1.0),
    ("POST", "/webhooks/{webhook_id}/{token}"): (5, 2.0),
    ("PATCH", "/webhooks/{webhook_id}/{token}/messages/{message}"): (5, 2.0),
}
_MAJOR = ("channel_id", "guild_id", "application_id", "webhook_id", "token")
# Interaction endpoints are not bound to the global limit.
_EXEMPT = ("/interactions/", "/webhooks/")
NAME_CHANGES = (2, 600.0)


@dataclass(slots=True)
class _Bucket:
    limit: int
    window: float
    resets_at: float = 0.0
    used: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """``headers`` for the answer; ``retry_after`` seconds when the call is refused with 429."""

    headers: dict[str, str]
    retry_after: float | None = None
    everywhere: bool = False


@dataclass(slots=True)
class Limits:
    """The buckets of one emulator."""

    clock: Clock
    _buckets: dict[str, _Bucket] = field(default_factory=dict)
    _recent: dict[str, deque[float]] = field(default_factory=dict)

    def count(self, caller: str, method: str, template: str, parameters: dict[str, str]) -> Verdict:
        """Counts a call of ``caller`` (a token) and says whether it is let through."""
        if template.startswith("/interactions/"):
            return Verdict({})
        if not template.startswith(_EXEMPT) and (wait := self._global_wait(caller)) is not None:
            return Verdict({"X-RateLimit-Global": "true"}, wait, everywhere=True)
        limit, window = _KNOWN.get((method, template), _DEFAULT)
        major = ":".join(parameters[name] for name in _MAJOR if name in parameters)
        bucket = self._buckets.setdefault(f"{caller} {method} {template} {major}", _Bucket(limit, window))
        return self._take(bucket, hashlib.md5(f"{method} {template}".encode(), usedforsecurity=False).hexdigest())

    def count_rename(self, caller: str, channel_id: str) -> Verdict | None:
        """Counts a change of a channel's name or topic, a limit that no header tells of beforehand."""
        limit, window = NAME_CHANGES
        bucket = self._buckets.setdefault(f"{caller} rename {channel_id}", _Bucket(limit, window))
        verdict = self._take(bucket, "rename")
        if verdict.retry_after is None:
            return None
        return Verdict({"X-RateLimit-Scope": "shared"}, verdict.retry_after)

    def _take(self, bucket: _Bucket, name: str) -> Verdict:
        now = self.clock()
        if now >= bucket.resets_at:
            bucket.used, bucket.resets_at = 0, now + bucket.window
        refused = bucket.used >= bucket.limit
        bucket.used += not refused
        headers = {
            "X-RateLimit-Limit": str(bucket.limit),
            "X-RateLimit-Remaining": str(bucket.limit - bucket.used),
            "X-RateLimit-Reset": f"{bucket.resets_at:.3f}",
            "X-RateLimit-Reset-After": f"{bucket.resets_at - now:.3f}",
            "X-RateLimit-Bucket": name,
        }
        return Verdict(headers, bucket.resets_at - now if refused else None)

    def _global_wait(self, caller: str) -> float | None:
        now = self.clock()
        recent = self._recent.setdefault(caller, deque())
        while recent and now - recent[0] >= 1.0:
            recent.popleft()
        if len(recent) >= GLOBAL_CALLS_PER_SECOND:
            return 1.0 - (now - recent[0])
        recent.append(now)
        return None
