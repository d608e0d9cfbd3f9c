"""Captions, transcripts and consent, with real sound: Ogg Opus as encrypted RTP over UDP, words in the stage's chat."""

from __future__ import annotations

import asyncio
import re
import sqlite3

import pytest

from demo import script
from demo.word_errors import word_errors
from discord_emulator import Channel, Person, Reply
from tests.bot.conftest import City
from tests.bot.evening import Evening

pytestmark = [pytest.mark.emulator, pytest.mark.speech, pytest.mark.asyncio(loop_scope="session")]

BOTH = "Captions and transcript"
CAPTIONS_ONLY = "Captions only, deleted at the end"


async def choose(person: Person, choice: str | None, **more: object) -> Reply:
    """The person makes their choice by ``/transcript me``."""
    mine = await person.run("transcript me")
    form = await person.press(mine, "Choose" if "Choose" in mine.buttons else "Change")
    answers: dict[str, object] = {} if choice is None else {"What I say": choice}
    return await person.submit(form.modal, answers | dict(more))


async def two_on_stage(evening: Evening) -> Channel:
    """Ada hosts, Ben is on stage too, captions are on, nobody has chosen."""
    stage = await evening.open()
    await evening.take_stage(evening.ada, stage)
    await evening.ben.join(stage)
    await evening.ben.run("hand raise")
    await evening.ada.press(await evening.console(stage), "Next")
    await evening.ben.accept_invitation()
    await evening.ben.unmute()
    assert "Captions are on" in (await evening.ada.run("transcript on")).text
    return stage


def captions(evening: Evening, stage: Channel) -> str:
    """All captions that a bystander can read."""
    return "\n".join(message.text for message in evening.mod.messages(stage)[1:])


async def test_the_consenting_are_written_down_and_nobody_else(evening: Evening, city: City) -> None:
    stage = await two_on_stage(evening)
    saved = await choose(evening.ada, BOTH)
    assert BOTH in saved.text
    ada, ben = await asyncio.gather(
        evening.ada.speak(script.GOODBYE.path), evening.ben.speak(script.CALLUM_ON_HIS_NEIGHBORS.path)
    )
    await evening.ada.wait_for(lambda: "next chapter on thursday" in captions(evening, stage), 15)
    assert "Ben" not in captions(evening, stage)
    console = await evening.console(stage)
    heard, refused = re.search(r"([\d,]+) packets heard .*, ([\d,]+) refused", console.text).groups()  # type: ignore[union-attr]
    assert ada.packets <= int(heard.replace(",", "")) <= ada.packets + 10  # and up to ten frames of silence
    assert ben.packets <= int(refused.replace(",", "")) <= ben.packets + 10
    await evening.panel_says(stage, "1 of 2 on stage")
    export = await evening.cleo.run("transcript export")
    text = next(content for name, content in export.files.items() if name.endswith(".txt")).decode()
    spoken = " ".join(line.split(": ", 1)[1] for line in text.splitlines() if "] Ada: " in line)
    assert word_errors([(script.GOODBYE.text, spoken)]).rate <= 0.15
    assert not any(secret in text.lower() for secret in script.SECRETS)
    await evening.ada.run("space end")
    await evening.panel_says(stage, "ENDED")
    again = await evening.cleo.press(evening.panel(stage), "Transcript")
    assert set(again.files) == set(export.files)


async def test_captions_only_are_gone_after_the_end(evening: Evening, city: City) -> None:
    stage = await two_on_stage(evening)
    await choose(evening.ada, CAPTIONS_ONLY, **{"Hide my name": True})
    await evening.ada.speak(script.WELCOME.path)
    await evening.ada.wait_for(lambda: "reading group" in captions(evening, stage), 15)
    assert "**a speaker:**" in captions(evening, stage)
    await evening.ada.run("space end")
    await evening.panel_says(stage, "ENDED")
    await evening.ada.wait_for(lambda: not captions(evening, stage))
    assert "There is no transcript" in (await evening.ada.run("transcript export")).text
    await evening.ada.wait_for(lambda: "reading group" not in raw(city).lower())


async def test_stopping_and_removing_what_was_said(evening: Evening, city: City) -> None:
    stage = await two_on_stage(evening)
    await choose(evening.ada, BOTH)
    await evening.ada.speak(script.ADA_SHARES.path)
    await evening.ada.wait_for(lambda: "fine review" in captions(evening, stage), 15)
    mine = await evening.ada.press(evening.panel(stage), "My words")
    mine = await evening.ada.press(mine, "Stop")
    assert "Nothing you say is written down from now on" in mine.text
    mine = await evening.ada.press(mine, "Remove what I said")
    assert "removed here" in mine.text
    assert not captions(evening, stage)
    assert "fine review" not in raw(city).lower()
    before = await evening.console(stage)
    await evening.ada.speak(script.CALLUM_IN_CONFIDENCE.path)
    after = await evening.console(stage)
    assert re.findall(r"([\d,]+) packets heard", before.text) == re.findall(r"([\d,]+) packets heard", after.text)


