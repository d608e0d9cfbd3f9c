from __future__ import annotations

import asyncio
from dataclasses import fields
from datetime import timedelta, timezone

import pytest

from spaces.errors import Conflict, NotFound
from spaces.model import EndReason, Participant, Person, Role, Space, SpaceState, Standing
from spaces.rules import JoinMode, NameOrId, QueueOrder, RoomRules, SpeakMode
from tests.storage.conftest import Stores
from tests.storage.examples import ADA, BELA, CLEO, GUILD, NOON, a_space

FULL_SPACE = Space(
    id=0,
    guild_id=GUILD,
    host=BELA,
    title="Ünïcode 🎙️ and 'quotes'; --",
    state=SpaceState.ENDED,
    created_at=NOON,
    rules=RoomRules(
        join=JoinMode.ROLES,
        join_roles=(NameOrId("Ünïcode"), NameOrId(2**62)),
        speak=SpeakMode.INVITED,
        speaker_limit=7,
        co_host_limit=3,
        capacity=99,
        language="de",
        hands_open=False,
        question_required=True,
        queue_order=QueueOrder.LEAST_TIME,
        turn_seconds=60,
    ),
    preset="town-hall",
    owns_channel=False,
    event_id=2**62 + 2,
    paused_at=NOON + timedelta(hours=1),
    host_away_at=NOON + timedelta(hours=2),
    locked=True,
    shown_question_of=2**62 + 3,
    end_reason=EndReason.WIND_DOWN,
    transcript_days=3,
    channel_id=2**62,
    panel_message_id=2**62 + 1,
    live_at=NOON + timedelta(microseconds=1),
    ended_at=NOON + timedelta(hours=3),
    captions_on=True,
)


async def test_a_space_comes_back_as_it_was_stored(stores: Stores) -> None:
    defaults = a_space()
    assert all(
        getattr(FULL_SPACE, field.name) != getattr(defaults, field.name)
        for field in fields(Space)[2:]
        if field.name != "created_at"
    )
    for space in (FULL_SPACE, defaults):
        added = await stores.spaces.add(space)
        assert added == space.evolve(id=added.id)
        assert added.id > 0
        assert await stores.spaces.get(added.id) == added


async def test_a_time_of_any_zone_is_the_same_moment_in_utc(stores: Stores) -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    added = await stores.spaces.add(a_space(created_at=elsewhere))
    found = await stores.spaces.get(added.id)
    assert found is not None
    assert found.created_at == NOON
    assert found.created_at.tzinfo is not None


async def test_an_unknown_space_is_none(stores: Stores) -> None:
    assert await stores.spaces.get(1) is None
    assert await stores.spaces.peak(1) == 0
    assert await stores.spaces.update(a_space(id=1), expect=SpaceState.LIVE) is False


async def test_numbers_are_not_shared(stores: Stores) -> None:
    added = await asyncio.gather(*(stores.spaces.add(a_space(title=str(n))) for n in range(10)))
    assert len({space.id for space in added}) == 10
    assert [await stores.spaces.get(space.id) for space in added] == list(added)


async def test_update_writes_every_field(stores: Stores) -> None:
    added = await stores.spaces.add(a_space())
    changed = FULL_SPACE.evolve(id=added.id)
    assert await stores.spaces.update(changed, expect=SpaceState.LIVE) is True
    assert await stores.spaces.get(added.id) == changed


async def test_update_of_another_state_writes_nothing(stores: Stores) -> None:
    added = await stores.spaces.add(a_space(state=SpaceState.OPENING))
    assert await stores.spaces.update(added.evolve(title="changed"), expect=SpaceState.LIVE) is False
    assert await stores.spaces.get(added.id) == added


async def test_of_many_who_end_a_space_one_does(stores: Stores) -> None:
    added = await stores.spaces.add(a_space())
    ended = added.evolve(state=SpaceState.ENDED, ended_at=NOON)
    done = await asyncio.gather(*(stores.spaces.update(ended, expect=SpaceState.LIVE) for _ in range(8)))
    assert sorted(done) == [False] * 7 + [True]


