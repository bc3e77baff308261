"""All tables; importing this package fills `metadata`."""

from crm_store.sql.tables.agents import (
    agent_presence,
    agent_sessions,
    agent_watches,
    agents,
    api_tokens,
    audit_log,
    login_failures,
    team_members,
    teams,
)
from crm_store.sql.tables.base import metadata
from crm_store.sql.tables.branches import branch_hours, branches
from crm_store.sql.tables.channels import (
    channel_accounts,
    channel_pollers,
    channel_updates,
    dead_letters,
)
from crm_store.sql.tables.commerce import (
    delivery_options,
    order_lines,
    orders,
    product_facts,
    products,
    refunds,
    returns,
    shipments,
    tickets,
)
from crm_store.sql.tables.conversations import (
    applied_actions,
    choices,
    conversations,
    dialogue_states,
    messages,
)
from crm_store.sql.tables.handling import (
    agent_actions,
    attachments,
    canned_replies,
    conversation_edges,
    conversation_labels,
    conversation_transitions,
    labels,
    notes,
)
from crm_store.sql.tables.history import handoffs, interactions, outbox, survey_responses, surveys
from crm_store.sql.tables.offers import (
    document_links,
    loyalty_entries,
    payment_options,
    promotion_uses,
    promotions,
)
from crm_store.sql.tables.people import addresses, channel_identities, customers, web_sessions
from crm_store.sql.tables.review import review_candidates
from crm_store.sql.tables.search import conversation_words, customer_words, search_progress

__all__ = [
    "addresses",
    "agent_actions",
    "agent_presence",
    "agent_sessions",
    "agent_watches",
    "agents",
    "api_tokens",
    "applied_actions",
    "attachments",
    "audit_log",
    "branch_hours",
    "branches",
    "canned_replies",
    "channel_accounts",
    "channel_identities",
    "channel_pollers",
    "channel_updates",
    "choices",
    "conversation_edges",
    "conversation_labels",
    "conversation_transitions",
    "conversation_words",
    "conversations",
    "customer_words",
    "customers",
    "dead_letters",
    "delivery_options",
    "dialogue_states",
    "document_links",
    "handoffs",
    "interactions",
    "labels",
    "login_failures",
    "loyalty_entries",
    "messages",
    "metadata",
    "notes",
    "order_lines",
    "orders",
    "outbox",
    "payment_options",
    "product_facts",
    "products",
    "promotion_uses",
    "promotions",
    "refunds",
    "returns",
    "review_candidates",
    "search_progress",
    "shipments",
    "survey_responses",
    "surveys",
    "team_members",
    "teams",
    "tickets",
    "web_sessions",
]
