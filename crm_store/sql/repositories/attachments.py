"""Uploaded files in SQL."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.attachments import Attachment, Uploader
from crm_store.sql.connections import Connection
from crm_store.sql.statements import AnyRow
from crm_store.sql.tables import attachments, channel_identities, conversations

_A: Final = attachments.c
_UNSENT: Final = _A.message_id.is_(None)


class SqlAttachments:
    """See `crm_store.use_cases.ports.attachments.Attachments`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, attachment: Attachment, uploader: Uploader, at: datetime) -> None:
        await self._connection.execute(
            attachments.insert().values(
                id=attachment.id,
                agent_id=uploader.agent_id,
                identity_id=uploader.identity_id,
                name=attachment.name,
                type=attachment.type,
                size=attachment.size,
                width=attachment.width,
                height=attachment.height,
                sha256=attachment.sha256,
                stored_as=attachment.stored_as,
                created_at=at,
            )
        )

    async def count_unsent(self, uploader: Uploader) -> int:
        query = sa.select(sa.func.count()).select_from(attachments).where(_UNSENT, _whose(uploader))
        return int((await self._connection.execute(query)).scalar_one())

    async def list_unsent(self, uploader: Uploader, ids: Collection[UUID]) -> list[Attachment]:
        query = sa.select(attachments).where(_A.id.in_(ids), _UNSENT, _whose(uploader))
        return [_attachment(row) for row in await self._connection.execute(query)]

    async def send(self, ids: Sequence[UUID], *, conversation_id: UUID, message_id: UUID) -> int:
        statement = (
            attachments.update()
            .where(_A.id.in_(ids), _UNSENT)
            .values(conversation_id=conversation_id, message_id=message_id)
        )
        return (await self._connection.execute(statement)).rowcount

    async def find_for_customer(
        self, attachment_id: UUID, *, conversation_id: UUID, identity_id: UUID
    ) -> Attachment | None:
        theirs = sa.or_(
            sa.and_(_A.message_id.is_not(None), _A.conversation_id == conversation_id),
            sa.and_(_UNSENT, _A.identity_id == identity_id),
        )
        return await self._find(attachment_id, theirs)

    async def find_of_conversation(self, attachment_id: UUID, conversation_id: UUID) -> Attachment | None:
        sent = sa.and_(_A.message_id.is_not(None), _A.conversation_id == conversation_id)
        return await self._find(attachment_id, sent)

    async def find_for_agent(self, attachment_id: UUID, agent_id: UUID) -> Attachment | None:
        return await self._find(attachment_id, sa.or_(_A.message_id.is_not(None), _A.agent_id == agent_id))

    async def _find(self, attachment_id: UUID, may_see: sa.ColumnElement[bool]) -> Attachment | None:
        query = sa.select(attachments).where(_A.id == attachment_id, may_see)
        row = (await self._connection.execute(query)).one_or_none()
        return _attachment(row) if row is not None else None

    async def remove_unsent(self, before: datetime) -> list[str]:
        statement = attachments.delete().where(_UNSENT, _A.created_at < before).returning(_A.stored_as)
        return list((await self._connection.execute(statement)).scalars())

    async def list_known(self, stored_as: Collection[str]) -> set[str]:
        query = sa.select(_A.stored_as).where(_A.stored_as.in_(stored_as))
        return set((await self._connection.execute(query)).scalars())

    async def list_of_customer(self, customer_id: UUID) -> list[str]:
        of_conversations = sa.select(conversations.c.id).where(conversations.c.customer_id == customer_id)
        of_identities = sa.select(channel_identities.c.id).where(
            channel_identities.c.customer_id == customer_id
        )
        query = sa.select(_A.stored_as).where(
            sa.or_(_A.conversation_id.in_(of_conversations), _A.identity_id.in_(of_identities))
        )
        return list((await self._connection.execute(query)).scalars())


def _whose(uploader: Uploader) -> sa.ColumnElement[bool]:
    if uploader.agent_id is not None:
        return _A.agent_id == uploader.agent_id
    return _A.identity_id == uploader.identity_id


def _attachment(row: AnyRow) -> Attachment:
    return Attachment(
        id=row.id,
        name=row.name,
        type=row.type,
        size=row.size,
        width=row.width,
        height=row.height,
        sha256=row.sha256,
        stored_as=row.stored_as,
    )
