"""What agents keep beside the messages: notes for one another, labels."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from crm_store.domain.agents import AgentName


@dataclass(frozen=True, slots=True)
class Note:
    """For colleagues only; it stands under the event `after_seq`."""

    id: UUID
    conversation_id: UUID
    after_seq: int
    at: datetime
    agent: AgentName
    text: str
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Label:
    id: UUID
    name: str
    name_bn: str
    colour: str
