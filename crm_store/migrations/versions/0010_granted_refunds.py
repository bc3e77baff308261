"""Refunds that an agent grants, beside those of returns and cancellations."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

CANCELLED = "uq_refunds_cancelled_order"


def upgrade() -> None:
    op.drop_index(CANCELLED, table_name="refunds")
    with op.batch_alter_table("refunds") as table:
        table.add_column(sa.Column("agent_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("reason", sa.Text(), nullable=True))
        table.create_foreign_key("fk_refunds_agent_id", "agents", ["agent_id"], ["id"], ondelete="RESTRICT")
    _index(CANCELLED, "order_id", "return_id IS NULL AND agent_id IS NULL", unique=True)
    _index("ix_refunds_agent_id", "agent_id", "agent_id IS NOT NULL")


def downgrade() -> None:
    """A grant has no place in the schema before: it is forgotten, as the money was sent by hand anyway."""
    op.execute("DELETE FROM refunds WHERE agent_id IS NOT NULL")
    op.drop_index("ix_refunds_agent_id", table_name="refunds")
    op.drop_index(CANCELLED, table_name="refunds")
    with op.batch_alter_table("refunds") as table:
        table.drop_constraint("fk_refunds_agent_id", type_="foreignkey")
        table.drop_column("reason")
        table.drop_column("agent_id")
    _index(CANCELLED, "order_id", "return_id IS NULL", unique=True)


def _index(name: str, column: str, where: str, *, unique: bool = False) -> None:
    rows = sa.text(where)
    op.create_index(name, "refunds", [column], unique=unique, sqlite_where=rows, postgresql_where=rows)
