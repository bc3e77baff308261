"""The shop: products, orders and their parcels, returns, refunds, tickets, ways of delivery.

Orders hang on their customer by ON DELETE CASCADE like everything personal (G7). Products are never deleted
while an order names them; they are withdrawn with `active`.
"""

import sqlalchemy as sa

from crm_store.domain.catalogue import Zone
from crm_store.domain.orders import OrderStatus, PaymentMethod, ShipmentStatus
from crm_store.domain.product_facts import FactKind
from crm_store.domain.returns import RefundStatus, ReturnReason, ReturnStatus
from crm_store.domain.tickets import TicketKind, TicketStatus
from crm_store.sql.tables.base import (
    AnyText,
    count,
    currency,
    flag,
    index_where_set,
    metadata,
    moment,
    money,
    not_negative,
    one_of,
    rare_reference,
    reference,
    uuid_key,
    word,
)

products = sa.Table(
    "products",
    metadata,
    uuid_key(),
    sa.Column("sku", sa.String(64), nullable=False, unique=True),
    sa.Column("name", AnyText(), nullable=False),
    sa.Column("name_bn", AnyText(), nullable=False),
    sa.Column("category", sa.String(64), nullable=False, index=True),
    sa.Column("category_bn", AnyText(), nullable=False),
    money("price"),
    currency(),
    count("stock"),
    flag("active", default=True),
    count("position"),  # where the shop window shows it
    sa.Column("search_words", AnyText()),  # what else customers call it
    sa.Column("warranty_months", sa.SmallInteger()),  # NULL: it comes without a warranty
    *not_negative("price", "stock"),
)

product_facts = sa.Table(
    "product_facts",
    metadata,
    uuid_key(),
    reference("product_id", "products", index=False),
    word("kind"),
    sa.Column("text", AnyText(), nullable=False),
    sa.Column("text_bn", AnyText(), nullable=False),
    one_of("kind", FactKind),
    sa.UniqueConstraint("product_id", "kind"),
)

delivery_options = sa.Table(
    "delivery_options",
    metadata,
    sa.Column("code", sa.String(32), primary_key=True),
    sa.Column("name", AnyText(), nullable=False),
    sa.Column("name_bn", AnyText(), nullable=False),
    word("zone"),
    sa.Column("days_min", sa.SmallInteger(), nullable=False),
    sa.Column("days_max", sa.SmallInteger(), nullable=False),
    money("fee"),
    currency(),
    count("position"),
    one_of("zone", Zone),
    *not_negative("fee", "days_min"),
    sa.CheckConstraint("days_max >= days_min", name="days_in_order"),
)

orders = sa.Table(
    "orders",
    metadata,
    uuid_key(),
    sa.Column("number", sa.String(16), nullable=False, unique=True),  # "KT-10234"
    reference("customer_id", "customers", index=False),
    word("status"),
    moment("placed_at"),
    sa.Column("promised_by", sa.Date(), nullable=False),
    moment("delivered_at", required=False),
    money("total"),
    money("delivery_fee"),
    currency(),
    word("payment_method"),
    sa.Column(
        "delivery_option",
        sa.String(32),
        sa.ForeignKey("delivery_options.code", ondelete="SET NULL"),
        index=True,
    ),
    # Where this parcel goes: a copy, so that moving house does not rewrite past orders.
    sa.Column("address_line", AnyText(), nullable=False),
    sa.Column("address_area", AnyText(), nullable=False),
    sa.Column("address_city", AnyText(), nullable=False),
    sa.Column("address_postcode", sa.String(16)),
    sa.Column("address_phone", sa.String(32)),
    sa.Column("cancel_reason", AnyText()),
    one_of("status", OrderStatus),
    one_of("payment_method", PaymentMethod),
    *not_negative("total", "delivery_fee"),
    sa.Index("ix_orders_customer_id_placed_at", "customer_id", "placed_at"),
    # The facts of a turn: a few open orders, however long the history is.
    sa.Index("ix_orders_customer_id_status_promised_by", "customer_id", "status", "promised_by"),
)

