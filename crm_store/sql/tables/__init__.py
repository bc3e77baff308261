"""All tables; importing this package fills `metadata`."""

from crm_store.sql.tables.base import metadata
from crm_store.sql.tables.branches import branch_hours, branches
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
from crm_store.sql.tables.history import handoffs, interactions, outbox, survey_responses
from crm_store.sql.tables.offers import (
    document_links,
    loyalty_entries,
    payment_options,
    promotion_uses,
    promotions,
)
from crm_store.sql.tables.people import addresses, channel_identities, customers, web_sessions
from crm_store.sql.tables.review import review_candidates

__all__ = [
    "addresses",
    "applied_actions",
    "branch_hours",
    "branches",
    "channel_identities",
    "choices",
    "conversations",
    "customers",
    "delivery_options",
    "dialogue_states",
    "document_links",
    "handoffs",
    "interactions",
    "loyalty_entries",
    "messages",
    "metadata",
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
    "shipments",
    "survey_responses",
    "tickets",
    "web_sessions",
]
