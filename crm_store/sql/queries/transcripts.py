"""The transcript of a conversation with everything agents may see behind it."""

from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.agent_events import (
    AgentEvent,
    Delivery,
    Mail,
    Note,
    Transcript,
    Withheld,
    read_quote,
    read_understanding,
)
from crm_store.domain.agents import AgentName
from crm_store.domain.conversations import Author, OutboxStatus
from crm_store.domain.sessions import WEB
from crm_store.domain.waiting import MAIL
from crm_store.sql.connections import Connection
from crm_store.sql.repositories.messages import stored_buttons
from crm_store.sql.statements import AnyRow
from crm_store.sql.tables import agents, conversations, messages, notes, outbox

_M: Final = messages.c
_AFTER: Final = sa.bindparam("after", type_=sa.Integer())
_BEFORE: Final = sa.bindparam("before", type_=sa.Integer())
_AT_MOST: Final = sa.bindparam("at_most", type_=sa.Integer())
_OF: Final = sa.bindparam("conversation", type_=sa.Uuid())

_STATE: Final = sa.select(
    conversations.c.channel, conversations.c.last_seq, conversations.c.customer_seen_seq
).where(conversations.c.id == _OF)
_letter: Final = outbox.alias("letter")
_MAILED: Final = sa.literal_column(f"'{MAIL}'", sa.String)
_EVENTS: Final = (
    sa.select(
        messages,
        agents.c.name.label("agent_name"),
        agents.c.name_bn.label("agent_name_bn"),
        outbox.c.status.label("outbox_status"),
        outbox.c.finished_at,
        outbox.c.last_error,
        outbox.c.parts.label("sent_parts"),
        _letter.c.status.label("letter_status"),
        _letter.c.finished_at.label("letter_at"),
        _letter.c.last_error.label("letter_error"),
        _letter.c.goes_to.label("letter_to"),
    )
    .select_from(messages)
    .outerjoin(agents, agents.c.id == _M.agent_id)
    .outerjoin(outbox, sa.and_(outbox.c.message_id == _M.id, outbox.c.channel != _MAILED))
    .outerjoin(_letter, sa.and_(_letter.c.message_id == _M.id, _letter.c.channel == _MAILED))
    .where(_M.conversation_id == _OF)
)
FORWARD: Final = _EVENTS.where(_M.seq > _AFTER).order_by(_M.seq).limit(_AT_MOST)
BACKWARD: Final = _EVENTS.where(_M.seq < _BEFORE).order_by(_M.seq.desc()).limit(_AT_MOST)
NOTES: Final = (
    sa.select(notes, agents.c.name, agents.c.name_bn)
    .join(agents, agents.c.id == notes.c.agent_id)
    .where(notes.c.conversation_id == _OF, notes.c.after_seq >= _AFTER, notes.c.after_seq < _BEFORE)
    .order_by(notes.c.after_seq, notes.c.at, notes.c.id)
)
_late: Final = messages.alias("late")
# From the few that have no number to what they answer: the other way round each message would be looked up,
# and SQLite reads the whole table where it was told that most rows answer nothing.
WITHHELD: Final = (
    sa.select(_late.c.id, _M.seq.label("after_seq"), _late.c.at, _late.c.text, _late.c.card)
    .select_from(_late)
    .join(messages, _M.id == _late.c.in_reply_to)
    .where(_late.c.conversation_id == _OF, _late.c.seq.is_(None), _M.seq >= _AFTER, _M.seq < _BEFORE)
    .order_by(_M.seq, _late.c.at, _late.c.ordinal)
)
ONE_EVENT: Final = _EVENTS.where(_M.id == sa.bindparam("message", type_=sa.Uuid()), _M.seq.is_not(None))

_DELIVERIES: Final = {
    OutboxStatus.PENDING.value: "stored",
    OutboxStatus.SENT.value: "sent",
    OutboxStatus.DEAD.value: "failed",
    OutboxStatus.SUPPRESSED.value: "failed",
    OutboxStatus.UNCERTAIN.value: "uncertain",
}
_NO_END: Final = 2**31 - 1


