"""Somebody's conversation in a place is found without reading those they had elsewhere."""

from alembic import op

revision = "0016"
down_revision = "0015"
works_with = "0015"

IN_PLACE = "ix_conversations_identity_id_place"
OF_IDENTITY = "ix_conversations_identity_id"  # the first half of the other: no need to keep both


def upgrade() -> None:
    op.create_index(IN_PLACE, "conversations", ["identity_id", "place"])
    op.drop_index(OF_IDENTITY, table_name="conversations")


def downgrade() -> None:
    op.create_index(OF_IDENTITY, "conversations", ["identity_id"])
    op.drop_index(IN_PLACE, table_name="conversations")
