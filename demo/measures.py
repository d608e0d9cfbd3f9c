"""What the evening is measured by: words, leaks, times; from what members got and what the bot left behind."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from demo.captions import CaptionWatch
from demo.script import Line
from demo.word_errors import WordErrors, normalise, word_errors

_TXT_LINE = re.compile(r"^\[\d{2,}:\d\d:\d\d\] (?P<name>[^:\[\]]+): (?P<text>.*)$", re.MULTILINE)

SHORTEST_RAW_WORD = 6
"""Letters. Shorter words are not looked for in raw bytes, where chance alone writes them now and then."""


@dataclass(frozen=True, slots=True)
class StoredLine:
    """A transcript line as the bot stored it, with the two moments that its latency is counted from and to."""

    person_id: int
    text: str
    last_packet_at: datetime
    stored_at: datetime
    message_id: int | None


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds from the last packet of what was said to something else: half of the lines took at most ``median``."""

    median: float
    longest: float


# -- words ---------------------------------------------------------------------------------------------------------


def said_in(transcript: str) -> dict[str, str]:
    """What a transcript (TXT) holds of each speaker, in order."""
    found: dict[str, str] = {}
    for match in _TXT_LINE.finditer(transcript):
        found[match["name"]] = f"{found.get(match['name'], '')} {match['text']}".strip()
    return found


def errors_by_speaker(lines: Iterable[Line], heard: Mapping[str, str]) -> dict[str, WordErrors]:
    """Word errors of each speaker who consents: all that the script has them say against all that was heard."""
    script: dict[str, str] = {}
    for line in lines:
        if line.speaker.consents:
            script[line.speaker.name] = f"{script.get(line.speaker.name, '')} {line.text}".strip()
    return {name: word_errors([(text, heard.get(name, ""))]) for name, text in script.items()}


def pooled(errors: Iterable[WordErrors]) -> WordErrors:
    """All of them together."""
    counted = list(errors)
    return WordErrors(sum(one.errors for one in counted), sum(one.words for one in counted))


# -- leaks ---------------------------------------------------------------------------------------------------------


def words_in_texts(secrets: Iterable[str], texts: Mapping[str, str]) -> list[str]:
    """Every secret that is a word of one of the texts, with the name of that text."""
    wanted = frozenset(secrets)
    return [
        f"“{word}” in {name}" for name, text in texts.items() for word in sorted(wanted & set(normalise(text).split()))
    ]


def words_in_files(secrets: Iterable[str], files: Iterable[Path]) -> list[str]:
    """Every secret of at least six letters whose letters stand in one of the files, in any case."""
    wanted = sorted(word for word in secrets if len(word) >= SHORTEST_RAW_WORD)
    found: list[str] = []
    for path in files:
        content = path.read_bytes().lower()
        found += [f"“{word}” in {path.name}" for word in wanted if word.encode() in content]
    return found


def left_behind(folder: Path) -> list[Path]:
    """Everything that the bot has written: database, log, sound that waits."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def sent_texts(bodies: Iterable[Any]) -> str:
    """All that was sent to Discord, in one text."""
    return "\n".join(json.dumps(body, ensure_ascii=False, default=str) for body in bodies if body is not None)


# -- what the bot stored -------------------------------------------------------------------------------------------


def stored_lines(database: Path) -> list[StoredLine]:
    """All transcript lines, oldest first. Raises :class:`sqlite3.Error` if it is no such database."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        rows = connection.execute(
            "SELECT person_id, text, last_packet_at, stored_at, caption_message_id FROM transcript_lines ORDER BY id"
        ).fetchall()
    return [
        StoredLine(person_id, text, _moment(last_packet_at), _moment(stored_at), message_id)
        for person_id, text, last_packet_at, stored_at, message_id in rows
    ]


def until_stored(lines: Sequence[StoredLine]) -> Latency | None:
    """From the last packet of an utterance until its line was stored; None without lines."""
    return _latency((line.stored_at - line.last_packet_at).total_seconds() for line in lines)


def until_visible(lines: Sequence[StoredLine], captions: CaptionWatch) -> Latency | None:
    """From the last packet of an utterance until a member could read it; None if none ever could."""
    seconds: list[float] = []
    for line in lines:
        shown_at = None if line.message_id is None else captions.shown_at(line.message_id, line.text)
        if shown_at is not None:
            seconds.append((shown_at - line.last_packet_at).total_seconds())
    return _latency(seconds)


def median(values: Iterable[float]) -> float:
    """The upper median: half of the values are at most this. Raises :class:`ValueError` without values."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("nothing was measured")
    return ordered[len(ordered) // 2]


def _latency(seconds: Iterable[float]) -> Latency | None:
    measured = list(seconds)
    return Latency(median(measured), max(measured)) if measured else None


def _moment(stored: str) -> datetime:
    """The database holds UTC without saying so."""
    return datetime.fromisoformat(stored).replace(tzinfo=UTC)
