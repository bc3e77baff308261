"""Looking things up by words: each kind of thing found through an index, the newest first."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa

from crm_store.domain.cursors import Part
from crm_store.domain.orders import ORDER_NUMBER_DIGITS
from crm_store.domain.search import (
    FoundConversation,
    FoundOrder,
    ListedPerson,
    PersonName,
    snippet_of,
)
from crm_store.domain.search_words import Term
from crm_store.sql.connections import Connection
from crm_store.sql.queries.search_index import SqlSearchIndex
from crm_store.sql.statements import AnyRow
from crm_store.sql.tables import (
    conversation_words,
    conversations,
    customer_words,
    customers,
    messages,
    orders,
)

# A word that so many have is no way to find anybody: only this many of its rows are looked at.
MOST_LOOKED_AT: Final = 2000
# Greater than anything that begins like a word (no character comes after it).
_AFTER_ALL: Final = "\U0010ffff"
_ORDER_PREFIX: Final = "KT-"


class SqlSearch(SqlSearchIndex):
    """See `crm_store.use_cases.ports.console.Search`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def find_customers(
        self, terms: Sequence[Term], after: Sequence[Part] | None, limit: int
    ) -> list[tuple[ListedPerson, tuple[Part, ...]]]:
        """Customers who have all of these words, the newest first."""
        hits = await self._hits(customer_words, "customer_id", terms)
        query = sa.select(customers, hits.c.at.label("hit_at")).join(hits, hits.c.target == customers.c.id)
        query = query.where(customers.c.merged_into.is_(None))  # found by the one who stayed
        rows = await self._page(query, hits.c.at, customers.c.id, after, limit)
        return [
            (
                ListedPerson(row.id, row.name, row.name_bn, row.phone, row.email, row.tier),
                (row.hit_at, row.id),
            )
            for row in rows
        ]

    async def find_orders(
        self, terms: Sequence[Term], digits: str | None, after: Sequence[Part] | None, limit: int
    ) -> list[tuple[FoundOrder, tuple[Part, ...]]]:
        """Orders whose number begins with `digits`, or of the customers with all of these words."""
        query = sa.select(orders, customers.c.name, customers.c.name_bn).join(
            customers, customers.c.id == orders.c.customer_id
        )
        if digits is not None:
            if len(digits) > ORDER_NUMBER_DIGITS:
                return []
            # Numbers are equally long, so that the range means the same in every collation.
            first, last = (_ORDER_PREFIX + digits.ljust(ORDER_NUMBER_DIGITS, end) for end in "09")
            query = query.where(orders.c.number.between(first, last))
        else:
            hits = await self._hits(customer_words, "customer_id", terms)
            query = query.join(hits, hits.c.target == orders.c.customer_id)
        rows = await self._page(query, orders.c.placed_at, orders.c.id, after, limit)
        return [(_order(row), (row.placed_at, row.id)) for row in rows]

    async def find_conversations(
        self, terms: Sequence[Term], query: str, after: Sequence[Part] | None, limit: int
    ) -> list[tuple[FoundConversation, tuple[Part, ...]]]:
        """Conversations in which all of these words were written, the newest mention first."""
        hits = await self._hits(conversation_words, "conversation_id", terms)
        found = (
            sa.select(
                conversations.c.id,
                conversations.c.state,
                conversations.c.customer_id,
                customers.c.name,
                customers.c.name_bn,
                messages.c.text,
                messages.c.seq,
                hits.c.at.label("hit_at"),
            )
            .join(hits, hits.c.target == conversations.c.id)
            .join(
                messages,
                sa.and_(messages.c.conversation_id == conversations.c.id, messages.c.seq == hits.c.seq),
            )
            .outerjoin(customers, customers.c.id == conversations.c.customer_id)
        )
        rows = await self._page(found, hits.c.at, conversations.c.id, after, limit)
        return [(_conversation(row, query), (row.hit_at, row.id)) for row in rows]

    async def _page(
        self,
        query: sa.Select[Any],
        at: sa.ColumnElement[Any],
        key: sa.ColumnElement[Any],
        after: Sequence[Part] | None,
        limit: int,
    ) -> Sequence[AnyRow]:
        if after is not None:
            place = sa.tuple_(*(sa.literal(part, of.type) for part, of in zip(after, (at, key), strict=True)))
            query = query.where(sa.tuple_(at, key) < place)
        query = query.order_by(at.desc(), key.desc()).limit(limit)
        return (await self._connection.execute(query)).all()

    async def _hits(self, table: sa.Table, target: str, terms: Sequence[Term]) -> sa.Subquery:
        """What has all the words: found by the rarest of them, the others looked up for each."""
        rarest = await self._rarest(table, terms)
        others = [_has(table, target, term) for term in terms if term is not rarest]
        columns = [
            table.c[target].label("target"),
            *(table.c[name] for name in ("at", "seq") if name in table.c),
        ]
        parts = [
            sa.select(*columns).where(matches, *others).order_by(*order).limit(MOST_LOOKED_AT).subquery()
            for matches, order in _parts(table, rarest)
        ]
        some = sa.union_all(*(sa.select(part) for part in parts)).subquery("some")
        # Several words of one may match; its newest counts.
        newest = [sa.func.max(some.c[name]).label(name) for name in ("at", "seq") if name in some.c]
        return sa.select(some.c.target, *newest).group_by(some.c.target).subquery("hits")

    async def _rarest(self, table: sa.Table, terms: Sequence[Term]) -> Term:
        if len(terms) == 1:
            return terms[0]
        counts = (await self._connection.execute(sa.select(*(_some_of(table, term) for term in terms)))).one()
        return min(zip(counts, terms, strict=True), key=lambda pair: int(pair[0]))[1]


def _some_of(table: sa.Table, term: Term) -> sa.ScalarSelect[int]:
    some = sa.select(sa.literal_column("1")).where(_matches(table, term)).limit(MOST_LOOKED_AT).subquery()
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()


def _has(table: sa.Table, target: str, term: Term) -> sa.ColumnElement[bool]:
    other = table.alias()
    return sa.exists().where(other.c[target] == table.c[target], _matches(other, term))


def _matches(table: sa.FromClause, term: Term) -> sa.ColumnElement[bool]:
    word = table.c.word
    ranges = [sa.and_(word >= prefix, word < prefix + _AFTER_ALL) for prefix in term.prefixes]
    return sa.or_(*ranges, *(word == whole for whole in term.whole))


def _parts(
    table: sa.Table, term: Term
) -> Iterator[tuple[sa.ColumnElement[bool], tuple[sa.ColumnElement[Any], ...]]]:
    """The word itself, newest first along the index; words that only begin with it as they come."""
    word = table.c.word
    for whole in (*term.prefixes, *term.whole):
        yield word == whole, (table.c.at.desc(),)
    for prefix in term.prefixes:
        yield sa.and_(word > prefix, word < prefix + _AFTER_ALL), ()


def _order(row: AnyRow) -> FoundOrder:
    owner = PersonName(row.customer_id, row.name, row.name_bn)
    return FoundOrder(row.number, row.status, owner, row.placed_at, row.total, row.currency)


def _conversation(row: AnyRow, query: str) -> FoundConversation:
    owner = PersonName(row.customer_id, row.name, row.name_bn)
    return FoundConversation(row.id, row.hit_at, row.state, owner, snippet_of(row.text or "", query), row.seq)
