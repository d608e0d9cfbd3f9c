"""What a server's admin decides. Built from the YAML by ``config``; frozen, so a Space keeps what it began with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from spaces.model import Actor, Gesture, SpeakMode

STANDARD_GESTURES = (
    Gesture("clap", "Clap", "👏"),
    Gesture("wave", "Wave", "👋"),
    Gesture("fist", "Fist", "✊"),
    Gesture("hundred", "100", "💯"),
    Gesture("peace", "Peace", "✌️"),
)


@dataclass(frozen=True, slots=True)
class NameOrId:
    """A role or channel as an admin writes it: by its name, or by its id."""

    value: str | int

    def matches(self, thing_id: int, name: str) -> bool:
        """Whether this means the thing with that id and name; names are compared without regard to case."""
        if isinstance(self.value, int):
            return self.value == thing_id
        return self.value.casefold() == name.casefold()

    def __str__(self) -> str:
        return str(self.value)


@dataclass(frozen=True, slots=True)
class ServerPolicy:
    """The rules of one server.

    ``creators`` empty means that everybody may open a Space. ``category`` None puts stages outside any category.
    Days and seconds are whole numbers; ``transcript_days`` counts from the end of a Space, ``consent_days`` from the
    choice. ``readers`` completes the sentence "Readable by …" in the consent form. ``channel_stays_hours`` is how long
    an ended Space's channel stays with its summary: 0 removes it at once, None keeps it.
    """

    category: NameOrId | None = None
    creators: tuple[NameOrId, ...] = ()
    speak: SpeakMode = SpeakMode.BY_REQUEST
    speaker_limit: int = 13
    co_host_limit: int = 2
    channel_stays_hours: int | None = 24
    captions_from_start: bool = False
    transcript_days: int = 30
    consent_days: int = 90
    readers: str = "everyone in this server"
    moderators: tuple[NameOrId, ...] = ()
    reports_channel: NameOrId | None = None
    gestures: tuple[Gesture, ...] = STANDARD_GESTURES
    reaction_cooldown_seconds: float = 1.0
    privacy_notice: str = "https://github.com/spaces-for-discord/spaces-for-discord/blob/main/docs/privacy.md"

    def may_create(self, actor: Actor) -> bool:
        """Whether the person may open a Space."""
        return actor.is_admin or not self.creators or actor.has_any(self.creators)

    def is_moderator(self, actor: Actor) -> bool:
        """Whether the person has the console in every Space of the server."""
        return actor.is_admin or actor.has_any(self.moderators)

    def gesture(self, key: str) -> Gesture | None:
        """The configured gesture with that key."""
        return next((gesture for gesture in self.gestures if gesture.key == key), None)


class PolicySource(Protocol):
    """Where services ask for the rules that hold now; a reload of the YAML changes its answers."""

    def for_server(self, guild_id: int) -> ServerPolicy:
        """The rules of that server."""
        ...