class SqlTranscripts:
    """See `crm_store.use_cases.ports.console.Transcripts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def read_after(self, conversation_id: UUID, after_seq: int, limit: int) -> Transcript | None:
        """The events after `after_seq`; notes under the event before them too, which may be new."""
        state = await self._state(conversation_id)
        if state is None:
            return None
        values = {"conversation": conversation_id, "after": after_seq, "at_most": limit}
        rows = (await self._connection.execute(FORWARD, values)).all()
        events = [_event(row, state) for row in rows]
        reached = events[-1].seq if events else after_seq
        until = _NO_END if reached >= state.last_seq else reached + 1
        notes_there = await self._notes(conversation_id, after_seq, until)
        withheld = await self._withheld(conversation_id, after_seq, until)
        return Transcript(tuple(events), notes_there, state.last_seq, after_seq > 0, withheld)

    async def read_before(self, conversation_id: UUID, before_seq: int, limit: int) -> Transcript | None:
        """The newest events before `before_seq`, oldest first."""
        state = await self._state(conversation_id)
        if state is None:
            return None
        values = {"conversation": conversation_id, "before": before_seq, "at_most": limit + 1}
        rows = (await self._connection.execute(BACKWARD, values)).all()
        events = [_event(row, state) for row in reversed(rows[:limit])]
        has_earlier = len(rows) > limit
        first = events[0].seq if events and has_earlier else 0
        until = _NO_END if before_seq > state.last_seq else before_seq
        notes_there = await self._notes(conversation_id, first, until)
        withheld = await self._withheld(conversation_id, first, until)
        return Transcript(tuple(events), notes_there, state.last_seq, has_earlier, withheld)

    async def find_event(self, conversation_id: UUID, message_id: UUID) -> AgentEvent | None:
        state = await self._state(conversation_id)
        values = {"conversation": conversation_id, "message": message_id}
        row = (await self._connection.execute(ONE_EVENT, values)).first()
        return _event(row, state) if row is not None and state is not None else None

    async def _state(self, conversation_id: UUID) -> AnyRow | None:
        return (await self._connection.execute(_STATE, {"conversation": conversation_id})).one_or_none()

    async def _notes(self, conversation_id: UUID, first: int, until: int) -> tuple[Note, ...]:
        values = {"conversation": conversation_id, "after": first, "before": until}
        return tuple(_note(row) for row in await self._connection.execute(NOTES, values))

    async def _withheld(self, conversation_id: UUID, first: int, until: int) -> tuple[Withheld, ...]:
        values = {"conversation": conversation_id, "after": first, "before": until}
        return tuple(Withheld(*row) for row in await self._connection.execute(WITHHELD, values))


def _note(row: AnyRow) -> Note:
    author = AgentName(row.agent_id, row.name, row.name_bn)
    return Note(row.id, row.after_seq, row.at, author, row.text, row.edited_at)


def _event(row: AnyRow, state: AnyRow) -> AgentEvent:
    return AgentEvent(
        seq=row.seq,
        id=row.id,
        at=row.at,
        author=row.author,
        text=row.text,
        client_msg_id=_client_msg_id(row),
        in_reply_to=row.in_reply_to,
        buttons=stored_buttons(row.buttons),
        card=row.card,
        language=row.language,
        agent=AgentName(row.agent_id, row.agent_name, row.agent_name_bn) if row.agent_id else None,
        attachments=tuple(row.attachments or ()),
        replaces=row.replaces_id,
        delivery=_delivery(row, state),
        understanding=read_understanding(row.understanding),
        because=tuple(row.because) if row.because else None,
        actions=tuple(row.actions) if row.actions else None,
        suppressed=row.outbox_status == OutboxStatus.SUPPRESSED.value and not row.sent_parts,
        deleted_at=row.deleted_at,
        mail=_mail(row),
        quote=read_quote(row.reply_to) if row.deleted_at is None else None,
    )


def _mail(row: AnyRow) -> Mail | None:
    if row.letter_status is None:
        return None
    to = str((row.letter_to or {}).get("to"))
    return Mail(_DELIVERIES[row.letter_status], to, row.letter_at, row.letter_error)


def _client_msg_id(row: AnyRow) -> str | None:
    if row.client_msg_id is not None:
        return str(row.client_msg_id)
    if row.author != Author.CUSTOMER.value or row.channel != WEB or row.external_id is None:
        return None
    return str(row.external_id).partition(":")[2]


def _pushed(row: AnyRow) -> str:
    """Of several parts some may have arrived before the rest was withdrawn or given up."""
    status = _DELIVERIES[row.outbox_status]
    return "partly" if status == "failed" and row.sent_parts else status


def _delivery(row: AnyRow, state: Any) -> Delivery | None:
    """Push channels say it themselves; a browser has seen what it said it has."""
    if row.author == Author.CUSTOMER.value:
        return None
    if row.outbox_status is not None:
        return Delivery(_pushed(row), row.finished_at, row.last_error)
    if state.channel != WEB:
        return Delivery("sent", None, None)  # it arrived long ago: the outbox has forgotten it
    return Delivery("seen" if row.seq <= state.customer_seen_seq else "stored", None, None)
