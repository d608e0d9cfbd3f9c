"""Gestures, links, reports and blocks: what people do in a room besides speaking."""

from __future__ import annotations

import pytest

from discord_emulator import EmulatorError
from discord_emulator.model.belongings import Emoji
from spaces.policy import STANDARD_GESTURES
from tests.bot.evening import Evening

pytestmark = [pytest.mark.emulator, pytest.mark.asyncio(loop_scope="session")]


async def test_gestures_are_counted_on_the_panel_and_make_no_messages(evening: Evening) -> None:
    stage = await evening.open()
    await evening.ben.join(stage)
    await evening.cleo.join(stage)
    silent = await evening.ben.press(evening.panel(stage), "Clap")
    assert silent.silent
    assert (await evening.cleo.run("react", gesture="Clap")).text == "👏 Clap sent."
    assert (await evening.cleo.run("react", gesture="hundred")).text == "💯 100 sent."
    await evening.panel_says(stage, "👏 Clap 2, 💯 100 1")
    assert len(evening.mod.messages(stage)) == 1


async def test_more_opens_every_gesture_to_press_again_and_again(evening: Evening) -> None:
    stage = await evening.open()
    await evening.ben.join(stage)
    page = await evening.ben.press(evening.panel(stage), "More")
    assert page.ephemeral
    assert page.buttons == [gesture.label for gesture in STANDARD_GESTURES]
    for gesture in ("Heart", "Heart", "Raised hand", "Heart"):
        assert (await evening.ben.press(page, gesture)).silent
    await evening.panel_says(stage, "❤️ Heart 3, ✋ Raised hand 1")
    assert len(evening.ben.messages(stage)) == 2
    assert len(evening.mod.messages(stage)) == 1


async def test_emoji_sent_in_discord_count_while_the_bot_is_in_the_room(evening: Evening) -> None:
    stage = await evening.open()
    await evening.ben.join(stage)
    await evening.cleo.join(stage)
    await evening.ben.react_in_voice("💯")  # the bot hears of none before it is there
    await evening.ada.run("transcript on")
    await evening.ben.react_in_voice("👏🏾")
    await evening.cleo.react_in_voice("👏")
    await evening.cleo.react_in_voice("🦀")
    await evening.cleo.react_in_voice(Emoji(123456789012345678, "clap", evening.ada.user))
    await evening.ben.react_in_voice("✌️")
    await evening.panel_says(stage, "last minute: 👏 Clap 2, ✌️ Peace 1")
    await evening.ada.run("space end")
    await evening.panel_says(stage, "**Reactions:** 👏 Clap 2, ✌️ Peace 1")


async def test_gestures_are_suggested(evening: Evening) -> None:
    assert await evening.ben.complete("react", gesture="f") == ["✊ Fist"]
    assert len(await evening.ben.complete("react", gesture="")) == len(STANDARD_GESTURES)


@pytest.mark.parametrize("gesture", ["nonsense", "x" * 200])
async def test_an_unknown_gesture_is_refused_with_the_list(evening: Evening, gesture: str) -> None:
    stage = await evening.open()
    await evening.ben.join(stage)
    assert (
        "Clap, Wave, Fist, 100, Heart, Laugh, Peace, Raised hand"
        in (await evening.ben.run("react", gesture=gesture)).text
    )


async def test_a_speaker_shares_a_link(evening: Evening) -> None:
    stage = await evening.open()
    await evening.take_stage(evening.ada, stage)
    reply = await evening.ada.run(
        "share", link="https://Example.org/review?utm_source=feed&id=7#top", note="the review I meant"
    )
    assert reply.ephemeral
    card = evening.ben.messages(stage)[-1]
    assert "Shared by Ada" in card.text
    assert "the review I meant" in card.text
    assert "<https://example.org/review?id=7>" in card.text
    assert "is in this Space already" in (await evening.ada.run("share", link="https://example.org/review?id=7")).text
    await evening.panel_says(stage, "https://example.org/review?id=7")


async def test_sharing_by_the_panel_asks_with_a_form(evening: Evening) -> None:
    stage = await evening.open()
    await evening.take_stage(evening.ada, stage)
    form = await evening.ada.press(evening.panel(stage), "Share")
    assert form.modal is not None
    reply = await evening.ada.submit(form.modal, {"Link": "https://example.org/a", "Note": "read this"})
    assert reply.text == "Shared with the room."
    assert "read this" in evening.ben.messages(stage)[-1].text


