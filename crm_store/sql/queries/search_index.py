"""Filling the search index behind everybody's back: no turn waits for it.

Two passes read what is there already, in the order of ids. Two more follow what is new: messages by their
time-ordered ids, changed customers by the history. `search_progress` remembers how far each has come.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.conversations import Author, JsonObject
from crm_store.domain.search import DONE, IndexBatch, IndexedCustomer, IndexedMessage, IndexPass
from crm_store.sql.connections import Connection
from crm_store.sql.statements import AnyRow, Insert, insert, one_of
from crm_store.sql.tables import (
    conversation_words,
    conversations,
    customer_words,
    customers,
    interactions,
    messages,
    search_progress,
)

# Who writes what people look for; the bot's lines are made of a few hundred sentences.
_WRITERS: Final = one_of(messages.c.author, frozenset({Author.CUSTOMER.value, Author.AGENT.value}))
# Lines of the history after which a customer has other words.
_CHANGING: Final = one_of(interactions.c.kind, frozenset({"customer_created", "name_changed"}))

# Below, a message says little of what the conversation is about.
SURE_OF_INTENT: Final = 0.5

_AT_MOST: Final = sa.bindparam("at_most", type_=sa.Integer())
_AFTER_ID: Final = sa.bindparam("position", type_=sa.Uuid())
_MESSAGES: Final = (
    sa.select(
        messages.c.id,
        messages.c.conversation_id,
        messages.c.seq,
        messages.c.at,
        messages.c.text,
        messages.c.understanding,
    )
    .where(
        messages.c.id > _AFTER_ID,
        messages.c.id <= sa.bindparam("until", type_=sa.Uuid()),
        messages.c.seq.is_not(None),
        messages.c.text.is_not(None),
        _WRITERS,
    )
    .order_by(messages.c.id)
    .limit(_AT_MOST)
)
_CUSTOMERS: Final = (
    sa.select(customers).where(customers.c.id > _AFTER_ID).order_by(customers.c.id).limit(_AT_MOST)
)
# Lines of the history looked through at once: some milliseconds of a loop that turns share.
STRETCH: Final = 20_000
# Most lines change nobody's words. As many are read again at every look; passing over each would be a write.
_PASSED_OVER_AT_ONCE: Final = 1_000
_AFTER_LINE: Final = sa.bindparam("position", type_=sa.BigInteger())
_UNTIL_LINE: Final = sa.bindparam("until", type_=sa.BigInteger())
_next_lines: Final = (
    sa.select(interactions.c.id, interactions.c.at)
    .where(interactions.c.id > _AFTER_LINE)
    .order_by(interactions.c.id)
    .limit(sa.literal_column(str(STRETCH), sa.Integer))
    .subquery("next_lines")
)
_IS_UNSETTLED: Final = _next_lines.c.at > sa.bindparam("settled", type_=interactions.c.at.type)
_FIRST_UNSETTLED: Final = sa.func.min(sa.case((_IS_UNSETTLED, _next_lines.c.id)))
# One statement, so that no line can come in between.
SETTLED: Final = sa.select(sa.func.coalesce(_FIRST_UNSETTLED - 1, sa.func.max(_next_lines.c.id)))
CHANGED: Final = (
    sa.select(interactions.c.id.label("line"), customers)
    .join(customers, customers.c.id == interactions.c.customer_id)
    .where(interactions.c.id > _AFTER_LINE, interactions.c.id <= _UNTIL_LINE, _CHANGING)
    .order_by(interactions.c.id)
    .limit(_AT_MOST)
)
_NEWEST_LINE: Final = sa.select(sa.func.max(interactions.c.id))
_LAST_ID: Final = UUID(int=2**128 - 1)


class SqlSearchIndex:
    """The writing half of `crm_store.use_cases.ports.console.Search`."""

    _connection: Connection

    async def find_positions(self) -> dict[IndexPass, str]:
        rows = await self._connection.execute(sa.select(search_progress))
        known = {each.value for each in IndexPass}
        return {IndexPass(row.pass_name): row.position for row in rows if row.pass_name in known}

    async def begin_passes(self, settled: datetime) -> None:
        """Where each pass begins: at the first id, or at what is new from now on."""
        newest = (await self._connection.execute(_NEWEST_LINE)).scalar_one() or 0
        beginnings = {
            IndexPass.ALL_CUSTOMERS: str(UUID(int=0)),
            IndexPass.ALL_MESSAGES: str(UUID(int=0)),
            IndexPass.NEW_MESSAGES: str(first_id_at(settled)),
            IndexPass.CHANGED_CUSTOMERS: str(newest),
        }
        statement = insert(self._connection.dialect.name, search_progress).on_conflict_do_nothing()
        rows = [{"pass_name": name.value, "position": at} for name, at in beginnings.items()]
        await self._connection.execute(statement, rows)

    async def read_batch(self, pass_: IndexPass, position: str, settled: datetime, limit: int) -> IndexBatch:
        """What this pass indexes next, and where it stands then."""
        if pass_ is IndexPass.ALL_CUSTOMERS:
            values: dict[str, Any] = {"position": UUID(position), "at_most": limit}
            rows = (await self._connection.execute(_CUSTOMERS, values)).all()
            reached = str(rows[-1].id) if len(rows) == limit else DONE
            return IndexBatch(pass_, position, reached, customers=tuple(map(_customer, rows)))
        if pass_ is IndexPass.CHANGED_CUSTOMERS:
            return await self._read_changed(position, settled, limit)
        return await self._read_messages(pass_, position, settled, limit)

    async def _read_changed(self, position: str, settled: datetime, limit: int) -> IndexBatch:
        """Passes over what changed nobody, too: else all that came since is read again at every look."""
        first = int(position)
        stretch = {"position": first, "settled": settled}
        until = (await self._connection.execute(SETTLED, stretch)).scalar_one() or first
        values = {"position": first, "until": until, "at_most": limit}
        rows = (await self._connection.execute(CHANGED, values)).all()
        reached = rows[-1].line if rows else first
        if len(rows) < limit and until - reached >= _PASSED_OVER_AT_ONCE:
            reached = until
        people = tuple(map(_customer, rows))
        return IndexBatch(IndexPass.CHANGED_CUSTOMERS, position, str(reached), customers=people)

    async def _read_messages(
        self, pass_: IndexPass, position: str, settled: datetime, limit: int
    ) -> IndexBatch:
        everything = pass_ is IndexPass.ALL_MESSAGES
        until = _LAST_ID if everything else first_id_at(settled)
        values = {"position": UUID(position), "until": until, "at_most": limit}
        rows = (await self._connection.execute(_MESSAGES, values)).all()
        reached = str(rows[-1].id) if rows else position
        if everything and len(rows) < limit:
            reached = DONE
        return IndexBatch(pass_, position, reached, messages=tuple(map(_message, rows)))

    async def advance(self, batch: IndexBatch) -> bool:
        """Note how far the pass is; False when another process was quicker."""
        statement = (
            search_progress.update()
            .where(
                search_progress.c.pass_name == batch.pass_.value, search_progress.c.position == batch.begins
            )
            .values(position=batch.reaches)
        )
        return (await self._connection.execute(statement)).rowcount == 1

    async def save_customer_words(self, customer: IndexedCustomer, words: Sequence[str]) -> None:
        """Replace the words of one customer."""
        await self._connection.execute(
            customer_words.delete().where(customer_words.c.customer_id == customer.id)
        )
        if words:
            rows = [{"customer_id": customer.id, "word": word, "at": customer.created_at} for word in words]
            await self._connection.execute(customer_words.insert(), rows)

    async def save_message_words(self, words: Sequence[tuple[IndexedMessage, str]]) -> None:
        """Add the words of messages to those of their conversations; the newest message counts."""
        if words:
            rows = [
                {"conversation_id": of.conversation_id, "word": word, "at": of.at, "seq": of.seq}
                for of, word in words
            ]
            await self._connection.execute(_save_words(self._connection.dialect.name), rows)

    async def save_topics(self, topics: Mapping[UUID, str]) -> None:
        """What each of these conversations is about."""
        if topics:
            rows = [{"of": of, "about": topic} for of, topic in sorted(topics.items())]
            await self._connection.execute(_SAVE_TOPIC, rows)


_SAVE_TOPIC: Final = (
    conversations.update()
    .where(
        conversations.c.id == sa.bindparam("of", type_=sa.Uuid()),
        conversations.c.topic.is_distinct_from(sa.bindparam("about", type_=sa.String())),
    )
    .values(topic=sa.bindparam("about", type_=sa.String()))
)


@cache
def _save_words(dialect: str) -> Insert:
    statement = insert(dialect, conversation_words)
    return statement.on_conflict_do_update(
        index_elements=["conversation_id", "word"],
        set_={"at": statement.excluded.at, "seq": statement.excluded.seq},
        where=conversation_words.c.seq < statement.excluded.seq,
    )


def first_id_at(moment: datetime) -> UUID:
    """Smaller than every time-ordered id made from `moment` on (RFC 9562, UUID version 7)."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def _customer(row: AnyRow) -> IndexedCustomer:
    return IndexedCustomer(row.id, row.name, row.name_bn, row.email, row.phone, row.created_at)


def _message(row: AnyRow) -> IndexedMessage:
    intent = _sure_intent(row.understanding or {})
    return IndexedMessage(row.id, row.conversation_id, row.seq, row.at, row.text, intent)


def _sure_intent(understood: JsonObject) -> str | None:
    """One odd row must not stop the index for everybody, so what is no intent is none."""
    intent, confidence = understood.get("intent"), understood.get("confidence")
    if not isinstance(intent, str) or not isinstance(confidence, int | float):
        return None
    return intent if confidence >= SURE_OF_INTENT else None
