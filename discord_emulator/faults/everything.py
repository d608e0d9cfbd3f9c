"""Every fault of an emulator: ``discord.faults``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .calls import Calls
from .context import Context
from .gateway import GatewayFaults
from .log import Entry, FaultLog
from .planner import Planner, plans_of
from .plans import Plan
from .rest import RestFaults
from .voice import VoiceFaults
from .whole import WholeFaults

if TYPE_CHECKING:
    from discord_emulator.world import World


class Faults(WholeFaults):
    """What goes wrong on purpose. ``rest``, ``gateway`` and ``voice`` hold the faults of each.

    Everything is decided by the emulator's seed and written to :attr:`log`. Times are real seconds.
    """

    def __init__(self, world: World, seed: int, prefix: str) -> None:
        context = Context(world, seed)
        self.calls = Calls(world, prefix)
        """Where HTTP requests pass on their way in."""
        super().__init__(context, self.calls)
        self.rest = RestFaults(context, self.calls)
        self.gateway = GatewayFaults(context)
        self.voice = VoiceFaults(context)
        self._planner = Planner(self, world)

    @property
    def log(self) -> FaultLog:
        """Every fault so far with its moments."""
        return self._context.log

    def plan(self, *plans: Plan | str) -> None:
        """Schedules faults, as text e.g. ``rest.fail status=503 share=0.2 at=10s for=5s``.

        ``at`` is counted from now; ``every`` repeats; ``for`` lifts. Raises :class:`PlanError` for the first that is
        not right, before any begins.
        """
        self._planner.schedule([Plan.parse(plan) if isinstance(plan, str) else plan for plan in plans])

    def replay(self, log: Iterable[Entry]) -> list[Plan]:
        """Schedules what a log tells at the same moments, counted from now; returns it as plans, to be kept as text.

        With the same seed, the same calls in the same order are struck in the same way.
        """
        plans = plans_of(log)
        self._planner.schedule(plans)
        return plans

    def lift_all(self) -> None:
        """Ends every fault that stands, and forgets those that are planned."""
        self._planner.stop()
        self._context.lift_all()
