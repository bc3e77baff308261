"""Ways to pay, promotions, loyalty points, links to documents."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_payment_options()
    _create_promotions()
    _create_document_links()
    _create_loyalty_entries()
    _create_promotion_uses()


def downgrade() -> None:
    op.drop_table("promotion_uses")
    op.drop_table("loyalty_entries")
    op.drop_table("document_links")
    op.drop_table("promotions")
    op.drop_table("payment_options")


def _create_payment_options() -> None:
    op.create_table(
        "payment_options",
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_bn", sa.Text(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("max_total", sa.BigInteger(), nullable=True),
        sa.Column("installments_from", sa.BigInteger(), nullable=True),
        sa.Column("installment_months", sa.SmallInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), server_default="BDT", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "method IN ('bkash', 'nagad', 'card', 'cod')", name="ck_payment_options_method_known"
        ),
        sa.CheckConstraint("fee >= 0", name="ck_payment_options_fee_not_negative"),
        sa.PrimaryKeyConstraint("method", name="pk_payment_options"),
    )


def _create_promotions() -> None:
    op.create_table(
        "promotions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_bn", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("min_total", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="BDT", nullable=False),
        sa.Column("category", sa.String(length=64), nullable=True),
        sa.Column("tier", sa.String(length=32), nullable=True),
        sa.Column("payment_method", sa.String(length=32), nullable=True),
        sa.Column("first_order_only", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("once", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("kind IN ('percent', 'amount', 'free_delivery')", name="ck_promotions_kind_known"),
        sa.CheckConstraint(
            "payment_method IN ('bkash', 'nagad', 'card', 'cod')", name="ck_promotions_payment_method_known"
        ),
        sa.CheckConstraint(
            "tier IN ('bronze', 'silver', 'gold', 'platinum')", name="ck_promotions_tier_known"
        ),
        sa.CheckConstraint("ends_on >= starts_on", name="ck_promotions_days_in_order"),
        sa.CheckConstraint("min_total >= 0", name="ck_promotions_min_total_not_negative"),
        sa.CheckConstraint("value >= 0", name="ck_promotions_value_not_negative"),
        sa.PrimaryKeyConstraint("id", name="pk_promotions"),
        sa.UniqueConstraint("code", name="uq_promotions_code"),
    )
    op.create_index("ix_promotions_ends_on", "promotions", ["ends_on"], unique=False)


def _create_document_links() -> None:
    op.create_table(
        "document_links",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=32), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("expires_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_document_links_order_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_document_links"),
    )
    op.create_index("ix_document_links_expires_at", "document_links", ["expires_at"], unique=False)
    op.create_index("ix_document_links_order_id", "document_links", ["order_id"], unique=False)


def _create_loyalty_entries() -> None:
    op.create_table(
        "loyalty_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('earned', 'bonus', 'used', 'taken_back')", name="ck_loyalty_entries_reason_known"
        ),
        sa.CheckConstraint(
            "(points > 0) = (expires_on IS NOT NULL)", name="ck_loyalty_entries_what_came_expires"
        ),
        sa.CheckConstraint("points <> 0", name="ck_loyalty_entries_points_not_zero"),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_loyalty_entries_customer_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_loyalty_entries_order_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_loyalty_entries"),
    )
    op.create_index(
        "ix_loyalty_entries_customer_id_at", "loyalty_entries", ["customer_id", "at"], unique=False
    )
    op.create_index("ix_loyalty_entries_order_id", "loyalty_entries", ["order_id"], unique=False)


def _create_promotion_uses() -> None:
    op.create_table(
        "promotion_uses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("used_at", UTC, nullable=False),
        sa.CheckConstraint("amount >= 0", name="ck_promotion_uses_amount_not_negative"),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_promotion_uses_customer_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_promotion_uses_order_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["promotion_id"], ["promotions.id"], name="fk_promotion_uses_promotion_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_promotion_uses"),
        sa.UniqueConstraint("order_id", name="uq_promotion_uses_order_id"),
    )
    op.create_index("ix_promotion_uses_customer_id", "promotion_uses", ["customer_id"], unique=False)
    op.create_index("ix_promotion_uses_promotion_id", "promotion_uses", ["promotion_id"], unique=False)
