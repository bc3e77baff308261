"""Agents and teams, and who of them is there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from crm_store.domain.agents import Agent, Role


@dataclass(frozen=True, slots=True)
class NewAgent:
    """An agent to be; `email` in lower case."""

    id: UUID
    name: str
    name_bn: str | None
    email: str
    password_hash: str
    role: Role
    languages: tuple[str, ...]
    max_load: int


class Agents(Protocol):
    async def add(self, agent: NewAgent, at: datetime) -> None:
        """Raises ConflictingWrite when the address is taken."""
        ...

    async def list_all(self, present_since: datetime) -> list[Agent]:
        """Every agent, active or not, by name."""
        ...

    async def seen(self, agent_id: UUID, connection_id: UUID, node: str, at: datetime) -> None:
        """This connection of the agent was heard of."""
        ...

    async def watch(self, connection_id: UUID, conversation_ids: Collection[UUID]) -> None:
        """The connection looks at these conversations and no others."""
        ...

    async def forget_watches(self, connection_id: UUID) -> None: ...

    async def forget_connections(self, before: datetime) -> int: ...

    async def list_viewers(self, conversation_id: UUID, present_since: datetime) -> list[Agent]:
        """Agents with a connection that looks at the conversation, by name."""
        ...

    async def find(self, agent_id: UUID, present_since: datetime, *, lock: bool = False) -> Agent | None:
        """An agent with their load, and whether a connection was heard of since `present_since`.

        `lock` keeps other claims of the same agent waiting until commit.
        """
        ...
