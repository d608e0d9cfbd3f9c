"""Captions in a chat: grown by edits, begun anew when something lands below, taken out again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from spaces.errors import DiscordUnavailable, NotFound
from spaces.model import TranscriptLine
from stage.captions import CaptionThread
from tests.fakes import FakeSpaceStore, FakeTranscriptStore
from tests.ui.build import line, space


class Chat:
    """A chat in memory that keeps Discord's rules: ids grow, what is gone cannot be changed."""

    def __init__(self) -> None:
        self.messages: dict[int, str] = {}
        self.posted_once: dict[str, int] = {}
        self.last = 0
        self.edits = 0
        self.outage = False
        self.changed = asyncio.Event()

    @property
    def latest_id(self) -> int | None:
        return self.last or None

    async def post(self, content: Any, *, ping: int | None = None, once: str | None = None) -> int:
        self._check(content)
        if once is not None and once in self.posted_once:
            await self.edit(self.posted_once[once], content)
            return self.posted_once[once]
        self.last += 1
        self.messages[self.last] = content
        if once is not None:
            self.posted_once[once] = self.last
        self.changed.set()
        return self.last

    async def edit(self, message_id: int, content: Any) -> None:
        self._check(content)
        if message_id not in self.messages:
            raise NotFound("gone")
        self.edits += 1
        self.messages[message_id] = content
        self.changed.set()

    async def delete(self, message_id: int) -> None:
        self.messages.pop(message_id, None)

    def _check(self, content: str) -> None:
        assert len(content) <= 2000
        if self.outage:
            raise DiscordUnavailable("not now")


