"""Every route, asked by every role and every kind of token: only those the table lets through get through."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import ClientSession, DummyCookieJar
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_schema_validator import OAS31Validator

from bot.console.openapi import describe
from bot.console.permissions import Permission, permissions_of
from bot.console.routing import PREFIX, Route
from crm_store.domain.agents import Role, Scope
from crm_store.use_cases.canned_replies import add_canned_reply
from tests.fakes.engine import FakeEngine
from tests.integration.conftest import Running, StartGateway, eventually
from tests.integration.console import ConsoleClient, browser_of, program_of
from tests.integration.web import RawClient

SCOPES = ((Scope.READ,), (Scope.WRITE,), (Scope.ADMIN,), (Scope.READ, Scope.WRITE), tuple(Scope))
ENDS_THE_SESSION = {"/logout", "/me/password"}
XSS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)//",
    '"><svg/onload=alert(1)>',
    "\u202egnp.exe",
    "${7*7}{{7*7}}",
    "a\r\nSet-Cookie: x=1",
    "' OR 1=1 --",
    "../../../etc/passwd",
)


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        yield session


@pytest.fixture
async def running(start_gateway: StartGateway) -> AsyncIterator[Running]:
    """With rates that a thousand requests of one address do not reach."""
    async with start_gateway(address_burst=100_000) as started:
        yield started


@pytest.fixture
def routes(running: Running) -> list[Route]:
    return running.gateway.console.door.routes


def address(route: Route, ids: dict[str, str]) -> str:
    """The route's path with ids that exist, or with fresh ones."""
    path = route.path
    names = ("conversation", "message", "note", "agent", "team", "label", "reply", "customer", "token")
    for name in (*names, "attachment", "letter", "identity"):
        path = path.replace(f"{{{name}}}", ids.get(name) or str(uuid4()))
    return path


async def talk(running: Running, http: ClientSession, engine: FakeEngine) -> str:
    customer = RawClient(running.base, http)
    session = await customer.open_session()
    await customer.send(session["token"], "hello")
    await eventually(lambda: len(engine.questions) > 0)
    return str(session["conversation"])


async def callers(running: Running, http: ClientSession) -> list[tuple[ConsoleClient, frozenset[Permission]]]:
    """A browser of each role, and a program with each choice of scopes of each role."""
    found = []
    for role in Role:
        found.append((await browser_of(running.base, http, running.store, role), permissions_of(role)))
        for scopes in SCOPES:
            program = await program_of(running.base, http, running.store, role, *scopes)
            found.append((program, permissions_of(role, scopes)))
    return found


async def test_each_route_lets_through_whom_it_names_and_nobody_else(
    running: Running, http: ClientSession, routes: list[Route], engine: FakeEngine
) -> None:
    ids = {"conversation": await talk(running, http, engine)}
    asked = 0
    for client, permissions in await callers(running, http):
        for route in routes:
            if route.path in ENDS_THE_SESSION or route.path == "/login":
                continue
            status, answer = await client.ask(
                route.method, address(route, ids), {} if route.is_change else None
            )
            code = answer["error"]["code"] if isinstance(answer, dict) and "error" in answer else None
            may = route.needs is Permission.PUBLIC or route.needs in permissions
            assert status < 500, (route, status, answer)
            assert (code == "not_allowed") == (not may), (route.method, route.path, client.agent, answer)
            if not may:
                assert (status, answer["error"]["needs"]) == (403, route.needs.value)
            asked += 1
    assert asked == len(list(Role)) * (1 + len(SCOPES)) * (len(routes) - 3)


async def test_nobody_gets_in_without_a_session(
    running: Running, http: ClientSession, routes: list[Route]
) -> None:
    for client in (
        ConsoleClient(running.base, http),
        ConsoleClient(running.base, http, cookie="x" * 43, csrf="y" * 43),
        ConsoleClient(running.base, http, bearer="kotha_" + "x" * 43),
        ConsoleClient(running.base, http, headers={"Authorization": "Basic eDp5"}),
    ):
        for route in routes:
            if route.needs is Permission.PUBLIC:
                continue
            refused = await client.refused(route.method, address(route, {}))
            assert refused == (401, "not_logged_in"), route


