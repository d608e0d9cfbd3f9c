"""A bot that is killed in the middle of a Space and started again: same Space, queue, choices, buttons, transcript."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from demo import script
from tests.bot.conftest import City
from tests.bot.evening import Evening
from tests.bot.test_words import BOTH, captions, choose

pytestmark = [pytest.mark.emulator, pytest.mark.speech, pytest.mark.asyncio(loop_scope="session")]


def children(pid: int) -> set[int]:
    """Processes whose parent is ``pid``, and theirs."""
    direct: set[int] = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        direct |= {int(child) for child in task.read_text().split()}
    return direct.union(*(children(child) for child in direct)) if direct else direct


def alive(pid: int) -> bool:
    """Whether the process still runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


async def all_gone(pids: set[int]) -> None:
    """Returns when none of the processes runs any more; nothing tells when a stranger's child ends, so it is asked."""
    async with asyncio.timeout(10):
        while any(alive(pid) for pid in pids):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_killed_in_the_middle_it_goes_on(own_city: City) -> None:
    evening = Evening(own_city.discord, own_city.application)
    stage = await evening.open()
    await evening.take_stage(evening.ada, stage)
    await evening.ada.run("transcript on")
    await choose(evening.ada, BOTH)
    await evening.ada.speak(script.WELCOME.path)
    await evening.ada.wait_for(lambda: "reading group" in captions(evening, stage), 15)
    await evening.ben.join(stage)
    await evening.cleo.join(stage)
    form = await evening.ben.press(evening.panel(stage), "Raise hand")
    await evening.ben.submit(form.modal, {})
    await evening.cleo.raise_hand()
    assert "2. Cleo" in (await evening.console(stage)).text
    panel = evening.panel(stage)

    await own_city.bot.kill()
    await own_city.bot.start()
    await evening.ada.wait_for(lambda: not own_city.discord.is_online(own_city.application), 10)
    await own_city.discord.wait_until_ready(own_city.application, timeout=30)

    assert evening.panel(stage) is panel
    console = await evening.console(stage)
    assert console.text.index("1. Ben") < console.text.index("2. Cleo")
    assert BOTH in (await evening.ada.run("transcript me")).text
    await evening.ada.wait_for(lambda: evening.guild.members[own_city.application.bot.id].voice is not None, 10)
    await evening.ada.speak(script.GOODBYE.path)
    await evening.ada.wait_for(lambda: "thursday" in captions(evening, stage), 20)
    export = await evening.ada.run("transcript export")
    text = next(content for name, content in export.files.items() if name.endswith(".txt")).decode()
    assert "reading group" in text
    assert "thursday" in text
    console = await evening.ada.press(console, "Next")
    assert "Ben is invited" in console.text
    assert "is over" in (await evening.ada.run("space end")).text
    assert not own_city.discord.violations
    syncs = [call for call in own_city.discord.calls if call.method == "PUT" and call.path.endswith("/commands")]
    assert len(syncs) == 1  # the second start found its commands unchanged


async def test_a_line_for_one_person_goes_after_a_restart_as_well(own_city: City) -> None:
    evening = Evening(own_city.discord, own_city.application)
    stage = await evening.open()
    await evening.ben.join(stage)
    await evening.cleo.join(stage)
    await evening.ben.raise_hand()
    await evening.cleo.raise_hand()
    console = await evening.console(stage)
    await evening.ada.press(await evening.ada.press(console, "Next"), "Next")
    await evening.ben.wait_for(lambda: evening.ben.mentions and evening.cleo.mentions)
    await own_city.bot.kill()
    await own_city.bot.start()
    await evening.ada.wait_for(lambda: not own_city.discord.is_online(own_city.application), 10)
    await own_city.discord.wait_until_ready(own_city.application, timeout=30)
    await evening.ben.accept_invitation()
    await evening.ben.wait_for(lambda: not evening.ben.mentions)
    assert evening.cleo.mentions
    await evening.ada.run("space end")
    await evening.cleo.wait_for(lambda: not evening.cleo.mentions)


async def test_killed_with_people_gone_and_come_meanwhile(own_city: City) -> None:
    evening = Evening(own_city.discord, own_city.application)
    stage = await evening.open()
    await evening.ben.join(stage)
    await evening.ben.run("hand raise")
    await own_city.bot.kill()
    await evening.ben.leave()
    await evening.cleo.join(stage)
    await evening.cleo.raise_hand()
    await own_city.bot.start()
    await own_city.discord.wait_until_ready(own_city.application, timeout=30)
    await evening.ada.wait_for(lambda: "**Hands 1:** Cleo" in evening.panel(stage).text, 15)


async def test_a_stage_that_went_while_it_was_away_with_everybody_ends_the_space(own_city: City) -> None:
    evening = Evening(own_city.discord, own_city.application)
    stage = await evening.open()
    await own_city.bot.kill()
    evening.guild.end_stage_instance(stage)
    await own_city.bot.start()
    await own_city.discord.wait_until_ready(own_city.application, timeout=30)
    await evening.panel_says(stage, "ended while I was away, when everybody had left")


async def test_a_channel_that_was_just_made_goes_if_the_space_never_opened(own_city: City) -> None:
    evening = Evening(own_city.discord, own_city.application)
    await evening.open()
    await evening.ada.run("space end")
    await evening.ada.wait_for(lambda: "ENDED" in evening.panel(evening.guild.stages[0]).text)
    (kept,) = evening.guild.stages  # of the same title
    opening = asyncio.ensure_future(evening.ada.run("space create", title="What we read"))
    await evening.ada.wait_for(lambda: len(evening.guild.stages) == 2)
    await own_city.bot.kill()
    await opening
    await own_city.bot.start()
    await evening.ada.wait_for(lambda: evening.guild.stages == [kept], 30)
    await evening.open()


async def test_worker_processes_die_with_a_killed_bot(own_city: City) -> None:
    workers = children(own_city.bot.pid)
    assert workers
    await own_city.bot.kill()
    await all_gone(workers)


async def test_stopped_in_good_order_it_exits_with_nothing_left(own_city: City) -> None:
    workers = children(own_city.bot.pid)
    assert await own_city.bot.stop() == os.EX_OK
    await all_gone(workers)
    assert "Traceback" not in own_city.bot.log_text()
