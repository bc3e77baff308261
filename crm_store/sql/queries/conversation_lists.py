"""The agents' lists of conversations: one statement for a page, one for its labels and viewers, one to count.

Every list is read along an index that has only its own rows, from a key onwards (crm_store.domain.cursors):
what a page costs grows neither with the number of conversations nor with how far one has paged.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.conversation_lists import (
    MOST_COUNTED,
    Counts,
    ListFilter,
    Summary,
    View,
)
from crm_store.domain.cursors import Part
from crm_store.domain.handling import Handling
from crm_store.sql.connections import Connection
from crm_store.sql.queries.conversation_rows import (
    SUMMARIES,
    Decorations,
    labels_and_viewers,
    summary_of,
)
from crm_store.sql.tables import conversation_labels, conversations

_C: Final = conversations.c
# Beyond any real time: who waits for nothing comes after everybody who does.
_NEVER: Final = sa.literal_column("'9999-12-31 00:00:00'", _C.created_at.type)
_Keys = tuple[sa.ColumnElement[Any], ...]


def bool_column(condition: Any) -> sa.ColumnElement[bool]:
    """What SQLAlchemy types as any column is a condition."""
    typed: sa.ColumnElement[bool] = condition
    return typed


def in_state(*states: Handling) -> sa.ColumnElement[bool]:
    """Written out, so that the planner sees which partial index holds the rows."""
    words = [sa.literal_column(f"'{state.value}'", sa.String) for state in states]
    return _C.state == words[0] if len(words) == 1 else _C.state.in_(words)


# How each list is sorted; the columns are what a cursor of it holds.
SORT_KEYS: Final[dict[View, _Keys]] = {
    # Within a team the promised time follows the waiting time, so that this is the order of the clocks too.
    View.QUEUE: (_C.priority, _C.queued_at, _C.id),
    View.MINE: (sa.func.coalesce(_C.waiting_since, _NEVER), _C.id),
    View.OPEN: (_C.assigned_at, _C.id),
    View.SNOOZED: (_C.snoozed_until, _C.id),
    View.BOT: (_C.created_at, _C.id),
    View.RESOLVED: (_C.resolved_at, _C.id),
    View.ALL: (_C.created_at, _C.id),
}
_NEWEST_FIRST: Final = frozenset({View.OPEN, View.BOT, View.RESOLVED, View.ALL})
# A widget that was only opened is a conversation in which nothing was said. Written out: the indexes have it.
SAID: Final = bool_column(_C.last_seq > sa.literal_column("0", sa.Integer))
_SHOWN: Final[dict[View, sa.ColumnElement[bool]]] = {
    View.QUEUE: in_state(Handling.QUEUED),
    View.MINE: in_state(Handling.CLAIMED),
    View.OPEN: in_state(Handling.CLAIMED),
    View.SNOOZED: in_state(Handling.SNOOZED),
    View.BOT: sa.and_(in_state(Handling.BOT), SAID),
    View.RESOLVED: in_state(Handling.RESOLVED),
    View.ALL: SAID,
}
# Of the filter's fields, those that are bound when they are given.
_FILTERS: Final = ("team_id", "label_id", "assignee_id")
COMMON_LABEL: Final = "common_label"
_L: Final = conversation_labels.c
_LABEL: Final = sa.bindparam("label_id", type_=sa.Uuid())
_some_labelled: Final = (
    sa.select(sa.literal_column("1", sa.Integer))
    .select_from(conversation_labels)
    .where(_L.label_id == _LABEL)
    .limit(sa.literal_column(str(MOST_COUNTED), sa.Integer))
    .subquery()
)
_LABELLED: Final = sa.select(sa.func.count()).select_from(_some_labelled)


class SqlConversationLists:
    """See `crm_store.use_cases.ports.console.ConversationLists`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def list_page(
        self, wanted: ListFilter, after: Sequence[Part] | None, limit: int
    ) -> list[tuple[Summary, tuple[Part, ...]]]:
        """Conversations with the sort key of each."""
        given = frozenset(name for name in _FILTERS if getattr(wanted, name) is not None)
        if wanted.label_id is not None and await self._is_common(wanted.label_id):
            given = given - {"label_id"} | {COMMON_LABEL}
        query = page_query(wanted.view, given, after is not None, limit)
        values: dict[str, Any] = {name: getattr(wanted, name) for name in given & set(_FILTERS)}
        if COMMON_LABEL in given:
            values["label_id"] = wanted.label_id
        values |= {f"after_{position}": part for position, part in enumerate(after or ())}
        if wanted.view is View.MINE:
            values["agent"] = wanted.agent_id
        rows = (await self._connection.execute(query, values)).all()
        decorations = await self._decorate([row.id for row in rows])
        width = len(SORT_KEYS[wanted.view])
        return [
            (summary_of(row, decorations, self._now), tuple(getattr(row, f"key_{n}") for n in range(width)))
            for row in rows
        ]

    async def find(self, conversation_ids: Sequence[UUID]) -> list[Summary]:
        """These conversations, in no order; those that are gone are left out."""
        query = SUMMARIES.where(_C.id.in_(sa.bindparam("wanted", expanding=True)))
        rows = (await self._connection.execute(query, {"wanted": list(conversation_ids)})).all()
        decorations = await self._decorate([row.id for row in rows])
        return [summary_of(row, decorations, self._now) for row in rows]

    async def count(self, agent_id: UUID) -> Counts:
        row = (await self._connection.execute(COUNTS, {"agent": agent_id})).one()
        return Counts(row.queue, row.mine, row.open, row.snoozed, row.bot)

    async def _is_common(self, label_id: UUID) -> bool:
        """Whether so many conversations have the label that one of the next few in any list does."""
        return (
            int((await self._connection.execute(_LABELLED, {"label_id": label_id})).scalar_one())
            >= MOST_COUNTED
        )

    async def _decorate(self, conversation_ids: list[UUID]) -> Decorations:
        return await labels_and_viewers(self._connection, conversation_ids, self._now)


