"""Agents' messages in SQL."""

from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.conversations import Author, ConversationEvent
from crm_store.sql.connections import Connection
from crm_store.sql.repositories.messages import EVENT, event_of
from crm_store.sql.tables import conversations, handoffs, messages
from crm_store.use_cases.ports.agent_messages import NewAgentMessage

_C: Final = conversations.c
_M: Final = messages.c

_NOW: Final = sa.bindparam("now", type_=_C.changed_at.type)
_ANSWER: Final = (
    conversations.update()
    .where(
        _C.id == sa.bindparam("conversation"),
        _C.state == sa.literal_column("'claimed'", sa.String),
        _C.assignee_id == sa.bindparam("agent"),
    )
    .values(
        last_seq=_C.last_seq + 1,
        # What the customer wrote before it needs no answer of the bot any more, nor do its failures count.
        answered_seq=_C.last_customer_seq,
        taken_up_seq=_C.last_customer_seq,
        agent_seen_seq=_C.last_seq + 1,
        waiting_since=None,
        turn_due_at=None,
        attempts=0,
        first_failed_at=None,
        notice_given=sa.false(),
        failures_in_a_row=0,
        first_answered_at=sa.func.coalesce(_C.first_answered_at, _NOW),
        changed_at=_NOW,
    )
    .returning(_C.last_seq)
)
_FIRST_ANSWER: Final = (
    handoffs.update()
    .where(
        handoffs.c.conversation_id == sa.bindparam("conversation"),
        handoffs.c.returned_at.is_(None),
        handoffs.c.first_answered_at.is_(None),
    )
    .values(first_answered_at=sa.bindparam("now"))
)


class SqlAgentMessages:
    """See `crm_store.use_cases.ports.agent_messages.AgentMessages`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def find_sent(self, agent_id: UUID, client_msg_id: str) -> ConversationEvent | None:
        return await self._find(EVENT.where(_M.agent_id == agent_id, _M.client_msg_id == client_msg_id))

    async def find(self, conversation_id: UUID, message_id: UUID) -> ConversationEvent | None:
        return await self._find(EVENT.where(_M.conversation_id == conversation_id, _M.id == message_id))

    async def list_versions(self, conversation_id: UUID, first: UUID) -> list[ConversationEvent]:
        versions = sa.or_(_M.id == first, _M.replaces_id == first)
        query = EVENT.where(_M.conversation_id == conversation_id, versions).order_by(_M.seq)
        return [event_of(row) for row in await self._connection.execute(query)]

    async def _find(self, query: sa.Select[*tuple[object, ...]]) -> ConversationEvent | None:
        row = (await self._connection.execute(query)).one_or_none()
        return event_of(row) if row is not None else None

    async def answer(self, conversation_id: UUID, agent_id: UUID, at: datetime) -> int | None:
        values = {"conversation": conversation_id, "agent": agent_id, "now": at}
        seq: int | None = (await self._connection.execute(_ANSWER, values)).scalar_one_or_none()
        if seq is not None:
            await self._connection.execute(_FIRST_ANSWER, {"conversation": conversation_id, "now": at})
        return seq

    async def add(self, message: NewAgentMessage, seq: int, at: datetime) -> None:
        await self._connection.execute(
            messages.insert().values(
                id=message.id,
                conversation_id=message.conversation_id,
                seq=seq,
                author=Author.AGENT.value,
                at=at,
                text=message.text,
                language=message.language,
                agent_id=message.agent_id,
                client_msg_id=message.client_msg_id,
                replaces_id=message.replaces,
                attachments=list(message.attachments) or None,
            )
        )
