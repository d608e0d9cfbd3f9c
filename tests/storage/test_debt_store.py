from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from spaces.model import Debt, DebtKind
from tests.storage.conftest import Stores
from tests.storage.examples import ADA, BELA, GUILD, NOON

MUTE = Debt(GUILD, ADA.id, DebtKind.SERVER_MUTE, NOON)
HELPER = Debt(GUILD, ADA.id, DebtKind.MODERATOR, NOON + timedelta(minutes=1), channel_id=77)


async def test_a_debt_is_kept_until_it_is_paid(stores: Stores) -> None:
    await stores.debts.owe(MUTE)
    await stores.debts.owe(HELPER)
    assert list(await stores.debts.of_person(GUILD, ADA.id, DebtKind.SERVER_MUTE)) == [MUTE]
    assert list(await stores.debts.in_guild(GUILD)) == [MUTE, HELPER]
    assert await stores.debts.paid(MUTE)
    assert not await stores.debts.paid(MUTE)
    assert list(await stores.debts.in_guild(GUILD)) == [HELPER]


async def test_the_same_debt_twice_is_one_and_keeps_its_date(stores: Stores) -> None:
    await stores.debts.owe(MUTE)
    await stores.debts.owe(replace(MUTE, owed_since=NOON + timedelta(days=1)))
    assert list(await stores.debts.in_guild(GUILD)) == [MUTE]


async def test_debts_are_told_apart_by_server_person_kind_and_channel(stores: Stores) -> None:
    different = [
        MUTE,
        replace(MUTE, guild_id=GUILD + 1),
        replace(MUTE, person_id=BELA.id),
        HELPER,
        replace(HELPER, channel_id=78),
    ]
    for debt in different:
        await stores.debts.owe(debt)
    assert len(await stores.debts.in_guild(GUILD)) == 4
    assert list(await stores.debts.guilds()) == [GUILD, GUILD + 1]
    assert list(await stores.debts.in_guild(GUILD + 1)) == [different[1]]
    assert list(await stores.debts.of_person(GUILD, BELA.id, DebtKind.SERVER_MUTE)) == [different[2]]
    assert await stores.debts.paid(HELPER)
    assert list(await stores.debts.of_person(GUILD, ADA.id, DebtKind.MODERATOR)) == [different[4]]
