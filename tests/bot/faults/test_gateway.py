"""Every fault of the gateway that a bot outlives, and what ours does with it.

https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from discord_emulator import Application, Emulator
from tests.bot.faults.under_way import UnderWay
from tests.bot.test_promises import until

pytestmark = [pytest.mark.emulator, pytest.mark.asyncio(loop_scope="session")]


class Back(enum.Enum):
    """How the bot comes back."""

    RESUMES = "it resumes its session at once; what it missed is replayed, and voice is left alone"
    IDENTIFIES = "it begins one new session, five seconds later, and joins the stage once more"
    STAYS = "its session and its socket are as they were, and voice is left alone"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that happens to the bot's gateway connection, once."""

    name: str
    happens: Callable[[Emulator, Application], None]
    then: Back

    def __str__(self) -> str:
        return self.name


def closes(code: int, meaning: str, then: Back) -> Trouble:
    """Discord closes the socket with a code."""
    return Trouble(f"{code} {meaning}", lambda discord, bot: discord.faults.gateway.close(bot, code=code), then)


TROUBLES = [
    closes(4000, "unknown error", Back.RESUMES),
    closes(4001, "unknown opcode", Back.RESUMES),
    closes(4002, "decode error", Back.RESUMES),
    closes(4003, "not authenticated", Back.RESUMES),
    closes(4005, "already authenticated", Back.RESUMES),
    closes(4007, "invalid sequence", Back.IDENTIFIES),
    closes(4008, "rate limited", Back.RESUMES),
    closes(4009, "session timed out", Back.IDENTIFIES),
    closes(1001, "going away", Back.RESUMES),
    Trouble("op 7 reconnect", lambda discord, bot: discord.faults.gateway.reconnect(bot), Back.RESUMES),
    Trouble(
        "op 9 resumable", lambda discord, bot: discord.faults.gateway.invalidate(bot, resumable=True), Back.RESUMES
    ),
    Trouble("op 9 not resumable", lambda discord, bot: discord.faults.gateway.invalidate(bot), Back.IDENTIFIES),
    Trouble("socket dropped", lambda discord, bot: discord.faults.gateway.drop(bot), Back.RESUMES),
]


@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
async def test_the_bot_comes_back_and_the_space_goes_on(space: UnderWay, trouble: Trouble) -> None:
    discord, bot = space.discord, space.city.application
    session, place = space.session, space.place
    connection = session.connection
    trouble.happens(discord, bot)
    await space.another_hand()
    await discord.wait_for(lambda: discord.is_online(bot) and space.session.connection is not connection, 30)
    await until(lambda: space.is_listening, 30)
    await space.goes_on()
    begun = space.begun_anew()
    assert begun.rooms == 0
    if trouble.then is Back.RESUMES:
        assert space.session is session
        assert (begun.gateway_sessions, begun.voice_sessions) == (0, 0)
        assert space.place is place
    else:
        assert space.session is not session
        assert begun.voice_sessions == 1
    await space.hears()
