"""Answers by e-mail in the outbox, and lists without conversations in which nothing was said."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

LISTS = (
    ("ix_conversations_with_the_bot", "state = 'bot'", "state = 'bot' AND last_seq > 0"),
    ("ix_conversations_created_at", None, "last_seq > 0"),
)


def upgrade() -> None:
    op.add_column("outbox", sa.Column("goes_to", sa.JSON(), nullable=True))
    for name, _, narrow in LISTS:
        _index_anew(name, narrow)


def downgrade() -> None:
    """Letters that wait would go to the wrong place: they are forgotten; their messages stay."""
    for name, wide, _ in LISTS:
        _index_anew(name, wide)
    op.execute("DELETE FROM outbox WHERE goes_to IS NOT NULL")
    with op.batch_alter_table("outbox") as table:
        table.drop_column("goes_to")


def _index_anew(name: str, where: str | None) -> None:
    op.drop_index(name, table_name="conversations")
    rows = sa.text(where) if where else None
    op.create_index(name, "conversations", ["created_at"], sqlite_where=rows, postgresql_where=rows)
