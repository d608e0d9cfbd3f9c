"""What a server's admin decides. Built from the YAML by ``config``; frozen, so a Space keeps what it began with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from spaces.model import Actor, Gesture
from spaces.rollout import OPEN_TO_EVERYONE, Rollout
from spaces.rules import STANDARD_PRESETS, STANDARD_RULES, NameOrId, RoomRules

STANDARD_GESTURES = (
    Gesture("clap", "Clap", "👏"),
    Gesture("wave", "Wave", "👋"),
    Gesture("fist", "Fist", "✊"),
    Gesture("hundred", "100", "💯"),
    Gesture("heart", "Heart", "❤️"),
    Gesture("laugh", "Laugh", "😂"),
    Gesture("peace", "Peace", "✌️"),
    Gesture("raised-hand", "Raised hand", "✋"),
)


@dataclass(frozen=True, slots=True)
class ServerPolicy:
    """The rules of one server.

    ``category`` None puts stages outside any category. ``rules`` hold where a host chooses no preset.
    Days and seconds are whole numbers; ``transcript_days`` counts from the end of a Space, ``consent_days`` from the
    choice. ``readers`` completes the sentence "Readable by …" in the consent form. ``channel_stays_hours`` is how long
    an ended Space's channel stays with its summary: 0 removes it at once, None keeps it.

    An invitation to speak that is not taken for ``invitation_seconds`` is withdrawn; after ``invitation_misses`` of
    them the hand is lowered. A hand that was not taken for ``hand_stays_minutes`` is lowered, None for never. A host
    who is away for ``host_away_seconds`` is succeeded by a co-host, else, where ``speakers_inherit``, by the speaker
    who has been on stage longest, else the Space winds down, as it does ``wind_down_minutes`` after Discord closed an
    empty stage. ``invitations_an_hour`` is how many people each member may invite into Spaces. ``native_moderators``
    gives hosts Discord's own stage controls; ``server_mute`` lets hosts mute that way. ``start_notice`` is the role
    that hears of each new Space, ``native_notice`` asks Discord to tell everyone.
    """

    category: NameOrId | None = None
    rollout: Rollout = OPEN_TO_EVERYONE
    spaces_per_member: int = 1
    spaces_per_server: int = 10
    rules: RoomRules = STANDARD_RULES
    presets: Mapping[str, RoomRules] = field(default_factory=lambda: dict(STANDARD_PRESETS))
    channel_stays_hours: int | None = 24
    invitation_seconds: int = 30
    invitation_misses: int = 2
    hand_stays_minutes: int | None = 60
    host_away_seconds: int = 60
    speakers_inherit: bool = True
    wind_down_minutes: int = 10
    invitations_an_hour: int = 5
    native_moderators: bool = False
    server_mute: bool = False
    start_notice: NameOrId | None = None
    native_notice: bool = False
    captions_from_start: bool = False
    transcript_days: int = 30
    consent_days: int = 90
    readers: str = "everyone in this server"
    moderators: tuple[NameOrId, ...] = ()
    reports_channel: NameOrId | None = None
    gestures: tuple[Gesture, ...] = STANDARD_GESTURES
    reaction_cooldown_seconds: float = 1.0
    privacy_notice: str = "https://github.com/spaces-for-discord/spaces-for-discord/blob/main/docs/privacy.md"

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
