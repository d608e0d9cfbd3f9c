"""The demo's numbers: right on examples, and able to be bad."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from demo import measures
from demo.evening import Sound, Talk
from demo.results import packets
from demo.script import ADA, BEN, BEN_ON_THE_MAP, CALLUM_IN_CONFIDENCE, LINES, SECRETS, WELCOME, Line
from demo.word_errors import WordErrors
from discord_emulator.voice import Spoken
from storage.database import Database
from storage.space_store import SqlSpaceStore
from storage.transcript_store import SqlTranscriptStore
from tests.storage.examples import a_line, a_space

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
TRANSCRIPT = """What we read
Hosted by Ada, 2026-05-01 12:00 UTC
Only people who agreed are in here.

[00:00:05] Ada: good evening
[00:00:09] Ben: good evening to you
[00:00:12] [Ada shared https://books.example/a · note: read this]
[01:00:15] Ada: and welcome
"""


def test_what_a_transcript_holds_of_each() -> None:
    assert measures.said_in(TRANSCRIPT) == {"Ada": "good evening and welcome", "Ben": "good evening to you"}


def test_a_perfect_transcript_has_no_errors_and_a_lost_line_counts_whole() -> None:
    perfect = {
        name: " ".join(line.text for line in LINES if line.speaker.name == name) for name in (ADA.name, BEN.name)
    }
    errors = measures.errors_by_speaker(LINES, perfect)
    assert {name: one.errors for name, one in errors.items()} == {"Ada": 0, "Ben": 0}
    lines = (Line("a", ADA, "one two"), Line("b", BEN, "three four five"), Line("c", ADA, "six"))
    errors = measures.errors_by_speaker(lines, {"Ada": "one two"})
    assert errors == {"Ada": WordErrors(1, 3), "Ben": WordErrors(3, 3)}
    assert measures.pooled(errors.values()) == WordErrors(4, 6)


def test_a_secret_is_found_as_a_word_in_any_text() -> None:
    texts = {"captions": "Ada: what hospitality", "file": "Ben: in the HOSPITAL,\nwith a job"}
    assert measures.words_in_texts(SECRETS, texts) == ["“hospital” in file", "“job” in file"]
    assert measures.words_in_texts(SECRETS, {"file": TRANSCRIPT}) == []


def test_a_secret_is_found_in_raw_bytes(tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool" / "a.bin").write_bytes(b"\x00\xffmy NEIGHBORS\x00 and a job")
    (tmp_path / "bot.log").write_text("nothing of the kind")
    files = measures.left_behind(tmp_path)
    assert [path.name for path in files] == ["bot.log", "a.bin"]
    assert measures.words_in_files(SECRETS, files) == ["“neighbors” in a.bin"]


def test_all_that_was_sent_is_searched() -> None:
    sent = measures.sent_texts([None, {"content": "Ünd", "components": [{"content": "my cattle"}]}])
    assert "Ünd" in sent
    assert measures.words_in_texts(SECRETS, {"sent": sent}) == ["“cattle” in sent"]


async def test_stored_lines_are_read_from_the_bots_own_database(tmp_path: Path) -> None:
    path = tmp_path / "spaces.sqlite3"
    database = await Database.open(f"sqlite+aiosqlite:///{path}")
    try:
        stored = await SqlSpaceStore(database).add(a_space())
        transcripts = SqlTranscriptStore(database)
        for number, seconds in enumerate((1.0, 3.0, 2.0), start=1):
            spoken = NOON + timedelta(minutes=number)
            line = await transcripts.add(
                a_line(
                    stored.id,
                    f"utterance {number}",
                    person_id=number,
                    text=f"line {number}",
                    last_packet_at=spoken,
                    stored_at=spoken + timedelta(seconds=seconds),
                )
            )
            assert line is not None
            await transcripts.set_caption_message([line.id], 70 + number)
        lines = measures.stored_lines(path)  # while the bot has it open
    finally:
        await database.close()
    assert [(line.person_id, line.text, line.message_id) for line in lines] == [
        (1, "line 1", 71),
        (2, "line 2", 72),
        (3, "line 3", 73),
    ]
    assert lines[0].last_packet_at == NOON + timedelta(minutes=1)
    assert measures.until_stored(lines) == measures.Latency(median=2.0, longest=3.0)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.Error):
        measures.stored_lines(tmp_path / "none.sqlite3")


def test_without_lines_there_is_no_latency() -> None:
    assert measures.until_stored([]) is None


@pytest.mark.parametrize(("values", "middle"), [([3.0], 3.0), ([1.0, 9.0], 9.0), ([5.0, 1.0, 2.0], 2.0)])
def test_the_upper_median(values: list[float], middle: float) -> None:
    assert measures.median(values) == middle


def test_a_median_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        measures.median([])


def _talk(line: Line, count: int, life: int = 0) -> Talk:
    return Talk(line, Spoken(0.0, 1.0, count, count * 0.02), life)


@pytest.mark.parametrize(
    ("sound", "met"),
    [
        (Sound(heard=310, refused=205), [True, True]),
        (Sound(heard=309, refused=205), [True, True]),
        (Sound(heard=311, refused=204), [False, False]),
    ],
    ids=["all", "one lost on the way", "one of his heard"],
)
def test_packets_are_counted_with_the_silence_that_follows_speech(sound: Sound, met: list[bool]) -> None:
    talks = [
        _talk(WELCOME, 100),
        _talk(CALLUM_IN_CONFIDENCE, 200),
        _talk(BEN_ON_THE_MAP, 200),
        _talk(CALLUM_IN_CONFIDENCE, 1000, life=1),
    ]
    rows = packets(talks, [sound])
    assert [row.met for row in rows] == met
    assert rows[0].value == f"{sound.refused} of 205 sent"
    assert rows[1].value == f"{sound.heard} of 310 sent"
