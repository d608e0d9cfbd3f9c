"""The panel stays in sight: posted anew when chat has pushed it away, and never twice for long."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from discord_emulator import ApiError
from spaces.errors import StorageUnavailable
from spaces.model import SpaceState
from stage.chat import StageChat
from stage.panel_message import MOVE_SECONDS, PUSHED_AWAY
from tests.stage.conftest import Lobby
from tests.ui import build
from ui import panel

REFUSAL = ApiError(403, 50013, "Missing Permissions")

pytestmark = pytest.mark.emulator

REFUSAL = ApiError(403, 50013, "Missing Permissions")


async def settled(lobby: Lobby) -> None:
    """Returns when everything that was posted so far has reached the bot, and the panel was drawn once more."""
    before = lobby.edits()
    lobby.change()
    await lobby.ben.wait_for(lambda: lobby.edits() > before)


async def test_a_panel_that_chat_pushed_away_comes_back_to_the_bottom(lobby: Lobby) -> None:
    first = lobby.room.space.panel_message_id
    await lobby.chat(PUSHED_AWAY)
    lobby.discord.advance(MOVE_SECONDS)
    await lobby.chat(1)
    await lobby.ben.wait_for(lambda: lobby.panel_is_last)
    assert lobby.room.space.panel_message_id != first
    assert lobby.stores.spaces.rows[lobby.room.space.id] == lobby.room.space
    assert len(lobby.messages) == PUSHED_AWAY + 2


async def test_a_panel_stays_where_it_is_for_five_minutes(lobby: Lobby) -> None:
    await lobby.chat(3 * PUSHED_AWAY)
    lobby.discord.advance(MOVE_SECONDS - 60)
    await lobby.chat(1)
    await settled(lobby)
    (only,) = lobby.panels
    assert lobby.messages[0] is only


async def test_a_few_messages_push_nothing_away(lobby: Lobby) -> None:
    lobby.discord.advance(MOVE_SECONDS)
    await lobby.chat(PUSHED_AWAY - 1)
    await settled(lobby)
    assert lobby.messages[0] in lobby.panels


async def test_deleted_messages_push_nothing_away(lobby: Lobby) -> None:
    await lobby.chat(PUSHED_AWAY)
    for message in lobby.messages[-3:]:
        await lobby.ben.delete(message)
    lobby.discord.advance(MOVE_SECONDS)
    await lobby.chat(1)
    await settled(lobby)
    assert lobby.messages[0] in lobby.panels


async def test_it_moves_when_its_time_has_come_though_chat_is_silent(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stage.panel_message.MOVE_SECONDS", 0.3)
    await lobby.chat(PUSHED_AWAY)
    await lobby.ben.wait_for(lambda: lobby.panel_is_last, 5)


async def test_never_amid_a_caption(lobby: Lobby, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stage.panel_message.NO_PAUSE_SECONDS", 0.05)
    board = lobby.board._board(lobby.room.space.id)
    assert board is not None
    async with board.captions.held():
        lobby.discord.advance(MOVE_SECONDS)
        await lobby.chat(PUSHED_AWAY)
        await settled(lobby)
        assert lobby.messages[0] in lobby.panels
    await lobby.ben.wait_for(lambda: lobby.panel_is_last, 5)


async def test_captions_wait_while_the_panel_is_posted(lobby: Lobby) -> None:
    board = lobby.board._board(lobby.room.space.id)
    assert board is not None
    said = await lobby.stores.transcripts.add(replace(build.line("so it begins"), id=0, space_id=lobby.room.space.id))
    assert said is not None
    lobby.discord.advance(MOVE_SECONDS)
    await lobby.chat(PUSHED_AWAY)
    board.captions.add(said)
    await lobby.ben.wait_for(lambda: any("so it begins" in message.text for message in lobby.messages))
    await lobby.ben.wait_for(lambda: len(lobby.panels) == 1 and lobby.messages[0] not in lobby.panels, 5)


async def test_what_discord_does_not_post_is_not_deleted_either(lobby: Lobby) -> None:
    lobby.discord.faults.rest.refuse(REFUSAL, method="POST", route="/channels/{channel_id}/messages", times=1)
    lobby.discord.advance(MOVE_SECONDS)
    await lobby.chat(PUSHED_AWAY)
    await lobby.ben.wait_for(lambda: any(call.status == 403 for call in lobby.discord.calls))
    assert lobby.messages[0] in lobby.panels
    await lobby.ben.wait_for(lambda: lobby.panel_is_last, 5)


async def test_a_panel_that_could_not_be_noted_is_taken_back(lobby: Lobby) -> None:
    first = lobby.room.space.panel_message_id
    lobby.stores.spaces.failure = StorageUnavailable("The disk is full.")
    lobby.discord.advance(MOVE_SECONDS)
    await lobby.chat(PUSHED_AWAY)
    await lobby.ben.wait_for(lambda: any(call.method == "DELETE" for call in lobby.discord.calls))
    assert lobby.room.space.panel_message_id == first
    lobby.stores.spaces.failure = None
    lobby.change()
    await lobby.ben.wait_for(lambda: lobby.panel_is_last, 5)


async def test_an_old_panel_that_stayed_is_deleted_the_next_time(lobby: Lobby) -> None:
    route = "/channels/{channel_id}/messages/{message_id}"
    lobby.discord.faults.rest.refuse(REFUSAL, method="DELETE", route=route, times=1)
    lobby.discord.advance(MOVE_SECONDS)
    await lobby.chat(PUSHED_AWAY)
    await lobby.ben.wait_for(lambda: len(lobby.panels) == 2)
    await lobby.ben.wait_for(lambda: any(call.status == 403 for call in lobby.discord.calls))
    lobby.change()
    await lobby.ben.wait_for(lambda: lobby.panel_is_last, 5)


@pytest.mark.parametrize("known", ["the old one", "the new one"])
async def test_a_crash_between_posting_and_deleting_leaves_one_panel(lobby: Lobby, known: str) -> None:
    await lobby.chat(PUSHED_AWAY)
    view = panel.panel(await lobby._facts(lobby.room))
    second = await StageChat(lobby.bot, lobby.room.space).post(view)
    if known == "the new one":
        await lobby.room.change(panel_message_id=second)
    kept = lobby.room.space.panel_message_id
    await lobby.restart()
    lobby.change()
    await lobby.ben.wait_for(lambda: len(lobby.panels) == 1)
    assert lobby.panels[0].id == kept


async def test_what_was_written_while_the_bot_was_away_counts(lobby: Lobby) -> None:
    await lobby.board.close()
    await lobby.chat(PUSHED_AWAY)
    lobby.discord.advance(MOVE_SECONDS)
    await lobby.chat(1)
    await lobby.restart()
    lobby.change()
    await lobby.ben.wait_for(lambda: lobby.panel_is_last)


async def test_a_space_that_ends_meanwhile_has_no_second_panel(lobby: Lobby) -> None:
    store, room = lobby.stores.spaces, lobby.room
    async with room.lock:  # as the end does: the store first, then the room
        lobby.discord.advance(MOVE_SECONDS)
        await lobby.chat(PUSHED_AWAY)
        await lobby.ben.wait_for(lambda: len(lobby.panels) == 2)
        ending = room.space.evolve(state=SpaceState.ENDING)
        assert await store.update(ending, expect=SpaceState.LIVE)
        room.space = ending
    await lobby.ben.wait_for(lambda: len(lobby.panels) == 1)
    assert lobby.panels[0].id == room.space.panel_message_id


async def test_a_panel_that_a_moderator_deletes_comes_back_at_once(lobby: Lobby) -> None:
    await lobby.guild.owner.delete(lobby.panels[0])
    await lobby.ben.wait_for(lambda: lobby.panels and lobby.panel_is_last)


async def test_gestures_of_the_last_minute_fade(lobby: Lobby, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stage.board.TALLY_SECONDS", -0.8)  # a second is added to be on the safe side
    lobby.tally = 3
    lobby.change()
    await lobby.ben.wait_for(lambda: "👏 Clap 3" in lobby.panels[0].text)
    lobby.tally = 0
    await lobby.ben.wait_for(lambda: "Clap 3" not in lobby.panels[0].text, 5)


async def test_many_changes_make_few_edits_and_never_touch_the_channel(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stage.board.PANEL_SECONDS", 0.5)
    await lobby.restart()
    loop = asyncio.get_running_loop()
    began = loop.time()
    for _ in range(200):
        lobby.change()
        await asyncio.sleep(0.005)
    assert 1 <= lobby.edits() <= (loop.time() - began) / 0.5 + 1
    assert not [call for call in lobby.discord.calls if call.method == "PATCH" and "/messages/" not in call.path]
