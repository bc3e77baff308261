"""One request of the console after its checks, and what a handler answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

from aiohttp import web

from bot.channels.web.refusals import Refusal
from bot.console.permissions import Permission
from bot.console.principals import Principal

Given = TypeVar("Given")


@dataclass(frozen=True)
class Answer:
    """What is sent: a JSON value (None: no body) with its status."""

    value: object
    status: int = 200
    noted: Mapping[str, Any] = field(default_factory=dict)
    """What the audit log keeps of a change beside its address."""


@dataclass(frozen=True)
class Call(Generic[Given]):
    """A request that may be served: who asks, and the checked body or query."""

    request: web.Request
    principal: Principal | None
    given: Given
    address: str

    @property
    def who(self) -> Principal:
        """Who asks; every route but the log-in has somebody."""
        if self.principal is None:
            raise not_logged_in()
        return self.principal

    def id(self, name: str) -> UUID:
        """An id of the path; Refusal 404 when it cannot be one."""
        return uuid_of(self.request.match_info[name])


def uuid_of(text: str) -> UUID:
    """The UUID, or Refusal 404: something that has no id does not exist."""
    try:
        return UUID(text)
    except ValueError:
        raise not_found() from None


def not_found(what: str = "thing") -> Refusal:
    """There is none, or it was erased."""
    return Refusal("not_found", f"There is no such {what} (any more). Reload the list.", status=404)


def not_logged_in() -> Refusal:
    """No session and no token, or one that is over."""
    return Refusal("not_logged_in", "Log in with POST /api/console/login, or send an API token.", status=401)


def not_allowed(needs: Permission) -> Refusal:
    """Somebody else's job."""
    message = "Your role (or this token's scopes) does not include that. Ask an administrator."
    return Refusal("not_allowed", message, status=403, needs=needs.value)


def bad_csrf() -> Refusal:
    """A change without the session's own header."""
    message = "Send the header X-Kotha-CSRF with the `csrf` of GET /api/console/me."
    return Refusal("bad_csrf", message, status=403)


def json_of(value: Any) -> object:
    """What orjson cannot write by itself."""
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)