async def test_captions_are_on_in_one_live_space_of_a_server(stores: Stores) -> None:
    first = await stores.spaces.add(a_space(captions_on=True))
    second = await stores.spaces.add(a_space())
    elsewhere = await stores.spaces.add(a_space(guild_id=7))
    with pytest.raises(Conflict) as refused:
        await stores.spaces.update(second.evolve(captions_on=True), expect=SpaceState.LIVE)
    assert refused.value.sentence == "Captions are busy in another Space here; one room per server at a time."
    assert await stores.spaces.get(second.id) == second
    with pytest.raises(Conflict):
        await stores.spaces.add(a_space(captions_on=True))
    assert len(await stores.spaces.in_states([SpaceState.LIVE])) == 3
    assert await stores.spaces.update(elsewhere.evolve(captions_on=True), expect=SpaceState.LIVE)
    # The first one stays as it is, and makes room by ending.
    assert await stores.spaces.update(first.evolve(title="again"), expect=SpaceState.LIVE)
    assert await stores.spaces.update(first.evolve(state=SpaceState.ENDED, ended_at=NOON), expect=SpaceState.LIVE)
    assert await stores.spaces.update(second.evolve(captions_on=True), expect=SpaceState.LIVE)


async def test_of_two_who_turn_captions_on_one_does(stores: Stores) -> None:
    rooms = [await stores.spaces.add(a_space()) for _ in range(2)]
    changes = (stores.spaces.update(room.evolve(captions_on=True), expect=SpaceState.LIVE) for room in rooms)
    results = await asyncio.gather(*changes, return_exceptions=True)
    assert sum(isinstance(result, Conflict) for result in results) == 1
    assert results.count(True) == 1


async def test_in_states_by_number(stores: Stores) -> None:
    states = [SpaceState.LIVE, SpaceState.ENDED, SpaceState.OPENING, SpaceState.FAILED, SpaceState.LIVE]
    added = [await stores.spaces.add(a_space(state=state, ended_at=NOON)) for state in states]
    running = await stores.spaces.in_states({SpaceState.OPENING, SpaceState.LIVE})
    assert list(running) == [added[0], added[2], added[4]]
    assert list(await stores.spaces.in_states([])) == []


async def test_ended_spaces_of_a_server_newest_first(stores: Stores) -> None:
    ends = [NOON + timedelta(hours=hours) for hours in (2, 1, 3)]
    late, early, latest = [await stores.spaces.add(a_space(state=SpaceState.ENDED, ended_at=end)) for end in ends]
    await stores.spaces.add(a_space(state=SpaceState.ENDED, ended_at=NOON, guild_id=7))
    await stores.spaces.add(a_space(state=SpaceState.FAILED, ended_at=NOON))
    await stores.spaces.add(a_space())
    assert list(await stores.spaces.ended_in(GUILD)) == [latest, late, early]
    assert list(await stores.spaces.ended_in(GUILD, limit=2)) == [latest, late]


async def test_ended_spaces_that_still_have_their_channel(stores: Stores) -> None:
    first = await stores.spaces.add(a_space(state=SpaceState.ENDED, ended_at=NOON, channel_id=5))
    second = await stores.spaces.add(a_space(state=SpaceState.ENDED, ended_at=NOON, channel_id=6, guild_id=7))
    await stores.spaces.add(a_space(state=SpaceState.ENDED, ended_at=NOON))
    await stores.spaces.add(a_space(state=SpaceState.ENDING, ended_at=NOON, channel_id=8))
    await stores.spaces.add(a_space(channel_id=9))
    assert list(await stores.spaces.ended_with_channel()) == [first, second]


