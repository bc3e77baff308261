"""Conversations changing hands in SQL: first the journal's line, then the conversation (the trigger asks)."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.handling import SEATS, Handled, Handling, Move, Priority, moved
from crm_store.sql.connections import Connection
from crm_store.sql.statements import AnyRow
from crm_store.sql.tables import conversation_transitions, conversations

_C: Final = conversations.c

_HANDLED: Final = (
    _C.channel,
    _C.account,
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
