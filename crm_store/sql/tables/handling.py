"""How conversations change hands, and what agents keep beside their messages.

`conversation_edges` is the copy of `crm_store.domain.handling.LEGAL_EDGES` that the database judges by: the
journal refers to it, and a trigger lets a conversation change only as its newest journal line says.
"""

import sqlalchemy as sa

from crm_store.domain.handling import Handling
from crm_store.sql.tables.base import (
    AnyText,
    Json,
    index_where_set,
    metadata,
    moment,
    one_of,
    rare_reference,
    reference,
    uuid_key,
    word,
)

conversation_edges = sa.Table(
    "conversation_edges",
    metadata,
    word("edge"),
    word("from_state"),
    word("to_state"),
    sa.PrimaryKeyConstraint("edge", "from_state", "to_state"),
)

conversation_transitions = sa.Table(
    "conversation_transitions",
    metadata,
    reference("conversation_id", "conversations", index=False),
    sa.Column("epoch", sa.Integer(), nullable=False),  # the one it begins
    word("edge"),
    word("from_state"),
    word("to_state"),
    moment("at"),
    rare_reference("agent_id", "agents"),  # who did it; NULL: the customer, the bot or the service
    rare_reference("assignee_id", "agents"),  # whose it is afterwards
    rare_reference("team_id", "teams", on_delete="SET NULL"),
    sa.Column("reason", sa.String(64)),
    sa.Column("note", AnyText()),
    sa.PrimaryKeyConstraint("conversation_id", "epoch"),
    sa.ForeignKeyConstraint(
        ["edge", "from_state", "to_state"],
        ["conversation_edges.edge", "conversation_edges.from_state", "conversation_edges.to_state"],
        name="fk_conversation_transitions_legal_edge",
        ondelete="RESTRICT",
    ),
    one_of("from_state", Handling),
    one_of("to_state", Handling),
    sa.Index("ix_conversation_transitions_at", "at"),
)
index_where_set(conversation_transitions.c.agent_id)
index_where_set(conversation_transitions.c.assignee_id)
index_where_set(conversation_transitions.c.team_id)

notes = sa.Table(
    "notes",
    metadata,
    uuid_key(),
    reference("conversation_id", "conversations", index=False),
    reference("agent_id", "agents", on_delete="RESTRICT"),
    sa.Column("after_seq", sa.Integer(), nullable=False),  # which event it stands under
    moment("at"),
    sa.Column("text", AnyText(), nullable=False),
    moment("edited_at", required=False),
    sa.Index("ix_notes_conversation_id_after_seq", "conversation_id", "after_seq"),
)

labels = sa.Table(
    "labels",
    metadata,
    uuid_key(),
    sa.Column("name", sa.String(64), nullable=False, unique=True),
    sa.Column("name_bn", sa.String(64), nullable=False),
    word("colour"),
    moment("created_at"),
    one_of("colour", ("red", "orange", "yellow", "green", "teal", "blue", "violet", "grey")),
)

conversation_labels = sa.Table(
    "conversation_labels",
    metadata,
    reference("conversation_id", "conversations", index=False),
    reference("label_id", "labels", index=False),
    rare_reference("agent_id", "agents"),
    moment("at"),
    sa.PrimaryKeyConstraint("conversation_id", "label_id"),
    sa.Index("ix_conversation_labels_label_id_at", "label_id", "at"),
)
index_where_set(conversation_labels.c.agent_id)

canned_replies = sa.Table(
    "canned_replies",
    metadata,
    uuid_key(),
    rare_reference("agent_id", "agents", on_delete="CASCADE"),  # NULL: everybody's
    sa.Column("shortcut", sa.String(64), nullable=False),
    sa.Column("title", AnyText(), nullable=False),
    sa.Column("title_bn", AnyText(), nullable=False),
    sa.Column("text", Json, nullable=False),  # {"en", "bn", "bn-Latn"}
    moment("created_at"),
    moment("updated_at"),
)
index_where_set(canned_replies.c.agent_id)
for _name, _columns, _where in (
    ("uq_canned_replies_shared", (canned_replies.c.shortcut,), "agent_id IS NULL"),
    ("uq_canned_replies_own", (canned_replies.c.agent_id, canned_replies.c.shortcut), "agent_id IS NOT NULL"),
):
    sa.Index(_name, *_columns, unique=True, sqlite_where=sa.text(_where), postgresql_where=sa.text(_where))

# The bytes lie in the data directory under `stored_as`.
attachments = sa.Table(
    "attachments",
    metadata,
    uuid_key(),
    # Both NULL until it is sent with a message; an agent's upload belongs to no conversation before.
    rare_reference("conversation_id", "conversations", on_delete="CASCADE"),
    rare_reference("message_id", "messages", on_delete="CASCADE"),
    # Who uploaded it: one of the two.
    rare_reference("agent_id", "agents"),
    rare_reference("identity_id", "channel_identities", on_delete="CASCADE"),
    sa.Column("name", AnyText(), nullable=False),
    sa.Column("type", sa.String(64), nullable=False),
    sa.Column("size", sa.Integer(), nullable=False),
    sa.Column("width", sa.Integer()),
    sa.Column("height", sa.Integer()),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("stored_as", sa.String(255), nullable=False, unique=True),
    moment("created_at"),
    sa.Index("ix_attachments_created_at", "created_at"),
)
index_where_set(attachments.c.conversation_id)
index_where_set(attachments.c.message_id)
index_where_set(attachments.c.agent_id)
index_where_set(attachments.c.identity_id)

# What agents changed for customers, once per key: the agents' counterpart of `applied_actions`.
agent_actions = sa.Table(
    "agent_actions",
    metadata,
    reference("conversation_id", "conversations", index=False),
    sa.Column("key", sa.Uuid(), nullable=False),
    reference("agent_id", "agents", on_delete="RESTRICT"),
    sa.Column("action", sa.String(128), nullable=False),
    sa.Column("result", Json, nullable=False),
    moment("at"),
    sa.PrimaryKeyConstraint("conversation_id", "key"),
)
