from __future__ import annotations

from datetime import timedelta

import pytest

from spaces.errors import NotFound
from spaces.model import ConsentChoice
from tests.storage.conftest import Stores
from tests.storage.examples import BELA, CLEO, GUILD, NOON, a_consent, a_space


async def test_a_receipt_comes_back_as_it_was_stored(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    for consent in (a_consent(), a_consent(space_id=space.id, expires_at=None, hide_name=False)):
        await stores.consents.add(consent)
        assert await stores.consents.current(GUILD, space.id, BELA.id) == consent


async def test_who_has_not_chosen_has_no_receipt(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    await stores.consents.add(a_consent(person=CLEO))
    assert await stores.consents.current(GUILD, space.id, BELA.id) is None


async def test_the_newest_of_server_and_space_counts(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    server_yes = a_consent()
    space_no = a_consent(space_id=space.id, choice=ConsentChoice.NEITHER, chosen_at=NOON + timedelta(seconds=1))
    server_captions = a_consent(choice=ConsentChoice.CAPTIONS, chosen_at=NOON + timedelta(seconds=2))
    for newest in (server_yes, space_no, server_captions):
        await stores.consents.add(newest)
        assert await stores.consents.current(GUILD, space.id, BELA.id) == newest


async def test_a_withdrawal_counts_though_the_clock_was_set_back(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    await stores.consents.add(a_consent(chosen_at=NOON))
    withdrawn = a_consent(choice=ConsentChoice.NEITHER, chosen_at=NOON - timedelta(hours=1))
    await stores.consents.add(withdrawn)
    assert await stores.consents.current(GUILD, space.id, BELA.id) == withdrawn
    assert await stores.consents.all_current(GUILD, space.id) == {BELA.id: withdrawn}


async def test_other_spaces_and_servers_do_not_concern(stores: Stores) -> None:
    here, there = [await stores.spaces.add(a_space()) for _ in range(2)]
    await stores.consents.add(a_consent(space_id=there.id))
    await stores.consents.add(a_consent(guild_id=7))
    assert await stores.consents.current(GUILD, here.id, BELA.id) is None
    assert await stores.consents.all_current(GUILD, here.id) == {}


async def test_all_current_has_the_newest_of_each(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    await stores.consents.add(a_consent(choice=ConsentChoice.NEITHER))
    await stores.consents.add(a_consent(person=CLEO))
    bela, cleo = a_consent(space_id=space.id), a_consent(person=CLEO, choice=ConsentChoice.NEITHER)
    await stores.consents.add(cleo)
    await stores.consents.add(bela)
    assert await stores.consents.all_current(GUILD, space.id) == {BELA.id: bela, CLEO.id: cleo}


async def test_receipts_of_a_person_come_in_the_order_of_storing(stores: Stores) -> None:
    here, there = [await stores.spaces.add(a_space()) for _ in range(2)]
    first = a_consent(chosen_at=NOON + timedelta(hours=1))
    second = a_consent(space_id=here.id, choice=ConsentChoice.NEITHER, chosen_at=NOON)
    for receipt in (first, a_consent(person=CLEO), a_consent(space_id=there.id), a_consent(guild_id=7), second):
        await stores.consents.add(receipt)
    assert list(await stores.consents.receipts(GUILD, here.id, BELA.id)) == [first, second]
    assert list(await stores.consents.receipts(GUILD, here.id, 1)) == []


async def test_a_receipt_for_no_space_is_refused(stores: Stores) -> None:
    with pytest.raises(NotFound):
        await stores.consents.add(a_consent(space_id=99))


async def test_erasing_a_person(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    for consent in (a_consent(), a_consent(guild_id=7), a_consent(space_id=space.id), a_consent(person=CLEO)):
        await stores.consents.add(consent)
    assert await stores.consents.erase_person(BELA.id) == 3
    assert await stores.consents.all_current(GUILD, space.id) == {CLEO.id: a_consent(person=CLEO)}
    assert await stores.consents.erase_person(BELA.id) == 0