@pytest.mark.parametrize("link", ["hello", "ftp://example.org", "javascript:alert(1)", "https://", "http://localhost"])
async def test_what_is_no_link_is_refused(evening: Evening, link: str) -> None:
    stage = await evening.open()
    await evening.take_stage(evening.ada, stage)
    assert "That is not a link" in (await evening.ada.run("share", link=link)).text
    assert len(evening.mod.messages(stage)) == 1


async def test_listeners_do_not_share(evening: Evening) -> None:
    stage = await evening.open()
    await evening.ben.join(stage)
    assert "Speakers and hosts share links" in (await evening.ben.run("share", link="https://example.org")).text


async def test_a_report_reaches_the_moderators(evening: Evening) -> None:
    stage = await evening.open()
    await evening.ben.join(stage)
    await evening.cleo.join(stage)
    reply = await evening.ben.run("report", reason="shouts at people", person=evening.cleo)
    assert reply.text == "Thank you. The moderators have it."
    (card,) = evening.mod.messages(evening.reports)
    assert "Cleo" in card.text
    assert "shouts at people" in card.text
    assert not evening.cleo.private_words


async def test_somebody_who_left_the_server_can_still_be_reported_and_blocked(evening: Evening) -> None:
    stage = await evening.open()
    await evening.cleo.join(stage)
    evening.guild.remove_member(evening.cleo)
    reply = await evening.ben.run("report", reason="shouted, and left", person=evening.cleo)
    assert reply.text == "Thank you. The moderators have it."
    assert "Cleo" in evening.mod.messages(evening.reports)[-1].text
    assert "kept out" in (await evening.ada.run("block add", person=evening.cleo)).text


async def test_a_report_by_form_is_about_the_space_unless_a_person_is_chosen(evening: Evening) -> None:
    stage = await evening.open()
    await evening.ben.join(stage)
    form = await evening.ben.press(evening.panel(stage), "Report")
    await evening.ben.submit(form.modal, {"What happened": "the title is rude"})
    assert "**About:** the Space" in evening.mod.messages(evening.reports)[-1].text
    form = await evening.ben.press(evening.panel(stage), "Report")
    await evening.ben.submit(form.modal, {"Who": evening.cleo, "What happened": "interrupts"})
    assert "**About:** Cleo" in evening.mod.messages(evening.reports)[-1].text


async def test_without_a_moderators_channel_the_person_is_told(evening: Evening) -> None:
    await evening.open()
    evening.guild.delete_channel(evening.reports)
    reply = await evening.ben.run("report", reason="noise")
    assert "named no channel for reports" in reply.text


async def test_a_blocked_person_is_disconnected_without_a_name(evening: Evening) -> None:
    stage = await evening.open()
    reply = await evening.ada.run("block add", person=evening.cleo)
    assert "kept out" in reply.text
    await evening.cleo.join(stage)
    await evening.cleo.wait_for(lambda: evening.cleo.voice_position is None)
    assert all("Ada" not in word.text for word in evening.cleo.private_words)
    assert not evening.cleo.mentions
    assert "Cleo" in (await evening.ada.run("block list")).text
    await evening.ada.run("block remove", person=evening.cleo)
    await evening.cleo.join(stage)
    assert (await evening.cleo.run("hand raise")).text.startswith("You're first")


async def test_blocking_somebody_who_is_here_takes_them_out(evening: Evening) -> None:
    stage = await evening.open()
    await evening.cleo.join(stage)
    await evening.ada.run("block add", person=evening.cleo)
    await evening.cleo.wait_for(lambda: evening.cleo.voice_position is None)


async def test_blocking_oneself_twice_or_a_stranger_to_the_list(evening: Evening) -> None:
    assert (await evening.ada.run("block add", person=evening.ada)).text == "You can't block yourself."
    await evening.ada.run("block add", person=evening.ben)
    assert "on your list already" in (await evening.ada.run("block add", person=evening.ben)).text
    assert "not on your list" in (await evening.ada.run("block remove", person=evening.cleo)).text


async def test_commands_are_not_offered_outside_servers(evening: Evening) -> None:
    with pytest.raises(EmulatorError, match="no such command"):
        await evening.ada.run("nothing of the kind")
