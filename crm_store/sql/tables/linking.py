"""One customer across channels: one-time links, the journal of connections, and the journal of merges."""

import sqlalchemy as sa

from crm_store.domain.identities import Proof
from crm_store.domain.linking import LinkedBy, LinkKind
from crm_store.sql.tables.base import (
    AnyText,
    Json,
    UtcDateTime,
    count,
    index_where_set,
    metadata,
    moment,
    one_of,
    rare_reference,
    reference,
    uuid_key,
    word,
)

link_tokens = sa.Table(
    "link_tokens",
    metadata,
    uuid_key(),
    # SHA-256 of the link's token or of the code: whoever reads the table cannot connect anything.
    sa.Column("secret_hash", sa.LargeBinary(32), nullable=False, unique=True),
    word("kind"),
    reference("customer_id", "customers"),
    rare_reference("conversation_id", "conversations", on_delete="SET NULL"),  # where it was asked for
    moment("created_at"),
    sa.Column("expires_at", UtcDateTime(), nullable=False, index=True),
    moment("used_at", required=False),
    # Who opened the link and was asked whether to connect; only they can say yes.
    rare_reference("opened_by", "channel_identities", on_delete="CASCADE"),
    one_of("kind", LinkKind),
)
index_where_set(link_tokens.c.conversation_id)
index_where_set(link_tokens.c.opened_by)

# Wrong codes of one account, so that nobody tries them all.
link_guesses = sa.Table(
    "link_guesses",
    metadata,
    sa.Column(
        "identity_id",
        sa.Uuid(),
        sa.ForeignKey("channel_identities.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    count("wrong"),
    moment("since"),
)

# When an account became a customer's, and when it was not any more.
identity_links = sa.Table(
    "identity_links",
    metadata,
    uuid_key(),
    reference("identity_id", "channel_identities"),
    reference("customer_id", "customers"),
    word("linked_by"),
    rare_reference("agent_id", "agents"),
    moment("at"),
    word("proof_before"),
    word("proof_after"),
    sa.Column("attached", Json, nullable=False),  # {table: [id]}: rows nobody owned, which became theirs
    moment("ended_at", required=False),
    word("ended_by", required=False),
    one_of("linked_by", LinkedBy),
    one_of("ended_by", LinkedBy),
    one_of("proof_before", Proof),
    one_of("proof_after", Proof),
)
index_where_set(identity_links.c.agent_id)

customer_merges = sa.Table(
    "customer_merges",
    metadata,
    uuid_key(),
    reference("kept_id", "customers"),
    reference("merged_id", "customers"),
    rare_reference("agent_id", "agents"),
    sa.Column("reason", AnyText(), nullable=False),
    moment("at"),
    sa.Column("fields", Json, nullable=False),  # of the one who stays: {name: [before, after]}
    moment("undone_at", required=False),
    rare_reference("undone_by_id", "agents"),
    sa.CheckConstraint("kept_id <> merged_id", name="two_customers"),
)
index_where_set(customer_merges.c.agent_id)
index_where_set(customer_merges.c.undone_by_id)
sa.Index(
    "uq_customer_merges_standing",
    customer_merges.c.merged_id,
    unique=True,
    sqlite_where=sa.text("undone_at IS NULL"),
    postgresql_where=sa.text("undone_at IS NULL"),
)

# Which rows a merge moved, so that undoing it moves exactly those back.
customer_merge_rows = sa.Table(
    "customer_merge_rows",
    metadata,
    reference("merge_id", "customer_merges", index=False),
    sa.Column("table_name", sa.String(64), nullable=False),
    sa.Column("row_key", sa.String(64), nullable=False),
    sa.Column("before", Json),  # other columns that changed: {name: value}
    sa.PrimaryKeyConstraint("merge_id", "table_name", "row_key"),
)
