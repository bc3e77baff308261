"""Customers, where they live, and the channel identities and web sessions they write through.

Erasing a customer (G7) is one DELETE: everything personal hangs on `customers` by ON DELETE CASCADE.
"""

import sqlalchemy as sa

from crm_store.domain.customers import Language, Tier
from crm_store.domain.identities import Proof
from crm_store.sql.tables.base import (
    AnyText,
    UtcDateTime,
    flag,
    index_where_set,
    metadata,
    moment,
    one_of,
    rare_reference,
    reference,
    uuid_key,
    word,
)

customers = sa.Table(
    "customers",
    metadata,
    uuid_key(),
    sa.Column("external_ref", sa.String(255), unique=True),  # the shop's own id: JWT `sub`
    sa.Column("name", AnyText(), nullable=False),
    sa.Column("name_bn", AnyText()),
    sa.Column("given_name", AnyText(), nullable=False),
    sa.Column("given_name_bn", AnyText()),
    sa.Column("email", AnyText()),
    sa.Column("phone", AnyText()),
    word("language", required=False),
    word("tier", default=Tier.BRONZE.value),
    sa.Column("timezone", sa.String(64), nullable=False, server_default="Asia/Dhaka"),
    flag("consent_marketing"),
    flag("consent_personalisation", default=True),  # false: no line may be chosen from what is known of them
    moment("created_at"),
    # Found to be the same person as that one, who has everything of this one until they are parted.
    rare_reference("merged_into", "customers", on_delete="CASCADE"),
    one_of("language", Language),
    one_of("tier", Tier),
)
index_where_set(customers.c.merged_into)

addresses = sa.Table(
    "addresses",
    metadata,
    uuid_key(),
    reference("customer_id", "customers"),
    sa.Column("label", AnyText()),  # "home", "office"
    sa.Column("line", AnyText(), nullable=False),
    sa.Column("area", AnyText(), nullable=False),
    sa.Column("city", AnyText(), nullable=False),
    sa.Column("postcode", sa.String(16)),
    sa.Column("phone", sa.String(32)),
    flag("is_default"),
    moment("created_at"),
)

channel_identities = sa.Table(
    "channel_identities",
    metadata,
    uuid_key(),
    word("channel"),
    sa.Column("account", sa.String(255), nullable=False),  # widget id, Slack team, Telegram bot
    sa.Column("source_id", sa.String(255), nullable=False),
    word("proof", default=Proof.NONE.value),
    reference("customer_id", "customers", required=False),
    moment("created_at"),
    # The platform's words for the person; what they are called here is the customer's name.
    sa.Column("display_name", AnyText()),
    sa.Column("username", AnyText()),
    # Since when, and why, the platform delivers nothing to them (a blocked bot); cleared when they write.
    moment("unreachable_at", required=False),
    sa.Column("unreachable_reason", AnyText()),
    sa.UniqueConstraint("channel", "account", "source_id"),
    one_of("proof", Proof),
)

web_sessions = sa.Table(
    "web_sessions",
    metadata,
    # SHA-256 of the token: whoever reads the table cannot speak for anybody.
    sa.Column("token_hash", sa.LargeBinary(32), primary_key=True),
    reference("identity_id", "channel_identities"),
    reference("conversation_id", "conversations"),
    moment("created_at"),
    sa.Column("expires_at", UtcDateTime(), nullable=False, index=True),
    moment("revoked_at", required=False),
)
