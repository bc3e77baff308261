"""What is known about products, and the shop's stores."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

FACT_KINDS = (
    "material",
    "features",
    "colours",
    "sizes",
    "fit",
    "dimensions",
    "contents",
    "works_with",
    "care",
    "origin",
    "warranty",
)


def upgrade() -> None:
    op.add_column("products", sa.Column("search_words", sa.Text(), nullable=True))
    op.add_column("products", sa.Column("warranty_months", sa.SmallInteger(), nullable=True))
    _create_product_facts()
    _create_branches()
    _create_branch_hours()


def downgrade() -> None:
    op.drop_table("branch_hours")
    op.drop_table("branches")
    op.drop_table("product_facts")
    op.drop_column("products", "warranty_months")
    op.drop_column("products", "search_words")


def _create_product_facts() -> None:
    known = ", ".join(f"'{kind}'" for kind in FACT_KINDS)
    op.create_table(
        "product_facts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_bn", sa.Text(), nullable=False),
        sa.CheckConstraint(f"kind IN ({known})", name="ck_product_facts_kind_known"),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_product_facts_product_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_product_facts"),
        sa.UniqueConstraint("product_id", "kind", name="uq_product_facts_product_id_kind"),
    )


def _create_branches() -> None:
    op.create_table(
        "branches",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_bn", sa.Text(), nullable=False),
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("address_bn", sa.Text(), nullable=False),
        sa.Column("near", sa.Text(), nullable=False),
        sa.Column("near_bn", sa.Text(), nullable=False),
        sa.Column("directions", sa.Text(), nullable=False),
        sa.Column("directions_bn", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("map_url", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_branches"),
    )


def _create_branch_hours() -> None:
    op.create_table(
        "branch_hours",
        sa.Column("branch_code", sa.String(length=32), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="ck_branch_hours_weekday_known"),
        sa.CheckConstraint("closes > opens", name="ck_branch_hours_hours_in_order"),
        sa.ForeignKeyConstraint(
            ["branch_code"], ["branches.code"], name="fk_branch_hours_branch_code", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("branch_code", "weekday", name="pk_branch_hours"),
    )
