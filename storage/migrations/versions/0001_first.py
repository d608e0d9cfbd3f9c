"""The first schema: Spaces and their people, choices, transcripts, reactions, posts, reports and block lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
CHOICE = sa.String(16)


def upgrade() -> None:
    """Makes all tables."""
    _make_spaces()
    _make_participants()
    _make_consents()
    _make_transcript_lines()
    _make_reactions()
    _make_posts()
    _make_reports_and_blocks()
    op.create_table(
        "key_values",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_key_values"),
    )


def downgrade() -> None:
    """Drops them all."""
    for table in ("key_values", "blocks", "reports", "posts", "reactions", "transcript_lines", "consents"):
        op.drop_table(table)
    op.drop_table("participants")
    op.drop_table("spaces")


def _make_spaces() -> None:
    op.create_table(
        "spaces",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("host_id", sa.BigInteger(), nullable=False),
        sa.Column("host_name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("speak", CHOICE, nullable=False),
        sa.Column("state", CHOICE, nullable=False),
        sa.Column("speaker_limit", sa.Integer(), nullable=False),
        sa.Column("transcript_days", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.BigInteger()),
        sa.Column("panel_message_id", sa.BigInteger()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("live_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("captions_on", sa.Boolean(), nullable=False),
        sa.Column("peak", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_spaces"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_spaces_state", "spaces", ["state"])
    op.create_index("ix_spaces_guild_id_state_ended_at", "spaces", ["guild_id", "state", "ended_at"])
    op.create_index("ix_spaces_host_id", "spaces", ["host_id"])
    captioned = sa.text("captions_on AND state = 'live'")
    op.create_index(
        "uq_spaces_captions",
        "spaces",
        ["guild_id"],
        unique=True,
        sqlite_where=captioned,
        postgresql_where=captioned,
    )


def _make_participants() -> None:
    op.create_table(
        "participants",
        sa.Column("space_id", NUMBER, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", CHOICE, nullable=False),
        sa.Column("standing", CHOICE, nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("hand_at", MOMENT),
        sa.Column("hand_native", sa.Boolean(), nullable=False),
        sa.Column("stage_since", MOMENT),
        sa.Column("stage_seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("space_id", "person_id", name="pk_participants"),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name="fk_participants_space_id"),
    )
    op.create_index("ix_participants_person_id", "participants", ["person_id"])


def _make_consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("space_id", NUMBER),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("choice", CHOICE, nullable=False),
        sa.Column("hide_name", sa.Boolean(), nullable=False),
        sa.Column("chosen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("readers", sa.Text(), nullable=False),
        sa.Column("kept_days", sa.Integer(), nullable=False),
        sa.Column("wording", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name="fk_consents_space_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_consents_guild_id_space_id_person_id", "consents", ["guild_id", "space_id", "person_id"])
    op.create_index("ix_consents_person_id", "consents", ["person_id"])


def _make_transcript_lines() -> None:
    op.create_table(
        "transcript_lines",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("space_id", NUMBER, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("utterance_id", sa.String(64), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("last_packet_at", MOMENT, nullable=False),
        sa.Column("stored_at", MOMENT, nullable=False),
        sa.Column("caption_message_id", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_transcript_lines"),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name="fk_transcript_lines_space_id"),
        sa.UniqueConstraint("utterance_id", name="uq_transcript_lines_utterance_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_transcript_lines_space_id_started_at", "transcript_lines", ["space_id", "started_at"])
    op.create_index("ix_transcript_lines_person_id", "transcript_lines", ["person_id"])


def _make_reactions() -> None:
    op.create_table(
        "reactions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("space_id", NUMBER, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("gesture", sa.String(64), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reactions"),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name="fk_reactions_space_id"),
    )
    op.create_index("ix_reactions_space_id_sent_at_gesture", "reactions", ["space_id", "sent_at", "gesture"])
    op.create_index("ix_reactions_person_id", "reactions", ["person_id"])


def _make_posts() -> None:
    op.create_table(
        "posts",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("space_id", NUMBER, nullable=False),
        sa.Column("sharer_id", sa.BigInteger(), nullable=False),
        sa.Column("sharer_name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("shared_at", MOMENT, nullable=False),
        sa.Column("message_id", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_posts"),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name="fk_posts_space_id"),
        sa.UniqueConstraint("space_id", "url", name="uq_posts_space_id_url"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_posts_sharer_id", "posts", ["sharer_id"])


def _make_reports_and_blocks() -> None:
    op.create_table(
        "reports",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("space_id", NUMBER, nullable=False),
        sa.Column("reporter_id", sa.BigInteger(), nullable=False),
        sa.Column("reporter_name", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger()),
        sa.Column("subject_name", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reported_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name="fk_reports_space_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reports_reporter_id", "reports", ["reporter_id"])
    op.create_table(
        "blocks",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("blocked_id", sa.BigInteger(), nullable=False),
        sa.Column("blocked_name", sa.Text(), nullable=False),
        sa.Column("blocked_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_blocks"),
        sa.UniqueConstraint("owner_id", "blocked_id", name="uq_blocks_owner_id_blocked_id"),
    )
