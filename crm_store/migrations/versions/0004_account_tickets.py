"""Two more kinds of ticket: a change of an account, and the erasure of one."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

EARLIER = ("question", "complaint", "delivery", "payment", "product", "other")
ADDED = ("account", "erasure")


def upgrade() -> None:
    _allow((*EARLIER, *ADDED))


def downgrade() -> None:
    tickets = sa.table("tickets", sa.column("kind"))
    op.execute(tickets.update().where(tickets.c.kind.in_(ADDED)).values(kind="other"))
    _allow(EARLIER)


def _allow(kinds: tuple[str, ...]) -> None:
    known = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("tickets") as tickets:  # SQLite copies the table, PostgreSQL alters it
        tickets.drop_constraint("ck_tickets_kind_known", type_="check")
        tickets.create_check_constraint("ck_tickets_kind_known", f"kind IN ({known})")
