"""What is remembered of platforms: updates seen, accounts that were revoked, poison kept for a look."""

import sqlalchemy as sa

from crm_store.domain.channels import AccountState
from crm_store.sql.tables.base import (
    AnyText,
    count,
    counting_key,
    index_where_set,
    metadata,
    moment,
    one_of,
    rare_reference,
    word,
)

# The platforms' ids of what was handled (G4); a sweeper forgets them when no retry can come any more.
channel_updates = sa.Table(
    "channel_updates",
    metadata,
    word("channel"),
    sa.Column("account", sa.String(255), nullable=False),
    sa.Column("update_id", sa.String(255), nullable=False),
    sa.Column("at", moment("at").type, nullable=False, index=True),
    sa.PrimaryKeyConstraint("channel", "account", "update_id"),
)

channel_accounts = sa.Table(
    "channel_accounts",
    metadata,
    word("channel"),
    sa.Column("account", sa.String(255), nullable=False),
    word("state"),
    sa.Column("reason", AnyText()),
    moment("changed_at"),
    # What customers know it by, and what opens it with a one-time link ("{token}" stands for its secret).
    sa.Column("name", AnyText()),
    sa.Column("connect_url", AnyText()),
    sa.PrimaryKeyConstraint("channel", "account"),
    one_of("state", AccountState),
)

# Which process asks a platform for an account's updates now, where they are asked for instead of sent.
channel_pollers = sa.Table(
    "channel_pollers",
    metadata,
    word("channel"),
    sa.Column("account", sa.String(255), nullable=False),
    sa.Column("holder", sa.Uuid(), nullable=False),
    moment("until"),
    sa.PrimaryKeyConstraint("channel", "account"),
)

# What a platform sent and nobody could read. Never logged (CH7), forgotten after a week.
dead_letters = sa.Table(
    "dead_letters",
    metadata,
    counting_key(),
    word("channel"),
    sa.Column("account", sa.String(255), nullable=False),
    sa.Column("external_id", sa.String(255)),
    rare_reference("identity_id", "channel_identities", on_delete="CASCADE"),  # whose, where it can be told
    sa.Column("reason", AnyText(), nullable=False),
    sa.Column("body", sa.LargeBinary(), nullable=False),
    count("size"),  # of the whole; a huge body is kept in part
    sa.Column("at", moment("at").type, nullable=False, index=True),
)
index_where_set(dead_letters.c.identity_id)
