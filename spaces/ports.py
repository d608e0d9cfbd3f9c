"""What the domain needs from the world around it. Adapters implement these; ``tests/fakes.py`` has plain ones.

Every coroutine may raise :class:`spaces.errors.SpacesError`; none lets a foreign exception out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from spaces.model import (
    Hypothesis,
    Person,
    Report,
    SharedPost,
    Space,
    Summary,
    TranscriptLine,
    Utterance,
    VoiceStanding,
)
from spaces.rules import NameOrId


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """The wall clock, aware, in UTC."""
        ...


# --- Discord -------------------------------------------------------------------------------------------------------


class StageState(StrEnum):
    """What Discord shows of a Space's stage: the stage instance is open, only the channel is there, neither is.

    ``UNKNOWN`` while Discord does not show the server at all: not connected yet, or an outage.
    """

    OPEN = "open"
    CLOSED = "closed"
    GONE = "gone"
    UNKNOWN = "unknown"


class StageGateway(Protocol):
    """The stage channel behind a Space."""

    async def check_can_open(self, guild_id: int) -> None:
        """Raises :class:`ServerNotReady`, naming what is missing, if a stage could not be opened there now."""
        ...

    async def create_channel(self, space: Space) -> int:
        """Creates the stage channel and returns its id; people cannot be heard in it yet."""
        ...

    async def find_unsaved(self, space: Space, known: Collection[int]) -> int | None:
        """The channel that was created for the Space before its id could be saved, if there is one.

        ``known`` are the ids of channels that are another Space's, which may have the same title.
        """
        ...

    async def start_stage(self, space: Space) -> None:
        """Starts the stage instance with the Space's title in ``space.channel_id``."""
        ...

    async def reopen_stage(self, space: Space) -> None:
        """Starts the stage instance again, telling nobody; does nothing if it is open."""
        ...

    async def retitle(self, space: Space) -> None:
        """Makes the stage instance carry the Space's title; the channel keeps its name."""
        ...

    async def check_doors(self, space: Space) -> None:
        """Raises :class:`ServerNotReady`, saying what to do, if Discord's doors could not be made to suit its rules."""
        ...

    async def set_doors(self, space: Space, let_in: Collection[int]) -> None:
        """Makes what Discord lets people do in the channel (raise a hand, join) suit the Space's rules.

        ``let_in`` are the people who may join although the rules let in others only.
        """
        ...

    async def end_stage(self, space: Space) -> None:
        """Ends the stage: nobody can be heard any more, nor join a channel that was made for the Space. Does nothing
        for what is gone already."""
        ...

    async def remove_channel(self, space: Space) -> None:
        """Deletes the channel that :meth:`create_channel` made; does nothing if it is gone already."""
        ...

    async def state(self, space: Space) -> StageState:
        """What Discord shows of the stage now."""
        ...

    async def people(self, space: Space) -> Sequence[VoiceStanding]:
        """Everybody in the channel now, bots left out."""
        ...

    async def invite(self, space: Space, person_id: int) -> None:
        """Invites a person in the audience to speak. Raises :class:`NotFound` if they left voice."""
        ...

    async def to_audience(self, space: Space, person_id: int) -> None:
        """Moves a person to the audience, which also lowers a native hand."""
        ...

    async def disconnect(self, space: Space, person_id: int) -> None:
        """Takes a person out of the channel; does nothing if they left."""
        ...

    async def server_mute(self, guild_id: int, person_id: int, *, muted: bool) -> None:
        """Mutes or unmutes a person in the whole server. Raises :class:`NotFound` for who is not in voice."""
        ...

    async def set_moderator(self, guild_id: int, channel_id: int, person_id: int, *, is_one: bool) -> None:
        """Gives a member the three permissions of a stage moderator on a channel, or takes them away again.

        Raises :class:`NotFound` if the channel is gone.
        """
        ...


class Calendar(Protocol):
    """The scheduled events of servers."""

    async def check(self, guild_id: int, event_id: int) -> None:
        """Raises :class:`NotFound` for an event that is gone or over, :class:`Conflict` for one that is running or
        takes place elsewhere, :class:`ServerNotReady` naming the permission that is missing to start it."""
        ...

    async def begin(self, space: Space) -> None:
        """Starts the event of the Space in its channel; raises as :meth:`check` if something got there first."""
        ...

    async def complete(self, space: Space) -> None:
        """Completes the event of the Space, if it is running there still; a Space without one is passed over."""
        ...


class NoticeAction(StrEnum):
    """The one thing that a person can do about a private word, offered as a button beside it."""

    LOWER_HAND = "lower hand"
    CHOOSE_CAPTIONS = "choose captions"
    JOIN = "join"


@dataclass(frozen=True, slots=True)
class Notice:
    """A private word: the sentence, and what can be done about it.

    ``only_in_private`` means: rather not at all than in a line that others can read.
    """

    text: str
    actions: tuple[NoticeAction, ...] = ()
    only_in_private: bool = False


