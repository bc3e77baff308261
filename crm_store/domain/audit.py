"""Who did or saw what at the console."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from crm_store.domain.agents import AgentName
from crm_store.domain.conversations import JsonObject


@dataclass(frozen=True, slots=True)
class NewAuditEntry:
    """`facts` hold ids, kinds and counts: never what people wrote, never a secret."""

    kind: str
    agent_id: UUID | None
    conversation_id: UUID | None = None
    customer_id: UUID | None = None
    facts: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A line of the log; `id` grows with time."""

    id: int
    at: datetime
    agent: AgentName | None
    kind: str
    conversation_id: UUID | None
    customer_id: UUID | None
    facts: JsonObject
