"""One customer across channels: one-time links, connections and merges, with their journals."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

KINDS = ("link", "code")
BY = ("link", "code", "customer", "agent")
ACCOUNT_COLUMNS = ("name", "connect_url")
PROOFS = ("none", "claimed", "signed", "code")
MERGED_INTO = "merged_into"
NEW_TABLES = ("customer_merge_rows", "customer_merges", "identity_links", "link_guesses", "link_tokens")


def upgrade() -> None:
    _add_merged_into()
    _name_accounts()
    _link_tokens()
    _link_guesses()
    _identity_links()
    _customer_merges()
    _customer_merge_rows()


def downgrade() -> None:
    """Who was merged stays so: their rows are the other customer's by now, and nothing remembers which."""
    for name in NEW_TABLES:
        op.drop_table(name)
    op.drop_index("ix_customers_merged_into", table_name="customers")
    with op.batch_alter_table("channel_accounts") as table:
        for column in ACCOUNT_COLUMNS:
            table.drop_column(column)
    with op.batch_alter_table("customers") as table:
        table.drop_constraint("fk_customers_merged_into", type_="foreignkey")
        table.drop_column(MERGED_INTO)


def _add_merged_into() -> None:
    with op.batch_alter_table("customers") as table:
        table.add_column(sa.Column(MERGED_INTO, sa.Uuid(), nullable=True))
        table.create_foreign_key(
            "fk_customers_merged_into", "customers", [MERGED_INTO], ["id"], ondelete="CASCADE"
        )
    _index_where_set("customers", MERGED_INTO)


def _name_accounts() -> None:
    for column in ACCOUNT_COLUMNS:
        op.add_column("channel_accounts", sa.Column(column, sa.Text(), nullable=True))


def _link_tokens() -> None:
    op.create_table(
        "link_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid()),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("used_at", required=False),
        sa.PrimaryKeyConstraint("id", name="pk_link_tokens"),
        sa.UniqueConstraint("secret_hash", name="uq_link_tokens_secret_hash"),
        _known("link_tokens", "kind", KINDS),
        _refers("link_tokens", "customer_id", "customers", "CASCADE"),
        _refers("link_tokens", "conversation_id", "conversations", "SET NULL"),
    )
    op.create_index("ix_link_tokens_customer_id", "link_tokens", ["customer_id"])
    op.create_index("ix_link_tokens_expires_at", "link_tokens", ["expires_at"])
    _index_where_set("link_tokens", "conversation_id")


def _link_guesses() -> None:
    op.create_table(
        "link_guesses",
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False, server_default="0"),
        _moment("since"),
        sa.PrimaryKeyConstraint("identity_id", name="pk_link_guesses"),
        _refers("link_guesses", "identity_id", "channel_identities", "CASCADE"),
    )


def _identity_links() -> None:
    op.create_table(
        "identity_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("linked_by", sa.String(32), nullable=False),
        sa.Column("agent_id", sa.Uuid()),
        _moment("at"),
        sa.Column("proof_before", sa.String(32), nullable=False),
        sa.Column("proof_after", sa.String(32), nullable=False),
        sa.Column("attached", sa.JSON(), nullable=False),
        _moment("ended_at", required=False),
        sa.Column("ended_by", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name="pk_identity_links"),
        _known("identity_links", "linked_by", BY),
        _known("identity_links", "ended_by", BY),
        _known("identity_links", "proof_before", PROOFS),
        _known("identity_links", "proof_after", PROOFS),
        _refers("identity_links", "identity_id", "channel_identities", "CASCADE"),
        _refers("identity_links", "customer_id", "customers", "CASCADE"),
        _refers("identity_links", "agent_id", "agents", "RESTRICT"),
    )
    op.create_index("ix_identity_links_identity_id", "identity_links", ["identity_id"])
    op.create_index("ix_identity_links_customer_id", "identity_links", ["customer_id"])
    _index_where_set("identity_links", "agent_id")


def _customer_merges() -> None:
    op.create_table(
        "customer_merges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("merged_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid()),
        sa.Column("reason", sa.Text(), nullable=False),
        _moment("at"),
        sa.Column("fields", sa.JSON(), nullable=False),
        _moment("undone_at", required=False),
        sa.Column("undone_by_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_customer_merges"),
        sa.CheckConstraint("kept_id <> merged_id", name=op.f("ck_customer_merges_two_customers")),
        _refers("customer_merges", "kept_id", "customers", "CASCADE"),
        _refers("customer_merges", "merged_id", "customers", "CASCADE"),
        _refers("customer_merges", "agent_id", "agents", "RESTRICT"),
        _refers("customer_merges", "undone_by_id", "agents", "RESTRICT"),
    )
    op.create_index("ix_customer_merges_kept_id", "customer_merges", ["kept_id"])
    op.create_index("ix_customer_merges_merged_id", "customer_merges", ["merged_id"])
    _index_where_set("customer_merges", "agent_id")
    _index_where_set("customer_merges", "undone_by_id")
    standing = sa.text("undone_at IS NULL")
    op.create_index(
        "uq_customer_merges_standing",
        "customer_merges",
        ["merged_id"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )


def _customer_merge_rows() -> None:
    op.create_table(
        "customer_merge_rows",
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.Column("table_name", sa.String(64), nullable=False),
        sa.Column("row_key", sa.String(64), nullable=False),
        sa.Column("before", sa.JSON()),
        sa.PrimaryKeyConstraint("merge_id", "table_name", "row_key", name="pk_customer_merge_rows"),
        _refers("customer_merge_rows", "merge_id", "customer_merges", "CASCADE"),
    )


def _moment(name: str, *, required: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not required)


def _known(table: str, column: str, words: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{each}'" for each in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}_known"))


def _refers(table: str, column: str, target: str, on_delete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=f"fk_{table}_{column}", ondelete=on_delete
    )


def _index_where_set(table: str, column: str) -> None:
    where = sa.text(f"{column} IS NOT NULL")
    op.create_index(f"ix_{table}_{column}", table, [column], sqlite_where=where, postgresql_where=where)