@cache
def page_query(view: View, given: frozenset[str], goes_on: bool, limit: int) -> sa.Select[Any]:
    """A page of a list, with the filters that are given, after a key or from the beginning.

    The ids are found first, and all that is shown of them is joined to these few. Joined to the list itself,
    PostgreSQL thought each deep page worth a plan of its own, which took longer than the page. The limit
    is written out for the same reason: not knowing it, PostgreSQL expects a tenth of the table.
    """
    keys = SORT_KEYS[view]
    directed = [key.desc() if view in _NEWEST_FIRST else key.asc() for key in keys]
    ids = _ids(view, given, goes_on).order_by(*directed).limit(sa.literal_column(str(limit), sa.Integer))
    shown = SUMMARIES.add_columns(*(key.label(f"key_{n}") for n, key in enumerate(keys)))
    return shown.where(_C.id.in_(ids)).order_by(*directed)


def _ids(view: View, given: frozenset[str], goes_on: bool) -> sa.Select[UUID]:
    """Which conversations a list has, with the filters that are given, after a key or all."""
    query = sa.select(_C.id).select_from(conversations).correlate(None).where(_SHOWN[view])
    if view is View.MINE:
        query = query.where(_C.assignee_id == sa.bindparam("agent", type_=sa.Uuid()))
    for name in sorted(given):
        query = query.where(_filter(name))
    return query.where(_behind(view, SORT_KEYS[view])) if goes_on else query


def _filter(name: str) -> sa.ColumnElement[bool]:
    """A rare label brings its few conversations; one that is common is looked for along the list."""
    if name == "label_id":
        return _C.id.in_(sa.select(_L.conversation_id).where(_L.label_id == _LABEL))
    if name == COMMON_LABEL:
        return sa.exists().where(_L.conversation_id == _C.id, _L.label_id == _LABEL).correlate(conversations)
    return bool_column(_C[name] == sa.bindparam(name, type_=sa.Uuid()))


def _behind(view: View, keys: _Keys) -> sa.ColumnElement[bool]:
    """Rows after the cursor's: a row value, which both databases look up in an index as one."""
    place = sa.tuple_(
        *(sa.bindparam(f"after_{n}", type_=key.type) for n, key in enumerate(keys)),
    )
    row = sa.tuple_(*keys)
    return bool_column(row < place if view in _NEWEST_FIRST else row > place)


_MOST: Final = sa.literal_column(str(MOST_COUNTED), sa.Integer)


def _at_most_counted(*conditions: sa.ColumnElement[bool], name: str) -> sa.Label[int]:
    some = (
        sa.select(sa.literal_column("1", sa.Integer))
        .select_from(conversations)
        .where(*conditions)
        .limit(MOST_COUNTED)
    )
    return sa.select(sa.func.count()).select_from(some.subquery(name)).scalar_subquery().label(f"{name}")


_MINE: Final = bool_column(_C.assignee_id == sa.bindparam("agent", type_=sa.Uuid()))
COUNTS: Final = sa.select(
    _at_most_counted(_SHOWN[View.QUEUE], name="queue"),
    _at_most_counted(_SHOWN[View.MINE], _MINE, name="mine"),
    _at_most_counted(_SHOWN[View.OPEN], name="open"),
    _at_most_counted(_SHOWN[View.SNOOZED], name="snoozed"),
    _at_most_counted(_SHOWN[View.BOT], name="bot"),
)
