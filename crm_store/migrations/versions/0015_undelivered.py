"""What did not arrive is found without reading everything that did."""

from alembic import op

from crm_store.migrations.agents_0008.columns import index_where

revision = "0015"
down_revision = "0014"

NAME = "ix_outbox_undelivered"


def upgrade() -> None:
    index_where(NAME, "outbox", ["finished_at"], "status IN ('dead', 'uncertain')")


def downgrade() -> None:
    op.drop_index(NAME, table_name="outbox")
