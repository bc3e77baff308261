"""Money beside the orders: ways to pay, promotions and their use, loyalty points, links to documents."""

import sqlalchemy as sa

from crm_store.domain.customers import Tier
from crm_store.domain.loyalty import LoyaltyReason
from crm_store.domain.orders import PaymentMethod
from crm_store.domain.promotions import PromotionKind
from crm_store.sql.tables.base import (
    AnyText,
    UtcDateTime,
    count,
    currency,
    flag,
    metadata,
    moment,
    money,
    not_negative,
    one_of,
    reference,
    uuid_key,
    word,
)

payment_options = sa.Table(
    "payment_options",
    metadata,
    sa.Column("method", sa.String(32), primary_key=True),
    sa.Column("name", AnyText(), nullable=False),
    sa.Column("name_bn", AnyText(), nullable=False),
    money("fee"),
    sa.Column("max_total", sa.BigInteger()),
    sa.Column("installments_from", sa.BigInteger()),
    sa.Column("installment_months", sa.SmallInteger()),
    currency(),
    flag("active", default=True),
    count("position"),
    one_of("method", PaymentMethod),
    *not_negative("fee"),
)

promotions = sa.Table(
    "promotions",
    metadata,
    uuid_key(),
    sa.Column("code", sa.String(32), nullable=False, unique=True),  # capitals and digits
    sa.Column("name", AnyText(), nullable=False),
    sa.Column("name_bn", AnyText(), nullable=False),
    word("kind"),
    sa.Column("value", sa.BigInteger(), nullable=False),  # percents or minor units, as `kind` says
    money("min_total"),
    currency(),
    sa.Column("category", sa.String(64)),
    word("tier", required=False),
    word("payment_method", required=False),
    flag("first_order_only"),
    flag("once"),
    sa.Column("starts_on", sa.Date(), nullable=False),
    sa.Column("ends_on", sa.Date(), nullable=False, index=True),
    count("position"),
    one_of("kind", PromotionKind),
    one_of("tier", Tier),
    one_of("payment_method", PaymentMethod),
    *not_negative("value", "min_total"),
    sa.CheckConstraint("ends_on >= starts_on", name="days_in_order"),
)

promotion_uses = sa.Table(
    "promotion_uses",
    metadata,
    uuid_key(),
    reference("promotion_id", "promotions", on_delete="RESTRICT"),
    reference("customer_id", "customers"),
    reference("order_id", "orders", index=False),
    money("amount"),  # what it took off the order's total
    moment("used_at"),
    sa.UniqueConstraint("order_id"),  # one code an order
    *not_negative("amount"),
)

loyalty_entries = sa.Table(
    "loyalty_entries",
    metadata,
    uuid_key(),
    reference("customer_id", "customers", index=False),
    reference("order_id", "orders", on_delete="SET NULL", required=False),
    sa.Column("points", sa.Integer(), nullable=False),  # negative when they go
    word("reason"),
    moment("at"),
    sa.Column("expires_on", sa.Date()),  # the last day of points that came
    one_of("reason", LoyaltyReason),
    sa.CheckConstraint("points <> 0", name="points_not_zero"),
    sa.CheckConstraint("(points > 0) = (expires_on IS NOT NULL)", name="what_came_expires"),
    sa.Index("ix_loyalty_entries_customer_id_at", "customer_id", "at"),
)

document_links = sa.Table(
    "document_links",
    metadata,
    # SHA-256 of the token: whoever reads the table cannot open a document.
    sa.Column("token_hash", sa.LargeBinary(32), primary_key=True),
    reference("order_id", "orders"),
    word("language"),
    moment("created_at"),
    sa.Column("expires_at", UtcDateTime(), nullable=False, index=True),
)
