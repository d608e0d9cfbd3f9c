"""Every text that the captions ever had, as a member sees them come."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from demo.word_errors import normalise
from discord_emulator import Channel, Message, Person

_LINE = re.compile(r"^(?:<t:\d+:t> )?\*\*(?P<name>.+?):\*\* (?P<text>.*)$")
_HOUR = 3600.0
_MOST = 0.6  # of the words: then a line is there, however much of it was misheard


@dataclass(frozen=True, slots=True)
class Caption:
    """One line of a caption message: who, and what they are said to have said."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Version:
    """What a caption message showed from a moment on."""

    message_id: int
    at: datetime
    lines: tuple[Caption, ...]


class CaptionWatch:
    """Notes the captions in a stage's chat, each version of them. Run :meth:`watch` as a task."""

    def __init__(self, reader: Person, stage: Channel, author_id: int) -> None:
        self._reader = reader
        self._stage = stage
        self._author_id = author_id
        self._last: dict[int, str] = {}
        self._versions: list[Version] = []

    async def watch(self) -> None:
        """Looks at every change of the world, until it is cancelled."""
        while True:
            with suppress(TimeoutError):
                await self._reader.wait_for(self._look, _HOUR)

    @property
    def versions(self) -> list[Version]:
        """Every version of every caption message until now, oldest first."""
        self._look()  # whoever asks may have been woken by the same change as the watch, and before it
        return self._versions

    def of(self, name: str) -> list[str]:
        """All captions of one person as they are now, oldest first."""
        latest = {version.message_id: version for version in self.versions}
        lines = chain.from_iterable(version.lines for version in latest.values())
        return [line.text for line in lines if line.name == name]

    def of_line(self, name: str, said: str) -> str | None:
        """What the captions of a person hold of something they said; None while most of its words are missing."""
        spoken = normalise(said).split()
        captions = [text for text in self.of(name) if _share(normalise(text).split(), spoken) >= _MOST]
        caption = " ".join(captions)
        return caption if _share(spoken, normalise(caption).split()) >= _MOST else None

    def came_during(self, began: float, ended: float) -> int:
        """How many versions came between two moments (seconds since the epoch)."""
        return sum(began < version.at.timestamp() < ended for version in self.versions)

    def all_texts(self) -> list[str]:
        """Everything that any version ever said, names included."""
        return [f"{line.name}: {line.text}" for version in self.versions for line in version.lines]

    def shown_at(self, message_id: int, text: str) -> datetime | None:
        """When a message first showed a line with these words; None if it never did."""
        wanted = normalise(text)
        for version in self.versions:
            if version.message_id == message_id and any(normalise(line.text) == wanted for line in version.lines):
                return version.at
        return None

    def _look(self) -> bool:
        for message in self._reader.messages(self._stage):
            if message.author.id == self._author_id and message.content != self._last.get(message.id, ""):
                self._last[message.id] = message.content
                self._note(message)
        return False

    def _note(self, message: Message) -> None:
        lines = captions_in(message.content)
        if lines:
            self._versions.append(Version(message.id, message.edited_at or message.created_at, lines))


def _share(words: Sequence[str], others: Sequence[str]) -> float:
    """How many of ``words`` are among the others, 0 to 1."""
    there = set(others)
    return sum(word in there for word in words) / max(len(words), 1)


def captions_in(content: str) -> tuple[Caption, ...]:
    """The lines of a caption message; empty for any other message."""
    found = (_LINE.match(line) for line in content.splitlines())
    return tuple(Caption(match["name"], match["text"]) for match in found if match)
