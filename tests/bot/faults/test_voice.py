"""Every fault of a voice connection, and what it does to captions.

https://discord.com/developers/docs/topics/opcodes-and-status-codes#voice-voice-close-event-codes
"""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pytest

from demo import script
from discord_emulator import Application, Guild
from discord_emulator.faults.voice import VoiceFaults
from tests.bot.faults.under_way import Started, Stopwatch, UnderWay
from tests.bot.test_promises import until
from tests.bot.test_words import captions
from tests.bot.traces import Traces

pytestmark = [pytest.mark.emulator, pytest.mark.speech, pytest.mark.asyncio(loop_scope="session")]

SECONDS_AWAY = 10.0
"""The longest that the bot may be gone without telling the host."""


Where = tuple[Application, Guild]
Happens = Callable[[VoiceFaults, Where], None]


class Back(enum.Enum):
    """What the bot does. In every case captions stay on, and the host, who needs do nothing, is told nothing."""

    JOINS = "it leaves and joins the stage anew, once"
    JOINS_INSTEAD_OF_RESUMING = "it joins anew, once, although its session could be resumed"
    JOINS_UNBIDDEN = "it joins anew, once, although Discord says not to: the host wants captions until switched off"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that happens to the voice connection, once."""

    name: str
    happens: Happens
    then: Back

    def __str__(self) -> str:
        return self.name


def closes(code: int, meaning: str, then: Back) -> Trouble:
    """Discord closes the websocket with a code."""
    return Trouble(f"{code} {meaning}", lambda faults, where: faults.close(*where, code=code), then)


def moves_elsewhere(faults: VoiceFaults, where: Where) -> None:
    """Somebody drags the bot to another stage."""
    application, guild = where
    faults.close(application, guild, code=4014, move_to=guild.add_stage_channel("Elsewhere"))


TROUBLES = [
    closes(1000, "normal", Back.JOINS),
    closes(1001, "going away", Back.JOINS_INSTEAD_OF_RESUMING),
    closes(4001, "unknown opcode", Back.JOINS),
    closes(4002, "failed to decode", Back.JOINS),
    closes(4003, "not authenticated", Back.JOINS),
    closes(4004, "authentication failed", Back.JOINS),
    closes(4005, "already authenticated", Back.JOINS),
    closes(4006, "session no longer valid", Back.JOINS),
    closes(4009, "session timeout", Back.JOINS),
    closes(4011, "server not found", Back.JOINS),
    closes(4012, "unknown protocol", Back.JOINS),
    closes(4014, "disconnected", Back.JOINS_UNBIDDEN),
    Trouble("4014 moved to another stage", moves_elsewhere, Back.JOINS_UNBIDDEN),
    closes(4015, "voice server crashed", Back.JOINS_INSTEAD_OF_RESUMING),
    closes(4016, "unknown encryption mode", Back.JOINS),
    closes(4017, "end-to-end encryption required", Back.JOINS),
    closes(4020, "bad request", Back.JOINS),
    closes(4021, "rate limited", Back.JOINS_UNBIDDEN),
    closes(4022, "call terminated", Back.JOINS_UNBIDDEN),
    Trouble("socket dropped", lambda faults, where: faults.drop(*where), Back.JOINS_INSTEAD_OF_RESUMING),
    Trouble("another voice server", lambda faults, where: faults.change_server(*where), Back.JOINS),
    Trouble(
        "no voice server for a second",
        lambda faults, where: faults.change_server(*where, seconds_without=1.0),
        Back.JOINS,
    ),
    Trouble("another token", lambda faults, where: faults.resend_server(*where), Back.JOINS),
]


async def strike_and_wait(space: UnderWay, trouble: Trouble) -> float:
    """Lets it happen, and waits until the bot listens by another connection; how many seconds that took."""
    counters, watch = space.discord.world.voice.server.counters, Stopwatch()
    sessions = counters.identified + 1
    trouble.happens(space.discord.faults.voice, (space.city.application, space.evening.guild))
    await until(lambda: counters.identified >= sessions and space.is_listening, 30)
    return watch.seconds


@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
async def test_the_bot_is_back_in_seconds_and_hears_whom_it_may(space: UnderWay, trouble: Trouble) -> None:
    told, resumed = space.host_is_told(), space.discord.world.voice.server.counters.resumed
    async with space.both_talk(seconds=0.5):
        assert await strike_and_wait(space, trouble) <= SECONDS_AWAY
    await space.hears()
    await space.goes_on()
    assert space.begun_anew() == Started(gateway_sessions=0, voice_sessions=1, rooms=0)
    assert space.discord.world.voice.server.counters.resumed == resumed
    assert space.host_is_told() == told


async def test_lost_again_while_it_comes_back(space: UnderWay) -> None:
    """Another voice server is announced in the middle of the handshake: the bot tries again, with pauses, until it is
    back; the host is told nothing."""
    counters, told = space.discord.world.voice.server.counters, space.host_is_told()
    identified, where = counters.identified, (space.city.application, space.evening.guild)
    space.discord.faults.voice.close(*where, code=4006)
    await until(lambda: counters.identified > identified)
    space.discord.faults.voice.change_server(*where)
    identified = counters.identified
    await until(lambda: counters.identified > identified and space.is_listening, 60)
    await space.hears()
    await space.goes_on()
    assert space.host_is_told() == told


async def test_captions_go_on_after_one_fault_and_another(space: UnderWay) -> None:
    """Lost three times in a row, the bot writes down every word of who agreed, and nothing of who did not."""
    evening, traces = space.evening, Traces(space.city, space.evening)
    for name in ("4006 session no longer valid", "another voice server", "4015 voice server crashed"):
        (trouble,) = [trouble for trouble in TROUBLES if trouble.name == name]
        await strike_and_wait(space, trouble)
    await asyncio.gather(evening.ada.speak(script.GOODBYE.path), evening.ben.speak(script.CALLUM_IN_CONFIDENCE.path))
    await evening.ada.wait_for(lambda: "thursday" in captions(evening, space.stage), 15)
    assert captions(evening, space.stage).count("thursday") == 1
    assert not traces.stored(evening.ben)
    assert not any(secret in traces.sent for secret in script.SECRETS)


async def test_the_announcement_of_no_end_to_end_encryption_changes_nothing(space: UnderWay) -> None:
    """A stage has none anyhow: the bot stays, and hears as before."""
    place = space.place
    space.discord.faults.voice.announce_downgrade(space.city.application, space.evening.guild)
    await space.hears()
    assert space.place is place
    assert space.begun_anew() == Started(gateway_sessions=0, voice_sessions=0, rooms=0)


class Heard(enum.Enum):
    """What the bot hears on a bad line. It notices nothing: it stays, captions stay on, and the host is not told."""

    NOTHING = "it is deaf until the line is mended, then hears again"
    EVERYTHING = "it hears as before"


@pytest.mark.parametrize(
    ("direction", "then"),
    [("to_client", Heard.NOTHING), ("from_client", Heard.EVERYTHING), ("both", Heard.NOTHING)],
)
async def test_datagrams_vanish(
    space: UnderWay, direction: Literal["to_client", "from_client", "both"], then: Heard
) -> None:
    told, place = space.host_is_told(), space.place
    with space.discord.faults.voice.black_hole(space.city.application, space.evening.guild, direction=direction):
        if then is Heard.EVERYTHING:
            await space.hears()
        else:
            await space.is_deaf()
    await space.hears()
    assert space.place is place
    assert space.begun_anew() == Started(gateway_sessions=0, voice_sessions=0, rooms=0)
    assert space.host_is_told() == told


async def test_datagrams_are_late(space: UnderWay) -> None:
    """Half a second late, every packet is heard all the same."""
    with space.discord.faults.voice.delay(space.city.application, space.evening.guild, seconds=0.5):
        await space.hears()
    assert space.begun_anew() == Started(gateway_sessions=0, voice_sessions=0, rooms=0)
