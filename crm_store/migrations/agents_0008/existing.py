"""The columns revision 0008 adds to tables that were there. SQLite copies the table, PostgreSQL alters it."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from crm_store.migrations.agents_0008.columns import UTC, index_where

STATES = ("bot", "queued", "claimed", "snoozed", "resolved")
SEATS = (
    "(state = 'bot' AND status = 'pending' AND owner = 'bot' AND assignee_id IS NULL) OR "
    "(state = 'queued' AND status = 'open' AND owner = 'bot' AND assignee_id IS NULL) OR "
    "(state = 'claimed' AND status = 'open' AND owner = 'agent' AND assignee_id IS NOT NULL) OR "
    "(state = 'snoozed' AND status = 'snoozed' AND owner = 'agent' AND assignee_id IS NOT NULL) OR "
    "(state = 'resolved' AND status = 'resolved' AND owner = 'bot' AND assignee_id IS NULL)"
)
# In the order of the lists: name, columns, which rows.
LISTS = (
    ("queue", ("priority", "queued_at"), "state = 'queued'"),
    ("claimed", ("assigned_at",), "state = 'claimed'"),
    ("snoozed", ("snoozed_until",), "state = 'snoozed'"),
    ("resolved", ("resolved_at",), "state = 'resolved'"),
    ("with_the_bot", ("created_at",), "state = 'bot'"),
    ("changed", ("changed_at",), "state IN ('queued', 'claimed', 'snoozed')"),
)


def widen() -> None:
    _widen_conversations()
    _seat_conversations()
    _widen_handoffs()
    _widen_messages()
    _widen_survey_responses()


def narrow() -> None:
    _narrow_survey_responses()
    _narrow_messages()
    _narrow_handoffs()
    _narrow_conversations()


def _column(name: str, kind: sa.types.TypeEngine[Any], default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, kind, server_default=default, nullable=default is None)


Columns = tuple[tuple[str, "sa.types.TypeEngine[Any]", str | None], ...]

CONVERSATION_COLUMNS: Columns = (
    ("state", sa.String(32), "bot"),
    ("assignee_id", sa.Uuid(), None),
    ("previous_agent_id", sa.Uuid(), None),
    ("team_id", sa.Uuid(), None),
    ("priority", sa.SmallInteger(), "2"),
    ("queued_at", UTC, None),
    ("assigned_at", UTC, None),
    ("first_answer_due_at", UTC, None),
    ("first_answered_at", UTC, None),
    ("snoozed_until", UTC, None),
    ("resolved_at", UTC, None),
    ("resolved_reason", sa.String(32), None),
    ("handed_back", sa.JSON(), None),
    ("mood", sa.String(32), None),
    ("mood_trend", sa.String(32), None),
    ("mood_because", sa.Text(), None),
    ("agent_seen_seq", sa.Integer(), "0"),
    ("customer_seen_seq", sa.Integer(), "0"),
    ("changed_at", UTC, None),
    ("floor_epoch", sa.Integer(), "0"),
)
CONVERSATION_WORDS = (
    ("state", STATES),
    ("mood", ("happy", "calm", "unhappy", "angry")),
    ("mood_trend", ("better", "same", "worse")),
    ("resolved_reason", ("solved", "duplicate", "spam", "no_answer", "other")),
)
HANDOFF_COLUMNS: Columns = (
    ("first_answered_at", UTC, None),
    ("agent_id", sa.Uuid(), None),
    ("team_id", sa.Uuid(), None),
    ("ended_by", sa.String(32), None),
    ("outcome", sa.String(32), None),
    ("outcome_summary", sa.Text(), None),
    ("changes", sa.JSON(), None),
)
MESSAGE_COLUMNS: Columns = (
    ("because", sa.JSON(), None),
    ("agent_id", sa.Uuid(), None),
    ("client_msg_id", sa.String(64), None),
    ("replaces_id", sa.Uuid(), None),
    ("attachments", sa.JSON(), None),
)
SURVEY_COLUMNS: Columns = (
    ("about", sa.String(32), "order"),
    ("agent_id", sa.Uuid(), None),
    ("handoff_id", sa.Uuid(), None),
    ("survey_id", sa.Uuid(), None),
)


def _add_reference(table: BatchOperations, name: str, column: str, target: str, on_delete: str) -> None:
    table.create_foreign_key(f"fk_{name}_{column}", target, [column], ["id"], ondelete=on_delete)


def _known(table: BatchOperations, name: str, column: str, words: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{word}'" for word in words)
    table.create_check_constraint(f"ck_{name}_{column}_known", f"{column} IN ({listed})")


def _index_set(table: str, *columns: str) -> None:
    for column in columns:
        index_where(f"ix_{table}_{column}", table, [column], f"{column} IS NOT NULL")


def _drop_indices(table: str, *names: str) -> None:
    for name in names:
        op.drop_index(name, table)


def _widen_conversations() -> None:
    with op.batch_alter_table("conversations") as table:
        for each in CONVERSATION_COLUMNS:
            table.add_column(_column(*each))
        _add_reference(table, "conversations", "assignee_id", "agents", "RESTRICT")
        _add_reference(table, "conversations", "previous_agent_id", "agents", "RESTRICT")
        _add_reference(table, "conversations", "team_id", "teams", "SET NULL")
        for column, words in CONVERSATION_WORDS:
            _known(table, "conversations", column, words)
        table.create_check_constraint("ck_conversations_priority_known", "priority BETWEEN 0 AND 2")


def _seat_conversations() -> None:
    """Give each conversation that is there the state its status means. Agents there were none."""
    conversations = sa.table(
        "conversations", *map(sa.column, ("state", "status", "owner", "queued_at", "resolved_at"))
    )
    created_at, waiting_since = sa.column("created_at", UTC), sa.column("waiting_since", UTC)
    op.execute(conversations.update().values(owner="bot"))
    op.execute("UPDATE conversations SET floor_epoch = epoch")
    op.execute(
        conversations.update()
        .where(conversations.c.status.in_(("open", "snoozed")))
        .values(status="open", state="queued", queued_at=sa.func.coalesce(waiting_since, created_at))
    )
    op.execute(
        conversations.update()
        .where(conversations.c.status == "resolved")
        .values(state="resolved", resolved_at=created_at)
    )
    op.execute(
        "UPDATE handoffs SET returned_at = asked_at WHERE returned_at IS NULL AND conversation_id IN "
        "(SELECT id FROM conversations WHERE state <> 'queued')"
    )
    with op.batch_alter_table("conversations") as table:
        table.create_check_constraint("ck_conversations_seat_of_state", SEATS)
    _index_set("conversations", "assignee_id", "previous_agent_id", "team_id")
    for name, columns, where in LISTS:
        index_where(f"ix_conversations_{name}", "conversations", columns, where)
    op.create_index("ix_conversations_created_at", "conversations", ["created_at"])


def _narrow_conversations() -> None:
    lists = [f"ix_conversations_{name}" for name, *_ in LISTS]
    references = ("assignee_id", "previous_agent_id", "team_id")
    set_only = [f"ix_conversations_{column}" for column in references]
    _drop_indices("conversations", "ix_conversations_created_at", *lists, *set_only)
    with op.batch_alter_table("conversations") as table:
        table.drop_constraint("ck_conversations_seat_of_state", type_="check")
        table.drop_constraint("ck_conversations_priority_known", type_="check")
        for column, _ in CONVERSATION_WORDS:
            table.drop_constraint(f"ck_conversations_{column}_known", type_="check")
        for column in references:
            table.drop_constraint(f"fk_conversations_{column}", type_="foreignkey")
        for column, *_ in CONVERSATION_COLUMNS:
            table.drop_column(column)


def _widen_handoffs() -> None:
    with op.batch_alter_table("handoffs") as table:
        for column in HANDOFF_COLUMNS:
            table.add_column(_column(*column))
        _add_reference(table, "handoffs", "agent_id", "agents", "RESTRICT")
        _add_reference(table, "handoffs", "team_id", "teams", "SET NULL")
        _known(table, "handoffs", "outcome", ("solved", "waiting", "declined", "other"))
    _index_set("handoffs", "agent_id", "team_id")


def _narrow_handoffs() -> None:
    _drop_indices("handoffs", "ix_handoffs_agent_id", "ix_handoffs_team_id")
    with op.batch_alter_table("handoffs") as table:
        table.drop_constraint("ck_handoffs_outcome_known", type_="check")
        table.drop_constraint("fk_handoffs_agent_id", type_="foreignkey")
        table.drop_constraint("fk_handoffs_team_id", type_="foreignkey")
        for column, *_ in HANDOFF_COLUMNS:
            table.drop_column(column)


def _widen_messages() -> None:
    with op.batch_alter_table("messages") as table:
        for column in MESSAGE_COLUMNS:
            table.add_column(_column(*column))
        _add_reference(table, "messages", "agent_id", "agents", "RESTRICT")
        _add_reference(table, "messages", "replaces_id", "messages", "SET NULL")
    _index_set("messages", "agent_id", "replaces_id")
    own = ["agent_id", "client_msg_id"]
    index_where(
        "uq_messages_agent_id_client_msg_id", "messages", own, "client_msg_id IS NOT NULL", unique=True
    )


def _narrow_messages() -> None:
    op.execute("UPDATE messages SET author = 'system' WHERE author = 'agent'")
    indices = ("uq_messages_agent_id_client_msg_id", "ix_messages_agent_id", "ix_messages_replaces_id")
    _drop_indices("messages", *indices)
    with op.batch_alter_table("messages") as table:
        table.drop_constraint("fk_messages_agent_id", type_="foreignkey")
        table.drop_constraint("fk_messages_replaces_id", type_="foreignkey")
        for column, *_ in MESSAGE_COLUMNS:
            table.drop_column(column)


def _widen_survey_responses() -> None:
    with op.batch_alter_table("survey_responses") as table:
        for column in SURVEY_COLUMNS:
            table.add_column(_column(*column))
        table.alter_column("customer_id", existing_type=sa.Uuid(), nullable=True)
        table.drop_constraint("fk_survey_responses_conversation_id", type_="foreignkey")
        _add_reference(table, "survey_responses", "conversation_id", "conversations", "CASCADE")
        _add_reference(table, "survey_responses", "agent_id", "agents", "RESTRICT")
        _add_reference(table, "survey_responses", "handoff_id", "handoffs", "SET NULL")
        _add_reference(table, "survey_responses", "survey_id", "surveys", "SET NULL")
        _known(table, "survey_responses", "about", ("bot", "agent", "order"))
        table.create_unique_constraint("uq_survey_responses_survey_id", ["survey_id"])
    _index_set("survey_responses", "agent_id", "handoff_id")


def _narrow_survey_responses() -> None:
    op.execute("DELETE FROM survey_responses WHERE customer_id IS NULL")
    _drop_indices("survey_responses", "ix_survey_responses_agent_id", "ix_survey_responses_handoff_id")
    with op.batch_alter_table("survey_responses") as table:
        table.drop_constraint("uq_survey_responses_survey_id", type_="unique")
        table.drop_constraint("ck_survey_responses_about_known", type_="check")
        for column in ("conversation_id", "agent_id", "handoff_id", "survey_id"):
            table.drop_constraint(f"fk_survey_responses_{column}", type_="foreignkey")
        _add_reference(table, "survey_responses", "conversation_id", "conversations", "SET NULL")
        table.alter_column("customer_id", existing_type=sa.Uuid(), nullable=False)
        for column, *_ in SURVEY_COLUMNS:
            table.drop_column(column)
