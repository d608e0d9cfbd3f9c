"""Captions of one Space in its stage's chat.

A message holds a stretch of talk and grows by edits, at most one every two seconds; when anything else lands below it,
or it is full, the next words start a new one. Which lines a message shows is stored with the lines, so that they can be
taken out again after a restart.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from spaces.errors import NotFound
from spaces.model import TranscriptLine
from spaces.stores import TranscriptStore
from stage.chat import StageChat
from stage.pace import Pace
from ui import captions

EDIT_SECONDS = 2.0


class CaptionThread:
    """Shows lines as they come, and takes them out again."""

    def __init__(self, space_id: int, chat: StageChat, transcripts: TranscriptStore) -> None:
        self._space_id = space_id
        self._chat = chat
        self._transcripts = transcripts
        self._lock = asyncio.Lock()
        self._pending: list[TranscriptLine] = []
        self._shown: list[TranscriptLine] = []
        self._message_id: int | None = None
        self._posted: dict[int, int] = {}
        self._removed: set[int] = set()
        self._has_leftovers = False
        self._pace = Pace(self._flush, EDIT_SECONDS, name=f"captions of Space {space_id}")

    def add(self, line: TranscriptLine) -> None:
        """Shows a line soon."""
        self._pending.append(line)
        self._pace.ask()

    @property
    def is_writing(self) -> bool:
        """Whether words are being shown, or wait to be shown."""
        return bool(self._pending) or self._lock.locked()

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Inside, no caption is written; words that come wait."""
        async with self._lock:
            yield

    def adopt(self) -> None:
        """Shows soon the lines that a crash left stored but not shown."""
        self._has_leftovers = True
        self._pace.ask()

    async def remove(self, lines: Sequence[TranscriptLine]) -> None:
        """Takes lines out of what is posted; a message that has none left is deleted."""
        async with self._lock:
            gone = {line.id for line in lines}
            self._removed |= gone
            self._pending = [line for line in self._pending if line.id not in gone]
            self._shown = [line for line in self._shown if line.id not in gone]
            messages = {self._posted.pop(line.id, None) or line.caption_message_id for line in lines}
            left = [line for line in await self._transcripts.lines(self._space_id) if line.id not in self._removed]
            for message_id in messages - {None}:
                await self._redraw(message_id or 0, left)

    async def finish(self) -> None:
        """Shows what still waits, then stops."""
        await self._pace.finish()

    async def cancel(self) -> None:
        """Stops; what still waits is shown after the next start."""
        await self._pace.cancel()

    async def _redraw(self, message_id: int, left: Sequence[TranscriptLine]) -> None:
        rest = [line for line in left if (self._posted.get(line.id) or line.caption_message_id) == message_id]
        if rest:
            try:
                await self._chat.edit(message_id, captions.stretch(rest))
            except NotFound:
                return
        else:
            await self._chat.delete(message_id)
            if message_id == self._message_id:
                self._message_id = None

    async def _flush(self) -> None:
        async with self._lock:
            if self._has_leftovers:
                await self._take_up_leftovers()
            while self._pending:
                if self._message_id is None or not self._may_grow(self._message_id):
                    self._message_id, self._shown = None, []
                batch = self._batch()
                if self._message_id is not None:
                    await self._note(batch, self._message_id)
                shown_in = await self._show([*self._shown, *batch], first=min(line.id for line in batch))
                if shown_in != self._message_id:
                    await self._note(batch, shown_in)
                self._message_id = shown_in
                self._shown = sorted([*self._shown, *batch], key=lambda line: line.started_at)
                self._pending = [line for line in self._pending if line not in batch]

    async def _note(self, lines: Sequence[TranscriptLine], message_id: int) -> None:
        """Remembers where lines are shown: before a message grows by them, so that words which a crash left in the
        chat can always be found and taken out."""
        ids = [line.id for line in lines]
        self._posted.update(dict.fromkeys(ids, message_id))
        await self._transcripts.set_caption_message(ids, message_id)

    async def _take_up_leftovers(self) -> None:
        """Takes up what was stored and not shown; what was noted for the newest message may not be in it yet."""
        lines = [line for line in await self._transcripts.lines(self._space_id) if line.id not in self._removed]
        noted = [line.caption_message_id for line in lines if line.caption_message_id is not None]
        if noted and not self._posted:
            await self._redraw(max(noted), lines)
        known = self._removed.union(self._posted, (line.id for line in self._pending))
        self._pending[:0] = [line for line in lines if line.caption_message_id is None and line.id not in known]
        self._has_leftovers = False

    def _may_grow(self, message_id: int) -> bool:
        """Whether nothing has landed below the message and the next line has room in it."""
        return self._chat.latest_id == message_id and captions.fits([*self._shown, self._pending[0]])

    def _batch(self) -> list[TranscriptLine]:
        """As many waiting lines as have room, but at least one."""
        batch = self._pending[:1]
        for line in self._pending[1:]:
            if not captions.fits([*self._shown, *batch, line]):
                break
            batch.append(line)
        return batch

    async def _show(self, lines: Sequence[TranscriptLine], *, first: int) -> int:
        """Shows lines in the message that grows, or in a new one; returns its id.

        ``first`` is the line by which Discord recognises a new message that was posted just before a crash.
        """
        text = captions.stretch(sorted(lines, key=lambda line: line.started_at))
        if self._message_id is not None:
            try:
                await self._chat.edit(self._message_id, text)
            except NotFound:
                # deleted by somebody: what it held stays deleted
                text = captions.stretch(sorted(set(lines) - set(self._shown), key=lambda line: line.started_at))
            else:
                return self._message_id
        return await self._chat.post(text, once=f"line {first}")
