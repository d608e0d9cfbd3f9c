"""What every fault needs: the world it breaks, the seed, the log, and where new faults get their number."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING, Any

from .handle import Fault
from .log import FaultLog

if TYPE_CHECKING:
    from collections.abc import Iterable

    from discord_emulator.gateway.session import Session
    from discord_emulator.model.users import Application
    from discord_emulator.world import World


class Context:
    """Shared by all faults of one emulator."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.log = FaultLog(world.clock)
        self._seed = seed
        self._begun: Counter[str] = Counter()
        self._standing: set[Fault] = set()

    def begin(self, name: str, *, share: float = 1.0, times: int | None = None, **parameters: Any) -> Fault:
        """A new fault, which stands from now on. Parameters that are ``None`` were not given."""
        fault = Fault(
            name,
            self._begun.total() + 1,
            log=self.log,
            chance=random.Random(f"{self._seed} {name} {self._begun[name]}"),
            later=self.world.later,
            share=share,
            times=times,
        )
        self._begun[name] += 1
        given: dict[str, Any] = {**parameters, "share": None if share == 1 else share, "times": times}
        self.log.note("began", fault, {key: value for key, value in given.items() if value is not None})
        self._standing.add(fault)
        fault.when_lifted(lambda: self._standing.discard(fault))
        return fault

    def happen(self, name: str, **parameters: Any) -> Fault:
        """A fault that is over at once; its log entry can be played again like any other."""
        fault = self.begin(name, **parameters)
        fault.lift()
        return fault

    def lift_all(self) -> None:
        """Ends every fault."""
        for fault in list(self._standing):
            fault.lift()

    def sessions(self, application: Application | None) -> Iterable[Session]:
        """The gateway sessions of an application, or of all."""
        return [
            session
            for session in self.world.hub.sessions.values()
            if application is None or session.application is application
        ]
