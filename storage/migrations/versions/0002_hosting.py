"""The rules of each room, questions and invitations of its people, and what is owed to people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(16)


def _of_spaces() -> tuple[sa.Column, ...]:
    return (
        sa.Column("preset", sa.Text()),
        sa.Column("join_mode", WORD, nullable=False, server_default="everyone"),
        sa.Column("join_roles", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("co_host_limit", sa.Integer(), nullable=False, server_default="2"),
        sa.Column("capacity", sa.Integer()),
        sa.Column("language", sa.String(16)),
        sa.Column("hands_open", sa.Boolean(), nullable=False, server_default="1"),
        sa.Column("question_required", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("queue_order", sa.String(32), nullable=False, server_default="as raised"),
        sa.Column("turn_seconds", sa.Integer()),
        sa.Column("owns_channel", sa.Boolean(), nullable=False, server_default="1"),
        sa.Column("event_id", sa.BigInteger()),
        sa.Column("paused_at", MOMENT),
        sa.Column("host_away_at", MOMENT),
        sa.Column("locked", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("shown_question_of", sa.BigInteger()),
        sa.Column("end_reason", WORD),
    )


def _of_participants() -> tuple[sa.Column, ...]:
    return (
        sa.Column("unmuted_since", MOMENT),
        sa.Column("unmuted_seconds", sa.Float(), nullable=False, server_default="0"),
        sa.Column("question", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("read_aloud", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("invited_at", MOMENT),
        sa.Column("invited_by", sa.BigInteger()),
        sa.Column("misses", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("turn_ends_at", MOMENT),
        sa.Column("admitted", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("barred", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("arrived_at", MOMENT),
        sa.Column("appointed_at", MOMENT),
    )


def upgrade() -> None:
    """Adds columns with what held before, and three tables."""
    for column in _of_spaces():
        op.add_column("spaces", column)
    for column in _of_participants():
        op.add_column("participants", column)
    _make_admissions()
    op.create_table(
        "opt_outs",
        sa.Column("guild_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("opted_out_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "person_id", name="pk_opt_outs"),
    )
    op.create_index("ix_opt_outs_person_id", "opt_outs", ["person_id"])
    op.create_table(
        "debts",
        sa.Column("guild_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("owed_since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "person_id", "kind", "channel_id", name="pk_debts"),
    )


def downgrade() -> None:
    """Takes all of it away again; rooms then have the rules that every room had."""
    for table in ("debts", "opt_outs", "admissions"):
        op.drop_table(table)
    for table, columns in (("participants", _of_participants()), ("spaces", _of_spaces())):
        for column in columns:
            op.drop_column(table, column.name)


def _make_admissions() -> None:
    op.create_table(
        "admissions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("space_id", NUMBER, nullable=False),
        sa.Column("inviter_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("admitted_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_admissions"),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name="fk_admissions_space_id"),
    )
    op.create_index("ix_admissions_inviter_id_admitted_at", "admissions", ["inviter_id", "admitted_at"])
    op.create_index("ix_admissions_person_id", "admissions", ["person_id"])
