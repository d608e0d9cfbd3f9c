"""Everything that is kept of a person, and its erasure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from spaces.admitting import Admitting
from spaces.consenting import Consenting
from spaces.errors import Conflict, SpacesError
from spaces.events import EventBus, SpaceChanged, WordsWithdrawn
from spaces.model import Person, SharedPost, Space, TranscriptLine
from spaces.overview import Overview
from spaces.ports import Board, Spool, VoiceListener
from spaces.room import Rooms
from spaces.stores import (
    ConsentStore,
    PostStore,
    ReactionStore,
    SafetyStore,
    Scrubber,
    SpaceStore,
    TranscriptStore,
)


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was removed. ``unreachable`` counts posted messages that Discord would not change."""

    lines: int
    posts: int
    reactions: int
    consents: int
    unreachable: int


class Privacy:
    """Erases people."""

    def __init__(
        self,
        *,
        rooms: Rooms,
        spaces: SpaceStore,
        consents: ConsentStore,
        transcripts: TranscriptStore,
        reactions: ReactionStore,
        posts: PostStore,
        safety: SafetyStore,
        admitting: Admitting,
        scrubber: Scrubber,
        spool: Spool,
        listener: VoiceListener,
        board: Board,
        consenting: Consenting,
        overview: Overview,
        events: EventBus,
    ) -> None:
        self._rooms = rooms
        self._spaces = spaces
        self._consents = consents
        self._transcripts = transcripts
        self._reactions = reactions
        self._posts = posts
        self._safety = safety
        self._admitting = admitting
        self._scrubber = scrubber
        self._spool = spool
        self._listener = listener
        self._board = board
        self._consenting = consenting
        self._overview = overview
        self._events = events

    async def erase(self, person: Person) -> Erasure:
        """Removes all that is kept of a person in every server: words, sound, choices, gestures, links, lists.

        Reports stay for the moderators without the reporter's name. Raises :class:`Conflict` while the person hosts a
        live Space. Posted captions and cards are removed as far as Discord lets; the rest is counted.
        """
        self._require_no_host(person.id)
        for room in self._rooms:
            self._listener.refuse(room.space.guild_id, person.id)
        async with self._consenting.ledger:
            consents = await self._consents.erase_person(person.id)
            await self._spool.remove_person(person.id)
            self._events.publish(WordsWithdrawn(person.id, None))
            lines = await self._transcripts.of_person(person.id)
            await self._transcripts.remove([line.id for line in lines])
        posts = await self._posts.of_person(person.id)
        await self._posts.remove([post.id for post in posts])
        hosted = [one.id for one in await self._spaces.ended_with_channel() if one.host.id == person.id]
        unreachable = await self._take_down_lines(lines) + await self._take_down_posts(posts)
        reactions = await self._reactions.erase_person(person.id)
        await self._safety.erase_person(person.id)
        await self._admitting.erase(person.id)
        traces = {post.space_id for post in posts} | await self._leave_rooms(person.id)
        await self._spaces.erase_person(person.id)
        unreachable += await self._redraw_summaries({*hosted, *(post.space_id for post in posts)})
        await self._scrubber.scrub()
        # Those that showed the person, not every live one: the bot has 50 calls a second for all servers together.
        for space_id in traces:
            self._events.publish(SpaceChanged(space_id))
        return Erasure(len(lines), len(posts), reactions, consents, unreachable)

    def _require_no_host(self, person_id: int) -> None:
        """What is live or being tidied up is still written by us, its host's name with it."""
        hosted = [room.space for room in self._rooms if room.space.host.id == person_id]
        if any(space.is_live for space in hosted):
            raise Conflict("You host a live Space. End it with `/space end`, then erase your data.")
        if hosted:
            raise Conflict("Your Space is just being wound up. Try again in a minute.")

    async def _leave_rooms(self, person_id: int) -> set[int]:
        """Takes the person out of every room; returns the ids of the Spaces that knew them."""
        left: set[int] = set()
        for room in self._rooms:
            async with room.lock:  # a stage that was being joined with the old consents is joined by now
                self._listener.refuse(room.space.guild_id, person_id)
                if room.find(person_id) is not None:
                    left.add(room.space.id)
                room.forget(person_id)
        return left

    async def _take_down_lines(self, lines: Sequence[TranscriptLine]) -> int:
        by_space: dict[int, list[TranscriptLine]] = defaultdict(list)
        for line in lines:
            by_space[line.space_id].append(line)
        unreachable = 0
        for space_id, own in by_space.items():
            space = await self._find(space_id)
            try:
                if space is not None:
                    async with self._consenting.takedowns.of(space_id):
                        await self._board.remove_lines(space, own)
            except SpacesError:
                unreachable += len({line.caption_message_id for line in own})
        return unreachable

    async def _take_down_posts(self, posts: Sequence[SharedPost]) -> int:
        unreachable = 0
        for post in posts:
            space = await self._find(post.space_id)
            try:
                if space is not None:
                    await self._board.remove_post(space, post)
            except SpacesError:
                unreachable += 1
        return unreachable

    async def _redraw_summaries(self, space_ids: Collection[int]) -> int:
        """The summaries of Spaces that are over named the person, or showed their links."""
        unreachable = 0
        for space_id in space_ids:
            async with self._consenting.takedowns.of(space_id):  # a summary that is just being drawn is drawn by then
                space = await self._find(space_id)
                if space is None or space.is_live or space.channel_id is None:
                    continue
                try:
                    await self._board.redraw_summary(await self._overview.summary(space))
                except SpacesError:
                    unreachable += 1
        return unreachable

    async def _find(self, space_id: int) -> Space | None:
        room = self._rooms.get(space_id)
        return room.space if room is not None else await self._spaces.get(space_id)
