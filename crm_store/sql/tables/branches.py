"""The shop's stores and their weekly hours; public."""

import sqlalchemy as sa

from crm_store.sql.tables.base import AnyText, count, metadata

branches = sa.Table(
    "branches",
    metadata,
    sa.Column("code", sa.String(32), primary_key=True),
    sa.Column("name", AnyText(), nullable=False),
    sa.Column("name_bn", AnyText(), nullable=False),
    sa.Column("city", sa.String(64), nullable=False),  # the English name, as addresses are stored
    sa.Column("address", AnyText(), nullable=False),
    sa.Column("address_bn", AnyText(), nullable=False),
    sa.Column("near", AnyText(), nullable=False),  # neighbourhoods it is close to
    sa.Column("near_bn", AnyText(), nullable=False),
    sa.Column("directions", AnyText(), nullable=False),
    sa.Column("directions_bn", AnyText(), nullable=False),
    sa.Column("phone", sa.String(32), nullable=False),
    sa.Column("map_url", AnyText(), nullable=False),
    sa.Column("latitude", sa.Float(), nullable=False),
    sa.Column("longitude", sa.Float(), nullable=False),
    count("position"),
)

branch_hours = sa.Table(
    "branch_hours",
    metadata,
    sa.Column(
        "branch_code", sa.String(32), sa.ForeignKey("branches.code", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("weekday", sa.SmallInteger(), primary_key=True),  # Monday is 0; a day off has no row
    sa.Column("opens", sa.Time(), nullable=False),  # on the shop's clock
    sa.Column("closes", sa.Time(), nullable=False),
    sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_known"),
    sa.CheckConstraint("closes > opens", name="hours_in_order"),
)
