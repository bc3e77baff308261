"""Agents and teams, and who of them is there."""

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

    async def find(self, agent_id: UUID, present_since: datetime, *, lock: bool = False) -> Agent | None:
        """An agent with their load, and whether a connection was heard of since `present_since`.

        `lock` keeps other claims of the same agent waiting until commit.
        """
        ...
