"""Customers, their channel identities, conversations and messages."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_customers()
    _create_addresses()
    _create_channel_identities()
    _create_conversations()
    _create_dialogue_states()
    _create_messages()
    _create_web_sessions()
    _create_applied_actions()
    _create_choices()


def downgrade() -> None:
    op.drop_table("choices")
    op.drop_table("applied_actions")
    op.drop_table("web_sessions")
    op.drop_table("messages")
    op.drop_table("dialogue_states")
    op.drop_table("conversations")
    op.drop_table("channel_identities")
    op.drop_table("addresses")
    op.drop_table("customers")


def _create_customers() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_ref", sa.String(length=255), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_bn", sa.Text(), nullable=True),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("given_name_bn", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=32), nullable=True),
        sa.Column("tier", sa.String(length=32), server_default="bronze", nullable=False),
        sa.Column("timezone", sa.String(length=64), server_default="Asia/Dhaka", nullable=False),
        sa.Column("consent_marketing", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("consent_personalisation", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.CheckConstraint("language IN ('en', 'bn', 'bn-Latn')", name="ck_customers_language_known"),
        sa.CheckConstraint(
            "tier IN ('bronze', 'silver', 'gold', 'platinum')", name="ck_customers_tier_known"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_customers"),
        sa.UniqueConstraint("external_ref", name="uq_customers_external_ref"),
    )


def _create_addresses() -> None:
    op.create_table(
        "addresses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("postcode", sa.String(length=16), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("is_default", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_addresses_customer_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_addresses"),
    )
    op.create_index("ix_addresses_customer_id", "addresses", ["customer_id"], unique=False)


def _create_channel_identities() -> None:
    op.create_table(
        "channel_identities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=255), nullable=False),
        sa.Column("source_id", sa.String(length=255), nullable=False),
        sa.Column("proof", sa.String(length=32), server_default="none", nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", UTC, nullable=False),
        sa.CheckConstraint(
            "channel IN ('web', 'slack', 'telegram')", name="ck_channel_identities_channel_known"
        ),
        sa.CheckConstraint(
            "proof IN ('none', 'claimed', 'signed', 'code')", name="ck_channel_identities_proof_known"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_channel_identities_customer_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_channel_identities"),
        sa.UniqueConstraint(
            "channel", "account", "source_id", name="uq_channel_identities_channel_account_source_id"
        ),
    )
    op.create_index("ix_channel_identities_customer_id", "channel_identities", ["customer_id"], unique=False)


def _create_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=255), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=32), server_default="pending", nullable=False),
        sa.Column("owner", sa.String(length=32), server_default="bot", nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=True),
        sa.Column("language", sa.String(length=32), nullable=True),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("last_seq", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_customer_seq", sa.Integer(), server_default="0", nullable=False),
        sa.Column("taken_up_seq", sa.Integer(), server_default="0", nullable=False),
        sa.Column("answered_seq", sa.Integer(), server_default="0", nullable=False),
        sa.Column("waiting_since", UTC, nullable=True),
        sa.Column("turn_due_at", UTC, nullable=True),
        sa.Column("epoch", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_token", sa.Uuid(), nullable=True),
        sa.Column("lease_until", UTC, nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("first_failed_at", UTC, nullable=True),
        sa.Column("notice_given", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("failures_in_a_row", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("channel IN ('web', 'slack', 'telegram')", name="ck_conversations_channel_known"),
        sa.CheckConstraint("language IN ('en', 'bn', 'bn-Latn')", name="ck_conversations_language_known"),
        sa.CheckConstraint("owner IN ('bot', 'agent')", name="ck_conversations_owner_known"),
        sa.CheckConstraint(
            "status IN ('pending', 'open', 'snoozed', 'resolved')", name="ck_conversations_status_known"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_conversations_customer_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"],
            ["channel_identities.id"],
            name="fk_conversations_identity_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_index(
        "ix_conversations_customer_id_created_at",
        "conversations",
        ["customer_id", "created_at"],
        unique=False,
    )
    op.create_index("ix_conversations_identity_id", "conversations", ["identity_id"], unique=False)
    op.create_index(
        "ix_conversations_turn_due_at",
        "conversations",
        ["turn_due_at"],
        unique=False,
        sqlite_where=sa.text("owner = 'bot' AND turn_due_at IS NOT NULL"),
        postgresql_where=sa.text("owner = 'bot' AND turn_due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_conversations_waiting_since",
        "conversations",
        ["waiting_since"],
        unique=False,
        sqlite_where=sa.text("waiting_since IS NOT NULL"),
        postgresql_where=sa.text("waiting_since IS NOT NULL"),
    )
    op.create_index(
        "uq_conversations_unresolved",
        "conversations",
        ["identity_id"],
        unique=True,
        sqlite_where=sa.text("status <> 'resolved'"),
        postgresql_where=sa.text("status <> 'resolved'"),
    )


def _create_dialogue_states() -> None:
    op.create_table(
        "dialogue_states",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_dialogue_states_conversation_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_dialogue_states"),
    )


def _create_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(length=32), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("response", sa.String(length=128), nullable=True),
        sa.Column("choice", sa.JSON(), nullable=True),
        sa.Column("buttons", sa.JSON(), nullable=True),
        sa.Column("card", sa.JSON(), nullable=True),
        sa.Column("language", sa.String(length=32), nullable=True),
        sa.Column("channel", sa.String(length=32), nullable=True),
        sa.Column("account", sa.String(length=255), nullable=True),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("in_reply_to", sa.Uuid(), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=True),
        sa.Column("understanding", sa.JSON(), nullable=True),
        sa.Column("actions", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "author IN ('customer', 'bot', 'agent', 'system')", name="ck_messages_author_known"
        ),
        sa.CheckConstraint("language IN ('en', 'bn', 'bn-Latn')", name="ck_messages_language_known"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_messages_conversation_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["in_reply_to"], ["messages.id"], name="fk_messages_in_reply_to", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint(
            "channel", "account", "external_id", name="uq_messages_channel_account_external_id"
        ),
        sa.UniqueConstraint("conversation_id", "seq", name="uq_messages_conversation_id_seq"),
    )
    op.create_index("ix_messages_in_reply_to", "messages", ["in_reply_to"], unique=False)
    op.create_index(
        "uq_messages_in_reply_to_ordinal",
        "messages",
        ["in_reply_to", "ordinal"],
        unique=True,
        sqlite_where=sa.text("in_reply_to IS NOT NULL AND seq IS NOT NULL"),
        postgresql_where=sa.text("in_reply_to IS NOT NULL AND seq IS NOT NULL"),
    )


def _create_web_sessions() -> None:
    op.create_table(
        "web_sessions",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("expires_at", UTC, nullable=False),
        sa.Column("revoked_at", UTC, nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_web_sessions_conversation_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["channel_identities.id"], name="fk_web_sessions_identity_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_web_sessions"),
    )
    op.create_index("ix_web_sessions_conversation_id", "web_sessions", ["conversation_id"], unique=False)
    op.create_index("ix_web_sessions_expires_at", "web_sessions", ["expires_at"], unique=False)
    op.create_index("ix_web_sessions_identity_id", "web_sessions", ["identity_id"], unique=False)


def _create_applied_actions() -> None:
    op.create_table(
        "applied_actions",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(length=128), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.CheckConstraint("ordinal >= 0", name="ck_applied_actions_ordinal_not_negative"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_applied_actions_message_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", "action", "ordinal", name="pk_applied_actions"),
    )


def _create_choices() -> None:
    op.create_table(
        "choices",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_choices_conversation_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_choices_message_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_choices"),
    )
    op.create_index("ix_choices_conversation_id", "choices", ["conversation_id"], unique=False)
    op.create_index("ix_choices_message_id", "choices", ["message_id"], unique=False)
