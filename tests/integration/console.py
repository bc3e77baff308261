"""A client of the agents' console, as careless or as careful as a test wants it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp

from bot.console.passwords import Passwords
from crm_store.domain.agents import Agent, Role, Scope
from crm_store.use_cases.agent_access import create_api_token, open_agent_session
from crm_store.use_cases.colleagues import add_agent
from crm_store.use_cases.unit_of_work import Store
from tests.integration.web import Frame, next_frame

PASSWORD = "correct horse battery staple"
SUBPROTOCOL = "kotha.console.v1"


@dataclass
class ConsoleClient:
    """One agent's browser or program: its cookie or token, and the CSRF header it sends with changes."""

    base: str
    http: aiohttp.ClientSession
    agent: Agent | None = None
    cookie: str | None = None
    csrf: str | None = None
    bearer: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def api(self) -> str:
        return f"{self.base}/api/console"

    @property
    def id(self) -> str:
        assert self.agent is not None
        return str(self.agent.id)

    async def ask(
        self, method: str, path: str, body: object = None, *, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status and answer (None for an empty one)."""
        status, raw, _ = await self.ask_raw(method, path, body, headers=headers)
        return status, json.loads(raw) if raw else None

    async def ask_raw(
        self, method: str, path: str, body: object = None, *, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes, Any]:
        """Status, bytes and headers of the answer."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        url = f"{self.api}{path}"
        merged = {**self._own_headers(), **(headers or {})}
        async with self.http.request(method, url, data=data, headers=merged) as answer:
            return answer.status, await answer.read(), answer.headers

    async def get(self, path: str) -> Any:
        """The answer of a read that must succeed."""
        status, answer = await self.ask("GET", path)
        assert status == 200, (path, status, answer)
        return answer

    async def do(self, method: str, path: str, body: object = None, *, status: int = 200) -> Any:
        """The answer of a change that must succeed."""
        got, answer = await self.ask(method, path, body)
        assert got == status, (path, got, answer)
        return answer

    async def refused(self, method: str, path: str, body: object = None) -> tuple[int, str]:
        """Status and code of a refusal."""
        status, answer = await self.ask(method, path, body)
        assert answer and answer["error"]["message"], (path, status, answer)
        return status, str(answer["error"]["code"])

    def _own_headers(self) -> dict[str, str]:
        own = dict(self.headers)
        if self.cookie is not None:
            own["Cookie"] = f"kotha_agent={self.cookie}"
        if self.csrf is not None:
            own["X-Kotha-CSRF"] = self.csrf
        if self.bearer is not None:
            own["Authorization"] = f"Bearer {self.bearer}"
        return own

    @asynccontextmanager
    async def socket(self, **options: Any) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """An open socket that has not said hello."""
        headers = {**self._own_headers(), **({"Origin": own_origin()} if self.cookie else {})}
        headers |= options.pop("headers", {})
        async with self.http.ws_connect(
            f"{self.api}/socket", protocols=[SUBPROTOCOL], headers=headers, **options
        ) as socket:
            yield socket

    @asynccontextmanager
    async def welcomed(self) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """A socket after its welcome."""
        async with self.socket() as socket:
            await socket.send_json({"type": "hello", "tab": str(uuid4())})
            welcome: Frame = await next_frame(socket)
            assert welcome["type"] == "welcome", welcome
            yield socket


def own_origin() -> str:
    """What a browser on the gateway's own page sends."""
    return "http://127.0.0.1:8080"


async def make_agent(store: Store, role: Role = Role.AGENT, *, password: str | None = None) -> Agent:
    """An agent of a role; only one whose log-in is tested needs a real hash."""
    hashed = await Passwords().hash(password) if password is not None else "-"
    return await add_agent(
        store,
        email=f"{uuid4().hex}@kotha.example",
        name="Farhana Islam",
        name_bn="ফারহানা ইসলাম",
        role=role,
        password_hash=hashed,
    )


async def browser_of(
    base: str, http: aiohttp.ClientSession, store: Store, role: Role = Role.AGENT
) -> ConsoleClient:
    """A logged-in browser of a new agent."""
    agent = await make_agent(store, role)
    opened = await open_agent_session(store, agent.id, email=agent.email, address="127.0.0.1")
    return ConsoleClient(base, http, agent, cookie=opened.token, csrf=opened.csrf)


async def program_of(
    base: str, http: aiohttp.ClientSession, store: Store, role: Role, *scopes: Scope
) -> ConsoleClient:
    """A program with an API token of a new agent."""
    agent = await make_agent(store, role)
    _, secret = await create_api_token(store, agent.id, name="test", scopes=scopes, days=None)
    return ConsoleClient(base, http, agent, bearer=secret)
