"""The people who answer customers: agents, what they may do, and their tokens. Never the bot."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

# How long an agent's connection may be gone before the claims go back to the queue.
GONE_AFTER_S: Final = 90.0
# What an agent takes at a time unless the administrator says otherwise.
DEFAULT_MAX_LOAD: Final = 6


class Role(StrEnum):
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class ChosenStatus(StrEnum):
    """What an agent says of themself; being offline is seen, not said."""

    AVAILABLE = "available"
    AWAY = "away"


class Scope(StrEnum):
    """What an API token may be used for."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class AgentName:
    """An agent as customers and colleagues are shown them."""

    id: UUID
    name: str
    name_bn: str | None

    def in_language(self, language: str) -> str:
        return self.name_bn if language == "bn" and self.name_bn else self.name


@dataclass(frozen=True, slots=True)
class Agent:
    """A person at the console. `present`: a connection of theirs was heard of lately."""

    id: UUID
    name: str
    name_bn: str | None
    email: str
    role: Role
    languages: tuple[str, ...]
    chosen_status: ChosenStatus
    max_load: int
    active: bool
    preferences: dict[str, Any]
    team_ids: tuple[UUID, ...] = ()
    load: int = 0
    present: bool = False

    @property
    def shown(self) -> AgentName:
        """As customers and colleagues are shown them."""
        return AgentName(self.id, self.name, self.name_bn)

    @property
    def status(self) -> str:
        """As the console shows it: "available", "away" or "offline"."""
        return self.chosen_status.value if self.present else "offline"

    @property
    def takes_more(self) -> bool:
        """Whether a conversation may be given to them unasked."""
        return (
            self.active
            and self.present
            and self.chosen_status is ChosenStatus.AVAILABLE
            and self.load < self.max_load
        )


@dataclass(frozen=True, slots=True)
class ApiToken:
    """An agent's token for programs; the secret itself is kept hashed."""

    id: UUID
    agent_id: UUID
    name: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
