"""py-cord on the emulator. Its package is named ``discord``, as discord.py's is: it lives in a directory of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .conftest import BotProcess, House

_PLACE = os.environ.get("PYCORD_PATH", "")
pytestmark = pytest.mark.skipif(
    not Path(_PLACE, "discord", "commands").is_dir(),
    reason="py-cord and discord.py cannot share an environment; to run these: "
    "pip install --target DIRECTORY 'py-cord[voice]==2.8.1', then PYCORD_PATH=DIRECTORY",
)
_FRAMES = 15
# py-cord 2.8.1 says this of its own threads whenever it connects to voice.
_OWN_WARNING = "is waiting to be set as running"


@pytest.fixture
async def bot(house: House) -> BotProcess:
    process = await house.start("pycord_bot.py", PYTHONPATH=_PLACE)
    await process.says("ready", version="2.8.1", members=["Ada", "Ben", "Grace", "visitor"])
    await house.discord.wait_until_ready(house.application)
    return process


async def test_it_answers_commands_menus_and_forms(house: House, bot: BotProcess) -> None:
    ada, ben = house.ada, house.ben
    assert (await ada.run("greet", who=ben, how="Loudly", times=3, place=house.stage)).text == (
        "Hello Ben! loud 3 Reading room"
    )
    assert await ada.complete("greet", who=ben, word="ow") == ["ow", "ow!"]
    assert (await ada.use_on_user("Look up", ben)).text.startswith("Ben since 2")
    assert (await ada.use_on_message("Quote", await ben.post(house.chat, "To be"))).text == "ben: To be"
    await bot.says("message", text="To be")
    asked = await ada.run("ask")
    assert (await ada.submit(asked.modal, {"Title": "Middlemarch"})).text == "Noted: Middlemarch"
    judge(house, bot)


async def test_it_thinks_first_and_follows_up(house: House, bot: BotProcess) -> None:
    reply = await house.ada.run("later")
    assert reply.ephemeral
    assert "Thought it over" in reply.text
    await house.ada.wait_for(lambda: house.ada.private_words[-1].text == "And another thing")
    judge(house, bot)


async def test_it_answers_buttons_and_selects(house: House, bot: BotProcess) -> None:
    ada = house.ada
    assert (await ada.press(await ada.run("menu"), "Count")).text == "You took Count"
    assert (await ada.choose(await ada.run("menu"), "Genre", "Poetry")).text == "You took Poetry"
    assert (await ada.choose(await ada.run("menu"), "Person", house.ben)).text == "You took Ben"
    judge(house, bot)


async def test_it_speaks_on_the_stage(house: House, bot: BotProcess) -> None:
    await house.ada.join(house.stage)
    await house.ada.raise_hand()
    await bot.says("voice state", of="Ada", place="Reading room", suppressed=True, hand_up=True)
    reply = await house.host.run("speak")
    assert reply.text == "Spoke, aead_xchacha20_poly1305_rtpsize, None"
    counters = house.discord.world.voice.server.counters
    assert counters.unauthenticated == counters.unknown_ssrc == 0
    assert counters.accepted >= _FRAMES
    judge(house, bot)


async def test_it_resumes_after_a_dropped_socket(house: House, bot: BotProcess) -> None:
    house.discord.faults.gateway.drop(house.application)
    await house.ben.post(house.chat, "Did you hear this?")
    await bot.says("resumed")
    await bot.says("message", text="Did you hear this?")
    judge(house, bot)


def judge(house: House, bot: BotProcess) -> None:
    """Neither side found fault with the other."""
    assert [complaint for complaint in bot.complaints if _OWN_WARNING not in complaint] == []
    assert house.discord.violations == []
    assert not house.discord.unknown_routes
