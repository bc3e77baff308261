"""Who may do what: one table from roles and token scopes to permissions."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    """What a route asks for; every route of the console names exactly one."""

    PUBLIC = "public"
    """Nobody has to be logged in: the log-in itself and the description of the API."""
    ACCOUNT = "account"
    """Any agent, for what is their own, and only in a browser session: no token may mint tokens."""
    TEAM_READ = "team.read"
    """Any agent: who works here, in which teams, with which labels and canned replies."""
    CONVERSATIONS_READ = "conversations.read"
    CONVERSATIONS_WRITE = "conversations.write"
    ASSIGN_OTHERS = "conversations.assign_others"
    MERGE_PROVEN = "customers.merge_proven"
    """Deciding that two proven log-ins are one person; in a browser session only."""
    CANNED_REPLIES_WRITE = "canned_replies.write"
    BOARD_READ = "board.read"
    AGENTS_WRITE = "agents.write"
    AUDIT_READ = "audit.read"


class Scope(StrEnum):
    """What an API token was made for."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


_AGENT: Final = frozenset(
    {
        Permission.ACCOUNT,
        Permission.TEAM_READ,
        Permission.CONVERSATIONS_READ,
        Permission.CONVERSATIONS_WRITE,
    }
)
_SUPERVISOR: Final = _AGENT | {
    Permission.ASSIGN_OTHERS,
    Permission.MERGE_PROVEN,
    Permission.CANNED_REPLIES_WRITE,
    Permission.BOARD_READ,
}
_ADMIN: Final = _SUPERVISOR | {Permission.AGENTS_WRITE, Permission.AUDIT_READ}

BY_ROLE: Final[Mapping[str, frozenset[Permission]]] = {
    "agent": _AGENT,
    "supervisor": _SUPERVISOR,
    "admin": _ADMIN,
}
BY_SCOPE: Final[Mapping[str, frozenset[Permission]]] = {
    Scope.READ: frozenset({Permission.TEAM_READ, Permission.CONVERSATIONS_READ, Permission.BOARD_READ}),
    Scope.WRITE: frozenset(
        {
            Permission.TEAM_READ,
            Permission.CONVERSATIONS_WRITE,
            Permission.ASSIGN_OTHERS,
            Permission.CANNED_REPLIES_WRITE,
        }
    ),
    Scope.ADMIN: frozenset({Permission.TEAM_READ, Permission.AGENTS_WRITE, Permission.AUDIT_READ}),
}
_UNTOLD: Final = {Permission.PUBLIC, Permission.ACCOUNT, Permission.TEAM_READ}


def permissions_of(role: str, scopes: Collection[str] | None = None) -> frozenset[Permission]:
    """What somebody of this role may do; through a token only what its scopes share with the role."""
    by_role = BY_ROLE.get(role, frozenset())
    if scopes is None:
        return by_role
    by_scopes = frozenset[Permission]().union(*(BY_SCOPE.get(scope, frozenset()) for scope in scopes))
    return by_role & by_scopes


def told(permissions: Collection[Permission]) -> list[str]:
    """The permissions as `Me` lists them: without those that everybody has."""
    return sorted(permission.value for permission in permissions if permission not in _UNTOLD)
