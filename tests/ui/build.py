"""Facts of a Space, for rendering."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from spaces.model import (
    Participant,
    Person,
    Role,
    SharedPost,
    Space,
    SpaceState,
    Standing,
    Summary,
    TranscriptLine,
)
from spaces.overview import ConsoleFacts, PanelFacts
from spaces.policy import STANDARD_GESTURES
from spaces.ports import VoiceCounters
from spaces.rules import RoomRules

NOW = datetime(2026, 11, 22, 20, 14, tzinfo=UTC)


def space(title: str = "What we read", host: str = "Ada") -> Space:
    """A live Space."""
    return Space(
        id=7,
        guild_id=1,
        host=Person(10, host),
        title=title,
        state=SpaceState.LIVE,
        created_at=NOW,
        live_at=NOW,
        channel_id=99,
        captions_on=True,
        rules=RoomRules(turn_seconds=120),
    )


def people(count: int, standing: Standing, name: str = "Somebody") -> tuple[Participant, ...]:
    """That many people who stand there; nobody stands in two places."""
    waits = standing is Standing.HAND_UP
    first = 2000 if waits else 1000
    return tuple(
        Participant(
            7,
            Person(first + number, f"{name} {number}"),
            standing=standing,
            present=True,
            hand_at=NOW if waits else None,
            turn_ends_at=NOW if standing is Standing.ON_STAGE else None,
        )
        for number in range(count)
    )


def post(number: int, note: str = "the review", sharer: str = "Ada", url: str | None = None) -> SharedPost:
    """A shared link."""
    return SharedPost(number, 7, Person(10, sharer), url or f"https://example.org/{number}", note, NOW)


def panel_facts(*, text: str = "Ada", speakers: int = 3, hands: int = 4, posts: int = 1) -> PanelFacts:
    """What a panel shows; ``text`` stands wherever people may write."""
    return PanelFacts(
        space=space(text, text),
        hosts=(Participant(7, Person(10, text), role=Role.HOST),),
        on_stage=people(speakers, Standing.ON_STAGE, text),
        queue=people(hands, Standing.HAND_UP, text),
        listening=128,
        captioned=2,
        languages=("en",),
        tally=tuple((gesture, 12) for gesture in STANDARD_GESTURES),
        posts=tuple(post(number, text, text) for number in range(1, posts + 1)),
        gestures=STANDARD_GESTURES,
    )


def console_facts(**how: object) -> ConsoleFacts:
    """What a console shows."""
    return ConsoleFacts(panel_facts(**how), frozenset({1000}), VoiceCounters(1300, 300, 1000, 0, 0))  # type: ignore[arg-type]


def summary(*, text: str = "Ada", posts: int = 1, lines: int = 3) -> Summary:
    """What is left of a Space."""
    return Summary(
        space=space(text, text),
        seconds=3780,
        peak_listeners=130,
        visitors=210,
        speakers=5,
        reactions={"clap": 12, "gone": 1},
        posts=tuple(post(number, text, text, f"https://example.org/{'a' * 900}{number}") for number in range(posts)),
        lines=lines,
    )


def line(text: str, *, name: str = "Ada", at: float = 0.0, seconds: float = 2.0, number: int = 1) -> TranscriptLine:
    """A stored line, spoken ``at`` seconds after the Space began."""
    began = NOW + timedelta(seconds=at)
    return TranscriptLine(
        id=number,
        space_id=7,
        person_id=10,
        name=name,
        utterance_id=f"u{number}",
        started_at=began,
        ended_at=began + timedelta(seconds=seconds),
        text=text,
        words=(),
        kept=True,
        last_packet_at=began,
        stored_at=began,
    )
