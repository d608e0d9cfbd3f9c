"""The demo's script and its recordings belong together."""

from __future__ import annotations

from pathlib import Path

import pytest

from audio.ogg import read_frames
from audio.opus import packet_samples
from demo.script import CAST, LINES, SECRETS, VOICES
from demo.voices import make_voices
from demo.word_errors import normalise


def test_the_cast_is_five_members_three_of_whom_speak() -> None:
    assert len({character.name for character in CAST}) == 5
    speaking = {line.speaker.name: line.speaker for line in LINES}
    assert len({character.voice for character in speaking.values()}) == len(speaking) == 3
    assert [name for name, character in speaking.items() if not character.consents] == ["Callum"]


def test_the_secrets_are_said_by_him_who_does_not_consent_and_by_nobody_else() -> None:
    words = {True: set[str](), False: set[str]()}
    for line in LINES:
        words[line.speaker.consents].update(normalise(line.text).split())
    assert words[False] >= SECRETS
    assert not words[True] & SECRETS


def test_every_line_has_its_recording_of_20_ms_frames() -> None:
    assert {path.name for path in VOICES.glob("*.ogg")} == {line.path.name for line in LINES}
    seconds = []
    for line in LINES:
        frames = [frame for frame in read_frames(line.path.read_bytes()) if frame is not None]
        assert {packet_samples(frame) for frame in frames} == {960}
        seconds.append(len(frames) * 0.02)
    assert all(3 <= length <= 8 for length in seconds)
    assert 35 <= sum(seconds) <= 45


def test_without_flite_the_recordings_stay_and_the_remedy_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert make_voices.main() == 2
    assert "apt install flite" in capsys.readouterr().err
    assert all(line.path.exists() for line in LINES)


def test_the_recordings_are_small() -> None:
    assert sum(line.path.stat().st_size for line in LINES) < 400_000
