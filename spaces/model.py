"""The things that a Space is made of. Frozen values: a change is a new value, written to the store first.

Times are aware datetimes in UTC, durations are seconds, ids of people, servers and channels are Discord snowflakes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, Self

from spaces.rules import STANDARD_RULES, RoomRules, SpeakMode

SOMEONE = "someone"
"""What stands for the name of somebody whose data was erased."""


class SpaceState(StrEnum):
    """The life of a Space: ``opening → live → ending → ended``, or ``opening → failed`` when Discord refused.

    ``ending`` is over for people, but not tidied up yet: last words are still being transcribed.
    """

    OPENING = "opening"
    LIVE = "live"
    ENDING = "ending"
    ENDED = "ended"
    FAILED = "failed"


class EndReason(StrEnum):
    """Why a Space ended.

    ``WIND_DOWN``: nobody was left to speak or host. ``REMOVED``: its channel was deleted. ``OUTAGE``: Discord closed
    the stage while the bot was away, and nobody was left.
    """

    HOST = "host"
    MODERATOR = "moderator"
    WIND_DOWN = "wind-down"
    REMOVED = "removed"
    OUTAGE = "outage"


class Role(StrEnum):
    """What a person may decide in a Space. Being on stage is a :class:`Standing`, not a role."""

    HOST = "host"
    CO_HOST = "co-host"
    GUEST = "guest"


class Standing(StrEnum):
    """Where a person stands on the way to the stage: ``listening → hand up → invited → on stage``."""

    LISTENING = "listening"
    HAND_UP = "hand up"
    INVITED = "invited"
    ON_STAGE = "on stage"


class DebtKind(StrEnum):
    """What was done to a person and is still to be undone.

    A server mute can only be lifted while its subject is in voice; the three permissions of a stage moderator are an
    overwrite for one member on a channel.
    """

    SERVER_MUTE = "server mute"
    MODERATOR = "moderator"


@dataclass(frozen=True, slots=True)
class Debt:
    """Something owed to a person in a server; ``channel_id`` is 0 where it concerns no channel."""

    guild_id: int
    person_id: int
    kind: DebtKind
    owed_since: datetime
    channel_id: int = 0


class ConsentChoice(StrEnum):
    """What may happen with a person's words. Whoever has not chosen counts as ``NEITHER``."""

    NEITHER = "neither"
    CAPTIONS = "captions"
    TRANSCRIPT = "transcript"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, with the name that they bore when they were seen: Discord forgets people who leave voice."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class RoleTag:
    """A server's role, as far as the rules need it."""

    id: int
    name: str


