"""What the schema says of itself. Alembic's own table names the revision; this one, whom it still serves."""

import sqlalchemy as sa

from crm_store.sql.tables.base import metadata

# One row: the oldest revision whose code works over this schema. Code that does not know the revision the
# database is at (it is newer) looks whether it knows this one (docs/decisions/expand-and-contract.md).
schema_compatibility = sa.Table(
    "schema_compatibility",
    metadata,
    sa.Column("oldest_code", sa.String(32), primary_key=True),
)
