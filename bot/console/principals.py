"""Who asks: an agent's browser session (cookie) or a program's API token (bearer)."""

import secrets
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from bot.console.permissions import Permission, permissions_of, told
from crm_store.domain.agents import Agent

COOKIE: Final = "kotha_agent"
CSRF_HEADER: Final = "X-Kotha-CSRF"
BEARER: Final = "bearer "


@dataclass(frozen=True)
class Principal:
    """An agent as one request or socket knows them; `csrf` is None when a token asks."""

    agent: Agent
    permissions: frozenset[Permission]
    token: str
    csrf: str | None

    @property
    def id(self) -> UUID:
        """The agent's id."""
        return self.agent.id

    @property
    def told_permissions(self) -> list[str]:
        """The permissions as `Me` lists them."""
        return told(self.permissions)

    @property
    def is_session(self) -> bool:
        """Whether a browser asks, whose requests another site could forge."""
        return self.csrf is not None

    def may(self, permission: Permission) -> bool:
        """Whether the table allows it."""
        return permission is Permission.PUBLIC or permission in self.permissions

    def has_csrf(self, given: str | None) -> bool:
        """Whether a change carries this session's header."""
        return self.csrf is None or secrets.compare_digest(self.csrf.encode(), (given or "").encode())


def of_session(agent: Agent, token: str, csrf: str) -> Principal:
    """An agent in a browser."""
    return Principal(agent, permissions_of(agent.role), token, csrf)


def of_token(agent: Agent, token: str, scopes: tuple[str, ...]) -> Principal:
    """A program that works in an agent's name: never with more than the agent's own rights.

    What belongs to the person alone (password, tokens, preferences) is left out even for an administrator.
    """
    return Principal(agent, permissions_of(agent.role, scopes), token, None)