class Notifier(Protocol):
    """Private words to one person."""

    async def tell(self, space: Space, person: Person, notice: Notice) -> None:
        """Reaches the person as quietly as possible; never raises for a person who cannot be reached."""
        ...

    async def settle(self, space: Space, person_id: int) -> None:
        """Removes the lines in the stage's chat that were meant for this person: they have acted."""
        ...


class Board(Protocol):
    """What the room sees: panel, captions, post cards, summary. Redraws by itself when events tell of a change."""

    async def opened(self, space: Space) -> int:
        """Posts the panel as the first message of the stage's chat; returns the message's id."""
        ...

    async def announce(self, space: Space, role: NameOrId) -> None:
        """Tells the members of a role in the stage's chat that the Space is live; nobody else is notified.

        Doing it again within minutes, perhaps after a crash, changes nothing. Raises :class:`ServerNotReady`, saying
        what to do, if there is no such role or it cannot be notified.
        """
        ...

    async def post_shared(self, space: Space, post: SharedPost) -> int:
        """Posts the card of a shared link; returns the message's id."""
        ...

    async def remove_lines(self, space: Space, lines: Sequence[TranscriptLine]) -> None:
        """Takes these lines out of the captions that were posted."""
        ...

    async def remove_post(self, space: Space, post: SharedPost) -> None:
        """Deletes the card of a shared link."""
        ...

    async def redraw_summary(self, summary: Summary) -> None:
        """Draws the summary of a Space that is over anew, if it is still there."""
        ...

    async def finish(self, summary: Summary) -> None:
        """Posts what is still waiting, turns the panel into the summary and forgets the Space."""
        ...


class ReportDesk(Protocol):
    """Where moderators read reports."""

    async def file(self, report: Report, space: Space) -> None:
        """Posts the report to the moderators' channel. Raises :class:`ServerNotReady` where there is none."""
        ...


# --- sound and speech ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VoiceCounters:
    """What arrived on the voice socket, in packets, since the bot joined the stage.

    ``refused`` were dropped before decryption for want of consent (unknown speakers included), ``decrypted`` passed
    the gate and the cipher, ``failed`` passed the gate but not the cipher, ``malformed`` were no RTP audio at all.
    """

    received: int
    refused: int
    decrypted: int
    failed: int
    malformed: int


class UtteranceSink(Protocol):
    """Takes what a consenting person said. Called on the event loop; must return at once."""

    def put(self, utterance: Utterance) -> None:
        """Accepts a finished utterance."""
        ...


class VoiceListener(Protocol):
    """Receives the sound of one stage per server. Default deny: without :meth:`allow` nobody is decrypted."""

    async def join(self, space: Space, sink: UtteranceSink, consenting: Collection[int]) -> None:
        """Joins the Space's stage and listens to the ``consenting``."""
        ...

    async def leave(self, guild_id: int) -> None:
        """Leaves the stage; does nothing if not there."""
        ...

    def allow(self, guild_id: int, person_id: int) -> None:
        """From the next packet on, this person's sound passes the gate."""
        ...

    def refuse(self, guild_id: int, person_id: int) -> None:
        """From the next packet on, nothing of this person passes; what was not yet handed on is thrown away."""
        ...

    def counters(self, guild_id: int) -> VoiceCounters | None:
        """Packets since joining; None when not in a stage of that server."""
        ...


class Spool(Protocol):
    """Keeps utterances on disk until they are transcribed, so that a crash loses nothing."""

    async def add(self, utterance: Utterance) -> None:
        """Writes it durably."""
        ...

    async def remove(self, utterance_id: str) -> None:
        """Forgets it: it was transcribed, or must not be."""
        ...

    async def remove_person(self, person_id: int, space_id: int | None = None) -> int:
        """Forgets all of a person (in one Space, or everywhere); returns how many utterances."""
        ...

    async def pending(self) -> Sequence[Utterance]:
        """All that is waiting, oldest first; torn records of a crash are passed over."""
        ...


@dataclass(frozen=True, slots=True)
class EngineCapabilities:
    """What a speech engine can do. ``runs_where`` completes "Made by {name}, {runs_where}"."""

    name: str
    runs_where: str
    languages: tuple[str, ...]
    max_seconds: float
    word_times: bool
    confidence: bool


class SpeechEngine(Protocol):
    """Speech to text."""

    @property
    def capabilities(self) -> EngineCapabilities:
        """What it can do; available before :meth:`start`."""
        ...

    async def start(self) -> None:
        """Gets ready (loads models, starts workers). Raises :class:`SpeechError` with a remedy if it cannot."""
        ...

    async def transcribe(self, utterance: Utterance) -> Hypothesis:
        """Text of an utterance. Raises :class:`RetryableSpeechError` or :class:`FatalSpeechError`."""
        ...

    async def close(self) -> None:
        """Stops workers and frees memory."""
        ...