async def test_every_change_asks_for_the_csrf_header(
    running: Running, http: ClientSession, routes: list[Route]
) -> None:
    admin = await browser_of(running.base, http, running.store, Role.ADMIN)
    admin.csrf = None
    for route in routes:
        if route.is_change and route.needs is not Permission.PUBLIC:
            assert await admin.refused(route.method, address(route, {}), {}) == (403, "bad_csrf"), route


async def test_no_id_that_does_not_exist_is_a_defect(
    running: Running, http: ClientSession, routes: list[Route]
) -> None:
    admin = await browser_of(running.base, http, running.store, Role.ADMIN)
    for route in routes:
        if "{" not in route.path:
            continue
        for odd in ("x", "0", "%00", "..%2f..", "ফ", "null", str(uuid4()), "1" * 300):
            path = address(route, dict.fromkeys(("conversation", "agent", "team", "label"), odd))
            path = path if odd in path else path.replace(path.split("/")[2], odd)
            status, answer = await admin.ask(route.method, path, {} if route.is_change else None)
            assert status in (400, 404), (route.method, path, status, answer)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(XSS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


async def test_no_body_is_a_defect(
    running: Running, http: ClientSession, routes: list[Route], engine: FakeEngine
) -> None:
    admin = await browser_of(running.base, http, running.store, Role.ADMIN)
    ids = {"conversation": await talk(running, http, engine)}
    changes = [
        route for route in routes if route.is_change and route.path not in (*ENDS_THE_SESSION, "/login")
    ]
    tried: list[tuple[Route, bytes]] = []

    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def draw(data: st.DataObject) -> None:
        for route in changes:
            names = st.sampled_from([*route.takes.model_fields, "epoch", "more"])
            body = data.draw(st.dictionaries(names, anything, max_size=4) | anything)
            tried.append((route, json.dumps(body, ensure_ascii=True).encode()))

    draw()
    for route, body in tried:
        status, answer = await admin.ask(route.method, address(route, ids), body)
        assert status < 500, (route.method, route.path, body, answer)


async def test_no_query_is_a_defect(
    running: Running, http: ClientSession, routes: list[Route], engine: FakeEngine
) -> None:
    admin = await browser_of(running.base, http, running.store, Role.ADMIN)
    ids = {"conversation": await talk(running, http, engine)}
    odd = ("", "-1", "9" * 40, "%00", "%ff%fe", "ফ", "1.5", "٣", "null", "a" * 500, "WyJxdWV1ZSJd")
    for route in routes:
        for name in route.takes.model_fields if not route.is_change else ():
            for value in odd:
                path = f"{address(route, ids)}?{name}={value}"
                status, answer = await admin.ask(route.method, path)
                assert status < 500, (path, answer)
            twice = f"{address(route, ids)}?{name}=1&{name}=2"
            assert (await admin.ask(route.method, twice))[0] == 400


async def test_what_people_type_is_only_ever_json(
    running: Running, http: ClientSession, engine: FakeEngine
) -> None:
    customer = RawClient(running.base, http)
    session = await customer.open_session()
    admin = await browser_of(running.base, http, running.store, Role.ADMIN)
    at = f"/conversations/{session['conversation']}"
    for text in XSS:
        await customer.send(session["token"], text)
        await admin.do("POST", f"{at}/notes", {"text": text}, status=201)
    await admin.do("POST", "/labels", {"name": XSS[0], "name_bn": XSS[1], "colour": "red"}, status=201)
    for path in (at, f"{at}/events", "/labels", "/conversations?view=all", f"/search?q={XSS[0][1:7]}"):
        status, raw, headers = await admin.ask_raw("GET", path)
        assert status == 200
        assert headers["Content-Type"] == "application/json; charset=utf-8"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["Cache-Control"] == "no-store"
        json.loads(raw)
    page = await admin.get(f"{at}/events")
    assert [event["text"] for event in page["events"] if event["author"] == "customer"] == list(XSS)


async def test_answers_are_what_the_description_says(
    running: Running, http: ClientSession, routes: list[Route], engine: FakeEngine
) -> None:
    """Every read, and every change that a fresh conversation allows, against the published schema."""
    description = describe(routes)
    admin = await browser_of(running.base, http, running.store, Role.ADMIN)
    talk_id = await talk(running, http, engine)
    checked = set()

    async def check(method: str, path: str, template: str, body: object = None) -> Any:
        status, answer = await admin.ask(method, path, body)
        operation = description["paths"][PREFIX + template][method.lower()]
        good = operation["responses"].get(str(status))
        assert good is not None, (method, path, status, answer)
        if "content" in good:
            schema = {
                **good["content"]["application/json"]["schema"],
                "components": description["components"],
            }
            OAS31Validator(schema).validate(answer)
        checked.add((method, template))
        return answer

    at, talks = f"/conversations/{talk_id}", "/conversations/{conversation}"
    await check("GET", "/conversations?view=all", "/conversations")
    await check("GET", at, talks)
    await check("POST", f"{at}/claim", f"{talks}/claim")
    message = {"client_msg_id": str(uuid4()), "text": "hello"}
    sent = await check("POST", f"{at}/messages", f"{talks}/messages", message)
    await check("POST", f"{at}/messages", f"{talks}/messages", message)
    one = f"{at}/messages/{sent['event']['id']}"
    await check("PATCH", one, f"{talks}/messages/{{message}}", {"text": "hello!"})
    await check("GET", f"{one}/edits", f"{talks}/messages/{{message}}/edits")
    note = await check("POST", f"{at}/notes", f"{talks}/notes", {"text": "a note"})
    await check("PATCH", f"{at}/notes/{note['note']['id']}", f"{talks}/notes/{{note}}", {"text": "b"})
    label = {"name": "Late", "name_bn": "দেরি", "colour": "red"}
    label_id = (await check("POST", "/labels", "/labels", label))["id"]
    await check("PATCH", f"/labels/{label_id}", "/labels/{label}", {"colour": "blue"})
    await check("PUT", f"{at}/labels", f"{talks}/labels", {"label_ids": [label_id]})
    await check("GET", f"{at}/events", f"{talks}/events")
    await check("POST", f"{at}/seen", f"{talks}/seen", {"seq": 1})
    team = {
        "slug": "night",
        "name": "Night",
        "name_bn": "রাত",
        "hours": {"0": [["20:00", "24:00"]]},
        "holidays": [{"day": "2026-12-16", "name": "Victory Day", "name_bn": "বিজয় দিবস"}],
    }
    team_id = (await check("POST", "/teams", "/teams", team))["id"]
    await check("PATCH", f"/teams/{team_id}", "/teams/{team}", {"timezone": "Asia/Kolkata"})
    await check("POST", f"{at}/transfer", f"{talks}/transfer", {"to_team": team_id})
    await check("POST", f"{at}/claim", f"{talks}/claim")
    await check("POST", f"{at}/hand_back", f"{talks}/hand_back", {"outcome": "solved"})
    await check("POST", f"{at}/resolve", f"{talks}/resolve", {"reason": "solved", "ask_rating": False})
    await check("POST", f"{at}/reopen", f"{talks}/reopen")
    await check("POST", f"{at}/release", f"{talks}/release")
    agent = {"email": "new@kotha.example", "name": "New", "name_bn": "নতুন", "role": "agent"}
    agent_id = (await check("POST", "/agents", "/agents", agent))["agent"]["id"]
    await check("PATCH", f"/agents/{agent_id}", "/agents/{agent}", {"team_ids": [team_id]})
    await check("POST", f"/agents/{agent_id}/password", "/agents/{agent}/password")
    reply = {"shortcut": "hi", "title": "Hi", "title_bn": "হাই", "text": {"en": "Hi {customer.name}"}}
    reply_id = (await check("POST", "/canned-replies", "/canned-replies", {**reply, "shared": True}))["id"]
    await check("PATCH", f"/canned-replies/{reply_id}", "/canned-replies/{reply}", {"title": "Hello"})
    render = f"/canned-replies/{reply_id}/render"
    await check("POST", render, "/canned-replies/{reply}/render", {"conversation": talk_id})
    await check("DELETE", f"/canned-replies/{reply_id}", "/canned-replies/{reply}")
    await check("DELETE", f"/labels/{label_id}", "/labels/{label}")
    slack = {"account": "T1", "place": "C1", "language": "bn"}
    await check("PUT", f"/teams/{team_id}/slack", "/teams/{team}/slack", slack)
    person = {"account": "T1", "user_id": "U1"}
    await check("POST", f"/agents/{agent_id}/slack", "/agents/{agent}/slack", person)
    await check("GET", "/slack", "/slack")
    await check("POST", "/slack/unlink", "/slack/unlink", person)
    await check("DELETE", f"/teams/{team_id}/slack", "/teams/{team}/slack")
    await check("POST", f"/agents/{admin.id}/slack", "/agents/{agent}/slack", person)
    await check("POST", "/me/slack/unlink", "/me/slack/unlink", person)
    await check("POST", "/me/slack", "/me/slack")
    await check("GET", "/me/slack", "/me/slack")
    await check("DELETE", f"/teams/{team_id}", "/teams/{team}")
    token = await check("POST", "/tokens", "/tokens", {"name": "t", "scopes": ["read"]})
    for path in (
        "/me",
        "/agents",
        "/teams",
        "/labels",
        "/canned-replies",
        "/tokens",
        "/audit",
        "/board",
        "/dead-letters",
    ):
        await check("GET", path, path)
    await check("GET", "/search?q=hello", "/search")
    await check("DELETE", f"/tokens/{token['id']}", "/tokens/{token}")
    await check("PUT", "/me/status", "/me/status", {"status": "away"})
    await check("PUT", "/me/preferences", "/me/preferences", {"theme": "dark"})
    await check("POST", "/logout", "/logout")
    elsewhere = {
        (route.method, route.path)
        for route in routes
        if "/actions/" in route.path
        or route.path.startswith("/customers/")
        or route.path in ("/login", "/me/password", "/socket", "/openapi.json")
        or route.path.endswith(("/snooze", "/send-again"))
        or route.path.startswith("/attachments")
    }
    assert {(route.method, route.path) for route in routes} - elsewhere == checked


async def test_the_pages_are_served_with_a_strict_policy(
    running: Running, http: ClientSession, tmp_path: Path
) -> None:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<!doctype html><title>Console</title>")
    (dist / "assets" / "app-1a2b.js").write_text("export {}")
    (tmp_path / "secret.txt").write_text("secret")
    object.__setattr__(running.gateway.console.files, "dist", dist)
    for path in ("/console/", "/console/conversations/x", "/console/index.html", "/console/..%2fsecret.txt"):
        async with http.get(running.base + path) as answer:
            assert answer.status == 200
            assert "Console" in await answer.text()
            policy = answer.headers["Content-Security-Policy"]
            assert "script-src 'self'" in policy
            assert "unsafe" not in policy
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["Cache-Control"] == "no-cache"
    async with http.get(f"{running.base}/console/assets/app-1a2b.js") as answer:
        assert "immutable" in answer.headers["Cache-Control"]
    for gone in ("/console/assets/old-0000.js", "/console/assets/..%2f..%2fsecret.txt"):
        async with http.get(running.base + gone) as answer:
            assert answer.status == 404
    async with http.get(f"{running.base}/console", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (308, "/console/")


async def test_somebody_elses_own_canned_reply_is_not_listed(running: Running, http: ClientSession) -> None:
    mine, other = [await browser_of(running.base, http, running.store) for _ in range(2)]
    assert other.agent is not None
    await add_canned_reply(
        running.store, agent_id=other.agent.id, shortcut="x", title="X", title_bn="X", text={"en": "x"}
    )
    assert (await mine.get("/canned-replies"))["items"] == []
