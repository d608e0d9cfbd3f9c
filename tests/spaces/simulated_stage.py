"""A Discord of stage channels and voice states, without sockets: what the domain's ``StageGateway`` talks to.

It keeps the four voice states of a stage: audience (suppressed), requested (suppressed, with a time), invited (not
suppressed, with a time) and speaker (not suppressed). Every change is told on a task of its own, as discord.py does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from spaces.errors import NotFound
from spaces.model import Person, Space, VoiceStanding
from spaces.ports import Clock, StageState
from spaces.rules import RoomRules
from tests.spaces.trouble import Troubled


@dataclass
class Seat:
    """One person's voice state in a channel."""

    person: Person
    suppressed: bool = True
    requested_at: datetime | None = None
    self_muted: bool = False


@dataclass
class StageChannel:
    """A stage channel; ``topic`` is that of its open stage instance, None while there is none."""

    id: int
    guild_id: int
    name: str
    topic: str | None = None
    doors: tuple[RoomRules, bool] | None = None
    let_in: frozenset[int] = frozenset()
    seats: dict[int, Seat] = field(default_factory=dict[int, Seat])
    moderators: set[int] = field(default_factory=set[int])


class SimulatedStage(Troubled):
    """:class:`spaces.ports.StageGateway`, and what members do in Discord themselves."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.channels: dict[int, StageChannel] = {}
        self.connected = True
        """False while Discord shows the bot no server."""
        self.skips_invitation = False
        """Whether accepting a raised hand makes a speaker at once; Discord's documents leave that open."""
        self.on_voice: Callable[[VoiceStanding], Awaitable[None]] | None = None
        self.on_stage_closed: Callable[[int], Awaitable[None]] | None = None
        self.on_channel_gone: Callable[[int], Awaitable[None]] | None = None
        self._clock = clock
        self._last_id = 900
        self.server_muted: set[int] = set()
        """Members muted by the server: that follows them into every channel."""
        self._telling: set[asyncio.Task[None]] = set()

    # --- the port --------------------------------------------------------------------------------------------------

    async def check_can_open(self, guild_id: int) -> None:
        await self._turn("check_can_open")

    async def create_channel(self, space: Space) -> int:
        await self._turn("create_channel")
        self._last_id += 1
        self.channels[self._last_id] = StageChannel(self._last_id, space.guild_id, space.title)
        return self._last_id

    async def find_unsaved(self, space: Space, known: Collection[int]) -> int | None:
        await self._turn("find_unsaved")
        alike = (one for one in self.channels.values() if (one.guild_id, one.name) == (space.guild_id, space.title))
        return next((one.id for one in alike if one.topic is None and one.id not in known), None)

    async def start_stage(self, space: Space) -> None:
        await self._turn("start_stage")
        self._channel(space).topic = space.title

    async def reopen_stage(self, space: Space) -> None:
        await self._turn("reopen_stage")
        self._channel(space).topic = space.title

    async def retitle(self, space: Space) -> None:
        await self._turn("retitle")
        self._channel(space).topic = space.title

    async def check_doors(self, space: Space) -> None:
        await self._turn("check_doors")

    async def set_doors(self, space: Space, let_in: Collection[int]) -> None:
        await self._turn("set_doors")
        channel = self._channel(space)
        channel.doors, channel.let_in = (space.rules, space.locked), frozenset(let_in)

    async def end_stage(self, space: Space) -> None:
        await self._turn("end_stage")
        channel = self.channels.get(space.channel_id or 0)
        if channel is not None and channel.topic is not None:
            self.close_stage(channel.id)

    async def remove_channel(self, space: Space) -> None:
        await self._turn("remove_channel")
        if space.channel_id in self.channels:
            self.delete_channel(space.channel_id)

    async def state(self, space: Space) -> StageState:
        await self._turn("state")
        if not self.connected:
            return StageState.UNKNOWN
        channel = self.channels.get(space.channel_id or 0)
        if channel is None:
            return StageState.GONE
        return StageState.CLOSED if channel.topic is None else StageState.OPEN

    async def people(self, space: Space) -> Sequence[VoiceStanding]:
        channel = self.channels.get(space.channel_id or 0)
        seen = [self.standing(channel, seat) for seat in channel.seats.values()] if channel is not None else []
        await self._turn("people")  # an answer is as old as the question
        self._channel(space)
        return seen

    async def invite(self, space: Space, person_id: int) -> None:
        await self._turn("invite")
        channel = self._channel(space)
        seat = channel.seats.get(person_id)
        if seat is None:
            raise NotFound("They left the Space.")
        if seat.suppressed:
            at_once = self.skips_invitation and seat.requested_at is not None
            seat.suppressed, seat.requested_at = False, None if at_once else self._clock.now()
            self._tell(channel, seat)

    async def to_audience(self, space: Space, person_id: int) -> None:
        await self._turn("to_audience")
        self._suppress(self._channel(space), person_id)

    async def disconnect(self, space: Space, person_id: int) -> None:
        await self._turn("disconnect")
        if person_id in self._channel(space).seats:
            self.leave(person_id)

    async def server_mute(self, guild_id: int, person_id: int, *, muted: bool) -> None:
        await self._turn("server_mute")
        try:
            channel, seat = self.seat(person_id)
        except LookupError:
            raise NotFound("They are not in voice.") from None
        if (person_id in self.server_muted) is not muted:
            (self.server_muted.add if muted else self.server_muted.discard)(person_id)
            self._tell(channel, seat)

    async def set_moderator(self, guild_id: int, channel_id: int, person_id: int, *, is_one: bool) -> None:
        await self._turn("set_moderator")
        channel = self.channels.get(channel_id)
        if channel is None:
            raise NotFound("The stage is gone.")
        (channel.moderators.add if is_one else channel.moderators.discard)(person_id)

    # --- what members do in Discord --------------------------------------------------------------------------------

    def join(self, person: Person, channel_id: int, *, muted: bool = False) -> None:
        """Connects the person to a stage as a listener, out of whatever channel they were in."""
        self._take_out(person.id)
        seat = Seat(person, self_muted=muted)
        self.channels[channel_id].seats[person.id] = seat
        self._tell(self.channels[channel_id], seat)

    def leave(self, person_id: int) -> None:
        """Disconnects the person."""
        if (taken := self._take_out(person_id)) is not None:
            channel, seat = taken
            self._say(VoiceStanding(channel.guild_id, seat.person, None, suppressed=False, requested_at=None))

    def raise_hand(self, person_id: int) -> None:
        """Asks to speak with Discord's own button."""
        channel, seat = self.seat(person_id)
        if seat.suppressed:
            seat.requested_at = self._clock.now()
            self._tell(channel, seat)

    def lower_hand(self, person_id: int) -> None:
        """Takes Discord's own hand back."""
        channel, seat = self.seat(person_id)
        if seat.suppressed and seat.requested_at is not None:
            seat.requested_at = None
            self._tell(channel, seat)

    def accept(self, person_id: int) -> None:
        """Takes the invitation to speak."""
        channel, seat = self.seat(person_id)
        if not seat.suppressed and seat.requested_at is not None:
            seat.requested_at = None
            self._tell(channel, seat)

    def step_down(self, person_id: int) -> None:
        """Declines an invitation, or leaves the stage for the audience."""
        channel, seat = self.seat(person_id)
        if not seat.suppressed:
            self._suppress(channel, person_id)

    def toggle_mute(self, person_id: int) -> None:
        """Mutes or unmutes the own microphone."""
        channel, seat = self.seat(person_id)
        seat.self_muted = not seat.self_muted
        self._tell(channel, seat)

    # --- what happens to channels ----------------------------------------------------------------------------------

    def close_stage(self, channel_id: int) -> None:
        """Ends the stage instance, as Discord does after minutes without speakers."""
        self.channels[channel_id].topic = None
        if self.on_stage_closed is not None:
            self._spawn(self._gone(self.on_stage_closed, channel_id))

    def delete_channel(self, channel_id: int) -> None:
        """Deletes the channel; everybody in it is disconnected."""
        for person_id in tuple(self.channels[channel_id].seats):
            self.leave(person_id)
        self.close_stage(channel_id)
        del self.channels[channel_id]
        if self.on_channel_gone is not None:
            self._spawn(self._gone(self.on_channel_gone, channel_id))

    # --- what a test asks ------------------------------------------------------------------------------------------

    def seat(self, person_id: int) -> tuple[StageChannel, Seat]:
        """Where the person sits."""
        for channel in self.channels.values():
            if person_id in channel.seats:
                return channel, channel.seats[person_id]
        raise LookupError(person_id)

    def where(self, person_id: int) -> int | None:
        """The channel the person is in."""
        return next((one.id for one in self.channels.values() if person_id in one.seats), None)

    def standing(self, channel: StageChannel, seat: Seat) -> VoiceStanding:
        """What Discord says of the seat now."""
        return VoiceStanding(
            channel.guild_id,
            seat.person,
            channel.id,
            seat.suppressed,
            seat.requested_at,
            seat.self_muted,
            seat.person.id in self.server_muted,
        )

    async def quiet(self) -> None:
        """Returns when everything that happened has been told and taken in."""
        while self._telling:
            await asyncio.gather(*self._telling)

    async def nobody_hears(self) -> None:
        """Whoever was being told of something is cut off in the middle of it, as when their process dies."""
        for task in (telling := tuple(self._telling)):
            task.cancel()
        await asyncio.wait(telling)

    def _channel(self, space: Space) -> StageChannel:
        channel = self.channels.get(space.channel_id or 0)
        if channel is None:
            raise NotFound("The stage is gone.")
        return channel

    def _suppress(self, channel: StageChannel, person_id: int) -> None:
        seat = channel.seats.get(person_id)
        if seat is not None and (not seat.suppressed or seat.requested_at is not None):
            seat.suppressed, seat.requested_at = True, None
            self._tell(channel, seat)

    def _take_out(self, person_id: int) -> tuple[StageChannel, Seat] | None:
        for channel in self.channels.values():
            if person_id in channel.seats:
                return channel, channel.seats.pop(person_id)
        return None

    def _tell(self, channel: StageChannel, seat: Seat) -> None:
        self._say(self.standing(channel, seat))

    def _say(self, voice: VoiceStanding) -> None:
        if self.on_voice is not None:
            self._spawn(self._heard(self.on_voice, voice))

    def _spawn(self, telling: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(telling)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    @staticmethod
    async def _heard(listener: Callable[[VoiceStanding], Awaitable[None]], voice: VoiceStanding) -> None:
        await listener(voice)

    @staticmethod
    async def _gone(listener: Callable[[int], Awaitable[None]], channel_id: int) -> None:
        await listener(channel_id)
