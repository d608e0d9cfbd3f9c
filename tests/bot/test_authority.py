"""Forged presses of every kind, by everybody who may not: an id is a key, never authority."""

from __future__ import annotations

from typing import Any

import pytest

from discord_emulator import Channel, Person
from tests.bot.conftest import City
from tests.bot.evening import Evening
from tests.bot.traces import Traces
from ui.custom_ids import Key, Kind

pytestmark = [pytest.mark.emulator, pytest.mark.asyncio(loop_scope="session")]

FOR_HOSTS = (
    Kind.CONSOLE,
    Kind.NEXT,
    Kind.PERSON,
    Kind.INVITE,
    Kind.TO_AUDIENCE,
    Kind.CAPTIONS_ON,
    Kind.CAPTIONS_OFF,
    Kind.HAND_OVER,
    Kind.HAND_OVER_CONFIRMED,
    Kind.RESUME,
    Kind.END,
    Kind.END_CONFIRMED,
)
ABOUT_ONESELF = (
    Kind.MY_WORDS,
    Kind.CHOOSE,
    Kind.STOP,
    Kind.REMOVE_WORDS,
    Kind.RECEIPT,
    Kind.CONSENT_FORM,
    Kind.ERASE_CONFIRMED,
)
"""Anybody in the server may choose beforehand, withdraw and erase; it concerns nobody else."""

_ROWS = (
    "SELECT * FROM spaces WHERE id = ?",
    "SELECT * FROM participants WHERE space_id = ? AND person_id != ?",
    "SELECT * FROM reactions WHERE space_id = ?",
    "SELECT * FROM posts WHERE space_id = ?",
)


def space_of(evening: Evening, stage: Channel) -> int:
    """The number of the Space in that stage."""
    custom_id = evening.panel(stage).button("Raise hand").custom_id
    assert custom_id is not None
    return int(custom_id.split(":")[2])


def state(evening: Evening, city: City, stage: Channel, space: int, by: Person) -> list[Any]:
    """All that a press could have changed in a Space for others: what is stored, who stands where, whether the stage
    is open."""
    traces = Traces(city, evening)
    people = (member for member in evening.guild.members.values() if isinstance(member, Person))
    stored = [traces.query(rows, *(space, by.id)[: rows.count("?")]) for rows in _ROWS]
    return [*stored, {one.id: one.voice_position for one in people}, evening.guild.stage_instance(stage)]


async def presses_change_nothing(
    evening: Evening, city: City, stage: Channel, by: Person, kinds: Any, **to: Any
) -> None:
    """The person sends a press of every kind, about everybody and about nobody, and nothing happens."""
    space = to.get("space") or space_of(evening, stage)
    at = to.get("at") or evening.panel(stage)
    before = state(evening, city, stage, space, by)
    for kind in kinds:
        for extra in (None, "clap", str(evening.cleo.id), str(by.id), str(evening.ada.id)):
            reply = await evening.forge(by, at, str(Key(kind, space, extra)))
            assert reply.ephemeral or reply.silent, (kind, reply.text)
            assert "it is my fault" not in reply.text, (kind, reply.text)
    assert state(evening, city, stage, space, by) == before


async def test_listeners_outsiders_and_who_hosts_no_more(evening: Evening, city: City) -> None:
    stage = await evening.open()
    outsider, was_co_host, blocked = (evening.guild.add_member(name) for name in ("Out", "Was", "Blocked"))
    await evening.ben.join(stage)
    await evening.cleo.join(stage)
    await evening.cleo.run("hand raise")
    await evening.ada.run("space cohost", person=was_co_host)
    await evening.ada.run("space cohost", person=was_co_host, action="remove")
    await evening.ada.run("space cohost", person=blocked)
    await evening.ada.run("block add", person=blocked)
    for person in (evening.ben, was_co_host, blocked, outsider):
        await presses_change_nothing(evening, city, stage, person, FOR_HOSTS)
    for person in (was_co_host, blocked, outsider):
        kinds = set(Kind) - set(FOR_HOSTS) - set(ABOUT_ONESELF)
        await presses_change_nothing(evening, city, stage, person, sorted(kinds))
        await presses_change_nothing(evening, city, stage, person, ABOUT_ONESELF)
    assert not evening.mod.messages(evening.reports)


async def test_people_of_another_server(evening: Evening, city: City) -> None:
    stage = await evening.open()
    await evening.cleo.join(stage)
    await evening.cleo.run("hand raise")
    other = Evening(city.discord, city.application)
    foreign = await other.open()
    for person in (other.ada, other.mod, other.guild.owner):
        before = state(evening, city, stage, space_of(evening, stage), person)
        for kind in Kind:
            if kind is not Kind.ERASE_CONFIRMED:
                custom_id = str(Key(kind, space_of(evening, stage), str(evening.cleo.id)))
                assert "it is my fault" not in (await other.forge(person, other.panel(foreign), custom_id)).text
        assert state(evening, city, stage, space_of(evening, stage), person) == before


async def test_a_space_that_is_over_stays_over(evening: Evening, city: City) -> None:
    stage = await evening.open()
    space = space_of(evening, stage)
    await evening.cleo.join(stage)
    await evening.ada.run("space end")
    await evening.panel_says(stage, "ENDED")
    await evening.ada.wait_for(
        lambda: Traces(city, evening).query("SELECT 1 FROM spaces WHERE id = ? AND state = 'ended'", space)
    )
    at = await evening.open("Another", host=evening.ben)
    for person in (evening.ada, evening.mod, evening.guild.owner, evening.cleo):
        kinds = [kind for kind in Kind if kind is not Kind.ERASE_CONFIRMED]
        await presses_change_nothing(evening, city, stage, person, kinds, space=space, at=evening.panel(at))
