"""Stores about invitations and debts, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from spaces.model import Debt, DebtKind
from tests.fakes.space_store import FakeSpaceStore, FakeStore


class FakeAdmissionStore(FakeStore):
    """:class:`spaces.stores.AdmissionStore` in memory."""

    def __init__(self, spaces: FakeSpaceStore) -> None:
        self._spaces = spaces
        self.rows: list[tuple[int, int, int, datetime]] = []
        self.opt_outs: set[tuple[int, int]] = set()

    async def add(
        self, space_id: int, inviter_id: int, person_id: int, at: datetime, *, most: int, since: datetime
    ) -> bool:
        await self._turn()
        self._spaces.require(space_id)
        if sum(inviter == inviter_id and moment > since for _, inviter, _, moment in self.rows) >= most:
            return False
        self.rows.append((space_id, inviter_id, person_id, at))
        return True

    async def opt_out(self, guild_id: int, person_id: int, at: datetime) -> bool:
        await self._turn()
        is_new = (guild_id, person_id) not in self.opt_outs
        self.opt_outs.add((guild_id, person_id))
        return is_new

    async def opt_in(self, guild_id: int, person_id: int) -> bool:
        await self._turn()
        was_out = (guild_id, person_id) in self.opt_outs
        self.opt_outs.discard((guild_id, person_id))
        return was_out

    async def opted_out(self, guild_id: int, person_id: int) -> bool:
        await self._turn()
        return (guild_id, person_id) in self.opt_outs

    async def erase_person(self, person_id: int) -> int:
        await self._turn()
        before = len(self.rows) + len(self.opt_outs)
        self.rows = [row for row in self.rows if person_id not in row[1:3]]
        self.opt_outs = {entry for entry in self.opt_outs if entry[1] != person_id}
        return before - len(self.rows) - len(self.opt_outs)


class FakeDebtStore(FakeStore):
    """:class:`spaces.stores.DebtStore` in memory."""

    def __init__(self) -> None:
        self.rows: dict[tuple[int, int, DebtKind, int], Debt] = {}

    async def owe(self, debt: Debt) -> None:
        await self._turn()
        self.rows.setdefault(_key(debt), debt)

    async def paid(self, debt: Debt) -> bool:
        await self._turn()
        return self.rows.pop(_key(debt), None) is not None

    async def of_person(self, guild_id: int, person_id: int, kind: DebtKind) -> Sequence[Debt]:
        return [debt for debt in await self.in_guild(guild_id) if (debt.person_id, debt.kind) == (person_id, kind)]

    async def in_guild(self, guild_id: int) -> Sequence[Debt]:
        await self._turn()
        owed = [debt for debt in self.rows.values() if debt.guild_id == guild_id]
        return sorted(owed, key=lambda debt: (debt.owed_since, debt.person_id))

    async def guilds(self) -> Sequence[int]:
        await self._turn()
        return sorted({debt.guild_id for debt in self.rows.values()})


def _key(debt: Debt) -> tuple[int, int, DebtKind, int]:
    return debt.guild_id, debt.person_id, debt.kind, debt.channel_id
