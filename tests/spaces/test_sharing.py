from __future__ import annotations

import asyncio

import pytest

from spaces.errors import Conflict, DiscordUnavailable, InvalidInput, NotAllowed, NotFound
from spaces.events import SpaceChanged
from tests.spaces.world import ANN, BO, CY, EVE, World, actor

LINK = "https://example.org/review"


async def test_speakers_and_those_who_lead_share(world: World) -> None:
    room = await world.open()
    await world.on_stage(room, BO)

    post = await world.bot.sharing.share(room, actor(BO), LINK, "the  review\nI meant")
    await world.bot.sharing.share(room, actor(ANN), "https://example.org/2")
    await world.bot.sharing.share(room, actor(EVE, is_admin=True), "https://example.org/3")

    assert (post.url, post.note, post.sharer) == (LINK, "the review I meant", BO)
    assert [one.url for one in world.posts(room)] == [LINK, "https://example.org/2", "https://example.org/3"]
    assert {one.message_id for one in world.posts(room)} == set(world.board.cards)
    assert SpaceChanged(room.space.id) in world.heard


async def test_listeners_and_the_invited_do_not_share(world: World) -> None:
    room = await world.open()
    await world.join(room, BO, CY)
    await world.bot.speaking.invite(room, actor(ANN), CY.id)

    for person in (BO, CY, EVE):
        with pytest.raises(NotAllowed, match="Speakers and hosts share links"):
            await world.bot.sharing.share(room, actor(person), LINK)
    assert world.posts(room) == []


async def test_one_link_once_in_a_space_however_it_is_spelled(world: World) -> None:
    room = await world.open()
    other = await world.open(BO, "Another Space")
    await world.bot.sharing.share(room, actor(ANN), LINK)

    with pytest.raises(Conflict, match="in this Space already"):
        await world.bot.sharing.share(room, actor(ANN), "HTTPS://EXAMPLE.org:443/review?utm_source=x#top")
    await world.bot.sharing.share(other, actor(BO), LINK)
    assert len(world.board.cards) == 2


async def test_a_link_shared_twice_at_once_is_shown_once(world: World) -> None:
    room = await world.open()

    results = await asyncio.gather(
        *(world.bot.sharing.share(room, actor(ANN), LINK) for _ in range(5)), return_exceptions=True
    )

    assert sum(isinstance(one, Conflict) for one in results) == 4
    assert len(world.board.cards) == len(world.posts(room)) == 1


async def test_a_card_that_cannot_be_posted_leaves_nothing(world: World) -> None:
    room = await world.open()
    world.board.fails("post_shared", DiscordUnavailable("Discord did not answer."), times=1)

    with pytest.raises(DiscordUnavailable):
        await world.bot.sharing.share(room, actor(ANN), LINK)

    assert world.posts(room) == []
    assert await world.bot.sharing.share(room, actor(ANN), LINK)


async def test_what_is_no_link_or_too_long_a_note_is_refused_first(world: World) -> None:
    room = await world.open()

    with pytest.raises(InvalidInput, match="not a link"):
        await world.bot.sharing.share(room, actor(ANN), "look at this")
    with pytest.raises(InvalidInput, match="The note has 201 characters"):
        await world.bot.sharing.share(room, actor(ANN), LINK, "x" * 201)
    assert world.posts(room) == []


async def test_nothing_is_shared_into_a_space_that_is_over(world: World) -> None:
    room = await world.open()
    await world.end(room)

    with pytest.raises(NotFound, match="over"):
        await world.bot.sharing.share(room, actor(ANN), LINK)