async def test_a_space_and_its_people_change_together_or_not_at_all(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    old, new = Participant(space.id, ADA, role=Role.HOST), Participant(space.id, BELA)
    await stores.spaces.save_participant(old)
    after = space.evolve(host=BELA)
    swapped = [new.evolve(role=Role.HOST), old.evolve(role=Role.CO_HOST, appointed_at=NOON)]

    assert not await stores.spaces.update(after, expect=SpaceState.ENDED, people=swapped)
    assert await stores.spaces.get(space.id) == space
    assert list(await stores.spaces.participants(space.id)) == [old]
    assert await stores.spaces.update(after, expect=SpaceState.LIVE, people=swapped)
    assert await stores.spaces.get(space.id) == after
    assert list(await stores.spaces.participants(space.id)) == swapped


async def test_a_participant_comes_back_and_is_replaced(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    plain = Participant(space.id, BELA)
    await stores.spaces.save_participant(plain)
    assert list(await stores.spaces.participants(space.id)) == [plain]
    full = Participant(
        space.id,
        Person(BELA.id, "Béla (new name)"),
        role=Role.CO_HOST,
        standing=Standing.HAND_UP,
        present=True,
        hand_at=NOON,
        hand_native=True,
        stage_since=NOON + timedelta(seconds=1),
        stage_seconds=12.75,
        unmuted_since=NOON + timedelta(seconds=2),
        unmuted_seconds=3.5,
        question="Which chapter? '; --",
        read_aloud=True,
        invited_at=NOON + timedelta(seconds=3),
        invited_by=2**62,
        misses=2,
        turn_ends_at=NOON + timedelta(seconds=4),
        admitted=True,
        barred=True,
        arrived_at=NOON - timedelta(seconds=9),
        appointed_at=NOON - timedelta(seconds=8),
    )
    await stores.spaces.save_participant(full)
    assert list(await stores.spaces.participants(space.id)) == [full]
    await stores.spaces.save_participant(plain)
    assert list(await stores.spaces.participants(space.id)) == [plain]


async def test_participants_are_those_of_the_space(stores: Stores) -> None:
    here, there = [await stores.spaces.add(a_space()) for _ in range(2)]
    for person in (CLEO, ADA):
        await stores.spaces.save_participant(Participant(here.id, person))
    await stores.spaces.save_participant(Participant(there.id, BELA))
    assert {participant.person for participant in await stores.spaces.participants(here.id)} == {ADA, CLEO}


async def test_a_crowd_arrives_at_once(stores: Stores) -> None:
    here, there = [await stores.spaces.add(a_space()) for _ in range(2)]
    arrivals = [Participant(here.id, Person(number, f"Person {number}"), present=True) for number in range(1, 301)]
    saving = [stores.spaces.save_participant(one, head_count=number) for number, one in enumerate(arrivals, start=1)]
    late = [stores.spaces.save_participant(one.evolve(misses=number)) for number in (1, 2) for one in arrivals[:20]]
    elsewhere = stores.spaces.save_participant(Participant(there.id, BELA), head_count=7)
    await asyncio.gather(*saving, *late, elsewhere)
    stored = {one.person.id: one for one in await stores.spaces.participants(here.id)}
    assert stored == {one.person.id: one.evolve(misses=2 * (one in arrivals[:20])) for one in arrivals}
    assert (await stores.spaces.peak(here.id), await stores.spaces.peak(there.id)) == (300, 7)


async def test_a_participant_of_no_space_takes_nobody_along(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    people = [Participant(space.id if number != 5 else 99, Person(number, "Somebody")) for number in range(10)]
    results = await asyncio.gather(*map(stores.spaces.save_participant, people), return_exceptions=True)
    assert [type(one) for one in results] == [NotFound if number == 5 else type(None) for number in range(10)]
    assert len(await stores.spaces.participants(space.id)) == 9


async def test_a_participant_of_no_space_is_refused(stores: Stores) -> None:
    with pytest.raises(NotFound):
        await stores.spaces.save_participant(Participant(99, BELA))


async def test_the_peak_only_rises(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    assert await stores.spaces.peak(space.id) == 0
    for listeners, peak in ((5, 5), (3, 5), (8, 8), (0, 8)):
        await stores.spaces.save_participant(Participant(space.id, BELA), head_count=listeners)
        assert await stores.spaces.peak(space.id) == peak
    await stores.spaces.update(space.evolve(title="renamed"), expect=SpaceState.LIVE)
    assert await stores.spaces.peak(space.id) == 8


async def test_erasing_a_person(stores: Stores) -> None:
    live = await stores.spaces.add(a_space(host=BELA))
    over = [
        await stores.spaces.add(a_space(host=BELA, state=state, ended_at=NOON))
        for state in (SpaceState.ENDING, SpaceState.ENDED, SpaceState.FAILED)
    ]
    of_ada = await stores.spaces.add(a_space(state=SpaceState.ENDED, ended_at=NOON))
    for space in (live, *over, of_ada):
        for person in (ADA, BELA):
            await stores.spaces.save_participant(Participant(space.id, person, present=True))

    deleted, renamed, hosted = 4, 1, 4
    assert await stores.spaces.erase_person(BELA.id) == deleted + renamed + hosted

    for space in (*over, of_ada):
        assert [row.person for row in await stores.spaces.participants(space.id)] == [ADA]
    remaining = {row.person.id: row for row in await stores.spaces.participants(live.id)}
    assert remaining[BELA.id] == Participant(live.id, Person(BELA.id, "someone"), present=True)
    assert remaining[ADA.id].person == ADA
    assert await stores.spaces.get(live.id) == live.evolve(host=Person(BELA.id, "someone"))
    for space in over:
        assert await stores.spaces.get(space.id) == space.evolve(host=Person(0, "someone"))
    assert await stores.spaces.get(of_ada.id) == of_ada
    assert await stores.spaces.erase_person(BELA.id) == 0

    await stores.spaces.save_participant(Participant(live.id, ADA, present=False))
    assert await stores.spaces.erase_person(ADA.id) > 0
    assert await stores.spaces.participants(live.id) == [remaining[BELA.id]]
    assert await stores.spaces.remove_erased(of_ada.id) == 0
    assert await stores.spaces.remove_erased(live.id) == 1
    assert await stores.spaces.participants(live.id) == []
