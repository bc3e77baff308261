"""The console's routes as one table; what every route has to pass stands here once.

A route cannot be registered without saying what it needs, and no handler is called before: rate by address,
who asks, the permission, CSRF and Origin for changes, the checked body or query.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import structlog
from aiohttp import web
from pydantic import BaseModel

from bot.channels.web.access import BEARER, Gate
from bot.channels.web.refusals import Refusal, origin_not_allowed
from bot.channels.web.routes import json_answer, read_object
from bot.console.audit import Audit
from bot.console.bodies import Nothing, check_given
from bot.console.calls import Answer, Call, bad_csrf, not_allowed, not_logged_in
from bot.console.permissions import Permission
from bot.console.principals import COOKIE, CSRF_HEADER, Principal
from crm_store.domain.errors import KothaStoreError

log = structlog.get_logger()

PREFIX: Final = "/api/console"
SAFE_METHODS: Final = frozenset({"GET"})
Handler = Callable[[Call[Any]], Awaitable[Answer]]
FindPrincipal = Callable[[str | None, str | None], Awaitable[Principal | None]]


@dataclass(frozen=True)
class Route:
    """One address of the API: all that is served, checked, written down and published about it."""

    method: str
    path: str
    needs: Permission
    handler: Handler
    summary: str
    takes: type[BaseModel] = Nothing
    """The body of a change, the query of a read."""
    gives: Any = None
    """The type of the answer (`bot.console.shapes`); None: no body."""
    status: int = 200
    also: tuple[int, ...] = ()
    """Other good answers: 200 for a repeat of what was created with 201."""
    refuses: tuple[str, ...] = ()
    """Codes beyond those every route has."""
    file: bool = False
    """A change takes one file (multipart), a read answers one."""
    raw: bool = False
    """The handler answers itself: files, sockets, uploads."""
    is_audited: bool = True
    """Whether a change is kept in the audit log; what changes nothing for anybody else need not be."""

    @property
    def is_change(self) -> bool:
        """Whether it may change something, and so must not be forged by another site."""
        return self.method not in SAFE_METHODS


@dataclass(frozen=True)
class Door:
    """What stands in front of every route."""

    gate: Gate
    find_principal: FindPrincipal
    explain: Callable[[BaseException], Awaitable[Refusal | None]]
    audit: Audit
    own_origins: frozenset[str]
    routes: list[Route] = field(default_factory=list)

    def add(self, app: web.Application, routes: Sequence[Route]) -> None:
        """Register routes; they stay listed, for the description and for the tests."""
        for route in routes:
            app.router.add_route(route.method, PREFIX + route.path, self._served(route))
            self.routes.append(route)

    def _served(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            try:
                call = await self._enter(request, route)
                answer = await route.handler(call)
            except Exception as error:
                raise await self.explain(error) or error from error
            if route.is_change and route.is_audited:
                await self._keep(call, route, answer)
            return response_of(answer)

        return serve

    async def _keep(self, call: Call[Any], route: Route, answer: Answer) -> None:
        """The change is made; a store that goes away right now must not make it look undone."""
        if call.principal is None:
            return
        about = call.request.match_info
        facts = {name: value for name, value in about.items() if name not in ("conversation", "customer")}
        facts.update(answer.noted)
        try:
            await self.audit.note(
                kind_of(route),
                call.principal.id,
                conversation_id=_named_by(call.request, "conversation"),
                customer_id=_named_by(call.request, "customer"),
                facts=facts if call.principal.is_session else {**facts, "by_token": True},
            )
        except KothaStoreError as error:
            log.error("console.audit_failed", kind=kind_of(route), error=type(error).__name__)

    async def _enter(self, request: web.Request, route: Route) -> Call[Any]:
        address = self.gate.address_of(request)
        self.gate.check_address(address)
        self.check_origin(request, is_change=route.is_change)
        principal = None
        if route.needs is not Permission.PUBLIC:
            principal = await self.check_principal(request, route.needs)
            if route.is_change and not principal.has_csrf(request.headers.get(CSRF_HEADER)):
                raise bad_csrf()
        return Call(request, principal, await _given(request, route), address)

    async def check_principal(self, request: web.Request, needs: Permission) -> Principal:
        """Who asks, when they may; Refusal otherwise."""
        principal = await self.find_principal(request.cookies.get(COOKIE), bearer_of(request))
        if principal is None:
            raise not_logged_in()
        if not principal.may(needs):
            raise not_allowed(needs)
        return principal

    def check_origin(self, request: web.Request, *, is_change: bool) -> None:
        """Refusal when a page of another site asks for a change, or (by its Origin) for anything."""
        origin = request.headers.get("Origin")
        if origin is not None and origin not in self.own_origins:
            raise origin_not_allowed()
        if is_change and request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
            raise origin_not_allowed()


def kind_of(route: Route) -> str:
    """How the audit log calls a change: `conversations.claim`, `agents.patch`."""
    words = [word for word in route.path.split("/") if word and not word.startswith("{")]
    verb = "" if len(words) > 1 and route.method == "POST" else f".{route.method.lower()}"
    return ".".join(words).replace("-", "_") + verb


def _named_by(request: web.Request, name: str) -> UUID | None:
    """The id of this name in the path, when there is one."""
    try:
        return UUID(request.match_info.get(name, ""))
    except ValueError:
        return None


def bearer_of(request: web.Request) -> str | None:
    """The API token of the Authorization header; never of the URL."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    if not header.lower().startswith(BEARER):
        raise not_logged_in()
    return header[len(BEARER) :].strip()


async def _given(request: web.Request, route: Route) -> BaseModel | None:
    if route.raw:
        return None
    if not route.is_change:
        return check_given(route.takes, query_of(request))
    body = await read_object(request) if request.can_read_body else {}
    return check_given(route.takes, body)


def query_of(request: web.Request) -> dict[str, str]:
    """The query, each name once."""
    query: dict[str, str] = {}
    for name, value in request.query.items():
        if name in query:
            raise Refusal("bad_frame", f"`{name}` is given twice.", field=name)
        query[name] = value
    return query


def response_of(answer: Answer) -> web.StreamResponse:
    """The answer over HTTP."""
    if isinstance(answer.value, web.StreamResponse):
        return answer.value
    if answer.value is None:
        return web.Response(status=204)
    return json_answer(answer.value, status=answer.status)