async def test_erasure_takes_words_links_and_choices(evening: Evening, city: City) -> None:
    stage = await two_on_stage(evening)
    await choose(evening.ben, BOTH)
    await evening.ben.run("share", link="https://example.org/bens-link")
    await evening.ben.speak(script.BEN_ON_THE_OLD_MAN.path)
    await evening.ben.wait_for(lambda: "station" in captions(evening, stage), 20)
    question = await evening.ben.run("privacy erase")
    done = await evening.ben.press(question, "Erase it all")
    assert done.text.startswith("Done. I erased")
    assert not captions(evening, stage)
    assert "station" not in raw(city).lower()
    assert "bens-link" not in raw(city)
    assert "You have not chosen" in (await evening.ben.run("transcript me")).text


async def test_the_host_of_a_live_space_ends_it_before_erasing(evening: Evening) -> None:
    await evening.open()
    question = await evening.ada.run("privacy erase")
    assert "End it with `/space end`" in (await evening.ada.press(question, "Erase it all")).text


async def test_one_transcribed_space_in_a_server(evening: Evening) -> None:
    first = await evening.open()
    await evening.ada.run("transcript on")
    await evening.open("Another", host=evening.ben)
    refused = await evening.ben.run("transcript on")
    assert refused.text == f"Captions are busy in <#{first.id}>; one room per server at a time."
    assert "I have left the room" in (await evening.ada.run("transcript off")).text
    assert "Captions are on" in (await evening.ben.run("transcript on")).text


async def test_listeners_do_not_switch_captions(evening: Evening) -> None:
    await evening.open()
    assert "Ada hosts this Space" in (await evening.ben.run("transcript on")).text


async def test_a_hand_is_asked_first_and_blank_means_neither(evening: Evening) -> None:
    stage = await evening.open()
    await evening.ada.run("transcript on")
    await evening.ben.join(stage)
    form = await evening.ben.press(evening.panel(stage), "Raise hand")
    assert form.modal is not None
    assert not any(field.preselected for field in form.modal.fields.values())
    assert "1. Ben" not in (await evening.console(stage)).text
    reply = await evening.ben.submit(form.modal, {})
    assert "You're first" in reply.text
    assert "Nothing you say is written down." in reply.text
    assert "1. Ben" in (await evening.console(stage)).text


async def test_the_receipt_is_dated_and_names_the_terms(evening: Evening) -> None:
    stage = await evening.open()
    await evening.ben.join(stage)
    saved = await choose(evening.ben, BOTH, **{"This holds for": "This server, for 90 days"})
    receipt = await evening.ben.press(saved, "Receipt")
    for words in ("PocketSphinx", "everyone in this server", "30 days", "this server, until", "chosen <t:"):
        assert words in receipt.text
    other = await evening.open("Another", host=evening.cleo)
    await evening.ben.join(other)
    assert BOTH in (await evening.ben.run("transcript me")).text


async def test_after_the_end_my_words_offers_what_is_left_to_do(evening: Evening) -> None:
    stage = await evening.open()
    await evening.ben.join(stage)
    mine = await choose(evening.ben, BOTH)
    await evening.ada.run("space end")
    removed = await evening.ben.press(mine, "Receipt")
    assert "Receipt" in removed.text
    assert "That Space is over" in (await evening.ben.press(mine, "Stop")).text


@pytest.mark.parametrize("space", ["9" * 30, "²", "-1"])
async def test_an_export_of_what_cannot_be_a_space(evening: Evening, space: str) -> None:
    assert "Choose a Space from the list" in (await evening.ada.run("transcript export", space=space)).text


async def test_an_export_of_a_space_that_is_not_there(evening: Evening) -> None:
    assert "There has been no Space here yet" in (await evening.ada.run("transcript export")).text
    assert "I know no such Space" in (await evening.ada.run("transcript export", space="999999")).text
    assert "Choose a Space from the list" in (await evening.ada.run("transcript export", space="yesterday")).text


def raw(city: City) -> str:
    """Everything in the bot's folder, as bytes on the disk."""
    with sqlite3.connect(f"file:{city.data}/spaces.sqlite3?mode=ro", uri=True) as database:
        database.execute("SELECT 1")
    files = [path for path in city.data.rglob("*") if path.is_file()]
    return "\n".join(path.read_bytes().decode("latin-1") for path in files)