order_lines = sa.Table(
    "order_lines",
    metadata,
    uuid_key(),
    reference("order_id", "orders"),
    reference("product_id", "products", on_delete="RESTRICT"),
    sa.Column("position", sa.SmallInteger(), nullable=False),
    # As they were on the day of the order.
    sa.Column("product_name", AnyText(), nullable=False),
    sa.Column("product_name_bn", AnyText(), nullable=False),
    sa.Column("category", sa.String(64), nullable=False),
    sa.Column("variant", AnyText()),
    sa.Column("quantity", sa.Integer(), nullable=False),
    money("unit_price"),
    sa.CheckConstraint("quantity > 0", name="quantity_positive"),
    *not_negative("unit_price"),
)

shipments = sa.Table(
    "shipments",
    metadata,
    uuid_key(),
    reference("order_id", "orders"),
    sa.Column("carrier", AnyText(), nullable=False),
    sa.Column("tracking_number", sa.String(64), nullable=False, unique=True),
    word("status"),
    moment("created_at"),
    moment("shipped_at", required=False),
    moment("delivered_at", required=False),
    one_of("status", ShipmentStatus),
)

returns = sa.Table(
    "returns",
    metadata,
    uuid_key(),
    sa.Column("number", sa.String(16), nullable=False, unique=True),  # "RT-1003"
    reference("order_id", "orders"),
    reference("order_line_id", "order_lines", index=False),
    reference("customer_id", "customers", index=False),
    word("reason"),
    word("status"),
    moment("requested_at"),
    moment("closed_at", required=False),
    one_of("reason", ReturnReason),
    one_of("status", ReturnStatus),
    sa.UniqueConstraint("order_line_id"),  # a line goes back once
    sa.Index("ix_returns_customer_id_requested_at", "customer_id", "requested_at"),
)

refunds = sa.Table(
    "refunds",
    metadata,
    uuid_key(),
    reference("order_id", "orders"),
    reference("customer_id", "customers", index=False),
    # The return it pays back; NULL when the order was cancelled, or an agent granted it.
    reference("return_id", "returns", required=False, index=False),
    rare_reference("agent_id", "agents"),
    sa.Column("reason", AnyText()),
    money("amount"),
    currency(),
    word("status"),
    word("method"),
    sa.Column("expected_by", sa.Date(), nullable=False),
    moment("created_at"),
    moment("issued_at", required=False),
    one_of("status", RefundStatus),
    one_of("method", PaymentMethod),
    *not_negative("amount"),
    sa.UniqueConstraint("return_id"),
    sa.Index("ix_refunds_customer_id_created_at", "customer_id", "created_at"),
)
# Cancelling pays back once, however often it is asked for.
sa.Index(
    "uq_refunds_cancelled_order",
    refunds.c.order_id,
    unique=True,
    sqlite_where=sa.text("return_id IS NULL AND agent_id IS NULL"),
    postgresql_where=sa.text("return_id IS NULL AND agent_id IS NULL"),
)
index_where_set(refunds.c.agent_id)

tickets = sa.Table(
    "tickets",
    metadata,
    uuid_key(),
    sa.Column("number", sa.String(16), nullable=False, unique=True),  # "TK-2001"
    reference("customer_id", "customers", index=False),
    reference("conversation_id", "conversations", on_delete="SET NULL", required=False),
    reference("order_id", "orders", on_delete="SET NULL", required=False),
    sa.Column("subject", AnyText(), nullable=False),
    word("kind"),
    word("status"),
    moment("opened_at"),
    moment("solved_at", required=False),
    one_of("kind", TicketKind),
    one_of("status", TicketStatus),
    sa.Index("ix_tickets_customer_id_status", "customer_id", "status"),
)
