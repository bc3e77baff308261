"""The search index, and the board's ways through time."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

WORD = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")


def upgrade() -> None:
    _create_words("customer_words", "customer_id", "customers")
    _create_words(
        "conversation_words",
        "conversation_id",
        "conversations",
        sa.Column("seq", sa.Integer(), nullable=False),
    )
    op.create_table(
        "search_progress",
        sa.Column("pass_name", sa.String(length=32), nullable=False),
        sa.Column("position", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("pass_name", name="pk_search_progress"),
    )
    op.create_index("ix_handoffs_asked_at", "handoffs", ["asked_at"])
    op.create_index("ix_survey_responses_answered_at", "survey_responses", ["answered_at"])


def downgrade() -> None:
    op.drop_index("ix_survey_responses_answered_at", table_name="survey_responses")
    op.drop_index("ix_handoffs_asked_at", table_name="handoffs")
    for table in ("search_progress", "conversation_words", "customer_words"):
        op.drop_table(table)


def _create_words(table: str, column: str, parent: str, *more: sa.Column[int]) -> None:
    op.create_table(
        table,
        sa.Column(column, sa.Uuid(), nullable=False),
        sa.Column("word", WORD, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *more,
        sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=f"fk_{table}_{column}", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint(column, "word", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_word_at", table, ["word", "at"])
