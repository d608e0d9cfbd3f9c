"""A share of all calls fails: people who try again get what they want, once, and what they were told is true."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from discord_emulator import Channel, EmulatorError, Reply
from discord_emulator.faults.handle import Fault
from discord_emulator.faults.rest import RestFaults
from tests.bot.conftest import City
from tests.bot.evening import Evening

pytestmark = [pytest.mark.emulator, pytest.mark.asyncio(loop_scope="session")]

MOST_INVALID = 100
"""Discord bans an address after 10,000 in ten minutes. https://discord.com/developers/docs/topics/rate-limits"""
INVALID = {401, 403, 429}
TRIES = 20
SHARE = 0.2
OPENING = "Your Space is opening…"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Faults that together strike a fifth of the calls, and what people may notice beside having to try again."""

    name: str
    begin: Callable[[RestFaults], list[Fault]]
    unanswered: frozenset[str] = frozenset()
    """Kinds of violations that the faults themselves bring about: answers that were lost on their way."""

    def __str__(self) -> str:
        return self.name


LOST_ANSWERS = frozenset({"unanswered interaction", "late answer", "double answer"})
TROUBLES = [
    Trouble(
        "calls and answers half a second late or more: everything works, slowly",
        lambda rest: [
            rest.delay(0.5, jitter=0.5, share=SHARE / 2),
            rest.delay(0.5, jitter=0.5, share=SHARE / 2, takes_effect=True),
        ],
    ),
    Trouble(
        "429 for the bot, the resource and all routes: waited for, nobody notices",
        lambda rest: [rest.limit(0.3, scope=scope, share=SHARE / 3) for scope in ("user", "shared", "global")],
    ),
    Trouble(
        "429 from Cloudflare: not retried, people read that Discord did not answer",
        lambda rest: [rest.limit(0.3, scope="cloudflare", share=SHARE)],
        unanswered=LOST_ANSWERS,
    ),
    Trouble(
        "500, 502 and 504: discord.py tries again for seconds, 503: people read that Discord did not answer",
        lambda rest: [rest.fail(status, share=SHARE / 4) for status in (500, 502, 503, 504)],
        unanswered=LOST_ANSWERS,
    ),
    Trouble(
        "connections cut before or after the call took effect: people read that Discord did not answer",
        lambda rest: [rest.cut(share=SHARE / 2), rest.cut(share=SHARE / 2, takes_effect=True)],
        unanswered=LOST_ANSWERS,
    ),
]


async def insist(ask: Callable[[], Awaitable[Reply]], *acknowledgements: str) -> str:
    """Somebody asks until they read one of these; what they read at last."""
    read: list[str] = []
    for _ in range(TRIES):
        reply = await ask()
        with contextlib.suppress(TimeoutError):
            await reply.interaction.progress.wait_for(lambda reply=reply: OPENING not in reply.text, 5)
        read.append(reply.text)
        if any(words in reply.text for words in acknowledgements):
            return reply.text
    raise AssertionError(f"never acknowledged: {read}")


async def come_on_stage(evening: Evening, stage: Channel) -> None:
    """The host joins, and comes again if the prompt to speak does not show."""
    ada = evening.ada
    for _ in range(TRIES):
        await ada.join(stage)
        with contextlib.suppress(TimeoutError):
            await ada.wait_for(lambda: ada.voice_position == "invited", 5)
            await ada.accept_invitation()
            return
        await ada.leave()
    raise AssertionError("the host is never invited")


async def invite_first(evening: Evening, stage: Channel) -> None:
    """The host presses "Next" until the first in the queue is invited; that they are is told only once it is true."""
    ben = evening.ben
    for _ in range(TRIES):
        with contextlib.suppress(EmulatorError):  # a console that did not come has no buttons
            reply = await evening.ada.press(await evening.console(stage), "Next")
            assert "Ben is invited" not in reply.text or ben.voice_position == "invited"
        with contextlib.suppress(TimeoutError):
            await ben.wait_for(lambda: ben.voice_position == "invited", 3)
            return
    raise AssertionError("the first in the queue is never invited")


async def whole_evening(evening: Evening) -> Channel:
    """Opens, invites, ends; its stage."""
    ada, ben = evening.ada, evening.ben
    await insist(lambda: ada.run("space create", title="Through thick and thin"), "is live", "You host a Space here")
    (stage,) = [stage for stage in evening.guild.stages if evening.guild.stage_instance(stage)]
    await come_on_stage(evening, stage)
    await ben.join(stage)
    await insist(lambda: ben.run("hand raise"), "You're first", "Your hand is up")

    await invite_first(evening, stage)
    await insist(lambda: ada.run("space end"), "is over", "No Space is live")
    return stage


@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
async def test_a_fifth_of_all_calls_fails(rough_city: City, rough_evening: Evening, trouble: Trouble) -> None:
    discord, evening = rough_city.discord, rough_evening
    calls, violations = len(discord.calls), len(discord.violations)
    with ExitStack() as stack:
        faults = [stack.enter_context(fault) for fault in trouble.begin(discord.faults.rest)]
        stage = await whole_evening(evening)
        while not any(fault.strikes for fault in faults):
            await evening.panel_says(stage, "ENDED")
            stage = await whole_evening(evening)
    await evening.panel_says(stage, "ENDED", 45)
    panels = [message for message in evening.mod.messages(stage) if "Hosted by Ada" in message.text]
    assert panels == [evening.panel(stage)]
    assert not any(evening.guild.stage_instance(each) for each in evening.guild.stages)
    assert sum(call.status in INVALID for call in discord.calls[calls:]) <= MOST_INVALID
    assert {violation.kind for violation in discord.violations[violations:]} <= trouble.unanswered
    del discord.violations[violations:]
    assert "is live" in await insist(lambda: evening.ada.run("space create", title="Once more"), "is live")
    assert "is over" in (await evening.ada.run("space end")).text
