"""Agents answer from a team chat: their accounts there, their teams' channels, a thread a hand-over."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

NEW_TABLES = ("agent_thread_lines", "agent_threads", "team_channels", "agent_codes", "agent_accounts")


def upgrade() -> None:
    _agent_accounts()
    _agent_codes()
    _team_channels()
    _agent_threads()
    _agent_thread_lines()


def downgrade() -> None:
    for name in NEW_TABLES:
        op.drop_table(name)


def _agent_accounts() -> None:
    op.create_table(
        "agent_accounts",
        _word("channel"),
        _name("account"),
        _name("user_id"),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        _moment("linked_at"),
        _moment("seen_at", required=False),
        sa.PrimaryKeyConstraint("channel", "account", "user_id", name="pk_agent_accounts"),
        _refers("agent_accounts", "agent_id", "agents"),
    )
    op.create_index("ix_agent_accounts_agent_id", "agent_accounts", ["agent_id"])


def _agent_codes() -> None:
    op.create_table(
        "agent_codes",
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        _moment("created_at"),
        _moment("expires_at"),
        sa.PrimaryKeyConstraint("agent_id", name="pk_agent_codes"),
        sa.UniqueConstraint("code_hash", name="uq_agent_codes_code_hash"),
        _refers("agent_codes", "agent_id", "agents"),
    )


def _team_channels() -> None:
    op.create_table(
        "team_channels",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        _word("channel"),
        _name("account"),
        _name("place"),
        _word("language", default="en"),
        sa.Column("trouble", sa.Text()),
        _moment("changed_at"),
        sa.PrimaryKeyConstraint("team_id", name="pk_team_channels"),
        _refers("team_channels", "team_id", "teams"),
    )


def _agent_threads() -> None:
    op.create_table(
        "agent_threads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("handoff_id", sa.Uuid(), nullable=False),
        _word("channel"),
        _name("account"),
        _name("place"),
        _word("language", default="en"),
        sa.Column("root", sa.String(255)),
        _count("shown_epoch", -1),
        _count("posted_seq", 0),
        _flag("is_ended"),
        _flag("is_superseded"),
        _moment("opened_at"),
        _moment("closed_at", required=False),
        _moment("due_at"),
        _moment("look_at", required=False),
        sa.Column("lease_token", sa.Uuid()),
        _moment("leased_until", required=False),
        _count("failures", 0),
        sa.PrimaryKeyConstraint("id", name="pk_agent_threads"),
        sa.UniqueConstraint("handoff_id", name="uq_agent_threads_handoff_id"),
        sa.UniqueConstraint(
            "channel", "account", "place", "root", name="uq_agent_threads_channel_account_place_root"
        ),
        _refers("agent_threads", "conversation_id", "conversations"),
        _refers("agent_threads", "handoff_id", "handoffs"),
    )
    op.create_index("ix_agent_threads_conversation_id", "agent_threads", ["conversation_id"])
    _index_where("ix_agent_threads_open", "agent_threads", "channel", "opened_at", where="closed_at IS NULL")


def _agent_thread_lines() -> None:
    op.create_table(
        "agent_thread_lines",
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        _name("line"),
        sa.Column("message_id", sa.Uuid()),
        sa.Column("note_id", sa.Uuid()),
        sa.Column("mark", sa.String(64)),
        _flag("settled"),
        _moment("at"),
        sa.PrimaryKeyConstraint("thread_id", "line", name="pk_agent_thread_lines"),
        _refers("agent_thread_lines", "thread_id", "agent_threads"),
        _refers("agent_thread_lines", "message_id", "messages"),
        _refers("agent_thread_lines", "note_id", "notes"),
    )
    for column in ("message_id", "note_id"):
        name = f"ix_agent_thread_lines_{column}"
        _index_where(name, "agent_thread_lines", column, where=f"{column} IS NOT NULL")


def _word(name: str, *, default: str | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.String(32), nullable=False, server_default=default)


def _name(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.String(255), nullable=False)


def _count(name: str, default: int) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=str(default))


def _flag(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def _moment(name: str, *, required: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not required)


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=f"fk_{table}_{column}", ondelete="CASCADE"
    )


def _index_where(name: str, table: str, *columns: str, where: str) -> None:
    only = sa.text(where)
    op.create_index(name, table, list(columns), sqlite_where=only, postgresql_where=only)
