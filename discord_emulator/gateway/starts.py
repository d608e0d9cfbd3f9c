"""How often sessions may be started: https://discord.com/developers/docs/events/gateway#session-start-limit-object"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from discord_emulator.model.users import Application
    from discord_emulator.world import Settings

_DAY = 86_400.0
# One shard for a thousand servers is what GET /gateway/bot has long recommended; the documentation names no number.
_GUILDS_PER_RECOMMENDED_SHARD = 1_000


@dataclass(slots=True)
class _Budget:
    used: int = 0
    resets_at: float = 0.0


class SessionStarts:
    """The IDENTIFY budget of every application, and the pace at which its shards may start."""

    def __init__(self, clock: Callable[[], float], settings: Settings) -> None:
        self._clock = clock
        self._settings = settings
        self._budgets: dict[int, _Budget] = {}
        self._started_at: dict[tuple[int, int], float] = {}

    def describe(self, application: Application, guilds: int) -> dict[str, Any]:
        """``shards`` and ``session_start_limit`` of GET /gateway/bot for an application in that many servers."""
        budget = self._budget(application)
        limit = {
            "total": self._settings.session_starts,
            "remaining": max(0, self._settings.session_starts - budget.used),
            "reset_after": max(0, math.ceil((budget.resets_at - self._clock()) * 1000)),
            "max_concurrency": self._settings.max_concurrency,
        }
        shards = max(1, math.ceil(guilds / _GUILDS_PER_RECOMMENDED_SHARD))
        return {"shards": shards, "session_start_limit": limit}

    def spend(self, application: Application) -> bool:
        """Counts an IDENTIFY; false if the day's budget was used up before. RESUME does not count."""
        budget = self._budget(application)
        budget.used += 1
        return budget.used <= self._settings.session_starts

    def in_turn(self, application: Application, shard: int) -> bool:
        """Whether a shard may start now: one in 5 s for each ``shard_id % max_concurrency``.

        https://discord.com/developers/docs/events/gateway#sharding-max-concurrency
        """
        key = (application.id, shard % self._settings.max_concurrency)
        now, last = self._clock(), self._started_at.get(key)
        if last is not None and now - last < self._settings.identify_window:
            return False
        self._started_at[key] = now
        return True

    def _budget(self, application: Application) -> _Budget:
        now = self._clock()
        budget = self._budgets.setdefault(application.id, _Budget())
        if now >= budget.resets_at:
            budget.used, budget.resets_at = 0, now + _DAY
        return budget
