"""The board counts along an index that has all it counts by; the audit log is paged by agent and by kind."""

from alembic import op

from crm_store.migrations.agents_0008.columns import index_where

revision = "0018"
down_revision = "0017"
works_with = "0015"

SAID = "last_seq > 0"


def upgrade() -> None:
    columns = ["created_at", "last_customer_seq", "topic"]
    index_where("ix_conversations_said", "conversations", columns, SAID)
    op.drop_index("ix_conversations_created_at", table_name="conversations")
    op.create_index("ix_audit_log_agent_id_id", "audit_log", ["agent_id", "id"])
    op.drop_index("ix_audit_log_agent_id", table_name="audit_log")
    op.create_index("ix_audit_log_kind_id", "audit_log", ["kind", "id"])


def downgrade() -> None:
    op.drop_index("ix_audit_log_kind_id", table_name="audit_log")
    op.create_index("ix_audit_log_agent_id", "audit_log", ["agent_id"])
    op.drop_index("ix_audit_log_agent_id_id", table_name="audit_log")
    index_where("ix_conversations_created_at", "conversations", ["created_at"], SAID)
    op.drop_index("ix_conversations_said", table_name="conversations")
