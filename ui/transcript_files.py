"""Transcripts as files: plain text and WebVTT (https://www.w3.org/TR/webvtt1/)."""

from __future__ import annotations

from datetime import datetime

from spaces.transcribing import Transcript
from ui.wording import MADE_BY_MACHINE


def text_file(transcript: Transcript) -> str:
    """Plain text: a head, then one line an utterance, with the posts where they were shared."""
    space = transcript.space
    began = space.live_at or space.created_at
    rows = [(line.started_at, f"{line.name}: {line.text}") for line in transcript.lines]
    rows += [
        (post.shared_at, f"[{post.sharer.name} shared {post.url}" + (f" · {post.note}]" if post.note else "]"))
        for post in transcript.posts
    ]
    head = [
        space.title,
        f"Hosted by {space.host.name}, {began:%Y-%m-%d %H:%M} UTC",
        f"Only people who agreed are in here. {MADE_BY_MACHINE.capitalize()}.",
        "",
    ]
    body = [f"[{_clock(began, at)}] {text}" for at, text in sorted(rows, key=lambda row: row[0])]
    return "\n".join([*head, *body]) + "\n"


def vtt_file(transcript: Transcript) -> str:
    """WebVTT: one cue an utterance with its speaker as voice, times from the Space's start; posts are notes."""
    space = transcript.space
    began = space.live_at or space.created_at
    blocks = ["WEBVTT", f"NOTE {_plain(space.title)}\n{MADE_BY_MACHINE}"]
    cues = [
        (
            line.started_at,
            f"{_stamp(began, line.started_at)} --> {_stamp(began, line.ended_at)}\n"
            f"<v {_voice(line.name)}>{_escaped(line.text)}",
        )
        for line in transcript.lines
    ]
    cues += [
        (post.shared_at, f"NOTE {_plain(post.sharer.name)} shared {_plain(post.url)}") for post in transcript.posts
    ]
    blocks += [text for _, text in sorted(cues, key=lambda cue: cue[0])]
    return "\n\n".join(blocks) + "\n"


def _seconds(began: datetime, at: datetime) -> float:
    return max((at - began).total_seconds(), 0.0)


def _clock(began: datetime, at: datetime) -> str:
    minutes, seconds = divmod(int(_seconds(began, at)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}"


def _stamp(began: datetime, at: datetime) -> str:
    milliseconds = round(_seconds(began, at) * 1000)
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _voice(name: str) -> str:
    """A name inside a voice tag: it ends at ``>``, a line break would end the cue, and an arrow would begin another."""
    voice = _escaped(" ".join(name.split()))
    return f"{voice} " if voice.endswith("-") else voice


def _plain(text: str) -> str:
    """Text of a note, which must not hold an arrow or a blank line."""
    return " ".join(text.split()).replace("-->", "→")
