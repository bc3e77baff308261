"""The append-only history and the applied actions in SQL."""

from datetime import datetime
from typing import cast
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.conversations import Author, JsonObject
from crm_store.sql.connections import Connection
from crm_store.sql.statements import AnyRow
from crm_store.sql.tables import applied_actions, interactions, messages
from crm_store.use_cases.ports.history import ActionKey, Interaction


class SqlInteractions:
    """See `crm_store.use_cases.ports.history.Interactions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def append(self, interaction: Interaction) -> None:
        await self._connection.execute(
            interactions.insert().values(
                customer_id=interaction.customer_id,
                conversation_id=interaction.conversation_id,
                message_id=interaction.message_id,
                kind=interaction.kind,
                actor=interaction.actor.value,
                at=interaction.at,
                facts=interaction.facts,
            )
        )

    async def list_newest(self, customer_id: UUID, limit: int) -> list[Interaction]:
        query = (
            sa.select(interactions)
            .where(interactions.c.customer_id == customer_id)
            .order_by(interactions.c.at.desc(), interactions.c.id.desc())
            .limit(limit)
        )
        return [_interaction(row) for row in await self._connection.execute(query)]

    async def list_of_conversation(
        self, conversation_id: UUID, since: datetime, actor: Author
    ) -> list[Interaction]:
        query = (
            sa.select(interactions)
            .where(
                interactions.c.conversation_id == conversation_id,
                interactions.c.at >= since,
                interactions.c.actor == actor.value,
            )
            .order_by(interactions.c.id)
        )
        return [_interaction(row) for row in await self._connection.execute(query)]


def _interaction(row: AnyRow) -> Interaction:
    return Interaction(
        kind=row.kind,
        at=row.at,
        customer_id=row.customer_id,
        conversation_id=row.conversation_id,
        message_id=row.message_id,
        actor=Author(row.actor),
        facts=row.facts,
    )


class SqlAppliedActions:
    """See `crm_store.use_cases.ports.history.AppliedActions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def is_message_of(self, message_id: UUID, conversation_id: UUID) -> bool:
        query = sa.select(messages.c.id).where(
            messages.c.id == message_id, messages.c.conversation_id == conversation_id
        )
        return (await self._connection.execute(query)).first() is not None

    async def find_result(self, key: ActionKey) -> JsonObject | None:
        query = sa.select(applied_actions.c.result).where(
            applied_actions.c.message_id == key.message_id,
            applied_actions.c.action == key.action,
            applied_actions.c.ordinal == key.ordinal,
        )
        return cast("JsonObject | None", (await self._connection.execute(query)).scalar_one_or_none())

    async def save_result(self, key: ActionKey, result: JsonObject, at: datetime) -> None:
        await self._connection.execute(
            applied_actions.insert().values(
                message_id=key.message_id,
                action=key.action,
                ordinal=key.ordinal,
                result=result,
                at=at,
            )
        )
