"""What there is to see of a Space: the panel's facts and the summary. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from spaces import absence
from spaces.consenting import Consenting
from spaces.model import Gesture, Participant, Role, SharedPost, Space, Summary
from spaces.policy import PolicySource, ServerPolicy
from spaces.ports import Clock, VoiceCounters, VoiceListener
from spaces.room import Room
from spaces.stores import PostStore, ReactionStore, SpaceStore, TranscriptStore

TALLY_SECONDS = 60

_MOST_ENDS_REMEMBERED = 100
"""A host reads the counters within seconds of the end."""


@dataclass(frozen=True, slots=True)
class PanelFacts:
    """Everything that the panel of a live Space says.

    While the host is away, ``heir`` is who would host from ``taken_over_at`` on; while the Space is paused,
    ``wound_down_at`` is when it ends.
    """

    space: Space
    hosts: tuple[Participant, ...]
    on_stage: tuple[Participant, ...]
    queue: tuple[Participant, ...]
    listening: int
    captioned: int
    languages: tuple[str, ...]
    tally: tuple[tuple[Gesture, int], ...]
    posts: tuple[SharedPost, ...]
    gestures: tuple[Gesture, ...]
    asked: Participant | None = None
    """Whose question the hosts show."""
    heir: Participant | None = None
    taken_over_at: datetime | None = None
    wound_down_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """A live Space at a glance; ``you`` is where the reader stands, in words."""

    space: Space
    hosts: tuple[Participant, ...]
    listening: int
    on_stage: int
    hands: int
    you: str


@dataclass(frozen=True, slots=True)
class ConsoleFacts:
    """What hosts and moderators see beyond the panel: who exactly is captioned, and what the gate refused."""

    panel: PanelFacts
    captioned_ids: frozenset[int]
    sound: VoiceCounters | None


@dataclass(frozen=True, slots=True)
class HostSummary:
    """What only hosts see of an ended Space: time on stage by name, and what the gate refused."""

    summary: Summary
    stage_seconds: tuple[tuple[str, float], ...]
    sound: VoiceCounters | None


class Overview:
    """Gathers facts about Spaces."""

    def __init__(
        self,
        *,
        spaces: SpaceStore,
        transcripts: TranscriptStore,
        reactions: ReactionStore,
        posts: PostStore,
        consenting: Consenting,
        listener: VoiceListener,
        policies: PolicySource,
        clock: Clock,
    ) -> None:
        self._spaces = spaces
        self._transcripts = transcripts
        self._reactions = reactions
        self._posts = posts
        self._consenting = consenting
        self._listener = listener
        self._policies = policies
        self._clock = clock
        self._last_sound: dict[int, VoiceCounters] = {}

    async def panel(self, room: Room) -> PanelFacts:
        """The panel's facts now."""
        since = self._clock.now() - timedelta(seconds=TALLY_SECONDS)
        counts = await self._reactions.since(room.space.id, since)
        posts = tuple(await self._posts.of_space(room.space.id))
        captioned = len(await self._consenting.captioned(room)) if room.space.captions_on else 0
        space, on_stage = room.space, room.on_stage  # from here on of one moment
        policy = self._policies.for_server(space.guild_id)
        return PanelFacts(
            space=space,
            hosts=room.hosts,
            on_stage=on_stage,
            queue=room.queue,
            listening=room.head_count - len(on_stage),
            captioned=captioned,
            languages=self._consenting.languages,
            tally=_tally(policy, counts),
            posts=posts,
            gestures=policy.gestures,
            asked=_asked(room),
            heir=absence.heir(room, policy),
            taken_over_at=absence.taken_over_at(space, policy),
            wound_down_at=absence.wound_down_at(space, policy),
        )

    def room(self, room: Room, person_id: int) -> RoomFacts:
        """A live Space at a glance, for one reader."""
        on_stage = len(room.on_stage)
        return RoomFacts(
            space=room.space,
            hosts=room.hosts,
            listening=room.head_count - on_stage,
            on_stage=on_stage,
            hands=room.hand_count,
            you=_stands(room, person_id),
        )

    def live(self, rooms: Iterable[Room], person_id: int) -> list[RoomFacts]:
        """Live Spaces at a glance, the fullest first."""
        facts = [self.room(room, person_id) for room in rooms]
        return sorted(facts, key=lambda one: (-(one.listening + one.on_stage), one.space.id))

    async def console(self, room: Room) -> ConsoleFacts:
        """The host console's facts, once what is being changed in the room is done: hosts decide by what they see.

        Only that is waited for; while the database is read, hands go up and down.
        """
        async with room.lock:
            pass
        captioned = await self._consenting.captioned(room) if room.space.captions_on else ()
        return ConsoleFacts(
            panel=await self.panel(room),
            captioned_ids=frozenset(one.person.id for one in captioned),
            sound=self._listener.counters(room.space.guild_id) if room.space.captions_on else None,
        )

    async def summary(self, space: Space) -> Summary:
        """What remains of an ended Space."""
        people = await self._spaces.participants(space.id)
        began = space.live_at or space.created_at
        ended = space.ended_at or self._clock.now()
        lines = await self._transcripts.lines(space.id)
        peak = await self._spaces.peak(space.id)
        return Summary(
            space=space,
            seconds=(ended - began).total_seconds(),
            peak_listeners=peak,
            visitors=max(peak, sum(one.arrived_at is not None for one in people)),  # erased people are not counted
            speakers=sum(one.stage_seconds > 0 for one in people),
            reactions=dict(await self._reactions.totals(space.id)),
            posts=tuple(await self._posts.of_space(space.id)),
            lines=sum(line.kept for line in lines),
        )

    async def host_summary(self, space: Space) -> HostSummary:
        """The summary with what only hosts see, the longest on stage first."""
        people = await self._spaces.participants(space.id)
        spoke = sorted((one for one in people if one.stage_seconds > 0), key=lambda one: -one.stage_seconds)
        return HostSummary(
            summary=await self.summary(space),
            stage_seconds=tuple((one.person.name, one.stage_seconds) for one in spoke),
            sound=self._last_sound.get(space.id),
        )

    def note_sound(self, space: Space) -> None:
        """Keeps what the gate has counted so far in a Space that ends; to be called before the listener leaves."""
        counters = self._listener.counters(space.guild_id)
        if counters is not None:
            self._last_sound[space.id] = counters
        if len(self._last_sound) > _MOST_ENDS_REMEMBERED:
            del self._last_sound[next(iter(self._last_sound))]


def _asked(room: Room) -> Participant | None:
    asked = room.find(room.space.shown_question_of or 0)
    return asked if asked is not None and asked.present and asked.question else None


def _stands(room: Room, person_id: int) -> str:
    one = room.find(person_id)
    if one is None or not one.present:
        return "not here"
    role = {Role.HOST: "host, ", Role.CO_HOST: "co-host, "}.get(one.role, "")
    place = room.place(person_id)
    return f"{role}{one.standing.value}" + (f", place {place} of {room.hand_count}" if place else "")


def _tally(policy: ServerPolicy, counts: Mapping[str, int]) -> tuple[tuple[Gesture, int], ...]:
    """Counts with their gestures, most frequent first; gestures that were taken out of the YAML are left out."""
    known = [(gesture, counts[gesture.key]) for gesture in policy.gestures if counts.get(gesture.key)]
    return tuple(sorted(known, key=lambda pair: -pair[1]))
