"""Bans of addresses that make too many invalid requests.

https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping

_WINDOW_SECONDS = 600.0
_INVALID = frozenset({401, 403, 429})


class Addresses:
    """Counts the invalid requests of every address; ``limit`` of them in ten minutes ban it for ``ban_seconds``."""

    def __init__(self, clock: Callable[[], float], limit: int, ban_seconds: float) -> None:
        self._clock = clock
        self._limit = limit
        self._ban_seconds = ban_seconds
        self._invalid: dict[str, deque[float]] = {}
        self._banned_until: dict[str, float] = {}

    def ban_of(self, address: str) -> float | None:
        """Seconds until the ban of an address lapses, ``None`` if it is welcome."""
        until = self._banned_until.get(address)
        if until is None:
            return None
        left = until - self._clock()
        if left <= 0:
            del self._banned_until[address]
            return None
        return left

    def count(self, address: str, status: int, headers: Mapping[str, str]) -> bool:
        """Counts an answer if it makes its request an invalid one; true if that gets the address banned."""
        if status not in _INVALID or headers.get("X-RateLimit-Scope") == "shared":
            return False
        recent = self._recent(address)
        recent.append(self._clock())
        if len(recent) < self._limit:
            return False
        recent.clear()
        self._banned_until[address] = self._clock() + self._ban_seconds
        return True

    @property
    def invalid_requests(self) -> Counter[str]:
        """How many invalid requests of each address count towards a ban now."""
        counted = Counter({address: len(self._recent(address)) for address in list(self._invalid)})
        return +counted

    def _recent(self, address: str) -> deque[float]:
        recent = self._invalid.setdefault(address, deque())
        while recent and self._clock() - recent[0] >= _WINDOW_SECONDS:
            recent.popleft()
        return recent
