"""Faults that are committed by a function: a register of them, and what makes a mutation of each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.contract.judge import Judge

from .ground import PERMISSIONS, Answer, Ground, fresh_ground
from .mutation import Mutation, Outcome, of_call

Plant = Callable[[Ground], Awaitable[Answer]]


@dataclass(slots=True)
class Situations:
    """Faults of one ``kind``, each ending with a request that has to be refused; ``settings`` are the emulator's."""

    kind: str
    settings: dict[str, Any] = field(default_factory=dict)
    _entries: list[tuple[str, tuple[int, ...], Plant]] = field(default_factory=list)

    def fault(self, name: str, *codes: int) -> Callable[[Plant], Plant]:
        """Adds a function that commits a fault, the last request of which has to be refused with one of ``codes``."""

        def register(plant: Plant) -> Plant:
            self._entries.append((name, codes, plant))
            return plant

        return register

    def mutations(self) -> Iterator[Mutation]:
        """Every fault, each on an emulator of its own."""
        for name, codes, plant in self._entries:
            yield Mutation(self.kind, name, self._planting(plant, codes))

    def _planting(self, plant: Plant, codes: tuple[int, ...]) -> Callable[[Judge], Awaitable[Outcome]]:
        async def run(judge: Judge) -> Outcome:
            async with fresh_ground(**self.settings) as ground:
                return of_call(judge, ground, await plant(ground), *codes)

        return run


def without(ground: Ground, *names: str) -> None:
    """Takes permissions from the bot."""
    ground.guild.set_permissions(ground.role, [name for name in PERMISSIONS if name not in names])