class RoleMatcher(Protocol):
    """Something that means a role, such as a name or id written in the YAML."""

    def matches(self, thing_id: int, name: str) -> bool:
        """Whether it means the role with that id and name."""
        ...


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever asks for something, with what the rules need to know about them at this moment."""

    person: Person
    roles: tuple[RoleTag, ...] = ()
    is_admin: bool = False
    member_since: datetime | None = None

    def has_any(self, matchers: Iterable[RoleMatcher]) -> bool:
        """Whether one of their roles is meant by one of ``matchers``."""
        return any(matcher.matches(role.id, role.name) for matcher in matchers for role in self.roles)


@dataclass(frozen=True, slots=True)
class Space:
    """One room. ``id`` is 0 until the store has given it a number; the policy in it is the one it began with.

    ``preset`` is the name of the rules that it was opened with. While ``locked``, nobody new may join.
    ``owns_channel`` is False for a channel that was there before the Space: such a one is never removed.
    ``event_id`` is the scheduled event that it took over. ``paused_at`` is since when it winds down: Discord closed the
    stage, or nobody is left to host. ``host_away_at`` is when the host was seen to leave. Both are None while all is
    well, and moved on to now when the bot was away itself.
    ``shown_question_of`` is the person whose question the hosts show to the room.
    """

    id: int
    guild_id: int
    host: Person
    title: str
    state: SpaceState
    created_at: datetime
    rules: RoomRules = STANDARD_RULES
    preset: str | None = None
    transcript_days: int = 30
    channel_id: int | None = None
    owns_channel: bool = True
    event_id: int | None = None
    panel_message_id: int | None = None
    live_at: datetime | None = None
    ended_at: datetime | None = None
    paused_at: datetime | None = None
    host_away_at: datetime | None = None
    captions_on: bool = False
    locked: bool = False
    shown_question_of: int | None = None
    end_reason: EndReason | None = None

    @property
    def speak(self) -> SpeakMode:
        """Who may speak."""
        return self.rules.speak

    @property
    def speaker_limit(self) -> int:
        """How many may be on stage at once."""
        return self.rules.speaker_limit

    @property
    def is_live(self) -> bool:
        """Whether people are in it now."""
        return self.state is SpaceState.LIVE

    def evolve(self, **changes: Any) -> Self:
        """The same Space with ``changes``."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Participant:
    """A person in a Space. Kept after they left, so that the summary and the host's choices outlive the visit.

    ``hand_at`` is when the hand went up (set while ``HAND_UP``), ``hand_native`` whether it was raised in Discord
    itself; ``stage_seconds`` the time on stage so far without the running turn, which began at ``stage_since``;
    ``unmuted_seconds`` and ``unmuted_since`` are the same for the time with an open microphone.

    ``question`` came with the hand; ``read_aloud`` asks a host to read it, its author will not speak. ``invited_at``
    and ``invited_by`` are set while an invitation waits; ``misses`` counts those that were not taken in time.
    ``turn_ends_at`` is when a timed turn ends. ``admitted`` were brought into a room for invited people; ``barred``
    were removed and may not come back. ``arrived_at`` is when they last came in, None for who never did;
    ``appointed_at`` when they became a co-host: in that order co-hosts take over.
    """

    space_id: int
    person: Person
    role: Role = Role.GUEST
    standing: Standing = Standing.LISTENING
    present: bool = False
    hand_at: datetime | None = None
    hand_native: bool = False
    stage_since: datetime | None = None
    stage_seconds: float = 0.0
    unmuted_since: datetime | None = None
    unmuted_seconds: float = 0.0
    question: str = ""
    read_aloud: bool = False
    invited_at: datetime | None = None
    invited_by: int | None = None
    misses: int = 0
    turn_ends_at: datetime | None = None
    admitted: bool = False
    barred: bool = False
    arrived_at: datetime | None = None
    appointed_at: datetime | None = None

    def evolve(self, **changes: Any) -> Self:
        """The same participant with ``changes``."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class VoiceStanding:
    """What Discord says of a person's voice at one moment. ``channel_id`` is None when they left voice.

    https://discord.com/developers/docs/resources/voice#voice-state-object
    """

    guild_id: int
    person: Person
    channel_id: int | None
    suppressed: bool
    requested_at: datetime | None
    self_muted: bool = False
    server_muted: bool = False

    @property
    def standing(self) -> Standing:
        """The four voice states of a stage: suppressed or not, with a request time or without."""
        if self.suppressed:
            return Standing.LISTENING if self.requested_at is None else Standing.HAND_UP
        return Standing.ON_STAGE if self.requested_at is None else Standing.INVITED


@dataclass(frozen=True, slots=True)
class Gesture:
    """A hand gesture that people can send: ``key`` in storage and ids, ``label`` in words beside every ``emoji``."""

    key: str
    label: str
    emoji: str


@dataclass(frozen=True, slots=True)
class Consent:
    """A person's choice about their words, kept as a dated receipt.

    ``space_id`` is None when the choice holds for the whole server until ``expires_at``. ``engine``, ``readers``,
    ``kept_days`` and ``wording`` record what the person was told; a changed engine or wording is asked again.
    """

    guild_id: int
    space_id: int | None
    person: Person
    choice: ConsentChoice
    hide_name: bool
    chosen_at: datetime
    expires_at: datetime | None
    engine: str
    readers: str
    kept_days: int
    wording: int

    @property
    def allows_captions(self) -> bool:
        """Whether their words may be written down at all."""
        return self.choice is not ConsentChoice.NEITHER

    @property
    def allows_transcript(self) -> bool:
        """Whether their words may stay after the Space has ended."""
        return self.choice is ConsentChoice.TRANSCRIPT


@dataclass(frozen=True, slots=True)
class Utterance:
    """A stretch of one person's talk, as 20 ms Opus frames of 48 kHz. ``None`` stands for a lost frame.

    ``started_at`` is the wall-clock time of the first frame, ``last_packet_at`` when the last packet arrived.
    """

    id: str
    space_id: int
    person_id: int
    started_at: datetime
    last_packet_at: datetime
    frames: tuple[bytes | None, ...] = field(repr=False)

    @property
    def seconds(self) -> float:
        """Length in seconds of sound."""
        return len(self.frames) * 0.02

    @property
    def ended_at(self) -> datetime:
        """When the last frame's sound ends."""
        return self.started_at + timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word: start and end in seconds from the utterance's start, confidence 0 to 1 or None if unknown."""

    text: str
    start: float | None
    end: float | None
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What a speech engine believes was said. Empty ``text`` means that it heard no words."""

    text: str
    words: tuple[Word, ...]
    engine: str
    language: str


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One stored line. ``name`` is the name shown at that time, or "a speaker"; ``kept`` is False for captions only.

    ``caption_message_id`` is the message in which the line was shown, so that it can be taken out again.
    """

    id: int
    space_id: int
    person_id: int
    name: str
    utterance_id: str
    started_at: datetime
    ended_at: datetime
    text: str
    words: tuple[Word, ...]
    kept: bool
    last_packet_at: datetime
    stored_at: datetime
    caption_message_id: int | None = None


@dataclass(frozen=True, slots=True)
class SharedPost:
    """A link that was brought into the room."""

    id: int
    space_id: int
    sharer: Person
    url: str
    note: str
    shared_at: datetime
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A complaint to the moderators. ``subject`` is None when the Space as a whole is meant."""

    id: int
    guild_id: int
    space_id: int
    reporter: Person
    subject: Person | None
    reason: str
    reported_at: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """What remains of a Space when it has ended. ``visitors`` is how many different people came."""

    space: Space
    seconds: float
    peak_listeners: int
    visitors: int
    speakers: int
    reactions: dict[str, int]
    posts: tuple[SharedPost, ...]
    lines: int
