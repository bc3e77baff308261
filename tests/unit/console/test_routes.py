"""Every route says what it needs, and the published description says what every route does."""

import re
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from openapi_spec_validator import validate

import bot
from bot.app import Gateway, build_gateway
from bot.console.openapi import describe
from bot.console.permissions import BY_ROLE, BY_SCOPE, Permission, Scope, permissions_of
from bot.console.refusals import SAID
from bot.console.routing import PREFIX, Route
from bot.settings import load_settings
from crm_store.domain.agents import Role
from crm_store.sql import open_store

CONTRACT = Path(str(bot.__file__)).parents[1] / "docs" / "contracts" / "console.md"


@pytest.fixture
async def gateway() -> Gateway:
    settings = load_settings(engine_secret="e" * 32, demo=True, identity_keys={"k1": "k" * 32})
    async with ClientSession() as session:
        return build_gateway(settings, await open_store("sqlite:///nowhere.sqlite3"), session)


@pytest.fixture
def routes(gateway: Gateway) -> list[Route]:
    return gateway.console.door.routes


@pytest.fixture
def description(routes: list[Route]) -> dict[str, Any]:
    return describe(routes)


async def test_nothing_under_the_prefix_is_served_without_a_declared_permission(
    gateway: Gateway, routes: list[Route]
) -> None:
    served = {
        (route.method, route.resource.canonical)
        for route in gateway.app.router.routes()
        if route.resource and route.resource.canonical.startswith(PREFIX)
    }
    assert served == {(route.method, PREFIX + route.path) for route in routes}
    assert len(served) == len(routes)


async def test_only_the_log_in_and_the_description_are_open(routes: list[Route]) -> None:
    public = {route.path for route in routes if route.needs is Permission.PUBLIC}
    assert public == {"/login", "/openapi.json"}


async def test_a_read_never_needs_a_writing_permission(routes: list[Route]) -> None:
    writing = {Permission.CONVERSATIONS_WRITE, Permission.AGENTS_WRITE, Permission.CANNED_REPLIES_WRITE}
    assert not [route.path for route in routes if not route.is_change and route.needs in writing]


async def test_a_change_never_does_with_a_reading_permission(routes: list[Route]) -> None:
    reading = {Permission.CONVERSATIONS_READ, Permission.TEAM_READ, Permission.BOARD_READ}
    changing = {route.path for route in routes if route.is_change and route.needs in reading}
    assert changing == {"/canned-replies/{reply}/render"}  # which changes nothing


async def test_the_description_is_valid_openapi(description: dict[str, Any]) -> None:
    validate(description)


async def test_every_route_is_described_with_its_permission(
    routes: list[Route], description: dict[str, Any]
) -> None:
    described = {
        (method.upper(), path): operation["x-permission"]
        for path, operations in description["paths"].items()
        for method, operation in operations.items()
    }
    assert described == {(route.method, PREFIX + route.path): route.needs.value for route in routes}


async def test_operations_have_names_of_their_own(description: dict[str, Any]) -> None:
    operations = [one for path in description["paths"].values() for one in path.values()]
    assert len({one["operationId"] for one in operations}) == len(operations)


async def test_every_object_that_is_answered_has_a_described_shape(
    routes: list[Route], description: dict[str, Any]
) -> None:
    for route in routes:
        operation = description["paths"][PREFIX + route.path][route.method.lower()]
        has_body = "content" in operation["responses"][str(route.status)]
        answers_a_file = route.file and not route.is_change
        assert has_body == (route.gives is not None or answers_a_file), route


def test_roles_grow_and_tokens_never_exceed_their_maker() -> None:
    agent, supervisor, admin = (BY_ROLE[role] for role in ("agent", "supervisor", "admin"))
    assert agent < supervisor < admin
    for role in Role:
        for scope in Scope:
            assert permissions_of(role, [scope]) <= permissions_of(role)
    assert permissions_of("agent", ["admin"]) == {Permission.TEAM_READ}
    assert permissions_of("nobody") == frozenset()
    assert permissions_of("admin", []) == frozenset()


def test_no_scope_holds_what_belongs_to_the_person() -> None:
    assert not [scope for scope, held in BY_SCOPE.items() if Permission.ACCOUNT in held]


def test_the_contract_names_every_refusal_of_the_console() -> None:
    folder = Path(str(bot.__file__)).parent / "console"
    sources = "".join(source.read_text(encoding="utf-8") for source in folder.glob("*.py"))
    codes = set(re.findall(r'(?:Refusal|_conflict)\(\s*"([a-z_]+)"', sources))
    codes |= {code for _, code, _ in SAID.values()}
    missing = {code for code in codes if f"`{code}`" not in CONTRACT.read_text(encoding="utf-8")}
    assert missing == set()
    assert len(codes) > 20


async def test_a_route_refuses_only_with_codes_of_the_contract(routes: list[Route]) -> None:
    named = CONTRACT.read_text(encoding="utf-8")
    codes = {code for route in routes for code in route.refuses}
    assert {code for code in codes if f"`{code}`" not in named} == set()
