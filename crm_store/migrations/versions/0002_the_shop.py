"""The shop: products, orders, returns, refunds, tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_delivery_options()
    _create_products()
    _create_orders()
    _create_order_lines()
    _create_shipments()
    _create_returns()
    _create_tickets()
    _create_refunds()


def downgrade() -> None:
    op.drop_table("refunds")
    op.drop_table("tickets")
    op.drop_table("returns")
    op.drop_table("shipments")
    op.drop_table("order_lines")
    op.drop_table("orders")
    op.drop_table("products")
    op.drop_table("delivery_options")


def _create_delivery_options() -> None:
    op.create_table(
        "delivery_options",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_bn", sa.Text(), nullable=False),
        sa.Column("zone", sa.String(length=32), nullable=False),
        sa.Column("days_min", sa.SmallInteger(), nullable=False),
        sa.Column("days_max", sa.SmallInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="BDT", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "zone IN ('dhaka', 'outside_dhaka', 'pickup')", name="ck_delivery_options_zone_known"
        ),
        sa.CheckConstraint("days_max >= days_min", name="ck_delivery_options_days_in_order"),
        sa.CheckConstraint("days_min >= 0", name="ck_delivery_options_days_min_not_negative"),
        sa.CheckConstraint("fee >= 0", name="ck_delivery_options_fee_not_negative"),
        sa.PrimaryKeyConstraint("code", name="pk_delivery_options"),
    )


def _create_products() -> None:
    op.create_table(
        "products",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_bn", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("category_bn", sa.Text(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="BDT", nullable=False),
        sa.Column("stock", sa.Integer(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("price >= 0", name="ck_products_price_not_negative"),
        sa.CheckConstraint("stock >= 0", name="ck_products_stock_not_negative"),
        sa.PrimaryKeyConstraint("id", name="pk_products"),
        sa.UniqueConstraint("sku", name="uq_products_sku"),
    )
    op.create_index("ix_products_category", "products", ["category"], unique=False)


def _create_orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("placed_at", UTC, nullable=False),
        sa.Column("promised_by", sa.Date(), nullable=False),
        sa.Column("delivered_at", UTC, nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("delivery_fee", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="BDT", nullable=False),
        sa.Column("payment_method", sa.String(length=32), nullable=False),
        sa.Column("delivery_option", sa.String(length=32), nullable=True),
        sa.Column("address_line", sa.Text(), nullable=False),
        sa.Column("address_area", sa.Text(), nullable=False),
        sa.Column("address_city", sa.Text(), nullable=False),
        sa.Column("address_postcode", sa.String(length=16), nullable=True),
        sa.Column("address_phone", sa.String(length=32), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "payment_method IN ('bkash', 'nagad', 'card', 'cod')", name="ck_orders_payment_method_known"
        ),
        sa.CheckConstraint(
            "status IN ('pending_payment', 'placed', 'packed', 'shipped', "
            "'out_for_delivery', 'delivered', 'cancelled', 'returned')",
            name="ck_orders_status_known",
        ),
        sa.CheckConstraint("delivery_fee >= 0", name="ck_orders_delivery_fee_not_negative"),
        sa.CheckConstraint("total >= 0", name="ck_orders_total_not_negative"),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_orders_customer_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["delivery_option"],
            ["delivery_options.code"],
            name="fk_orders_delivery_option",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_orders"),
        sa.UniqueConstraint("number", name="uq_orders_number"),
    )
    op.create_index("ix_orders_customer_id_placed_at", "orders", ["customer_id", "placed_at"], unique=False)
    op.create_index(
        "ix_orders_customer_id_status_promised_by",
        "orders",
        ["customer_id", "status", "promised_by"],
        unique=False,
    )
    op.create_index("ix_orders_delivery_option", "orders", ["delivery_option"], unique=False)


def _create_order_lines() -> None:
    op.create_table(
        "order_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("product_name", sa.Text(), nullable=False),
        sa.Column("product_name_bn", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("variant", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name="ck_order_lines_quantity_positive"),
        sa.CheckConstraint("unit_price >= 0", name="ck_order_lines_unit_price_not_negative"),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_order_lines_order_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_order_lines_product_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_order_lines"),
    )
    op.create_index("ix_order_lines_order_id", "order_lines", ["order_id"], unique=False)
    op.create_index("ix_order_lines_product_id", "order_lines", ["product_id"], unique=False)


def _create_shipments() -> None:
    op.create_table(
        "shipments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("tracking_number", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("shipped_at", UTC, nullable=True),
        sa.Column("delivered_at", UTC, nullable=True),
        sa.CheckConstraint(
            "status IN ('handed_over', 'in_transit', 'out_for_delivery', 'delivered', 'sent_back')",
            name="ck_shipments_status_known",
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_shipments_order_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shipments"),
        sa.UniqueConstraint("tracking_number", name="uq_shipments_tracking_number"),
    )
    op.create_index("ix_shipments_order_id", "shipments", ["order_id"], unique=False)


def _create_returns() -> None:
    op.create_table(
        "returns",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("requested_at", UTC, nullable=False),
        sa.Column("closed_at", UTC, nullable=True),
        sa.CheckConstraint(
            "reason IN ('damaged', 'wrong_item', 'wrong_size', 'not_as_described', "
            "'changed_mind', 'late', 'missing_part')",
            name="ck_returns_reason_known",
        ),
        sa.CheckConstraint(
            "status IN ('requested', 'approved', 'received', 'rejected', 'completed')",
            name="ck_returns_status_known",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_returns_customer_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_returns_order_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_lines.id"], name="fk_returns_order_line_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_returns"),
        sa.UniqueConstraint("number", name="uq_returns_number"),
        sa.UniqueConstraint("order_line_id", name="uq_returns_order_line_id"),
    )
    op.create_index(
        "ix_returns_customer_id_requested_at", "returns", ["customer_id", "requested_at"], unique=False
    )
    op.create_index("ix_returns_order_id", "returns", ["order_id"], unique=False)


def _create_tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("opened_at", UTC, nullable=False),
        sa.Column("solved_at", UTC, nullable=True),
        sa.CheckConstraint(
            "kind IN ('question', 'complaint', 'delivery', 'payment', 'product', 'other')",
            name="ck_tickets_kind_known",
        ),
        sa.CheckConstraint("status IN ('open', 'pending', 'solved')", name="ck_tickets_status_known"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_tickets_conversation_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_tickets_customer_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_tickets_order_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
        sa.UniqueConstraint("number", name="uq_tickets_number"),
    )
    op.create_index("ix_tickets_conversation_id", "tickets", ["conversation_id"], unique=False)
    op.create_index("ix_tickets_customer_id_status", "tickets", ["customer_id", "status"], unique=False)
    op.create_index("ix_tickets_order_id", "tickets", ["order_id"], unique=False)


def _create_refunds() -> None:
    op.create_table(
        "refunds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="BDT", nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("expected_by", sa.Date(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("issued_at", UTC, nullable=True),
        sa.CheckConstraint("method IN ('bkash', 'nagad', 'card', 'cod')", name="ck_refunds_method_known"),
        sa.CheckConstraint("status IN ('pending', 'issued', 'failed')", name="ck_refunds_status_known"),
        sa.CheckConstraint("amount >= 0", name="ck_refunds_amount_not_negative"),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_refunds_customer_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_refunds_order_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["return_id"], ["returns.id"], name="fk_refunds_return_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_refunds"),
        sa.UniqueConstraint("return_id", name="uq_refunds_return_id"),
    )
    op.create_index(
        "ix_refunds_customer_id_created_at", "refunds", ["customer_id", "created_at"], unique=False
    )
    op.create_index("ix_refunds_order_id", "refunds", ["order_id"], unique=False)
    op.create_index(
        "uq_refunds_cancelled_order",
        "refunds",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text("return_id IS NULL"),
        postgresql_where=sa.text("return_id IS NULL"),
    )
