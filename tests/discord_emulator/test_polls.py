"""Polls: asked by the application, voted on by people, ended by hand or by time."""

from __future__ import annotations

from datetime import timedelta

import discord
import pytest

from discord_emulator import EmulatorError

from .conftest import INTENTS, Bot, Stand

POLLS = INTENTS | discord.Intents(polls=True)


@pytest.fixture
async def bot(stand: Stand) -> Bot:
    stand.permit("send_polls")
    return await stand.start(intents=POLLS)


def next_book(*, multiple: bool = False) -> discord.Poll:
    poll = discord.Poll("Which book next?", timedelta(hours=2), multiple=multiple)
    return poll.add_answer(text="Emma", emoji="📗").add_answer(text="Ulysses")


async def test_votes_are_counted_and_told(stand: Stand, bot: Bot) -> None:
    sent = await stand.seen_by(bot).send(poll=next_book())
    message = stand.ada.messages(stand.chat)[-1]
    assert message.text == "Which book next?\nEmma\nUlysses"
    await stand.ada.vote(message, "Emma")
    await stand.ben.vote(message, "Emma")
    await bot.saw("MESSAGE_POLL_VOTE_ADD", 2)
    fetched = (await sent.fetch()).poll
    assert fetched is not None
    emma, ulysses = fetched.answers
    assert (emma.vote_count, ulysses.vote_count, fetched.is_finalised()) == (2, 0, False)
    assert {voter.id async for voter in emma.voters()} == {stand.ada.id, stand.ben.id}
    assert [voter.id async for voter in emma.voters(after=stand.ada.user)] == [stand.ben.id]
    await stand.ben.withdraw_vote(message)
    await bot.saw("MESSAGE_POLL_VOTE_REMOVE")
    assert stand.discord.violations == []


async def test_one_answer_each_unless_several_may_be_chosen(stand: Stand, bot: Bot) -> None:
    channel = stand.seen_by(bot)
    await channel.send(poll=next_book())
    single = stand.ada.messages(stand.chat)[-1]
    await stand.ada.vote(single, "Emma")
    with pytest.raises(EmulatorError, match="blocked"):
        await stand.ada.vote(single, "Ulysses")
    with pytest.raises(EmulatorError, match="no answer 'Dune'"):
        await stand.ada.vote(single, "Dune")
    await channel.send(poll=next_book(multiple=True))
    several = stand.ada.messages(stand.chat)[-1]
    await stand.ada.vote(several, "Emma", "Ulysses")
    assert several.poll is not None
    assert [len(answer.voters) for answer in several.poll.answers] == [1, 1]


async def test_the_author_ends_a_poll(stand: Stand, bot: Bot) -> None:
    sent = await stand.seen_by(bot).send(poll=next_book())
    message = stand.ada.messages(stand.chat)[-1]
    await stand.ada.vote(message, "Ulysses")
    ended = await sent.end_poll()
    assert ended.poll is not None
    assert ended.poll.is_finalised()
    note = stand.ada.messages(stand.chat)[-1]
    fields = {field["name"]: field["value"] for field in note.embeds[0]["fields"]}
    assert (note.type, note.reference) == (46, message)
    assert (fields["victor_answer_text"], fields["total_votes"]) == ("Ulysses", "1")
    with pytest.raises(EmulatorError, match="expired"):
        await stand.ben.vote(message, "Emma")
    with pytest.raises(discord.HTTPException) as refusal:
        await sent.end_poll()
    assert refusal.value.code == 520001


async def test_a_poll_ends_in_time(stand: Stand, bot: Bot) -> None:
    await stand.seen_by(bot).send(poll=next_book())
    message = stand.ada.messages(stand.chat)[-1]
    assert message.poll is not None
    stand.discord.advance(2 * 3600 - 60)
    assert not message.poll.ended
    stand.discord.advance(61)
    assert message.poll.ended
    assert stand.ada.messages(stand.chat)[-1].type == 46


async def test_what_is_refused(stand: Stand, bot: Bot) -> None:
    sent = await stand.seen_by(bot).send(poll=next_book())
    place = f"/channels/{stand.chat.id}"
    with pytest.raises(discord.HTTPException) as refusal:
        await sent.edit(content="changed")
    assert refusal.value.code == 520003
    plain = await stand.ada.post(stand.chat, "no poll")
    assert (await stand.ask("POST", f"{place}/polls/{plain.id}/expire"))[1]["code"] == 520006
    eleven = {"question": {"text": "?"}, "answers": [{"poll_media": {"text": str(n)}} for n in range(11)]}
    with stand.discord.expecting("invalid body"):
        assert (await stand.ask("POST", f"{place}/messages", {"poll": eleven}))[1]["code"] == 50035
    stand.permit("manage_messages", only=True)
    with stand.discord.expecting("missing permission"), pytest.raises(discord.Forbidden):
        await stand.seen_by(bot).send(poll=next_book())
