"""Opening a Space.

It saves ``opening``, then makes channel and stage, then saves ``live``; what Discord refuses is cleaned up and saved as
``failed``.
"""

from __future__ import annotations

import logging

from spaces.choices import Choices
from spaces.errors import Conflict, InvalidInput, NotAllowed, SpacesError
from spaces.model import Actor, Role, Space, SpaceState
from spaces.policy import PolicySource, ServerPolicy
from spaces.ports import Board, Calendar, Clock, StageGateway
from spaces.room import Room, Rooms
from spaces.rules import RoomRules
from spaces.stores import SpaceStore
from spaces.text import escaped, require_line

_log = logging.getLogger(__name__)

LONGEST_TITLE = 100
"""A channel's name holds 100 characters and a stage's topic 120; the title is both.
https://discord.com/developers/docs/resources/channel#channel-object"""


class Opening:
    """Opens Spaces, and cleans up after those that did not open."""

    def __init__(
        self,
        *,
        rooms: Rooms,
        spaces: SpaceStore,
        stage: StageGateway,
        calendar: Calendar,
        board: Board,
        policies: PolicySource,
        clock: Clock,
    ) -> None:
        self._rooms = rooms
        self._spaces = spaces
        self._stage = stage
        self._calendar = calendar
        self._board = board
        self._policies = policies
        self._clock = clock
        self._openers: list[tuple[int, int]] = []
        """Server and host of every Space that is being opened now."""
        self._events: set[int] = set()
        """Scheduled events that are being taken over now."""

    def is_under_way(self, space: Space) -> bool:
        """Whether this process is opening a Space of that host there."""
        return (space.guild_id, space.host.id) in self._openers

    async def open(
        self, guild_id: int, actor: Actor, title: str, choices: Choices, *, preset: str | None, event_id: int | None
    ) -> Room:
        """Opens a Space; see :meth:`spaces.hosting.Hosting.open`."""
        policy = self._policies.for_server(guild_id)
        rules = choices.applied_to(_preset(policy, preset))
        space = self._draft(guild_id, actor, title, policy).evolve(rules=rules, preset=preset, event_id=event_id)
        self._require_may_open(guild_id, actor, policy)
        self._require_free(guild_id, event_id)
        opener = (guild_id, actor.person.id)
        taken: set[int] = set() if event_id is None else {event_id}
        self._openers.append(opener)
        self._events |= taken
        try:
            await self._check_with_discord(space)
            return await self._build(await self._spaces.add(space))
        finally:
            self._openers.remove(opener)
            self._events -= taken

    async def _check_with_discord(self, space: Space) -> None:
        await self._stage.check_can_open(space.guild_id)
        await self._stage.check_doors(space)
        if space.event_id is not None:
            await self._calendar.check(space.guild_id, space.event_id)

    def _require_free(self, guild_id: int, event_id: int | None) -> None:
        taken = {*self._events, *(room.space.event_id for room in self._rooms.in_guild(guild_id))}
        if event_id is not None and event_id in taken:
            raise Conflict("Another Space has taken that event over. Choose another one, or leave it out.")

    def _require_may_open(self, guild_id: int, actor: Actor, policy: ServerPolicy) -> None:
        now = self._clock.now()
        if not policy.rollout.at(now).admits(actor, now):
            raise NotAllowed(policy.rollout.refusal(now))
        live = self._rooms.in_guild(guild_id)
        hosted = sum(room.space.host.id == actor.person.id for room in live)
        hosted += self._openers.count((guild_id, actor.person.id))
        if hosted >= policy.spaces_per_member:
            if policy.spaces_per_member == 1:
                raise Conflict("You host a Space here already. `/space end` ends it.")
            raise Conflict(f"You host {hosted} Spaces here already, as many as you may. `/space end` ends one.")
        if len(live) + sum(server == guild_id for server, _ in self._openers) >= policy.spaces_per_server:
            raise Conflict(
                f"As many Spaces are live here as may be ({policy.spaces_per_server}). Try again when one is over."
            )

    def _draft(self, guild_id: int, actor: Actor, title: str, policy: ServerPolicy) -> Space:
        return Space(
            id=0,
            guild_id=guild_id,
            host=actor.person,
            title=require_line(title, what="The title", longest=LONGEST_TITLE),
            state=SpaceState.OPENING,
            created_at=self._clock.now(),
            transcript_days=policy.transcript_days,
        )

    async def _build(self, space: Space) -> Room:
        """Channel, stage, event, then panel. The channel's id is saved at once; if a crash comes before that, the
        channel is found by its title."""
        try:
            space = space.evolve(channel_id=await self._stage.create_channel(space))
            await self._save_opening(space)
            await self._stage.start_stage(space)
            if space.event_id is not None:
                await self._calendar.begin(space)
            return await self._go_live(space.evolve(state=SpaceState.LIVE, live_at=self._clock.now()))
        except BaseException:
            await self.clean_up(space)
            raise

    async def _go_live(self, live: Space) -> Room:
        """The room is known before it is saved, for the panel shows it; whoever acts in it waits for the lock."""
        room = Room(live, [], self._spaces)
        async with room.lock:
            await room.save(room.participant(live.host).evolve(role=Role.HOST))
            self._rooms.add(room)
            room.space = live.evolve(panel_message_id=await self._board.opened(live))
            await self._save_opening(room.space)
        return room

    async def _save_opening(self, space: Space) -> None:
        if not await self._spaces.update(space, expect=SpaceState.OPENING):
            raise Conflict("That Space was closed while it opened.")

    async def clean_up(self, space: Space) -> None:
        """Takes away what a failed opening left. A fault here is logged and the next reconciliation tries again; the
        first fault is what the person reads."""
        failed = space.evolve(state=SpaceState.FAILED, ended_at=self._clock.now())
        if (room := self._rooms.get(space.id)) is not None:
            room.space = failed
            self._rooms.discard(space.id)
        try:
            await self._calendar.complete(space)
        except SpacesError:
            _log.exception("the event of Space %d is left as it is", space.id)
        try:
            if space.channel_id is None and space.owns_channel:
                space = space.evolve(channel_id=await self._stage.find_unsaved(space, await self._known_channels()))
            if space.channel_id is not None and space.owns_channel:
                await self._stage.remove_channel(space)
            elif space.channel_id is not None:
                await self._stage.end_stage(space)
            await self._spaces.update(failed.evolve(channel_id=None), expect=SpaceState.OPENING)
        except SpacesError:
            _log.exception("Space %d could not be cleaned up after a failed opening", space.id)

    async def _known_channels(self) -> set[int]:
        spaces = [*(room.space for room in self._rooms), *await self._spaces.ended_with_channel()]
        return {space.channel_id for space in spaces if space.channel_id is not None}


def _preset(policy: ServerPolicy, name: str | None) -> RoomRules:
    rules = policy.rules if name is None else policy.presets.get(name)
    if rules is None:
        known = ", ".join(policy.presets) or "none"
        raise InvalidInput(f"There is no preset “{escaped(name or '')}” here. There are: {known}.")
    return rules
