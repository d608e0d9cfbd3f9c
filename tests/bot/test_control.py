"""A host's control over hands, stage and door, by console, command and menu."""

from __future__ import annotations

import pytest

from tests.bot.evening import Evening

pytestmark = [pytest.mark.emulator, pytest.mark.asyncio(loop_scope="session")]


async def test_questions_come_with_hands_and_are_shown_by_a_host(evening: Evening) -> None:
    ada, ben, cleo = evening.ada, evening.ben, evening.cleo
    stage = await evening.open()
    await ben.join(stage)
    await cleo.join(stage)
    up = await ben.run("hand raise", question="Which chapter?")
    form = await ben.press(up, "My question")
    assert form.modal is not None
    saved = await ben.submit(form.modal, {"Your question": "Which chapter, and why?"})
    assert "Your question is with the hosts." in saved.text
    assert "1. Ben" in (await cleo.run("hand queue")).text
    assert "chapter" not in (await cleo.run("hand queue")).text

    console = await evening.console(stage)
    assert "asks: “Which chapter, and why?”" in console.text
    console = await ada.choose(console, "Choose a person", "Ben")
    console = await ada.press(console, "Show question")
    assert "The room sees what Ben asks." in console.text
    await evening.panel_says(stage, "Ben asks:** Which chapter, and why?")
    await ada.press(console, "Hide question")
    await ada.wait_for(lambda: "asks:" not in evening.panel(stage).text, 12)


async def test_hands_are_closed_and_lowered_from_the_console(evening: Evening) -> None:
    ada, ben, cleo = evening.ada, evening.ben, evening.cleo
    stage = await evening.open()
    await ben.join(stage)
    await cleo.join(stage)
    await ben.run("hand raise")
    console = await ada.press(await evening.console(stage), "Close hands")
    assert "Hands are closed. Those that are up stay up." in console.text
    assert "Hands are closed" in (await cleo.run("hand raise")).text
    console = await ada.press(console, "Lower all hands")
    assert "1 hand is down." in console.text
    await ada.press(console, "Open hands")
    assert "You're first" in (await cleo.run("hand raise")).text


async def test_quieting_asks_once_and_leaves_the_hosts(evening: Evening) -> None:
    ada, ben = evening.ada, evening.ben
    stage = await evening.open(speak="everyone")
    await evening.take_stage(ada, stage)
    await ben.join(stage)
    await ben.run("hand raise")
    await ben.accept_invitation()
    await evening.panel_says(stage, "On stage 2")
    asked = await ada.press(await evening.console(stage), "Quiet the stage")
    assert "1 person goes to the audience" in asked.text
    console = await ada.press(asked, "Quiet it")
    assert "The stage is quiet: 1 person moved to the audience." in console.text
    await ben.wait_for(lambda: ben.voice_position == "listening")
    assert ada.voice_position == "on stage"


async def test_who_is_removed_stays_out_until_readmitted(evening: Evening) -> None:
    ada, ben = evening.ada, evening.ben
    stage = await evening.open()
    await ben.join(stage)
    await ben.run("hand raise")
    console = await ada.choose(await evening.console(stage), "Choose a person", "Ben")
    asked = await ada.press(console, "Remove")
    assert "Remove Ben?" in asked.text
    console = await ada.press(asked, "Remove for good")
    assert "Ben is removed." in console.text
    await ben.wait_for(lambda: ben.voice_state is None)
    await ben.join(stage)
    await ben.wait_for(lambda: ben.voice_state is None)
    assert "Ben may join again." in (await ada.run("speakers readmit", person=ben)).text
    await ben.join(stage)
    assert "You're first" in (await ben.run("hand raise")).text


async def test_a_locked_room_keeps_newcomers_out(evening: Evening) -> None:
    ada, ben, cleo = evening.ada, evening.ben, evening.cleo
    stage = await evening.open()
    await ben.join(stage)
    await evening.panel_says(stage, "1 listening")
    assert "The Space is locked." in (await ada.run("speakers lock", locked=True)).text
    await cleo.join(stage)
    await cleo.wait_for(lambda: cleo.voice_state is None)
    await evening.panel_says(stage, "LIVE · locked")
    assert ben.voice_position == "listening"
    await ada.press(await evening.console(stage), "Unlock")
    await cleo.join(stage)
    assert "You're first" in (await cleo.run("hand raise")).text


async def test_menus_on_a_person_invite_and_move(evening: Evening) -> None:
    ada, ben = evening.ada, evening.ben
    stage = await evening.open()
    await ben.join(stage)
    refused = await ben.use_on_user("Invite to speak", ben)
    assert "Ada hosts this Space" in refused.text
    assert "Ben is invited" in (await ada.use_on_user("Invite to speak", ben)).text
    await ben.wait_for(lambda: ben.voice_position == "invited")
    assert "Ben is in the audience." in (await ada.use_on_user("Move to audience", ben)).text
    await ben.wait_for(lambda: ben.voice_position == "listening")


async def test_a_person_is_reported_by_menu(evening: Evening) -> None:
    stage = await evening.open()
    await evening.ben.join(stage)
    await evening.panel_says(stage, "1 listening")
    form = (await evening.cleo.use_on_user("Report", evening.ben)).modal
    assert form is not None
    reported = await evening.cleo.submit(form, {"What happened": "Shouts at people"})
    assert "The moderators have it" in reported.text
    report = await evening.mod.wait_for(lambda: next(iter(evening.mod.messages(evening.reports)), None))
    assert "Ben" in report.text
    assert "Shouts at people" in report.text


async def test_a_server_mute_only_where_the_server_allows_it(evening: Evening) -> None:
    stage = await evening.open()
    await evening.ben.join(stage)
    await evening.panel_says(stage, "1 listening")
    refused = await evening.ada.run("speakers mute", person=evening.ben)
    assert refused.text == "This server mutes by moving to the audience. Use that instead."
