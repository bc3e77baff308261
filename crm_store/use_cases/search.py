"""Searching customers, orders and conversations, in either script."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from crm_store.domain.conversation_lists import MAX_PAGE
from crm_store.domain.cursors import Part, read_cursor, write_cursor
from crm_store.domain.search import BEST_OF_EACH, SearchKind, SearchResults
from crm_store.domain.search_words import Term, order_digits, read_terms
from crm_store.use_cases.ports.console import Search
from crm_store.use_cases.unit_of_work import Store

__all__ = ["SearchKind", "SearchResults", "search"]

DEFAULT_LIMIT: Final = 20
MAX_QUERY: Final = 200
_SHAPE: Final = (datetime, UUID)
Hits = Sequence[tuple[Any, tuple[Part, ...]]]


async def search(
    store: Store,
    query: str,
    *,
    kind: SearchKind | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> SearchResults:
    """What `query` finds, the newest first; without a `kind` the best five of each. Raises BadCursor.

    Each word may be the beginning of one; all of them must be there.
    """
    asked = query[:MAX_QUERY]
    terms = read_terms(asked)
    if not terms:
        return SearchResults()
    async with store.read() as uow:
        if kind is not None:
            return await _search_one(uow.search, kind, asked, terms, cursor, min(limit, MAX_PAGE))
        hits = {each: await _find(uow.search, each, asked, terms, None, BEST_OF_EACH) for each in SearchKind}
    return SearchResults(
        customers=_items(hits[SearchKind.CUSTOMERS]),
        orders=_items(hits[SearchKind.ORDERS]),
        conversations=_items(hits[SearchKind.CONVERSATIONS]),
    )


async def _search_one(
    reads: Search, kind: SearchKind, query: str, terms: list[Term], cursor: str | None, limit: int
) -> SearchResults:
    after = read_cursor(kind.value, cursor, _SHAPE) if cursor else None
    found = await _find(reads, kind, query, terms, after, limit + 1)
    goes_on = write_cursor(kind.value, found[limit - 1][1]) if len(found) > limit else None
    items = _items(found[:limit])
    if kind is SearchKind.CUSTOMERS:
        return SearchResults(customers=items, next_cursor=goes_on)
    if kind is SearchKind.ORDERS:
        return SearchResults(orders=items, next_cursor=goes_on)
    return SearchResults(conversations=items, next_cursor=goes_on)


async def _find(
    reads: Search,
    kind: SearchKind,
    query: str,
    terms: list[Term],
    after: Sequence[Part] | None,
    limit: int,
) -> Hits:
    if kind is SearchKind.CUSTOMERS:
        return await reads.find_customers(terms, after, limit)
    if kind is SearchKind.ORDERS:
        return await reads.find_orders(terms, order_digits(query), after, limit)
    return await reads.find_conversations(terms, query, after, limit)


def _items(found: Hits) -> tuple[Any, ...]:
    return tuple(item for item, _ in found)
