from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from spaces.errors import NotFound
from spaces.model import SharedPost
from tests.storage.conftest import Stores
from tests.storage.examples import BELA, CLEO, a_post, a_space

URL = "https://bsky.app/profile/ada.example/post/1?q=%2F&x=ü"


async def add(stores: Stores, post: SharedPost) -> SharedPost:
    added = await stores.posts.add(post)
    assert added is not None
    return added


async def test_a_post_comes_back_as_it_was_stored(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    for post in (a_post(space.id, URL), a_post(space.id, URL + "2", note="", message_id=2**62, sharer=CLEO)):
        added = await add(stores, post)
        assert added == replace(post, id=added.id)
        assert added in await stores.posts.of_space(space.id)


async def test_a_link_is_shared_once_in_a_space(stores: Stores) -> None:
    here, there = [await stores.spaces.add(a_space()) for _ in range(2)]
    first = await add(stores, a_post(here.id, URL))
    assert await stores.posts.add(a_post(here.id, URL, sharer=CLEO)) is None
    second = await add(stores, a_post(there.id, URL))
    assert list(await stores.posts.of_space(here.id)) == [first]
    assert list(await stores.posts.of_space(there.id)) == [second]


async def test_of_many_who_share_a_link_one_does(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    added = await asyncio.gather(*(stores.posts.add(a_post(space.id, URL)) for _ in range(8)))
    assert added.count(None) == 7


async def test_posts_in_order_of_sharing(stores: Stores) -> None:
    here, there = [await stores.spaces.add(a_space()) for _ in range(2)]
    places = ((here, "c", BELA), (there, "b", BELA), (here, "a", CLEO), (here, "b", BELA))
    posts = [await add(stores, a_post(space.id, URL + path, sharer=sharer)) for space, path, sharer in places]
    assert list(await stores.posts.of_space(here.id)) == [posts[0], posts[2], posts[3]]
    assert list(await stores.posts.of_person(BELA.id)) == [posts[0], posts[1], posts[3]]


async def test_the_card_is_noted(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    first, second = [await add(stores, a_post(space.id, URL + path)) for path in "ab"]
    await stores.posts.set_message(second.id, 77)
    await stores.posts.set_message(999, 78)
    assert list(await stores.posts.of_space(space.id)) == [first, replace(second, message_id=77)]


async def test_a_removed_link_can_be_shared_again(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    first = await add(stores, a_post(space.id, URL))
    assert await stores.posts.remove([first.id, 999]) == 1
    assert await stores.posts.remove([]) == 0
    assert list(await stores.posts.of_space(space.id)) == []
    assert (await add(stores, a_post(space.id, URL))).id > first.id


async def test_a_post_in_no_space_is_refused(stores: Stores) -> None:
    with pytest.raises(NotFound):
        await stores.posts.add(a_post(99, URL))
