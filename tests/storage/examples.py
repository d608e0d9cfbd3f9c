"""Rows to store: complete ones, of which a test names what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from spaces.model import (
    Consent,
    ConsentChoice,
    Person,
    Report,
    SharedPost,
    Space,
    SpaceState,
    TranscriptLine,
    Word,
)

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
GUILD = 1 << 60  # as long as snowflakes get
ADA = Person(2**63 - 1, "Ada")
BELA = Person(200, "Béla 🎙️")
CLEO = Person(300, "Cleo")


def a_space(**changes: Any) -> Space:
    space = Space(
        id=0,
        guild_id=GUILD,
        host=ADA,
        title="What we read",
        state=SpaceState.LIVE,
        created_at=NOON,
    )
    return replace(space, **changes)


def a_consent(**changes: Any) -> Consent:
    consent = Consent(
        guild_id=GUILD,
        space_id=None,
        person=BELA,
        choice=ConsentChoice.TRANSCRIPT,
        hide_name=True,
        chosen_at=NOON,
        expires_at=NOON + timedelta(days=180),
        engine="pocketsphinx 5",
        readers="everyone who can see the stage",
        kept_days=30,
        wording=3,
    )
    return replace(consent, **changes)


def a_line(space_id: int, utterance_id: str, **changes: Any) -> TranscriptLine:
    line = TranscriptLine(
        id=0,
        space_id=space_id,
        person_id=BELA.id,
        name="a speaker",
        utterance_id=utterance_id,
        started_at=NOON,
        ended_at=NOON + timedelta(seconds=2.5),
        text="go forward ten meters",
        words=(Word("go", 0.0, 0.25, 0.98), Word("forward", None, None, None)),
        kept=True,
        last_packet_at=NOON + timedelta(seconds=2.6),
        stored_at=NOON + timedelta(seconds=4),
    )
    return replace(line, **changes)


def a_post(space_id: int, url: str, **changes: Any) -> SharedPost:
    post = SharedPost(id=0, space_id=space_id, sharer=BELA, url=url, note="read this", shared_at=NOON)
    return replace(post, **changes)


def a_report(space_id: int, **changes: Any) -> Report:
    report = Report(
        id=0, guild_id=GUILD, space_id=space_id, reporter=BELA, subject=CLEO, reason="shouting", reported_at=NOON
    )
    return replace(report, **changes)
