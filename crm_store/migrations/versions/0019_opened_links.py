"""Whoever opens a one-time link is asked first: the link remembers who that was."""

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.agents_0008.columns import index_where

revision = "0019"
down_revision = "0018"
works_with = "0015"


def upgrade() -> None:
    with op.batch_alter_table("link_tokens") as table:
        table.add_column(sa.Column("opened_by", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            "fk_link_tokens_opened_by", "channel_identities", ["opened_by"], ["id"], ondelete="CASCADE"
        )
    index_where("ix_link_tokens_opened_by", "link_tokens", ["opened_by"], "opened_by IS NOT NULL")


def downgrade() -> None:
    op.drop_index("ix_link_tokens_opened_by", table_name="link_tokens")
    with op.batch_alter_table("link_tokens") as table:
        table.drop_constraint("fk_link_tokens_opened_by", type_="foreignkey")
        table.drop_column("opened_by")
