"""What the agents' desk is furnished with: colleagues, labels, canned replies, and the audit log."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from crm_store.domain.audit import AuditEntry, NewAuditEntry
from crm_store.domain.canned_replies import CannedReply
from crm_store.domain.conversations import JsonObject
from crm_store.use_cases.ports.agent_access import AgentAccess
from crm_store.use_cases.ports.agent_threads import AgentAccounts, AgentThreads
from crm_store.use_cases.ports.history import AgentActions


class Colleagues(Protocol):
    async def change(self, agent_id: UUID, values: Mapping[str, object]) -> bool:
        """False when there is no such agent."""
        ...

    async def is_email_taken(self, email: str) -> bool: ...

    async def count_admins(self) -> int:
        """Active ones; locks them, so that the last two cannot both be let go at once."""
        ...


class CannedReplies(Protocol):
    async def list_for(self, agent_id: UUID) -> list[CannedReply]:
        """Everybody's and the agent's own, by shortcut."""
        ...

    async def find(self, reply_id: UUID) -> CannedReply | None: ...
    async def is_shortcut_taken(self, reply: CannedReply) -> bool: ...
    async def add(self, reply: CannedReply, at: datetime) -> None: ...
    async def save(self, reply: CannedReply, at: datetime) -> None: ...
    async def remove(self, reply_id: UUID) -> None: ...
    async def find_values(self, conversation_id: UUID, agent_id: UUID) -> JsonObject | None:
        """What fills the blanks: names, the newest order and the language; None: no such conversation."""
        ...


class AuditLog(Protocol):
    async def add(self, entry: NewAuditEntry, at: datetime) -> None: ...

    async def list_newest(
        self, *, before: int | None, agent_id: UUID | None, kind: str | None, limit: int
    ) -> list[AuditEntry]: ...


class DeskRepositories(Protocol):
    """The agents' desk's share of a unit of work."""

    @property
    def agent_access(self) -> AgentAccess: ...
    @property
    def agent_accounts(self) -> AgentAccounts: ...
    @property
    def agent_threads(self) -> AgentThreads: ...
    @property
    def agent_actions(self) -> AgentActions: ...
    @property
    def colleagues(self) -> Colleagues: ...
    @property
    def canned_replies(self) -> CannedReplies: ...
    @property
    def audit(self) -> AuditLog: ...
