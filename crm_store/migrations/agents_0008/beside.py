"""What agents keep beside the messages, as of revision 0008."""

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.agents_0008.columns import UTC, index_where

TABLES = (
    "labels",
    "canned_replies",
    "conversation_labels",
    "notes",
    "attachments",
    "agent_actions",
    "agent_watches",
    "audit_log",
    "surveys",
)


def create() -> None:
    _create_labels()
    _create_canned_replies()
    _create_conversation_labels()
    _create_notes()
    _create_attachments()
    _create_agent_actions()
    _create_agent_watches()
    _create_audit_log()
    _create_surveys()


def drop() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_labels() -> None:
    op.create_table(
        "labels",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("name_bn", sa.String(length=64), nullable=False),
        sa.Column("colour", sa.String(length=32), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.CheckConstraint(
            "colour IN ('red', 'orange', 'yellow', 'green', 'teal', 'blue', 'violet', 'grey')",
            name="ck_labels_colour_known",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_labels"),
        sa.UniqueConstraint("name", name="uq_labels_name"),
    )


def _create_canned_replies() -> None:
    op.create_table(
        "canned_replies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("shortcut", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_bn", sa.Text(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name="fk_canned_replies_agent_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_canned_replies"),
    )
    index_where("ix_canned_replies_agent_id", "canned_replies", ["agent_id"], "agent_id IS NOT NULL")
    index_where(
        "uq_canned_replies_own",
        "canned_replies",
        ["agent_id", "shortcut"],
        "agent_id IS NOT NULL",
        unique=True,
    )
    index_where("uq_canned_replies_shared", "canned_replies", ["shortcut"], "agent_id IS NULL", unique=True)


def _create_conversation_labels() -> None:
    op.create_table(
        "conversation_labels",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("label_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("at", UTC, nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name="fk_conversation_labels_agent_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_conversation_labels_conversation_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["label_id"], ["labels.id"], name="fk_conversation_labels_label_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conversation_id", "label_id", name="pk_conversation_labels"),
    )
    index_where(
        "ix_conversation_labels_agent_id", "conversation_labels", ["agent_id"], "agent_id IS NOT NULL"
    )
    op.create_index("ix_conversation_labels_label_id_at", "conversation_labels", ["label_id", "at"])


def _create_notes() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("after_seq", sa.Integer(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("edited_at", UTC, nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_notes_agent_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_notes_conversation_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
    )
    op.create_index("ix_notes_agent_id", "notes", ["agent_id"])
    op.create_index("ix_notes_conversation_id_after_seq", "notes", ["conversation_id", "after_seq"])


def _create_attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("identity_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stored_as", sa.String(length=255), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name="fk_attachments_agent_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_attachments_conversation_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["channel_identities.id"], name="fk_attachments_identity_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_attachments_message_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
        sa.UniqueConstraint("stored_as", name="uq_attachments_stored_as"),
    )
    index_where("ix_attachments_agent_id", "attachments", ["agent_id"], "agent_id IS NOT NULL")
    index_where(
        "ix_attachments_conversation_id", "attachments", ["conversation_id"], "conversation_id IS NOT NULL"
    )
    op.create_index("ix_attachments_created_at", "attachments", ["created_at"])
    index_where("ix_attachments_identity_id", "attachments", ["identity_id"], "identity_id IS NOT NULL")
    index_where("ix_attachments_message_id", "attachments", ["message_id"], "message_id IS NOT NULL")


def _create_agent_actions() -> None:
    op.create_table(
        "agent_actions",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(length=128), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name="fk_agent_actions_agent_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_agent_actions_conversation_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", "key", name="pk_agent_actions"),
    )
    op.create_index("ix_agent_actions_agent_id", "agent_actions", ["agent_id"])


def _create_agent_watches() -> None:
    op.create_table(
        "agent_watches",
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["agent_presence.connection_id"],
            name="fk_agent_watches_connection_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_agent_watches_conversation_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("connection_id", "conversation_id", name="pk_agent_watches"),
    )
    op.create_index("ix_agent_watches_conversation_id", "agent_watches", ["conversation_id"])


def _create_audit_log() -> None:
    op.create_table(
        "audit_log",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("at", UTC, nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name="fk_audit_log_agent_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_audit_log_conversation_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_audit_log_customer_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_audit_log"),
    )
    op.create_index("ix_audit_log_agent_id", "audit_log", ["agent_id"])
    op.create_index("ix_audit_log_conversation_id", "audit_log", ["conversation_id"])
    op.create_index("ix_audit_log_customer_id", "audit_log", ["customer_id"])


def _create_surveys() -> None:
    op.create_table(
        "surveys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=32), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("handoff_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", UTC, nullable=False),
        sa.Column("answered_at", UTC, nullable=True),
        sa.CheckConstraint("about IN ('bot', 'agent', 'order')", name="ck_surveys_about_known"),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_surveys_agent_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_surveys_conversation_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name="fk_surveys_handoff_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_surveys_message_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_surveys"),
        sa.UniqueConstraint(
            "conversation_id", "epoch", "about", name="uq_surveys_conversation_id_epoch_about"
        ),
    )
    index_where("ix_surveys_agent_id", "surveys", ["agent_id"], "agent_id IS NOT NULL")
    index_where("ix_surveys_handoff_id", "surveys", ["handoff_id"], "handoff_id IS NOT NULL")
    index_where("ix_surveys_message_id", "surveys", ["message_id"], "message_id IS NOT NULL")
