"""Agents who answer from a team chat: who they are there, where their teams are, and the threads."""

import sqlalchemy as sa

from crm_store.sql.tables.base import (
    AnyText,
    UtcDateTime,
    count,
    flag,
    index_where_set,
    metadata,
    moment,
    rare_reference,
    reference,
    uuid_key,
    word,
)

_NAME = sa.String(255)

agent_accounts = sa.Table(
    "agent_accounts",
    metadata,
    word("channel"),
    sa.Column("account", _NAME, nullable=False),
    sa.Column("user_id", _NAME, nullable=False),
    reference("agent_id", "agents"),
    moment("linked_at"),
    moment("seen_at", required=False),
    sa.PrimaryKeyConstraint("channel", "account", "user_id"),
)

# The one code of an agent that works now; SHA-256, so that the table is of no use to whoever reads it.
agent_codes = sa.Table(
    "agent_codes",
    metadata,
    sa.Column("agent_id", sa.Uuid(), sa.ForeignKey("agents.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("code_hash", sa.LargeBinary(32), nullable=False, unique=True),
    moment("created_at"),
    moment("expires_at"),
)

team_channels = sa.Table(
    "team_channels",
    metadata,
    sa.Column("team_id", sa.Uuid(), sa.ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True),
    word("channel"),
    sa.Column("account", _NAME, nullable=False),
    sa.Column("place", _NAME, nullable=False),
    word("language", default="en"),
    sa.Column("trouble", AnyText()),
    moment("changed_at"),
)

agent_threads = sa.Table(
    "agent_threads",
    metadata,
    uuid_key(),
    reference("conversation_id", "conversations"),
    reference("handoff_id", "handoffs", index=False),
    word("channel"),
    sa.Column("account", _NAME, nullable=False),
    sa.Column("place", _NAME, nullable=False),
    word("language", default="en"),
    sa.Column("root", _NAME),  # NULL until the card is posted
    count("shown_epoch", default=-1),
    count("posted_seq"),
    flag("is_ended"),
    flag("is_superseded"),
    moment("opened_at"),
    moment("closed_at", required=False),
    moment("due_at"),  # not before: a platform asked for a pause
    moment("look_at", required=False),  # when to see how far messages came; NULL: nothing is on its way
    sa.Column("lease_token", sa.Uuid()),
    moment("leased_until", required=False),
    count("failures"),
    sa.UniqueConstraint("handoff_id"),
    sa.UniqueConstraint("channel", "account", "place", "root"),
)
sa.Index(
    "ix_agent_threads_open",
    agent_threads.c.channel,
    agent_threads.c.opened_at,  # older ones are not followed any more
    sqlite_where=sa.text("closed_at IS NULL"),
    postgresql_where=sa.text("closed_at IS NULL"),
)

# Messages of a thread that stand for something: an agent's note, or what they wrote to the customer.
agent_thread_lines = sa.Table(
    "agent_thread_lines",
    metadata,
    reference("thread_id", "agent_threads", index=False),
    sa.Column("line", _NAME, nullable=False),
    rare_reference("message_id", "messages", on_delete="CASCADE"),
    rare_reference("note_id", "notes", on_delete="CASCADE"),
    sa.Column("mark", sa.String(64)),
    flag("settled"),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint("thread_id", "line"),
)
index_where_set(agent_thread_lines.c.message_id)
index_where_set(agent_thread_lines.c.note_id)
