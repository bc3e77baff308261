"""Agents, their teams and ways in, and who of them is there. Nothing here is a customer's.

Agents are deactivated, never deleted: what they wrote and did keeps its author.
"""

import sqlalchemy as sa

from crm_store.domain.agents import DEFAULT_MAX_LOAD, ChosenStatus, Role
from crm_store.sql.tables.base import (
    AnyText,
    Json,
    UtcDateTime,
    count,
    flag,
    metadata,
    moment,
    one_of,
    reference,
    uuid_key,
    word,
)

teams = sa.Table(
    "teams",
    metadata,
    uuid_key(),
    sa.Column("slug", sa.String(64), nullable=False, unique=True),
    sa.Column("name", AnyText(), nullable=False),
    sa.Column("name_bn", AnyText(), nullable=False),
    sa.Column("timezone", sa.String(64), nullable=False),
    sa.Column("hours", Json, nullable=False),  # {"0": [["09:00", "21:00"]]}: Monday is 0
    sa.Column("holidays", Json, nullable=False),  # [{"day", "name", "name_bn"}]
    sa.Column("reasons", Json, nullable=False),  # the requests that come here: ["complaint", "topic:returns"]
    count("first_answer_minutes", default=5),
    count("next_answer_minutes", default=10),
    flag("is_default"),
    moment("created_at"),
)
sa.Index(
    "uq_teams_default",
    teams.c.is_default,
    unique=True,
    sqlite_where=sa.text("is_default"),
    postgresql_where=sa.text("is_default"),
)

agents = sa.Table(
    "agents",
    metadata,
    uuid_key(),
    sa.Column("name", AnyText(), nullable=False),
    sa.Column("name_bn", AnyText()),
    sa.Column("email", sa.String(255), nullable=False, unique=True),  # in lower case
    sa.Column("password_hash", sa.String(255), nullable=False),  # argon2
    word("role", default=Role.AGENT.value),
    sa.Column("languages", Json, nullable=False),
    word("status", default=ChosenStatus.AVAILABLE.value),
    count("max_load", default=DEFAULT_MAX_LOAD),
    sa.Column("preferences", Json, nullable=False),
    flag("active", default=True),
    moment("created_at"),
    moment("password_changed_at", required=False),
    moment("last_login_at", required=False),
    one_of("role", Role),
    one_of("status", ChosenStatus),
)

team_members = sa.Table(
    "team_members",
    metadata,
    reference("team_id", "teams", index=False),
    reference("agent_id", "agents"),
    sa.PrimaryKeyConstraint("team_id", "agent_id"),
)

agent_sessions = sa.Table(
    "agent_sessions",
    metadata,
    sa.Column("token_hash", sa.LargeBinary(32), primary_key=True),  # SHA-256 of the cookie
    reference("agent_id", "agents"),
    sa.Column("csrf", sa.String(64), nullable=False),
    moment("created_at"),
    moment("last_used_at"),
    sa.Column("expires_at", UtcDateTime(), nullable=False, index=True),
    moment("revoked_at", required=False),
)

api_tokens = sa.Table(
    "api_tokens",
    metadata,
    uuid_key(),
    reference("agent_id", "agents"),
    sa.Column("name", AnyText(), nullable=False),
    sa.Column("token_hash", sa.LargeBinary(32), nullable=False, unique=True),
    sa.Column("scopes", Json, nullable=False),
    moment("created_at"),
    moment("last_used_at", required=False),
    moment("expires_at", required=False),
    moment("revoked_at", required=False),
)

# Log-ins that failed, by address and by network address, hashed: every node counts the same.
login_failures = sa.Table(
    "login_failures",
    metadata,
    sa.Column("key_hash", sa.LargeBinary(32), primary_key=True),
    count("failures"),
    moment("last_failed_at"),
    moment("blocked_until", required=False),
)

agent_presence = sa.Table(
    "agent_presence",
    metadata,
    sa.Column("connection_id", sa.Uuid(), primary_key=True),
    reference("agent_id", "agents"),
    sa.Column("node", sa.String(128), nullable=False),
    moment("opened_at"),
    sa.Column("last_seen", UtcDateTime(), nullable=False, index=True),
)

# Who else is looking.
agent_watches = sa.Table(
    "agent_watches",
    metadata,
    sa.Column(
        "connection_id",
        sa.Uuid(),
        sa.ForeignKey("agent_presence.connection_id", ondelete="CASCADE"),
        nullable=False,
    ),
    reference("conversation_id", "conversations"),
    sa.PrimaryKeyConstraint("connection_id", "conversation_id"),
)

audit_log = sa.Table(
    "audit_log",
    metadata,
    sa.Column(
        "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True
    ),
    moment("at"),
    reference("agent_id", "agents", on_delete="RESTRICT", required=False, index=False),
    sa.Column("kind", sa.String(64), nullable=False),
    # An erased customer leaves no line either (G7).
    reference("conversation_id", "conversations", required=False),
    reference("customer_id", "customers", required=False),
    sa.Column("facts", Json, nullable=False),
    # One's newest lines, and the newest of one kind, without reading everybody's.
    sa.Index("ix_audit_log_agent_id_id", "agent_id", "id"),
    sa.Index("ix_audit_log_kind_id", "kind", "id"),
)
