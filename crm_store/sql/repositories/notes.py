"""Notes and labels in SQL."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.agents import AgentName
from crm_store.domain.notes import Label, Note
from crm_store.sql.connections import Connection
from crm_store.sql.statements import AnyRow
from crm_store.sql.tables import agents, conversation_labels, conversations, labels, notes

_N: Final = notes.c
_NOTE: Final = sa.select(notes, agents.c.name, agents.c.name_bn).join_from(
    notes, agents, agents.c.id == _N.agent_id
)


class SqlNotes:
    """See `crm_store.use_cases.ports.notes.Notes`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, note: Note) -> None:
        await self._connection.execute(
            notes.insert().values(
                id=note.id,
                conversation_id=note.conversation_id,
                agent_id=note.agent.id,
                after_seq=note.after_seq,
                at=note.at,
                text=note.text,
            )
        )
        await _touch(self._connection, note.conversation_id, note.at)

    async def find(self, conversation_id: UUID, note_id: UUID) -> Note | None:
        query = _NOTE.where(_N.id == note_id, _N.conversation_id == conversation_id)
        row = (await self._connection.execute(query)).one_or_none()
        return _note(row) if row is not None else None

    async def save_text(self, note_id: UUID, text: str, at: datetime) -> None:
        await self._connection.execute(notes.update().where(_N.id == note_id).values(text=text, edited_at=at))

    async def list_between(self, conversation_id: UUID, first_seq: int, last_seq: int) -> list[Note]:
        query = _NOTE.where(
            _N.conversation_id == conversation_id, _N.after_seq.between(first_seq, last_seq)
        ).order_by(_N.after_seq, _N.at)
        return [_note(row) for row in await self._connection.execute(query)]


class SqlLabels:
    """See `crm_store.use_cases.ports.notes.Labels`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list_all(self) -> list[Label]:
        rows = await self._connection.execute(sa.select(labels).order_by(labels.c.name))
        return [_label(row) for row in rows]

    async def add(self, label: Label, at: datetime) -> None:
        await self._connection.execute(labels.insert().values(id=label.id, created_at=at, **_values(label)))

    async def save(self, label: Label) -> bool:
        statement = labels.update().where(labels.c.id == label.id).values(_values(label))
        return (await self._connection.execute(statement)).rowcount == 1

    async def delete(self, label_id: UUID) -> bool:
        statement = labels.delete().where(labels.c.id == label_id)
        return (await self._connection.execute(statement)).rowcount == 1

    async def put_on(
        self, conversation_id: UUID, label_ids: Collection[UUID], agent_id: UUID, at: datetime
    ) -> None:
        on = conversation_labels.c
        await self._connection.execute(
            conversation_labels.delete().where(
                on.conversation_id == conversation_id, on.label_id.not_in(label_ids)
            )
        )
        kept = set((await self._connection.execute(_ON, {"conversation": conversation_id})).scalars())
        rows = [
            {"conversation_id": conversation_id, "label_id": each, "agent_id": agent_id, "at": at}
            for each in set(label_ids) - kept
        ]
        if rows:
            await self._connection.execute(conversation_labels.insert(), rows)
        await _touch(self._connection, conversation_id, at)

    async def list_on(self, conversation_id: UUID) -> list[Label]:
        query = (
            sa.select(labels)
            .join(conversation_labels, conversation_labels.c.label_id == labels.c.id)
            .where(conversation_labels.c.conversation_id == conversation_id)
            .order_by(labels.c.name)
        )
        return [_label(row) for row in await self._connection.execute(query)]


_ON: Final = sa.select(conversation_labels.c.label_id).where(
    conversation_labels.c.conversation_id == sa.bindparam("conversation")
)


async def _touch(connection: Connection, conversation_id: UUID, at: datetime) -> None:
    """Consoles that missed the hint find it among what changed."""
    await connection.execute(
        conversations.update().where(conversations.c.id == conversation_id).values(changed_at=at)
    )


def _values(label: Label) -> dict[str, Any]:
    return {"name": label.name, "name_bn": label.name_bn, "colour": label.colour}


def _label(row: AnyRow) -> Label:
    return Label(row.id, row.name, row.name_bn, row.colour)


def _note(row: AnyRow) -> Note:
    return Note(
        id=row.id,
        conversation_id=row.conversation_id,
        after_seq=row.after_seq,
        at=row.at,
        agent=AgentName(row.agent_id, row.name, row.name_bn),
        text=row.text,
        edited_at=row.edited_at,
    )
