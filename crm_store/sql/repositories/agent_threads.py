"""Threads of hand-overs in SQL. A lease keeps several gateways from writing into one thread at a time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.agent_threads import (
    EARLIER_EVENTS,
    AgentThread,
    ThreadLine,
    ThreadWork,
    Unthreaded,
)
from crm_store.domain.agents import AgentName
from crm_store.domain.handoffs import HandoffReason
from crm_store.domain.notes import Note
from crm_store.sql.connections import Connection
from crm_store.sql.repositories.handling import WITH_PEOPLE
from crm_store.sql.statements import AnyRow, changed_a_row, insert, one_of
from crm_store.sql.tables import (
    agent_thread_lines,
    agent_threads,
    agents,
    conversations,
    handoffs,
    notes,
)

UNASKED: Final = frozenset({HandoffReason.AGENT_STEPPED_IN.value, HandoffReason.REOPENED.value})
_T: Final = agent_threads.c
_L: Final = agent_thread_lines.c
_C: Final = conversations.c
_H: Final = handoffs.c
_N: Final = notes.c

_UNTHREADED: Final = (
    sa.select(_C.id, _H.id.label("handoff_id"), _C.team_id, _C.last_seq)
    .join_from(conversations, handoffs, _H.conversation_id == _C.id)
    .where(
        _H.returned_at.is_(None),
        WITH_PEOPLE,
        # Where an agent came unasked nobody is called. A request may be its last agent's at once.
        ~one_of(_H.reason, UNASKED),
        ~sa.exists().where(_T.handoff_id == _H.id),
    )
    .order_by(_C.changed_at)  # the order of the index: only those with people are read
    .limit(sa.bindparam("at_most"))
)
_STANDS_THERE: Final = sa.exists().where(_L.thread_id == _T.id, _L.note_id == _N.id)
_HAS_NEW_NOTE: Final = sa.exists().where(
    _N.conversation_id == _T.conversation_id,
    _N.at >= _T.opened_at,
    ~_STANDS_THERE.correlate(agent_threads, notes),
)
_DUE: Final = (
    sa.select(agent_threads)
    .join(conversations, _C.id == _T.conversation_id)
    .where(
        _T.closed_at.is_(None),
        _T.channel == sa.bindparam("of_channel"),
        _T.due_at <= sa.bindparam("now"),
        _T.opened_at > sa.bindparam("followed_since"),
        sa.or_(_T.leased_until.is_(None), _T.leased_until <= sa.bindparam("now")),
        sa.or_(
            _T.root.is_(None),
            _T.shown_epoch != _C.epoch,
            sa.and_(~_T.is_ended, _T.posted_seq < _C.last_seq),
            sa.and_(~_T.is_ended, _HAS_NEW_NOTE),
            _T.look_at <= sa.bindparam("now"),
        ),
    )
    .order_by(_T.due_at, _T.id)
    .limit(1)
)
_DUE_AND_LOCK: Final = _DUE.with_for_update(skip_locked=True, of=agent_threads)
_LEASE: Final = (
    agent_threads.update()
    .where(_T.id == sa.bindparam("thread"))
    .values(lease_token=sa.bindparam("token"), leased_until=sa.bindparam("until"))
)
_THREAD_COLUMNS: Final = (
    "id",
    "conversation_id",
    "handoff_id",
    "channel",
    "account",
    "place",
    "language",
    "root",
    "shown_epoch",
    "posted_seq",
    "is_ended",
    "is_superseded",
    "opened_at",
    "failures",
)


class SqlAgentThreads:
    """See `crm_store.use_cases.ports.agent_threads.AgentThreads`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list_unthreaded(self, limit: int) -> list[Unthreaded]:
        rows = await self._connection.execute(_UNTHREADED, {"at_most": limit})
        return [Unthreaded(row.id, row.handoff_id, row.team_id, row.last_seq) for row in rows]

    async def add(self, thread: AgentThread) -> bool:
        row = {name: getattr(thread, name) for name in _THREAD_COLUMNS} | {"due_at": thread.opened_at}
        new = insert(self._connection.dialect.name, agent_threads).values(row)
        added = await self._connection.execute(new.on_conflict_do_nothing(index_elements=["handoff_id"]))
        return added.rowcount == 1

    async def supersede(self, conversation_id: UUID, newest: UUID) -> None:
        """Their cards are written once more, to say so."""
        older = (_T.conversation_id == conversation_id, _T.id != newest, _T.closed_at.is_(None))
        values = {"is_superseded": True, "is_ended": True, "shown_epoch": -1}
        await self._connection.execute(agent_threads.update().where(*older).values(values))

    async def find(self, thread_id: UUID) -> AgentThread | None:
        return await self._find(_T.id == thread_id)

    async def find_by_root(self, channel: str, account: str, place: str, root: str) -> AgentThread | None:
        there = sa.and_(_T.channel == channel, _T.account == account, _T.place == place)
        return await self._find(sa.and_(there, _T.root == root))

    async def _find(self, condition: sa.ColumnElement[bool]) -> AgentThread | None:
        row = (await self._connection.execute(sa.select(agent_threads).where(condition))).one_or_none()
        return _thread(row) if row is not None else None

    async def has_due(self, channel: str, now: datetime, followed_since: datetime) -> bool:
        values = {"of_channel": channel, "now": now, "followed_since": followed_since}
        return (await self._connection.execute(_DUE, values)).first() is not None

    async def lease(
        self, channel: str, token: UUID, until: datetime, now: datetime, followed_since: datetime
    ) -> ThreadWork | None:
        values = {"of_channel": channel, "now": now, "followed_since": followed_since}
        row = (await self._connection.execute(_DUE_AND_LOCK, values)).one_or_none()
        if row is None:
            return None
        lease = {"thread": row.id, "token": token, "until": until}
        await self._connection.execute(_LEASE, lease)
        return ThreadWork(_thread(row), token, in_doubt=row.lease_token is not None)

    async def save(self, work: ThreadWork, values: Mapping[str, object]) -> bool:
        held = (_T.id == work.thread.id, _T.lease_token == work.token)
        change = agent_threads.update().where(*held).values(dict(values))
        return await changed_a_row(self._connection, change, {})

    async def end(self, work: ThreadWork) -> None:
        same = (_T.id == work.thread.id, _T.handoff_id == work.thread.handoff_id)
        await self._connection.execute(agent_threads.update().where(*same).values(is_ended=True))

    async def adopt(self, thread_id: UUID, handoff_id: UUID) -> None:
        reached = sa.select(_C.last_seq).where(_C.id == _T.conversation_id).scalar_subquery()
        recent = reached - EARLIER_EVENTS
        values = {
            "handoff_id": handoff_id,
            "is_ended": False,
            "closed_at": None,
            "posted_seq": sa.case((recent > _T.posted_seq, recent), else_=_T.posted_seq),
        }
        other = ~sa.exists().where(agent_threads.alias("other").c.handoff_id == handoff_id)
        this = (_T.id == thread_id, _T.handoff_id != handoff_id, ~_T.is_superseded, other)
        await self._connection.execute(agent_threads.update().where(*this).values(values))

    async def add_line(self, thread_id: UUID, line: ThreadLine, at: datetime) -> bool:
        row = {
            "thread_id": thread_id,
            "line": line.line,
            "message_id": line.message_id,
            "note_id": line.note_id,
            "mark": line.mark,
            "settled": line.message_id is None,
            "at": at,
        }
        new = insert(self._connection.dialect.name, agent_thread_lines).values(row)
        added = await self._connection.execute(
            new.on_conflict_do_nothing(index_elements=["thread_id", "line"])
        )
        if line.message_id is not None:
            await self._look_now(thread_id, at)
        return added.rowcount == 1

    async def _look_now(self, thread_id: UUID, at: datetime) -> None:
        look = agent_threads.update().where(_T.id == thread_id).values(look_at=at)
        await self._connection.execute(look)

    async def forget_lines(self, thread_id: UUID) -> None:
        await self._connection.execute(agent_thread_lines.delete().where(_L.thread_id == thread_id))

    async def find_line(self, thread_id: UUID, line: str) -> ThreadLine | None:
        query = sa.select(agent_thread_lines).where(_L.thread_id == thread_id, _L.line == line)
        row = (await self._connection.execute(query)).one_or_none()
        return _line(row) if row is not None else None

    async def list_unsettled(self, thread_id: UUID) -> list[ThreadLine]:
        query = sa.select(agent_thread_lines).where(_L.thread_id == thread_id, ~_L.settled).order_by(_L.at)
        return [_line(row) for row in await self._connection.execute(query)]

    async def mark_line(self, thread_id: UUID, line: str, mark: str, *, settled: bool) -> None:
        this = (_L.thread_id == thread_id, _L.line == line)
        change = agent_thread_lines.update().where(*this).values(mark=mark, settled=settled)
        await self._connection.execute(change)

    async def list_unposted_notes(self, thread: AgentThread) -> list[Note]:
        stands = sa.exists().where(_L.thread_id == thread.id, _L.note_id == _N.id)
        query = (
            sa.select(notes, agents.c.name, agents.c.name_bn)
            .join_from(notes, agents, agents.c.id == _N.agent_id)
            .where(_N.conversation_id == thread.conversation_id, _N.at >= thread.opened_at, ~stands)
            .order_by(_N.after_seq, _N.at)
        )
        return [_note(row) for row in await self._connection.execute(query)]


def _thread(row: AnyRow) -> AgentThread:
    return AgentThread(**{name: getattr(row, name) for name in _THREAD_COLUMNS})


def _line(row: AnyRow) -> ThreadLine:
    return ThreadLine(row.line, row.message_id, row.note_id, row.mark, row.at)


def _note(row: AnyRow) -> Note:
    author = AgentName(row.agent_id, row.name, row.name_bn)
    return Note(row.id, row.conversation_id, row.after_seq, row.at, author, row.text, row.edited_at)
