"""Conversations changing hands in SQL: first the journal's line, then the conversation (the trigger asks)."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.conversations import Author, JsonObject
from crm_store.domain.handling import (
    SEATS,
    Changed,
    Edge,
    Handled,
    Handling,
    Move,
    Priority,
    Transition,
    moved,
)
from crm_store.sql.connections import Connection
from crm_store.sql.statements import AnyRow, changed_a_row
from crm_store.sql.tables import agent_presence, agents, conversation_transitions, conversations, messages

_C: Final = conversations.c
_T: Final = conversation_transitions.c
# Word for word, and in the order, of the index: else SQLite does not see that it applies.
WITH_PEOPLE: Final = sa.text("conversations.state IN ('queued', 'claimed', 'snoozed')")

_HANDLED: Final = (
    _C.channel,
    _C.account,
    _C.place,
    _C.customer_id,
    _C.language,
    _C.state,
    _C.epoch,
    _C.floor_epoch,
    _C.assignee_id,
    _C.previous_agent_id,
    _C.team_id,
    _C.priority,
    _C.last_seq,
    _C.last_customer_seq,
    _C.queued_at,
    _C.assigned_at,
    _C.first_answer_due_at,
    _C.first_answered_at,
    _C.snoozed_until,
    _C.resolved_at,
    _C.resolved_reason,
)
_FIND: Final = sa.select(_C.id, *_HANDLED).where(_C.id == sa.bindparam("conversation"))
_FIND_AND_LOCK: Final = _FIND.with_for_update(key_share=True)
# What `moved` changes; the rest of `_HANDLED` is not the state machine's.
_MOVED: Final = (
    "epoch",
    "floor_epoch",
    "assignee_id",
    "previous_agent_id",
    "team_id",
    "priority",
    "queued_at",
    "assigned_at",
    "first_answer_due_at",
    "first_answered_at",
    "snoozed_until",
    "resolved_at",
    "resolved_reason",
)


_NUMBER: Final = (
    conversations.update()
    .where(_C.id == sa.bindparam("conversation"))
    .values(last_seq=_C.last_seq + 1)
    .returning(_C.last_seq)
)
_IS_CLAIMED: Final = _C.state == sa.literal_column("'claimed'", sa.String)
_HEARD_OF: Final = sa.exists().where(
    agent_presence.c.agent_id == _C.assignee_id,
    agent_presence.c.last_seen >= sa.bindparam("since"),
    agents.c.id == _C.assignee_id,
    agents.c.active,
)
# Who claims without a connection (a program) has as long as one whose connection is gone.
_ABSENT: Final = (
    sa.select(_C.id)
    .where(_IS_CLAIMED, _C.assigned_at < sa.bindparam("since"), ~_HEARD_OF)
    .order_by(_C.assigned_at)
    .limit(sa.bindparam("at_most"))
)
_SNOOZED: Final = (
    sa.select(_C.id)
    .where(_C.state == sa.literal_column("'snoozed'", sa.String), _C.snoozed_until <= sa.bindparam("until"))
    .order_by(_C.snoozed_until)
    .limit(sa.bindparam("at_most"))
)
_CHANGED: Final = (
    sa.select(_C.id, _C.changed_at.label("at"))
    .where(WITH_PEOPLE, _C.changed_at > sa.bindparam("since"))
    .order_by(_C.changed_at)
    .limit(sa.bindparam("at_most"))
)
_CHANGED_HANDS: Final = (
    sa.select(_T.conversation_id.label("id"), _T.at)
    .where(_T.at > sa.bindparam("since"))
    .order_by(_T.at)
    .limit(sa.bindparam("at_most"))
)
_UPTO: Final = sa.case(
    (sa.bindparam("upto", type_=sa.Integer) > _C.last_seq, _C.last_seq),
    else_=sa.bindparam("upto", type_=sa.Integer),
)


def _later(column: sa.Column[Any], value: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return sa.case((value > column, value), else_=column)


_SEE: Final = (
    conversations.update()
    .where(_C.id == sa.bindparam("conversation"), _IS_CLAIMED, _C.assignee_id == sa.bindparam("agent"))
    .values(
        agent_seen_seq=_later(_C.agent_seen_seq, _UPTO),
        # The customer sees that it was read.
        taken_up_seq=sa.case(
            (_C.last_customer_seq <= _UPTO, _C.last_customer_seq), else_=_later(_C.taken_up_seq, _UPTO)
        ),
        changed_at=sa.bindparam("now"),
    )
)
_SEE_BY_CUSTOMER: Final = (
    conversations.update()
    .where(_C.id == sa.bindparam("conversation"))
    .values(customer_seen_seq=_later(_C.customer_seen_seq, _UPTO))
)


class SqlHandlings:
    """See `crm_store.use_cases.ports.handling.Handlings`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def find(self, conversation_id: UUID, *, lock: bool = False) -> Handled | None:
        query = _FIND_AND_LOCK if lock else _FIND
        row = (await self._connection.execute(query, {"conversation": conversation_id})).one_or_none()
        return handled_of(row) if row is not None else None

    async def move(self, before: Handled, move: Move, at: datetime) -> Handled:
        after = moved(before, move, at)
        await self._connection.execute(conversation_transitions.insert(), _line(before, after, move, at))
        statement = (
            conversations.update()
            .where(_C.id == after.conversation_id, _C.epoch == before.epoch)
            .values(_values(after, at))
        )
        await self._connection.execute(statement)
        return after

    async def add_notice(
        self, handled: Handled, message_id: UUID, notice: str, text: str, language: str, at: datetime
    ) -> None:
        number = {"conversation": handled.conversation_id}
        seq: int = (await self._connection.execute(_NUMBER, number)).scalar_one()
        row = {
            "id": message_id,
            "conversation_id": handled.conversation_id,
            "seq": seq,
            "author": Author.SYSTEM.value,
            "at": at,
            "text": text,
            "response": notice,
            "language": language,
        }
        await self._connection.execute(messages.insert(), row)

    async def leave_word(self, conversation_id: UUID, word: JsonObject) -> None:
        await self._connection.execute(
            conversations.update().where(_C.id == conversation_id).values(handed_back=word)
        )

    async def list_absent(
        self, present_since: datetime, limit: int, *, conversation_id: UUID | None = None
    ) -> list[UUID]:
        query = _ABSENT if conversation_id is None else _ABSENT.where(_C.id == conversation_id)
        values = {"since": present_since, "at_most": limit}
        return list((await self._connection.execute(query, values)).scalars())

    async def list_snoozed(self, until: datetime, limit: int) -> list[UUID]:
        values = {"until": until, "at_most": limit}
        return list((await self._connection.execute(_SNOOZED, values)).scalars())

    async def list_changed(self, since: datetime, limit: int) -> list[Changed]:
        found: dict[UUID, datetime] = {}
        for query in (_CHANGED, _CHANGED_HANDS):
            rows = await self._connection.execute(query, {"since": since, "at_most": limit})
            for row in rows:
                found[row.id] = max(found.get(row.id, row.at), row.at)
        newest = sorted(found.items(), key=lambda each: each[1])
        return [Changed(conversation_id, at) for conversation_id, at in newest[:limit]]

    async def list_transitions(self, conversation_id: UUID) -> list[Transition]:
        query = (
            sa.select(conversation_transitions)
            .where(_T.conversation_id == conversation_id)
            .order_by(_T.epoch)
        )
        return [_transition(row) for row in await self._connection.execute(query)]

    async def see(self, conversation_id: UUID, agent_id: UUID, seq: int, at: datetime) -> bool:
        values = {"conversation": conversation_id, "agent": agent_id, "upto": seq, "now": at}
        return await changed_a_row(self._connection, _SEE, values)

    async def see_by_customer(self, conversation_id: UUID, seq: int) -> None:
        values = {"conversation": conversation_id, "upto": seq}
        await self._connection.execute(_SEE_BY_CUSTOMER, values)