class Scene:
    """A chat, a store and a thread over them, without the pause between edits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("stage.captions.EDIT_SECONDS", 0.0)
        self.chat = Chat()
        self.spaces = FakeSpaceStore()
        self.store = FakeTranscriptStore(self.spaces)
        self.thread = CaptionThread(1, self.chat, self.store)  # type: ignore[arg-type]
        self.count = 0
        self.space_id = 0

    async def say(self, text: str, *, at: float | None = None, show: bool = True) -> TranscriptLine:
        if not self.count:
            self.space_id = (await self.spaces.add(replace(space(), id=0))).id
        self.count += 1
        said = line(text, at=self.count if at is None else at, number=self.count)
        stored = await self.store.add(replace(said, id=0, space_id=self.space_id))
        assert stored is not None
        if show:
            self.thread.add(stored)
        return stored

    async def shown(self, *texts: str) -> list[str]:
        """The messages, once they hold ``texts``."""
        async with asyncio.timeout(2):
            while not all(any(text in message for message in self.chat.messages.values()) for text in texts):
                self.chat.changed.clear()
                await self.chat.changed.wait()
        return list(self.chat.messages.values())


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    return Scene(monkeypatch)


async def test_a_message_grows_while_nothing_lands_below(scene: Scene) -> None:
    await scene.say("one")
    await scene.shown("one")
    await scene.say("two")
    assert len(await scene.shown("one", "two")) == 1
    lines = await scene.store.lines(1)
    assert {one.caption_message_id for one in lines} == {1}


async def test_something_below_begins_a_new_message(scene: Scene) -> None:
    await scene.say("one")
    await scene.shown("one")
    await scene.chat.post("a card")
    await scene.say("two")
    assert len(await scene.shown("two")) == 3
    assert "two" not in scene.chat.messages[1]


async def test_a_full_message_begins_a_new_one(scene: Scene) -> None:
    for _ in range(6):
        await scene.say("word " * 100)
    await scene.thread.finish()
    assert len(scene.chat.messages) == 2


async def test_a_late_line_stands_at_its_time(scene: Scene) -> None:
    await scene.say("later", at=9)
    await scene.shown("later")
    await scene.say("earlier", at=3)
    (message,) = await scene.shown("earlier")
    assert message.index("earlier") < message.index("later")


async def test_removed_lines_leave_the_message_and_an_empty_one_goes(scene: Scene) -> None:
    first, second = await scene.say("one"), await scene.say("two")
    await scene.shown("one", "two")
    await scene.store.remove([first.id])
    await scene.thread.remove([first])
    assert "one" not in scene.chat.messages[1]
    await scene.store.remove([second.id])
    await scene.thread.remove([second])
    assert not scene.chat.messages
    await scene.say("three")
    assert "two" not in "".join(await scene.shown("three"))


async def test_lines_are_removed_after_a_restart_as_well(scene: Scene) -> None:
    await scene.say("one")
    await scene.say("two")
    await scene.thread.finish()
    first, _ = await scene.store.lines(1)
    fresh = CaptionThread(1, scene.chat, scene.store)  # type: ignore[arg-type]
    await scene.store.remove([first.id])
    await fresh.remove([first])
    (message,) = scene.chat.messages.values()
    assert "one" not in message
    assert "two" in message


async def test_a_line_that_waits_is_never_shown_once_removed(scene: Scene) -> None:
    scene.chat.outage = True
    said = await scene.say("secret")
    await scene.store.remove([said.id])
    await scene.thread.remove([said])
    scene.chat.outage = False
    await scene.say("open")
    assert "secret" not in "".join(await scene.shown("open"))


async def test_what_a_crash_left_unshown_is_shown(scene: Scene) -> None:
    await scene.say("stored, not shown", show=False)
    scene.thread.adopt()
    await scene.shown("stored, not shown")


async def test_a_deleted_message_is_not_written_again(scene: Scene) -> None:
    await scene.say("one")
    await scene.shown("one")
    scene.chat.messages.clear()
    await scene.say("two")
    assert "one" not in "".join(await scene.shown("two"))


async def test_an_outage_loses_nothing(scene: Scene) -> None:
    scene.chat.outage = True
    await scene.say("one")
    await asyncio.sleep(0)
    scene.chat.outage = False
    await scene.say("two")
    await scene.thread.finish()
    assert "one" in scene.chat.messages[1]
    assert "two" in scene.chat.messages[1]


async def test_a_crash_after_posting_leaves_no_second_message(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    noting = asyncio.Event()

    async def never(*_: object) -> None:
        noting.set()
        await asyncio.Event().wait()

    with monkeypatch.context() as crash:
        crash.setattr("stage.pace.PARTING_SECONDS", 0.0)
        crash.setattr(scene.store, "set_caption_message", never)
        said = await scene.say("one")
        await noting.wait()
        await scene.thread.cancel()
    fresh = CaptionThread(1, scene.chat, scene.store)  # type: ignore[arg-type]
    fresh.adopt()
    await fresh.finish()
    assert len(scene.chat.messages) == 1

    (stored,) = await scene.store.lines(1)
    assert stored.id == said.id
    await fresh.remove([stored])
    assert not scene.chat.messages


async def test_words_are_noted_before_a_message_grows_by_them(scene: Scene) -> None:
    await scene.say("one")
    await scene.shown("one")
    scene.chat.outage = True
    await scene.say("two")
    async with asyncio.timeout(2):
        while (await scene.store.lines(1))[1].caption_message_id is None:  # noqa: ASYNC110
            await asyncio.sleep(0)
    await scene.thread.cancel()
    scene.chat.outage = False

    fresh = CaptionThread(1, scene.chat, scene.store)  # type: ignore[arg-type]
    fresh.adopt()
    await fresh.finish()
    (message,) = scene.chat.messages.values()
    assert "one" in message
    assert "two" in message


async def test_stopping_waits_until_what_is_being_posted_is_noted(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    posting, door = asyncio.Event(), asyncio.Event()
    post = scene.chat.post

    async def slow(content: str, **how: Any) -> int:
        posting.set()
        await door.wait()
        return await post(content, **how)

    monkeypatch.setattr(scene.chat, "post", slow)
    await scene.say("one")
    await posting.wait()
    stopping = asyncio.create_task(scene.thread.cancel())
    await asyncio.sleep(0)
    door.set()
    await stopping

    (stored,) = await scene.store.lines(1)
    assert scene.chat.messages.keys() == {stored.caption_message_id}


async def test_two_who_take_their_lines_out_do_not_bring_each_other_back(scene: Scene) -> None:
    """The first one's lines are out of the chat, but not yet out of the store."""
    first, second = await scene.say("one"), await scene.say("two")
    await scene.say("three")
    await scene.shown("one", "two", "three")
    await scene.thread.remove([first])
    await scene.thread.remove([second])
    (message,) = scene.chat.messages.values()
    assert message.endswith("three")
    assert "one" not in message
