"""Platforms: places, edits, deletions, confirmed parts, updates seen, revoked accounts, dead letters.

The list of known channels leaves the schema: a new channel needs no migration.
"""

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.agents_0008.columns import UTC, index_where
from crm_store.migrations.agents_0008.guards import guard, unguard

revision = "0011"
down_revision = "0010"

CHANNELS = "channel IN ('web', 'slack', 'telegram')"
STATUSES = ("pending", "sent", "dead", "suppressed")
UNRESOLVED = "uq_conversations_unresolved"


def upgrade() -> None:
    _widen_identities()
    _widen_conversations()
    _widen_messages()
    _widen_outbox()
    _create_updates()
    _create_accounts()
    _create_pollers()
    _create_dead_letters()


def downgrade() -> None:
    """The newest of one person's conversations stays open. Refused while other channels have rows."""
    for table in ("dead_letters", "channel_pollers", "channel_accounts", "channel_updates"):
        op.drop_table(table)
    _narrow_outbox()
    _narrow_messages()
    _narrow_conversations()
    _narrow_identities()


def _widen_identities() -> None:
    with op.batch_alter_table("channel_identities") as table:
        table.add_column(sa.Column("display_name", sa.Text(), nullable=True))
        table.add_column(sa.Column("username", sa.Text(), nullable=True))
        table.add_column(sa.Column("unreachable_at", UTC, nullable=True))
        table.add_column(sa.Column("unreachable_reason", sa.Text(), nullable=True))
        table.drop_constraint("ck_channel_identities_channel_known", type_="check")


def _narrow_identities() -> None:
    with op.batch_alter_table("channel_identities") as table:
        for column in ("display_name", "username", "unreachable_at", "unreachable_reason"):
            table.drop_column(column)
        table.create_check_constraint("ck_channel_identities_channel_known", CHANNELS)


def _widen_conversations() -> None:
    unguard()
    op.drop_index(UNRESOLVED, "conversations")
    with op.batch_alter_table("conversations") as table:
        table.add_column(sa.Column("place", sa.String(255), server_default=sa.text("''"), nullable=False))
        table.add_column(sa.Column("is_public", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(sa.Column("address", sa.JSON(), nullable=True))
        table.drop_constraint("ck_conversations_channel_known", type_="check")
    index_where(UNRESOLVED, "conversations", ["identity_id", "place"], "status <> 'resolved'", unique=True)
    index_where("ix_conversations_place", "conversations", ["channel", "account", "place"], "place <> ''")
    guard()


def _narrow_conversations() -> None:
    unguard()
    op.drop_index("ix_conversations_place", "conversations")
    op.drop_index(UNRESOLVED, "conversations")
    _resolve_all_but_the_newest()
    with op.batch_alter_table("conversations") as table:
        for column in ("place", "is_public", "address"):
            table.drop_column(column)
        table.create_check_constraint("ck_conversations_channel_known", CHANNELS)
    index_where(UNRESOLVED, "conversations", ["identity_id"], "status <> 'resolved'", unique=True)
    guard()


def _resolve_all_but_the_newest() -> None:
    op.execute(
        "UPDATE conversations SET state = 'resolved', status = 'resolved', owner = 'bot', "
        "assignee_id = NULL, turn_due_at = NULL, waiting_since = NULL, resolved_at = created_at "
        "WHERE status <> 'resolved' AND EXISTS (SELECT 1 FROM conversations AS newer "
        "WHERE newer.identity_id = conversations.identity_id AND newer.status <> 'resolved' "
        "AND newer.id > conversations.id)"
    )


def _widen_messages() -> None:
    op.add_column("messages", sa.Column("reply_to", sa.JSON(), nullable=True))
    op.add_column("messages", sa.Column("quiet", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("messages", sa.Column("deleted_at", UTC, nullable=True))


def _narrow_messages() -> None:
    with op.batch_alter_table("messages") as table:
        for column in ("reply_to", "quiet", "deleted_at"):
            table.drop_column(column)


def _widen_outbox() -> None:
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("parts", sa.JSON(), nullable=True))
        table.add_column(sa.Column("uncertain", sa.Integer(), server_default="0", nullable=False))
        table.drop_constraint("ck_outbox_channel_known", type_="check")
        table.drop_constraint("ck_outbox_status_known", type_="check")
        table.create_check_constraint("ck_outbox_status_known", _one_of("status", (*STATUSES, "uncertain")))


def _narrow_outbox() -> None:
    op.execute("UPDATE outbox SET status = 'dead' WHERE status = 'uncertain'")
    with op.batch_alter_table("outbox") as table:
        table.drop_column("parts")
        table.drop_column("uncertain")
        table.drop_constraint("ck_outbox_status_known", type_="check")
        table.create_check_constraint("ck_outbox_status_known", _one_of("status", STATUSES))
        table.create_check_constraint("ck_outbox_channel_known", CHANNELS)


def _one_of(column: str, words: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"{column} IN ({listed})"


def _create_updates() -> None:
    op.create_table(
        "channel_updates",
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=255), nullable=False),
        sa.Column("update_id", sa.String(length=255), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("channel", "account", "update_id", name="pk_channel_updates"),
    )
    op.create_index("ix_channel_updates_at", "channel_updates", ["at"])


def _create_accounts() -> None:
    op.create_table(
        "channel_accounts",
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("changed_at", UTC, nullable=False),
        sa.CheckConstraint(_one_of("state", ("active", "revoked")), name="ck_channel_accounts_state_known"),
        sa.PrimaryKeyConstraint("channel", "account", name="pk_channel_accounts"),
    )


def _create_pollers() -> None:
    op.create_table(
        "channel_pollers",
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=255), nullable=False),
        sa.Column("holder", sa.Uuid(), nullable=False),
        sa.Column("until", UTC, nullable=False),
        sa.PrimaryKeyConstraint("channel", "account", name="pk_channel_pollers"),
    )


def _create_dead_letters() -> None:
    op.create_table(
        "dead_letters",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=255), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("identity_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), server_default="0", nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"],
            ["channel_identities.id"],
            name="fk_dead_letters_identity_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_dead_letters"),
    )
    op.create_index("ix_dead_letters_at", "dead_letters", ["at"])
    index_where("ix_dead_letters_identity_id", "dead_letters", ["identity_id"], "identity_id IS NOT NULL")