def _transition(row: AnyRow) -> Transition:
    return Transition(
        epoch=row.epoch,
        edge=Edge(row.edge),
        from_state=Handling(row.from_state),
        to_state=Handling(row.to_state),
        at=row.at,
        agent_id=row.agent_id,
        assignee_id=row.assignee_id,
        team_id=row.team_id,
        reason=row.reason,
        note=row.note,
    )


def handled_of(row: AnyRow) -> Handled:
    """The conversation of a row with the columns the state machine looks at."""
    values: dict[str, Any] = {column.name: getattr(row, column.name) for column in _HANDLED}
    values |= {"state": Handling(row.state), "priority": Priority(row.priority)}
    return Handled(conversation_id=row.id, **values)


def _line(before: Handled, after: Handled, move: Move, at: datetime) -> dict[str, Any]:
    return {
        "conversation_id": before.conversation_id,
        "epoch": after.epoch,
        "edge": move.edge.value,
        "from_state": before.state.value,
        "to_state": after.state.value,
        "at": at,
        "agent_id": move.agent_id,
        "assignee_id": after.assignee_id,
        "team_id": after.team_id,
        "reason": move.reason,
        "note": move.note,
    }


def _values(after: Handled, at: datetime) -> dict[str, Any]:
    seat = SEATS[after.state]
    values: dict[str, Any] = {name: getattr(after, name) for name in _MOVED}
    values |= {"state": after.state.value, "status": seat.status.value, "owner": seat.owner.value}
    values |= {"priority": after.priority.value, "changed_at": at}
    if after.state is Handling.RESOLVED:  # nobody answers what is resolved
        values |= {
            "answered_seq": _C.last_customer_seq,
            "waiting_since": None,
            "turn_due_at": None,
            "attempts": 0,
            "first_failed_at": None,
            "notice_given": sa.false(),
        }
    return values
