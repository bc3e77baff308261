"""Agents in a team chat: accounts, channels, threads."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from crm_store.domain.agent_threads import (
    AgentAccount,
    AgentThread,
    TeamChannel,
    ThreadLine,
    ThreadWork,
    Unthreaded,
)
from crm_store.domain.notes import Note


class AgentAccounts(Protocol):
    """Who an agent is on a platform, and where teams are."""

    async def find(self, channel: str, account: str, user_id: str) -> AgentAccount | None:
        """The account of an agent; of an active one only."""
        ...

    async def link(self, found: AgentAccount) -> None:
        """The account is this agent's from now on, whoever's it was."""
        ...

    async def unlink(self, channel: str, account: str, user_id: str) -> bool: ...

    async def list_all(self, agent_id: UUID | None = None) -> list[AgentAccount]: ...

    async def list_active(self, channel: str, since: datetime) -> list[AgentAccount]:
        """Active agents who did something there since then, or who have a conversation now."""
        ...

    async def saw(self, channel: str, account: str, user_id: str, at: datetime) -> None: ...

    async def offer_code(self, code_hash: bytes, agent_id: UUID, expires_at: datetime, at: datetime) -> None:
        """A new code; the agent's earlier one stops working."""
        ...

    async def use_code(self, code_hash: bytes, now: datetime) -> UUID | None:
        """Whose it is; it works once."""
        ...

    async def save_channel(self, team_channel: TeamChannel, at: datetime) -> None: ...
    async def save_trouble(self, team_channel: TeamChannel, trouble: str | None, at: datetime) -> None: ...
    async def remove_channel(self, team_id: UUID) -> bool: ...
    async def list_channels(self) -> list[TeamChannel]: ...


class AgentThreads(Protocol):
    """Threads and what stands in them."""

    async def list_unthreaded(self, limit: int) -> list[Unthreaded]: ...

    async def add(self, thread: AgentThread) -> bool:
        """False when the hand-over has one."""
        ...

    async def supersede(self, conversation_id: UUID, newest: UUID) -> None:
        """The conversation's other threads are older."""
        ...

    async def find(self, thread_id: UUID) -> AgentThread | None: ...
    async def find_by_root(self, channel: str, account: str, place: str, root: str) -> AgentThread | None: ...

    async def has_due(self, channel: str, now: datetime, followed_since: datetime) -> bool:
        """Whether `lease` would find one."""
        ...

    async def lease(
        self, channel: str, token: UUID, until: datetime, now: datetime, followed_since: datetime
    ) -> ThreadWork | None:
        """A thread with something to do; None when there is none."""
        ...

    async def save(self, work: ThreadWork, values: Mapping[str, object]) -> bool:
        """False when the lease was lost."""
        ...

    async def end(self, work: ThreadWork) -> None:
        """The hand-over it follows is over; not when it follows another one by now."""
        ...

    async def adopt(self, thread_id: UUID, handoff_id: UUID) -> None:
        """An agent of this thread took the conversation up again: it goes on here."""
        ...

    async def add_line(self, thread_id: UUID, line: ThreadLine, at: datetime) -> bool:
        """False when it is known."""
        ...

    async def forget_lines(self, thread_id: UUID) -> None: ...
    async def find_line(self, thread_id: UUID, line: str) -> ThreadLine | None: ...
    async def list_unsettled(self, thread_id: UUID) -> list[ThreadLine]: ...

    async def mark_line(self, thread_id: UUID, line: str, mark: str, *, settled: bool) -> None: ...
    async def list_unposted_notes(self, thread: AgentThread) -> list[Note]: ...
