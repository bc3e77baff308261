"""What agents changed for customers, once for each key, in SQL."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.conversations import JsonObject
from crm_store.domain.errors import KeyUsed
from crm_store.sql.connections import Connection
from crm_store.sql.tables import agent_actions
from crm_store.use_cases.ports.history import AgentActionKey


class SqlAgentActions:
    """See `crm_store.use_cases.ports.history.AgentActions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def find_result(self, conversation_id: UUID, key: AgentActionKey) -> JsonObject | None:
        query = sa.select(agent_actions.c.action, agent_actions.c.result).where(
            agent_actions.c.conversation_id == conversation_id, agent_actions.c.key == key.key
        )
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        if row.action != key.action:
            raise KeyUsed(f"{key.key} was {row.action}")
        result: JsonObject = row.result
        return result

    async def save_result(
        self, conversation_id: UUID, key: AgentActionKey, result: JsonObject, at: datetime
    ) -> None:
        await self._connection.execute(
            agent_actions.insert().values(
                conversation_id=conversation_id,
                key=key.key,
                agent_id=key.agent_id,
                action=key.action,
                result=result,
                at=at,
            )
        )
