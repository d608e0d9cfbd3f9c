"""The settings: what the YAML may hold, section by section, and the rules that the domain gets out of it.

``spaces.yaml`` beside this file is the documented form; the defaults here and there are the same (a test compares
them), so that whatever an admin leaves out keeps its default.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from config.kinds import (
    REFUSED,
    SNOWFLAKE_PATTERN,
    Allowed,
    Cooldown,
    DatabaseAddress,
    Days,
    Emoji,
    EmptyList,
    Engine,
    Folder,
    GestureKey,
    HttpsAddress,
    Label,
    Level,
    Readers,
    RoleOrChannel,
    Switch,
    Workers,
)
from config.rooms import STANDARD, Presets, SpacesSection
from config.section import Section
from spaces.model import Gesture
from spaces.policy import STANDARD_GESTURES, ServerPolicy

SQLITE_PREFIX = "sqlite+aiosqlite:///"
DATABASE_FILE = "spaces.sqlite3"


class TranscriptRules(Section):
    """What a server may decide about captions and transcripts."""

    from_start: Switch = False
    days: Days = 30
    consent_days: Days = 90
    readers: Readers = "everyone in this server"


class TranscriptsSection(TranscriptRules):
    """Captions and transcripts, with what holds for the whole bot."""

    engine: Engine = "pocketsphinx"
    workers: Workers = 0


class ModerationSection(Section):
    """Who moderates, and where reports arrive."""

    roles: Annotated[list[RoleOrChannel], EmptyList] = Field(default=[], max_length=100)
    reports_channel: RoleOrChannel | None = None


class GestureSetting(Section):
    """One hand gesture."""

    key: GestureKey
    label: Label
    emoji: Emoji

    def gesture(self) -> Gesture:
        """It as the domain knows it."""
        return Gesture(self.key, self.label, self.emoji)


def _distinct(gestures: list[GestureSetting]) -> list[GestureSetting]:
    """Raises a ValidationError that points at each key which an earlier gesture has already."""
    keys = [gesture.key for gesture in gestures]
    twice = [place for place, key in enumerate(keys) if key in keys[:place]]
    if twice:
        error = PydanticCustomError(REFUSED, "must be another key than those of the other gestures")
        details = [InitErrorDetails(type=error, loc=(place, "key"), input=keys[place]) for place in twice]
        raise ValidationError.from_exception_data("gestures", details)
    return gestures


class ReactionsSection(Section):
    """The gestures that people can send."""

    gestures: Annotated[list[GestureSetting], EmptyList, AfterValidator(_distinct)] = Field(
        default=[GestureSetting(key=known.key, label=known.label, emoji=known.emoji) for known in STANDARD_GESTURES],
        min_length=1,
        max_length=20,
    )
    cooldown_seconds: Cooldown = 1.0


class StorageSection(Section):
    """Where the bot keeps what it keeps. Relative paths count from the folder that holds ``bot.py``."""

    url: DatabaseAddress = f"{SQLITE_PREFIX}data/{DATABASE_FILE}"
    folder: Folder = "data"

    @property
    def folder_path(self) -> Path:
        """The folder of the spool and of its key file."""
        return Path(self.folder)

    @property
    def database_path(self) -> Path:
        """The SQLite file."""
        return Path(self.url.removeprefix(SQLITE_PREFIX))

    def anchored(self, root: Path) -> Self:
        """The same places with absolute paths; relative ones count from ``root``."""
        return self._at(root / self.database_path, root / self.folder)

    def moved(self, folder: Path) -> Self:
        """Everything, the database too, in ``folder``."""
        return self._at(folder / DATABASE_FILE, folder)

    def _at(self, database: Path, folder: Path) -> Self:
        return self.model_copy(update={"url": f"{SQLITE_PREFIX}{database}", "folder": str(folder)})


class LoggingSection(Section):
    """What the bot writes to its log."""

    level: Level = "info"


class ServerOverrides(Section):
    """What one server has otherwise than the rest. Keys that are left out are as above."""

    spaces: SpacesSection | None = None
    presets: Presets | None = None
    transcripts: TranscriptRules | None = None
    moderation: ModerationSection | None = None
    reactions: ReactionsSection | None = None


ServerId = Annotated[
    str,
    StringConstraints(pattern=rf"^{SNOWFLAKE_PATTERN}\z"),
    Allowed("a server's id (17 to 20 digits)"),
]


class Settings(Section):
    """All settings. Made by :func:`config.loader.load_settings`."""

    spaces: SpacesSection = SpacesSection()
    presets: Presets = STANDARD
    transcripts: TranscriptsSection = TranscriptsSection()
    moderation: ModerationSection = ModerationSection()
    reactions: ReactionsSection = ReactionsSection()
    privacy_notice: HttpsAddress = ServerPolicy().privacy_notice
    storage: StorageSection = StorageSection()
    logging: LoggingSection = LoggingSection()
    servers: dict[ServerId, ServerOverrides] = Field(default={})

    def policy_for(self, guild_id: int) -> ServerPolicy:
        """The rules of the server with that id."""
        override = self.servers.get(str(guild_id), ServerOverrides())
        spaces = self.spaces.merged(override.spaces)
        presets = self.presets if override.presets is None else override.presets
        transcripts = self.transcripts.merged(override.transcripts)
        moderation = self.moderation.merged(override.moderation)
        reactions = self.reactions.merged(override.reactions)
        return ServerPolicy(
            category=spaces.category,
            rollout=spaces.steps(),
            spaces_per_member=spaces.per_member,
            spaces_per_server=spaces.per_server,
            rules=spaces.rules(),
            presets={name: spaces.rules_with(preset) for name, preset in presets.items()},
            channel_stays_hours=spaces.channel_stays_hours,
            invitation_seconds=spaces.invitation_seconds,
            invitation_misses=spaces.invitation_misses,
            hand_stays_minutes=spaces.hand_stays_minutes,
            host_away_seconds=spaces.host_away_seconds,
            speakers_inherit=spaces.speakers_inherit,
            wind_down_minutes=spaces.wind_down_minutes,
            invitations_an_hour=spaces.invitations_an_hour,
            native_moderators=spaces.native_moderators,
            server_mute=spaces.server_mute,
            start_notice=spaces.start_notice,
            native_notice=spaces.native_notice,
            captions_from_start=transcripts.from_start,
            transcript_days=transcripts.days,
            consent_days=transcripts.consent_days,
            readers=transcripts.readers,
            moderators=tuple(moderation.roles),
            reports_channel=moderation.reports_channel,
            gestures=tuple(setting.gesture() for setting in reactions.gestures),
            reaction_cooldown_seconds=reactions.cooldown_seconds,
            privacy_notice=self.privacy_notice,
        )
