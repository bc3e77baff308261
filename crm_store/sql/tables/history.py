"""The append-only history of a customer, survey answers, hand-overs, and the outbox of push channels."""

import sqlalchemy as sa

from crm_store.domain.conversations import Author, OutboxStatus
from crm_store.domain.handling import HandBackOutcome
from crm_store.domain.reviews import RatedStretch
from crm_store.sql.tables.base import (
    AnyText,
    Json,
    count,
    counting_key,
    index_where_set,
    metadata,
    moment,
    one_of,
    rare_reference,
    reference,
    uuid_key,
    word,
)

interactions = sa.Table(
    "interactions",
    metadata,
    counting_key(),
    # Both cascade: neither an erased customer nor an erased anonymous conversation leaves facts behind.
    reference("customer_id", "customers", required=False, index=False),
    reference("conversation_id", "conversations", required=False),
    reference("message_id", "messages", on_delete="SET NULL", required=False),
    sa.Column("kind", sa.String(64), nullable=False),  # order_cancelled, handoff_requested, ...
    word("actor", default=Author.SYSTEM.value),
    moment("at"),
    sa.Column("facts", Json, nullable=False),
    one_of("actor", Author),
    sa.Index("ix_interactions_customer_id_at", "customer_id", "at"),
)

survey_responses = sa.Table(
    "survey_responses",
    metadata,
    uuid_key(),
    # NULL: a visitor nobody knows; then it goes with the conversation.
    reference("customer_id", "customers", required=False, index=False),
    reference("conversation_id", "conversations", required=False),
    word("about", default=RatedStretch.ORDER.value),
    rare_reference("agent_id", "agents"),
    rare_reference("handoff_id", "handoffs", on_delete="SET NULL"),
    rare_reference("survey_id", "surveys", on_delete="SET NULL"),
    sa.Column("rating", sa.SmallInteger(), nullable=False),
    sa.Column("comment", AnyText()),
    moment("answered_at"),
    sa.CheckConstraint("rating BETWEEN 1 AND 5", name="rating_one_to_five"),
    one_of("about", RatedStretch),
    sa.UniqueConstraint("survey_id"),
    sa.Index("ix_survey_responses_customer_id_answered_at", "customer_id", "answered_at"),
    sa.Index("ix_survey_responses_answered_at", "answered_at"),  # the board's window
)

index_where_set(survey_responses.c.agent_id)
index_where_set(survey_responses.c.handoff_id)

# Asked after a resolution: once for the bot's stretch and once for the agents'.
surveys = sa.Table(
    "surveys",
    metadata,
    uuid_key(),
    reference("conversation_id", "conversations", index=False),  # the unique key begins with it
    sa.Column("epoch", sa.Integer(), nullable=False),  # of the resolution it asks about
    word("about"),
    rare_reference("agent_id", "agents"),
    rare_reference("handoff_id", "handoffs", on_delete="SET NULL"),
    rare_reference("message_id", "messages", on_delete="SET NULL"),  # the question, once it is shown
    moment("asked_at"),
    moment("answered_at", required=False),
    sa.UniqueConstraint("conversation_id", "epoch", "about"),
    one_of("about", RatedStretch),
)
index_where_set(surveys.c.agent_id)
index_where_set(surveys.c.handoff_id)
index_where_set(surveys.c.message_id)

handoffs = sa.Table(
    "handoffs",
    metadata,
    uuid_key(),
    reference("conversation_id", "conversations", index=False),
    reference("customer_id", "customers", required=False),
    reference("message_id", "messages", on_delete="SET NULL", required=False),  # which message asked for it
    sa.Column("reason", sa.String(64), nullable=False),
    sa.Column("summary", Json, nullable=False),  # the card the agent sees first
    moment("asked_at"),
    moment("claimed_at", required=False),
    moment("first_answered_at", required=False),
    moment("returned_at", required=False),
    rare_reference("agent_id", "agents"),  # who has it, or had it last
    rare_reference("team_id", "teams", on_delete="SET NULL"),
    # How it ended: handed_back, resolved or withdrawn; then what the agent said of it.
    word("ended_by", required=False),
    word("outcome", required=False),
    sa.Column("outcome_summary", AnyText()),
    sa.Column("changes", Json),  # of the CRM while people had it: [{"kind", "at", "facts"}]
    one_of("outcome", HandBackOutcome),
    sa.Index("ix_handoffs_conversation_id_asked_at", "conversation_id", "asked_at"),
    sa.Index("ix_handoffs_asked_at", "asked_at"),  # the board's window
)
index_where_set(handoffs.c.agent_id)
index_where_set(handoffs.c.team_id)
sa.Index(
    "uq_handoffs_open",
    handoffs.c.conversation_id,
    unique=True,
    sqlite_where=sa.text("returned_at IS NULL"),
    postgresql_where=sa.text("returned_at IS NULL"),
)
sa.Index(
    "ix_handoffs_unclaimed",
    handoffs.c.asked_at,
    sqlite_where=sa.text("claimed_at IS NULL AND returned_at IS NULL"),
    postgresql_where=sa.text("claimed_at IS NULL AND returned_at IS NULL"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    counting_key(),
    reference("conversation_id", "conversations", index=False),
    reference("message_id", "messages"),
    reference("in_reply_to", "messages", required=False, index=False),  # the unique key begins with it
    sa.Column("ordinal", sa.Integer(), nullable=False),
    word("channel"),
    sa.Column("account", sa.String(255), nullable=False),
    word("author"),
    count("epoch"),  # of the conversation when the message was made (G3)
    word("status", default=OutboxStatus.PENDING.value),
    moment("created_at"),
    # When a sender may next take it: at once, after the lease, or after a failure. NULL: finished.
    moment("due_at", required=False),
    sa.Column("lease_token", sa.Uuid()),
    count("attempts"),
    moment("finished_at", required=False),
    sa.Column("external_id", sa.String(255)),  # the platform's id of the sent message (its first part)
    sa.Column("parts", Json),  # the platform's ids of the parts that are confirmed, in order
    sa.Column("goes_to", Json),  # where, when that is not where the conversation is: a letter's address
    count("uncertain"),  # how often nobody knew whether it arrived
    sa.Column("last_error", AnyText()),
    sa.UniqueConstraint("in_reply_to", "ordinal"),
    one_of("author", Author),
    one_of("status", OutboxStatus),
)
sa.Index(
    "ix_outbox_pending",
    outbox.c.conversation_id,
    outbox.c.id,
    sqlite_where=sa.text("status = 'pending'"),
    postgresql_where=sa.text("status = 'pending'"),
)
sa.Index(
    "ix_outbox_due_at",
    outbox.c.due_at,
    sqlite_where=sa.text("status = 'pending'"),
    postgresql_where=sa.text("status = 'pending'"),
)
sa.Index("ix_outbox_conversation_id", outbox.c.conversation_id)
sa.Index(
    "ix_outbox_undelivered",
    outbox.c.finished_at,
    sqlite_where=sa.text("status IN ('dead', 'uncertain')"),
    postgresql_where=sa.text("status IN ('dead', 'uncertain')"),
)
