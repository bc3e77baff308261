"""What the OpenAPI descriptions allow, and what they do not, is answered as they say and never by 5xx.

A real gateway process with a store full of demo data and no engine; the same examples at every run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import aiohttp
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from crm_store.domain.agents import Role
from crm_store.seed.demo_shop import seed_demo_shop
from crm_store.seed.personas import list_personas
from crm_store.sql import SqlStore
from crm_store.use_cases import handling
from tests.integration.console import ConsoleClient, browser_of
from tests.integration.gateway_process import as_environment, gateway_process
from tests.integration.web import RawClient, signed_identity

pytestmark = pytest.mark.timeout(300)  # some two hundred operations on a busy machine
EXAMPLES: Final = 5  # of each operation and kind; `python -m tests.fuzz` sends them by the ten thousand
KEY: Final = "k" * 43
UNLIMITED: Final = 1_000_000
CHECKED: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
STEADY: Final = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass
class Described:
    """An API, somebody who may use it, and names of things that are there."""

    base: str
    description: dict[str, Any]
    headers: Mapping[str, str]
    known: Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    asked: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    """How often each operation was asked, and did what it was asked for."""

    def complaints(self) -> list[str]:
        """What it answered otherwise than described, by operation."""
        api = schemathesis.openapi.from_dict(self.description)
        found: list[str] = []
        for result in api.get_all_operations():
            assert isinstance(result, Ok)
            operation = result.ok()
            if operation.label in self.left_out:
                continue
            for mode in GenerationMode:
                found += self._complaints_about(operation, mode)
        return found

    def _complaints_about(self, operation: Any, mode: GenerationMode) -> list[str]:
        @STEADY
        @given(case=operation.as_strategy(mode), is_known=st.booleans())
        def ask(case: Any, is_known: bool) -> None:
            if is_known and case.path_parameters:
                case.path_parameters |= {
                    name: self.known[name] for name in case.path_parameters if name in self.known
                }
            answer = case.call(base_url=self.base, headers=self.headers, timeout=20)
            self.asked[operation.label] += 1
            self.done[operation.label] += answer.status_code < 300
            case.validate_response(answer, checks=CHECKED)

        try:
            ask()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE  # it takes nothing that could be wrong
        except (FailureGroup, Failure) as error:
            return [f"{operation.label} ({mode.value}): {error}"]
        return []


@pytest.fixture
async def gateway(store: SqlStore, store_url: str, tmp_path: Path) -> AsyncIterator[str]:
    now = datetime.now(UTC)
    await seed_demo_shop(store_url, today=now.date(), now=now)
    wanted = {
        "database_url": store_url,
        "engine_urls": "http://127.0.0.1:9",
        "engine_secret": "e" * 43,
        "identity_keys": {"k1": KEY},
        "demo": True,
        "address_burst": str(UNLIMITED),
        "messages_burst": str(UNLIMITED),
    }
    async with gateway_process(tmp_path, as_environment(wanted)) as base:
        yield base


async def described_at(
    http: aiohttp.ClientSession, address: str, headers: Mapping[str, str]
) -> dict[str, Any]:
    async with http.get(address, headers=headers) as answer:
        assert answer.status == 200
        description: dict[str, Any] = await answer.json()
        return description


async def test_the_web_channel_answers_as_it_is_described(
    gateway: str, http: aiohttp.ClientSession, store: SqlStore
) -> None:
    raw = RawClient(gateway, http)
    anonymous = await raw.open_session()
    signed = signed_identity((await list_personas(store))[0].ref, KEY)
    _, session = await raw.post("identify", {"jwt": signed}, token=anonymous["token"])
    api = Described(
        gateway,
        await described_at(http, f"{gateway}/api/openapi.json", {}),
        {"Authorization": f"Bearer {session['token']}"},
        {"widget": "demo"},
        frozenset({"GET /api/web/{widget}/socket", "GET /readyz"}),  # it says 503 rightly: there is no engine
    )
    assert not (found := api.complaints()), "\n\n".join(found)
    assert len([name for name in api.asked if api.done[name]]) > len(api.asked) / 2


async def things_there(admin: ConsoleClient, store: SqlStore) -> dict[str, str]:
    """Something the demo shop has for each name in a path; the conversation is the administrator's."""
    lists = {
        "conversation": "/conversations",
        "reply": "/canned-replies",
        "team": "/teams",
        "agent": "/agents",
    }
    named = {
        name: next(str(one["id"]) for one in (await admin.get(path))["items"] if one["id"] != admin.id)
        for name, path in lists.items()
    }
    await handling.claim(store, UUID(named["conversation"]), agent_id=UUID(admin.id))
    detail = await admin.get(f"/conversations/{named['conversation']}")
    return {**named, "customer": str(detail["conversation"]["customer"]["id"])}


async def the_console(gateway: str, http: aiohttp.ClientSession, admin: ConsoleClient) -> Described:
    headers = {"Cookie": f"kotha_agent={admin.cookie}", "X-Kotha-CSRF": str(admin.csrf)}
    description = await described_at(http, f"{gateway}/api/console/openapi.json", headers)
    return Described(
        gateway,
        description,
        headers,
        left_out=frozenset({"GET /api/console/socket", "POST /api/console/logout"}),
    )


async def test_the_console_answers_as_it_is_described(
    gateway: str, http: aiohttp.ClientSession, store: SqlStore
) -> None:
    admin = await browser_of(gateway, http, store, Role.ADMIN)
    api = await the_console(gateway, http, admin)
    api.known = await things_there(admin, store)
    assert not (found := api.complaints()), "\n\n".join(found)
    assert len([name for name in api.asked if api.done[name]]) > len(api.asked) / 2


async def test_every_conversation_of_the_demo_shop_is_shown_as_described(
    gateway: str, http: aiohttp.ClientSession, store: SqlStore
) -> None:
    admin = await browser_of(gateway, http, store, Role.ADMIN)
    console = await the_console(gateway, http, admin)
    one = schemathesis.openapi.from_dict(console.description)["/api/console/conversations/{conversation}"][
        "GET"
    ]
    page = await admin.get("/conversations?view=all&limit=100")
    for conversation in page["items"]:
        case = one.Case(path_parameters={"conversation": conversation["id"]})
        answer = case.call(base_url=gateway, headers=dict(console.headers))
        case.validate_response(answer, checks=CHECKED)
    assert len(page["items"]) > 10
