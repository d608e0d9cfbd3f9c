from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from spaces.errors import NotFound
from spaces.model import SpaceState, TranscriptLine
from storage.statements import in_batches
from tests.storage.conftest import Stores
from tests.storage.examples import BELA, CLEO, NOON, a_line, a_space


async def add(stores: Stores, line: TranscriptLine) -> TranscriptLine:
    added = await stores.transcripts.add(line)
    assert added is not None
    return added


async def test_a_line_comes_back_as_it_was_stored(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    for line in (a_line(space.id, "one"), a_line(space.id, "two", words=(), caption_message_id=2**62, kept=False)):
        added = await add(stores, line)
        assert added == replace(line, id=added.id)
        assert added in await stores.transcripts.lines(space.id)


async def test_an_utterance_has_one_line(stores: Stores) -> None:
    first, second = [await stores.spaces.add(a_space()) for _ in range(2)]
    added = await add(stores, a_line(first.id, "one"))
    assert await stores.transcripts.add(a_line(first.id, "one", text="again")) is None
    assert await stores.transcripts.add(a_line(second.id, "one", text="elsewhere")) is None
    assert list(await stores.transcripts.lines(first.id)) == [added]
    assert list(await stores.transcripts.lines(second.id)) == []


async def test_of_many_who_store_an_utterance_one_does(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    added = await asyncio.gather(*(stores.transcripts.add(a_line(space.id, "one")) for _ in range(8)))
    assert added.count(None) == 7
    assert len(await stores.transcripts.lines(space.id)) == 1


async def test_a_line_of_no_space_is_refused(stores: Stores) -> None:
    with pytest.raises(NotFound):
        await stores.transcripts.add(a_line(99, "one"))


async def test_lines_by_time_spoken(stores: Stores) -> None:
    here, there = [await stores.spaces.add(a_space()) for _ in range(2)]
    # What was spoken first is not always recognised first.
    late = await add(stores, a_line(here.id, "late", started_at=NOON + timedelta(seconds=9)))
    early = await add(stores, a_line(here.id, "early", started_at=NOON))
    of_cleo = await add(stores, a_line(here.id, "cleo", person_id=CLEO.id, started_at=NOON + timedelta(seconds=5)))
    elsewhere = await add(stores, a_line(there.id, "elsewhere", started_at=NOON + timedelta(seconds=2)))
    assert list(await stores.transcripts.lines(here.id)) == [early, of_cleo, late]
    assert list(await stores.transcripts.lines(here.id, person_id=BELA.id)) == [early, late]
    assert list(await stores.transcripts.of_person(BELA.id)) == [early, elsewhere, late]


async def test_the_caption_message_is_noted(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    first, second, third = [await add(stores, a_line(space.id, str(number))) for number in range(3)]
    await stores.transcripts.set_caption_message([first.id, third.id, 999], 55)
    shown = [line.caption_message_id for line in await stores.transcripts.lines(space.id)]
    assert shown == [55, None, 55]
    await stores.transcripts.set_caption_message([], 66)
    assert second in await stores.transcripts.lines(space.id)


async def test_lines_are_removed_by_number(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    first, second = [await add(stores, a_line(space.id, str(number))) for number in range(2)]
    assert await stores.transcripts.remove([second.id, 999]) == 1
    assert await stores.transcripts.remove([second.id]) == 0
    assert await stores.transcripts.remove([]) == 0
    assert list(await stores.transcripts.lines(space.id)) == [first]


async def test_a_number_is_not_given_out_again(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    first = await add(stores, a_line(space.id, "one"))
    await stores.transcripts.remove([first.id])
    second = await add(stores, a_line(space.id, "two"))
    assert second.id > first.id


async def test_more_lines_than_fit_into_one_statement(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    # Two real ones, in different statements.
    first = await add(stores, a_line(space.id, "first"))
    last = await add(stores, a_line(space.id, "last"))
    numbers = [first.id, *range(1000, 2500), last.id]
    await stores.transcripts.set_caption_message(numbers, 7)
    assert [line.caption_message_id for line in await stores.transcripts.lines(space.id)] == [7, 7]
    assert await stores.transcripts.remove(numbers) == 2


def test_batches_are_complete_and_fit_every_sqlite() -> None:
    for count in (0, 1, 500, 501, 2500):
        batches = list(in_batches(iter(range(count))))
        assert [number for batch in batches for number in batch] == list(range(count))
        assert all(0 < len(batch) <= 999 for batch in batches)


async def test_captions_only_are_removed(stores: Stores) -> None:
    here, there = [await stores.spaces.add(a_space()) for _ in range(2)]
    kept = await add(stores, a_line(here.id, "kept"))
    await add(stores, a_line(here.id, "unkept", kept=False))
    elsewhere = await add(stores, a_line(there.id, "elsewhere", kept=False))
    assert await stores.transcripts.remove_unkept(here.id) == 1
    assert list(await stores.transcripts.lines(here.id)) == [kept]
    assert list(await stores.transcripts.lines(there.id)) == [elsewhere]


async def test_lines_expire_after_the_days_of_their_space(stores: Stores) -> None:
    def ended(days_ago: float, kept: int):
        return a_space(state=SpaceState.ENDED, transcript_days=kept, ended_at=NOON - timedelta(days=days_ago))

    moment = timedelta(microseconds=1) / timedelta(days=1)
    rooms = {
        "short, due": ended(3 + moment, 3),
        "short, to the moment": ended(3, 3),
        "long": ended(3 + moment, 30),
        "long, due": ended(31, 30),
        "live": a_space(transcript_days=0, created_at=NOON - timedelta(days=400)),
    }
    numbers = {name: (await stores.spaces.add(space)).id for name, space in rooms.items()}
    for name, number in numbers.items():
        await add(stores, a_line(number, name + " 1"))
        await add(stores, a_line(number, name + " 2", kept=False))
    due = await stores.transcripts.expired(NOON)
    assert await stores.transcripts.remove([line.id for line in due]) == 4
    left = {name for name, number in numbers.items() if await stores.transcripts.lines(number)}
    assert left == {"short, to the moment", "long", "live"}
    assert not await stores.transcripts.expired(NOON)
