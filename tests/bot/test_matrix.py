"""Everybody tries everything in every state of a Space: done, or refused with its sentence and nothing changed.

Who is in ``cast.py``, what and with which outcome in ``oracle.py``; here it is played. A refusal has to leave every
stored row as it was; a deed that is done has to change what it says and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from discord_emulator import EmulatorError, Reply
from discord_emulator.people import offers
from tests.bot.cast import ROLES, STATES, Cast, Facts
from tests.bot.conftest import City
from tests.bot.deeds import Deed, Expected, Way
from tests.bot.evening import Evening
from tests.bot.oracle import DEEDS, ELSEWHERE, ENDS, HOSTS
from ui.custom_ids import Key, Kind

pytestmark = [pytest.mark.emulator, pytest.mark.asyncio(loop_scope="session")]

ABOUT_SOMEBODY = (
    Kind.INVITE,
    Kind.TO_AUDIENCE,
    Kind.REMOVE,
    Kind.SEND_OUT,
    Kind.KEEP_OUT,
    Kind.SHOW_QUESTION,
    Kind.HAND_OVER,
    Kind.HAND_OVER_CONFIRMED,
    Kind.MORE_TIME,
)


def changes(before: Facts, after: Facts) -> dict[str, Any]:
    """What differs: how it is now, or by how much it has grown."""
    different = {key: value for key, value in after.items() if before.get(key) != value}
    return {
        key: value - before[key] if isinstance(value, int) and not isinstance(value, bool) else value
        for key, value in different.items()
    }


def fits(reply: Reply, expected: Expected) -> bool:
    """Whether the person alone reads the sentence, or nothing at all where that is expected."""
    return reply.silent if not expected.sentence else reply.ephemeral and expected.sentence in reply.text


async def play(cast: Cast, way: Way, who: str, expected: Expected, rows: list[Any]) -> str:
    """Does it once and returns what was wrong; the cast stands as before afterwards. ``rows`` are those before."""
    facts = cast.facts()
    try:
        reply = await way.do(cast, who)
    except EmulatorError as error:
        return f"{error}"
    wanted = {who if name == "self" else name: value for name, value in expected.changes.items()}
    wrong = "" if fits(reply, expected) else f"reads {reply.text[:200]!r}, not {expected.sentence!r}"
    if wanted:
        await cast.stored(lambda now: changes(facts, now) == wanted)
        found = changes(facts, cast.facts())
        wrong += "" if found == wanted else f" changes {found}, not {wanted}"
        await cast.put_back(facts)
    elif cast.rows() != rows:
        wrong += f" changes {changes(facts, cast.facts())} or what words do not tell"
        await cast.put_back(facts)
    return wrong


def cases(state: str) -> list[tuple[Deed, Way, str, Expected]]:
    """The matrix for one state; people of another server have presses and forms only: a command carries no ids."""
    return [
        (deed, way, who, deed.outcome(way, who, state))
        for deed in DEEDS
        for way in deed.ways
        for who in ROLES
        if way.kind is not None or who != "Fay"
    ]


@pytest.fixture
def unhurried(city: City) -> Iterator[None]:
    """Without rate limits, which are not what this is about: hundreds of deeds in one room would wait for them."""
    city.discord.settings.rate_limits = False
    yield
    city.discord.settings.rate_limits = True


@pytest.mark.usefixtures("evening", "unhurried")
@pytest.mark.parametrize("state", STATES)
async def test_everybody_tries_everything(city: City, state: str) -> None:
    cast = Cast(city)
    await cast.take_places(state)
    faults: list[str] = []
    rows = cast.rows()
    for _deed, way, who, expected in cases(state):
        if expected.changes == ENDS:
            continue
        if wrong := await play(cast, way, who, expected, rows):
            faults.append(f"{who} ({ROLES[who]}), {way.name}: {wrong}")
        if expected.changes or wrong:
            rows = cast.rows()
    assert not faults, "\n".join(faults)


@pytest.mark.usefixtures("evening", "unhurried")
@pytest.mark.parametrize("who", HOSTS)
async def test_who_may_ends_the_space_in_every_state(city: City, who: str) -> None:
    for state in STATES[:-1]:
        for way, expected in ((way, one) for _, way, name, one in cases(state) if name == who and one.changes == ENDS):
            cast = Cast(city)
            await cast.take_places(state)
            reply = await way.do(cast, who)
            assert fits(reply, expected), (state, way.name, reply.text)
            assert await cast.stored(lambda facts: facts["state"] == "ended"), (state, way.name)
            assert cast.guild.stage_instance(cast.stage_now) is None


@pytest.mark.usefixtures("evening")
async def test_presses_about_nobody_change_nothing(city: City) -> None:
    """Ids that name nobody, a stranger, somebody of another server, the bot, or no number."""
    cast = Cast(city)
    await cast.take_places("live")
    rows = cast.rows()
    nobody = (None, "0", "abc", str(2**62), str(cast.people["Fay"].id), str(city.application.bot.id))
    for kind in ABOUT_SOMEBODY:
        for extra in nobody:
            for who in ("Ada", "Lis"):
                reply = await cast.press(who, kind, extra)
                assert reply.ephemeral
                assert reply.text
                assert "my fault" not in reply.text, (kind, extra, reply.text)
    for kind in set(Kind) - ELSEWHERE:
        reply = await cast.forge(
            cast.ada, cast.panel(cast.stage_now), str(Key(kind, 10**9, str(cast.people["Lis"].id)))
        )
        assert reply.ephemeral, kind
    assert cast.rows() == rows


async def test_no_press_and_no_command_is_forgotten(city: City) -> None:
    ways = [way for deed in DEEDS for way in deed.ways]
    assert set(Kind) == {way.kind for way in ways if way.kind is not None} | (ELSEWHERE & set(Kind))
    evening = Evening(city.discord, city.application)
    world, ada, here = city.discord.world, evening.ada, evening.general
    menus = {offer.name for offer in offers.offered(world, ada, here, offers.USER_MENU)}
    commands = {f"/{offer.name}" for offer in offers.offered(world, ada, here, offers.SLASH)}
    played = {way.name for way in ways if way.kind is None}
    assert menus | commands == played | (ELSEWHERE - set(Kind))
