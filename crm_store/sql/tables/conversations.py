"""Conversations, their messages, and what a turn reads and writes.

`conversations` is the row every hot path goes through, so it carries the counters that make each of them one
statement: `last_seq` numbers events; `last_customer_seq`, `taken_up_seq` and `answered_seq` say how far
the customer's messages are; the failure columns describe the oldest unanswered message, of which there is
at most one in flight. The dialogue state lives apart because it is large and only turns touch it.
"""

import sqlalchemy as sa

from crm_store.domain.conversations import Author, ConversationStatus, Owner
from crm_store.domain.customers import Language
from crm_store.domain.handling import SEATS, Handling, MoodLevel, MoodTrend, Priority, ResolveReason
from crm_store.sql.tables.base import (
    AnyText,
    Json,
    count,
    flag,
    index_where_set,
    metadata,
    moment,
    not_negative,
    one_of,
    rare_reference,
    reference,
    uuid_key,
    word,
)


def _seats() -> str:
    """Status, owner and assignee follow from the state: `crm_store.domain.handling.SEATS` in SQL."""
    seats = [
        f"(state = '{state}' AND status = '{seat.status}' AND owner = '{seat.owner}' "
        f"AND assignee_id IS {'NOT ' if seat.has_assignee else ''}NULL)"
        for state, seat in SEATS.items()
    ]
    return " OR ".join(seats)


conversations = sa.Table(
    "conversations",
    metadata,
    uuid_key(),
    word("channel"),
    sa.Column("account", sa.String(255), nullable=False),
    reference("identity_id", "channel_identities", index=False),  # an index below begins with it
    # Set once the identity is known to be a customer's; nobody owns the conversation before that.
    reference("customer_id", "customers", required=False, index=False),
    word("status", default=ConversationStatus.PENDING.value),
    word("owner", default=Owner.BOT.value),
    sa.Column("topic", sa.String(64)),
    word("language", required=False),
    moment("created_at"),
    count("last_seq"),
    count("last_customer_seq"),
    count("taken_up_seq"),
    count("answered_seq"),
    moment("waiting_since", required=False),  # when the oldest unanswered message came
    # When a worker may next claim a turn: at once, after a lease or a postponement. NULL: nothing to do.
    moment("turn_due_at", required=False),
    count("epoch"),  # moves with every change of hands
    count("floor_epoch"),  # since which epoch the bot has the floor: what is older is not shown (G3)
    sa.Column("lease_token", sa.Uuid()),
    moment("lease_until", required=False),
    count("attempts"),
    moment("first_failed_at", required=False),
    flag("notice_given"),
    count("failures_in_a_row"),
    # Who has it (crm_store.domain.handling). A trigger lets only journalled, legal edges change it.
    word("state", default=Handling.BOT.value),
    rare_reference("assignee_id", "agents"),
    rare_reference("previous_agent_id", "agents"),
    rare_reference("team_id", "teams", on_delete="SET NULL"),  # NULL: the default team
    sa.Column("priority", sa.SmallInteger(), nullable=False, server_default=str(Priority.NORMAL.value)),
    moment("queued_at", required=False),  # since when it waits for a person
    moment("assigned_at", required=False),  # since when it is the assignee's
    moment("first_answer_due_at", required=False),  # the service-level clock of this stretch
    moment("first_answered_at", required=False),
    moment("snoozed_until", required=False),
    moment("resolved_at", required=False),
    word("resolved_reason", required=False),
    sa.Column("handed_back", Json),  # what the bot has to know of the stretch with people; one turn reads it
    word("mood", required=False),
    word("mood_trend", required=False),
    sa.Column("mood_because", AnyText()),
    count("agent_seen_seq"),
    count("customer_seen_seq"),
    moment("changed_at", required=False),  # for consoles that missed a hint
    # Where on the platform: '' is the person's private chat, else a channel, group or thread.
    sa.Column("place", sa.String(255), nullable=False, server_default=sa.text("''")),
    flag("is_public"),  # others read along: nothing personal is said there (CH6)
    sa.Column("address", Json),  # what the channel needs to answer there
    one_of("state", Handling),
    one_of("mood", MoodLevel),
    one_of("mood_trend", MoodTrend),
    one_of("resolved_reason", ResolveReason),
    sa.CheckConstraint(_seats(), name="seat_of_state"),
    sa.CheckConstraint("priority BETWEEN 0 AND 2", name="priority_known"),
    one_of("status", ConversationStatus),
    one_of("owner", Owner),
    one_of("language", Language),
    sa.Index("ix_conversations_customer_id_created_at", "customer_id", "created_at"),
    sa.Index("ix_conversations_identity_id_place", "identity_id", "place"),
)
sa.Index(
    "uq_conversations_unresolved",
    conversations.c.identity_id,
    conversations.c.place,
    unique=True,
    sqlite_where=sa.text("status <> 'resolved'"),
    postgresql_where=sa.text("status <> 'resolved'"),
)
sa.Index(
    "ix_conversations_turn_due_at",
    conversations.c.turn_due_at,
    sqlite_where=sa.text("owner = 'bot' AND turn_due_at IS NOT NULL"),
    postgresql_where=sa.text("owner = 'bot' AND turn_due_at IS NOT NULL"),
)
sa.Index(
    "ix_conversations_waiting_since",
    conversations.c.waiting_since,
    sqlite_where=sa.text("waiting_since IS NOT NULL"),
    postgresql_where=sa.text("waiting_since IS NOT NULL"),
)
sa.Index(
    "ix_conversations_place",
    conversations.c.channel,
    conversations.c.account,
    conversations.c.place,
    sqlite_where=sa.text("place <> ''"),
    postgresql_where=sa.text("place <> ''"),
)
index_where_set(conversations.c.assignee_id)
index_where_set(conversations.c.previous_agent_id)
index_where_set(conversations.c.team_id)


