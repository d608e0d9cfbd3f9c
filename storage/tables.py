"""The tables. Kept equal to what ``migrations/`` builds (a test compares them).

Snowflakes of people, servers and channels are plain 64-bit integers. Our own numbers are never given out twice
(``sqlite_autoincrement``): buttons and commands that people still see carry them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Enum,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

from spaces.model import ConsentChoice, DebtKind, EndReason, Role, SpaceState, Standing
from spaces.rules import JoinMode, QueueOrder, SpeakMode


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware on both sides and UTC in between, also where the database knows no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC. Raises ValueError for a naive time: nobody could say which moment it means."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a time zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _words_of(kind: type[StrEnum], length: int = 16) -> Enum:
    """A column that holds the value of a ``kind`` as text, so that a new member needs no new schema."""
    return Enum(
        kind, native_enum=False, length=length, values_callable=lambda members: [str(member) for member in members]
    )


# SQLite counts up by itself in a column of the type INTEGER alone.
_Number = BigInteger().with_variant(Integer(), "sqlite")
_OF_SPACE = "spaces.id"

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

spaces = Table(
    "spaces",
    metadata,
    Column("id", _Number, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("host_id", BigInteger, nullable=False),
    Column("host_name", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("speak", _words_of(SpeakMode), nullable=False),
    Column("state", _words_of(SpaceState), nullable=False),
    Column("speaker_limit", Integer, nullable=False),
    Column("transcript_days", Integer, nullable=False),
    Column("channel_id", BigInteger),
    Column("panel_message_id", BigInteger),
    Column("created_at", UtcDateTime, nullable=False),
    Column("live_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("captions_on", Boolean, nullable=False),
    Column("peak", Integer, nullable=False, server_default="0"),
    Column("preset", Text),
    Column("join_mode", _words_of(JoinMode), nullable=False, server_default="everyone"),
    Column("join_roles", JSON, nullable=False, server_default="[]"),
    Column("co_host_limit", Integer, nullable=False, server_default="2"),
    Column("capacity", Integer),
    Column("language", String(16)),
    Column("hands_open", Boolean, nullable=False, server_default="1"),
    Column("question_required", Boolean, nullable=False, server_default="0"),
    Column("queue_order", _words_of(QueueOrder, length=32), nullable=False, server_default="as raised"),
    Column("turn_seconds", Integer),
    Column("owns_channel", Boolean, nullable=False, server_default="1"),
    Column("event_id", BigInteger),
    Column("paused_at", UtcDateTime),
    Column("host_away_at", UtcDateTime),
    Column("locked", Boolean, nullable=False, server_default="0"),
    Column("shown_question_of", BigInteger),
    Column("end_reason", _words_of(EndReason)),
    Index("ix_spaces_state", "state"),
    Index("ix_spaces_guild_id_state_ended_at", "guild_id", "state", "ended_at"),
    Index("ix_spaces_host_id", "host_id"),
    # A bot can be in one voice channel of a server at a time, so it can hear one Space there.
    Index(
        "uq_spaces_captions",
        "guild_id",
        unique=True,
        sqlite_where=text("captions_on AND state = 'live'"),
        postgresql_where=text("captions_on AND state = 'live'"),
    ),
    sqlite_autoincrement=True,
)

participants = Table(
    "participants",
    metadata,
    Column("space_id", _Number, ForeignKey(_OF_SPACE), primary_key=True),
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("role", _words_of(Role), nullable=False),
    Column("standing", _words_of(Standing), nullable=False),
    Column("present", Boolean, nullable=False),
    Column("hand_at", UtcDateTime),
    Column("hand_native", Boolean, nullable=False),
    Column("stage_since", UtcDateTime),
    Column("stage_seconds", Float, nullable=False),
    Column("unmuted_since", UtcDateTime),
    Column("unmuted_seconds", Float, nullable=False, server_default="0"),
    Column("question", Text, nullable=False, server_default=text("''")),
    Column("read_aloud", Boolean, nullable=False, server_default="0"),
    Column("invited_at", UtcDateTime),
    Column("invited_by", BigInteger),
    Column("misses", Integer, nullable=False, server_default="0"),
    Column("turn_ends_at", UtcDateTime),
    Column("admitted", Boolean, nullable=False, server_default="0"),
    Column("barred", Boolean, nullable=False, server_default="0"),
    Column("arrived_at", UtcDateTime),
    Column("appointed_at", UtcDateTime),
    Index("ix_participants_person_id", "person_id"),
)

# Whom a host or speaker brought into a room for invited people, to count them by the hour.
admissions = Table(
    "admissions",
    metadata,
    Column("id", _Number, primary_key=True),
    Column("space_id", _Number, ForeignKey(_OF_SPACE), nullable=False),
    Column("inviter_id", BigInteger, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("admitted_at", UtcDateTime, nullable=False),
    Index("ix_admissions_inviter_id_admitted_at", "inviter_id", "admitted_at"),
    Index("ix_admissions_person_id", "person_id"),
)

# Members of a server who do not want to be invited.
opt_outs = Table(
    "opt_outs",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("opted_out_at", UtcDateTime, nullable=False),
    Index("ix_opt_outs_person_id", "person_id"),
)

# What was done to somebody and has to be undone: kept until it is, whatever happens in between.
debts = Table(
    "debts",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", _words_of(DebtKind), primary_key=True),
    Column("channel_id", BigInteger, primary_key=True, autoincrement=False),
    Column("owed_since", UtcDateTime, nullable=False),
)

consents = Table(
    "consents",
    metadata,
    Column("id", _Number, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("space_id", _Number, ForeignKey(_OF_SPACE)),
    Column("person_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("choice", _words_of(ConsentChoice), nullable=False),
    Column("hide_name", Boolean, nullable=False),
    Column("chosen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("engine", Text, nullable=False),
    Column("readers", Text, nullable=False),
    Column("kept_days", Integer, nullable=False),
    Column("wording", Integer, nullable=False),
    Index("ix_consents_guild_id_space_id_person_id", "guild_id", "space_id", "person_id"),
    Index("ix_consents_person_id", "person_id"),
    sqlite_autoincrement=True,
)

transcript_lines = Table(
    "transcript_lines",
    metadata,
    Column("id", _Number, primary_key=True),
    Column("space_id", _Number, ForeignKey(_OF_SPACE), nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("utterance_id", String(64), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=False),
    Column("text", Text, nullable=False),
    Column("words", JSON, nullable=False),
    Column("kept", Boolean, nullable=False),
    Column("last_packet_at", UtcDateTime, nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
    Column("caption_message_id", BigInteger),
    UniqueConstraint("utterance_id"),
    Index("ix_transcript_lines_space_id_started_at", "space_id", "started_at"),
    Index("ix_transcript_lines_person_id", "person_id"),
    sqlite_autoincrement=True,
)

reactions = Table(
    "reactions",
    metadata,
    Column("id", _Number, primary_key=True),
    Column("space_id", _Number, ForeignKey(_OF_SPACE), nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("gesture", String(64), nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
    # Holds all that the counts need, so that they never read the table.
    Index("ix_reactions_space_id_sent_at_gesture", "space_id", "sent_at", "gesture"),
    Index("ix_reactions_person_id", "person_id"),
)

posts = Table(
    "posts",
    metadata,
    Column("id", _Number, primary_key=True),
    Column("space_id", _Number, ForeignKey(_OF_SPACE), nullable=False),
    Column("sharer_id", BigInteger, nullable=False),
    Column("sharer_name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("shared_at", UtcDateTime, nullable=False),
    Column("message_id", BigInteger),
    UniqueConstraint("space_id", "url"),
    Index("ix_posts_sharer_id", "sharer_id"),
    sqlite_autoincrement=True,
)

reports = Table(
    "reports",
    metadata,
    Column("id", _Number, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("space_id", _Number, ForeignKey(_OF_SPACE), nullable=False),
    Column("reporter_id", BigInteger, nullable=False),
    Column("reporter_name", Text, nullable=False),
    Column("subject_id", BigInteger),
    Column("subject_name", Text),
    Column("reason", Text, nullable=False),
    Column("reported_at", UtcDateTime, nullable=False),
    Index("ix_reports_reporter_id", "reporter_id"),
    sqlite_autoincrement=True,
)

blocks = Table(
    "blocks",
    metadata,
    Column("id", _Number, primary_key=True),
    Column("owner_id", BigInteger, nullable=False),
    Column("blocked_id", BigInteger, nullable=False),
    Column("blocked_name", Text, nullable=False),
    Column("blocked_at", UtcDateTime, nullable=False),
    UniqueConstraint("owner_id", "blocked_id"),
)

key_values = Table(
    "key_values",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
