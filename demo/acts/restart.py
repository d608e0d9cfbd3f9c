"""The bot's process is killed in the middle of the Space and started again."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

from demo.acts.talking import read_caption
from demo.evening import Evening
from demo.script import ADA_SHARES, BEN_ON_THE_OLD_MAN, CALLUM_ON_HIS_NEIGHBORS
from discord_emulator import Reply


async def play(evening: Evening) -> None:
    """A hand is up, then comes the crash; the same Space goes on."""
    hand = await _a_hand_is_up(evening)
    console = await evening.story.presses(evening.ada, evening.panel, "Host")
    evening.note_sound(await evening.story.reads(evening.ada, console, "1. Dina", "Sound:", where="in the console"))
    died_at = await _crash(evening)
    await _everything_is_as_it_was(evening, console, died_at)
    async with asyncio.TaskGroup() as together:
        together.create_task(evening.say(BEN_ON_THE_OLD_MAN))
        together.create_task(evening.say(CALLUM_ON_HIS_NEIGHBORS, after=2.5))
        together.create_task(_hand_goes_down(evening, hand))
    await read_caption(evening, BEN_ON_THE_OLD_MAN)


async def _a_hand_is_up(evening: Evening) -> Reply:
    """Dina leaves the form blank, which counts as Neither."""
    story, dina = evening.story, evening.dina
    await read_caption(evening, ADA_SHARES)
    form = await story.opens(dina, await story.presses(dina, evening.panel, "Raise hand"), "Before you speak")
    hand = await story.submits(dina, form, {})
    await story.reads(dina, hand, "You're first", "Nothing you say is written down")
    await story.reads(evening.elena, evening.panel, "Hands 1: Dina", where="on the panel")
    return hand


async def _crash(evening: Evening) -> datetime:
    """Kills and starts the bot; returns when it died."""
    story, dina = evening.story, evening.dina
    evening.narrator.tell_event(story.seconds, f"The bot's process {evening.bot.pid} is killed (SIGKILL).")
    await evening.kill_bot()
    died_at = datetime.now(UTC)
    await evening.sees_no_process_left()
    await evening.start_bot()
    evening.narrator.tell_event(story.seconds, f"It is started again, as process {evening.bot.pid}.")
    submitted = time.monotonic()
    again = await story.runs(dina, "hand raise")
    evening.first_command_answered(submitted, again)
    await story.reads(dina, again, "Your hand is up already: you're first")
    return died_at


async def _everything_is_as_it_was(evening: Evening, console: Reply, died_at: datetime) -> None:
    story, ada, elena = evening.story, evening.ada, evening.elena
    await story.sees(
        elena,
        "the same panel message, brought up to date",
        lambda: (
            elena.messages(evening.stage)[0] is evening.panel
            and evening.panel.edited_at is not None
            and evening.panel.edited_at > died_at
        ),
        instead=lambda: evening.panel.text,
    )
    await story.reads(
        elena, evening.panel, "On stage 3 of 13", "Hands 1: Dina", "Captions on: 2 of 3", where="on the panel"
    )
    console = await story.presses(ada, console, "Refresh")
    await story.reads(
        ada, console, "1. Dina", "Ben · captioned", "Callum · not captioned", where="in the console from before"
    )


async def _hand_goes_down(evening: Evening, hand: Reply) -> None:
    """A button from before the crash still works."""
    story, dina = evening.story, evening.dina
    lowered = await story.presses(dina, hand, "Lower my hand")
    await story.reads(dina, lowered, "Your hand is down.")
    await story.reads(evening.elena, evening.panel, "Hands 0", where="on the panel")