def _index_in_state(name: str, state: str, *columns: sa.Column[object]) -> None:
    """A list of the console: only the conversations it shows, in the list's order."""
    where = sa.text(state)
    sa.Index(f"ix_conversations_{name}", *columns, sqlite_where=where, postgresql_where=where)


_index_in_state("queue", "state = 'queued'", conversations.c.priority, conversations.c.queued_at)
_index_in_state("claimed", "state = 'claimed'", conversations.c.assigned_at)
_index_in_state("snoozed", "state = 'snoozed'", conversations.c.snoozed_until)
_index_in_state("resolved", "state = 'resolved'", conversations.c.resolved_at)
_index_in_state("with_the_bot", "state = 'bot' AND last_seq > 0", conversations.c.created_at)
_index_in_state("changed", "state IN ('queued', 'claimed', 'snoozed')", conversations.c.changed_at)
# Not only the list of all: the board counts along it, and finds in it what it counts by.
_index_in_state(
    "said",
    "last_seq > 0",
    conversations.c.created_at,
    conversations.c.last_customer_seq,
    conversations.c.topic,
)

messages = sa.Table(
    "messages",
    metadata,
    uuid_key(),
    reference("conversation_id", "conversations", index=False),  # the unique key below begins with it
    sa.Column("seq", sa.Integer()),  # NULL: suppressed, never shown
    word("author"),
    moment("at"),
    sa.Column("text", AnyText()),
    sa.Column("response", sa.String(128)),  # the name of the response a reply was made of
    sa.Column("choice", Json),  # what the clicked button stands for
    sa.Column(
        "buttons", Json
    ),  # [{"id", "title"}]: what clients show; `choices` is what a click is checked against
    sa.Column("card", Json),
    word("language", required=False),
    # Where it came from; all three NULL on outgoing messages.
    word("channel", required=False),
    sa.Column("account", sa.String(255)),
    sa.Column("external_id", sa.String(255)),
    # What it answers; NULL on incoming messages.
    reference("in_reply_to", "messages", required=False, index=False),
    sa.Column("ordinal", sa.Integer()),
    # What the engine made of it; incoming messages only.
    sa.Column("understanding", Json),
    sa.Column("actions", Json),
    # Which facts chose the bot's line: [{"fact", "value"}].
    sa.Column("because", Json),
    # Agents' messages: whose, under which id of the sender, and the earlier message an edit stands for.
    rare_reference("agent_id", "agents"),
    sa.Column("client_msg_id", sa.String(64)),
    rare_reference("replaces_id", "messages", on_delete="SET NULL"),
    sa.Column("attachments", Json),  # [{"id", "name", "type", "size", "width", "height"}]
    sa.Column(
        "reply_to", Json
    ),  # what the channel needs to answer this very message (a thread, a message id)
    flag("quiet"),  # a customer's words that no turn answers: overheard, edited afterwards, or deleted
    moment("deleted_at", required=False),  # when the customer deleted it on the platform
    sa.UniqueConstraint("conversation_id", "seq"),
    sa.UniqueConstraint("channel", "account", "external_id"),
    one_of("author", Author),
    one_of("language", Language),
)
sa.Index(
    "uq_messages_in_reply_to_ordinal",
    messages.c.in_reply_to,
    messages.c.ordinal,
    unique=True,
    sqlite_where=sa.text("in_reply_to IS NOT NULL AND seq IS NOT NULL"),
    postgresql_where=sa.text("in_reply_to IS NOT NULL AND seq IS NOT NULL"),
)
sa.Index(
    "uq_messages_agent_id_client_msg_id",
    messages.c.agent_id,
    messages.c.client_msg_id,
    unique=True,
    sqlite_where=sa.text("client_msg_id IS NOT NULL"),
    postgresql_where=sa.text("client_msg_id IS NOT NULL"),
)
index_where_set(messages.c.agent_id)
index_where_set(messages.c.replaces_id)
# The unique key of replies leaves suppressed ones out; erasing a message must find those too.
sa.Index("ix_messages_in_reply_to", messages.c.in_reply_to)

choices = sa.Table(
    "choices",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),  # 128 random bits, base64url
    reference("conversation_id", "conversations"),
    reference("message_id", "messages"),
    sa.Column("ordinal", sa.Integer(), nullable=False),
    sa.Column("title", AnyText(), nullable=False),
    sa.Column("payload", Json, nullable=False),
)

dialogue_states = sa.Table(
    "dialogue_states",
    metadata,
    sa.Column(
        "conversation_id",
        sa.Uuid(),
        sa.ForeignKey("conversations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("state", Json, nullable=False),
    moment("updated_at"),
)

applied_actions = sa.Table(
    "applied_actions",
    metadata,
    reference("message_id", "messages", index=False),
    sa.Column("action", sa.String(128), nullable=False),
    sa.Column("ordinal", sa.Integer(), nullable=False),
    sa.Column("result", Json, nullable=False),
    moment("at"),
    sa.PrimaryKeyConstraint("message_id", "action", "ordinal"),
    *not_negative("ordinal"),
)
