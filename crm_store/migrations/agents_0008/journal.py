"""The legal edges and the journal, as of revision 0008."""

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.agents_0008.columns import UTC, index_where

TABLES = ("conversation_edges", "conversation_transitions")


def create() -> None:
    _create_conversation_edges()
    _create_conversation_transitions()


def drop() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_conversation_edges() -> None:
    op.create_table(
        "conversation_edges",
        sa.Column("edge", sa.String(length=32), nullable=False),
        sa.Column("from_state", sa.String(length=32), nullable=False),
        sa.Column("to_state", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("edge", "from_state", "to_state", name="pk_conversation_edges"),
    )


def _create_conversation_transitions() -> None:
    op.create_table(
        "conversation_transitions",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("edge", sa.String(length=32), nullable=False),
        sa.Column("from_state", sa.String(length=32), nullable=False),
        sa.Column("to_state", sa.String(length=32), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "from_state IN ('bot', 'queued', 'claimed', 'snoozed', 'resolved')",
            name="ck_conversation_transitions_from_state_known",
        ),
        sa.CheckConstraint(
            "to_state IN ('bot', 'queued', 'claimed', 'snoozed', 'resolved')",
            name="ck_conversation_transitions_to_state_known",
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name="fk_conversation_transitions_agent_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["assignee_id"],
            ["agents.id"],
            name="fk_conversation_transitions_assignee_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_conversation_transitions_conversation_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["edge", "from_state", "to_state"],
            ["conversation_edges.edge", "conversation_edges.from_state", "conversation_edges.to_state"],
            name="fk_conversation_transitions_legal_edge",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name="fk_conversation_transitions_team_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("conversation_id", "epoch", name="pk_conversation_transitions"),
    )
    index_where(
        "ix_conversation_transitions_agent_id",
        "conversation_transitions",
        ["agent_id"],
        "agent_id IS NOT NULL",
    )
    index_where(
        "ix_conversation_transitions_assignee_id",
        "conversation_transitions",
        ["assignee_id"],
        "assignee_id IS NOT NULL",
    )
    op.create_index("ix_conversation_transitions_at", "conversation_transitions", ["at"])
    index_where(
        "ix_conversation_transitions_team_id", "conversation_transitions", ["team_id"], "team_id IS NOT NULL"
    )
