"""Types and indices of revision 0008."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

UTC = sa.DateTime(timezone=True)


def index_where(name: str, table: str, columns: Sequence[str], where: str, *, unique: bool = False) -> None:
    """An index of some of the rows, the same in both databases."""
    op.create_index(
        name,
        table,
        list(columns),
        unique=unique,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
