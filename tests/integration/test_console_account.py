"""Agents log in, stay logged in, and log out; nobody else does."""

import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, DummyCookieJar
from argon2 import PasswordHasher

from bot.console.passwords import Passwords
from crm_store.domain.agent_access import ATTEMPT_LIMITS, AttemptKind
from crm_store.domain.agents import Role, Scope
from crm_store.use_cases.colleagues import change_agent
from tests.integration.conftest import Running
from tests.integration.console import PASSWORD, ConsoleClient, browser_of, make_agent, program_of


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    """Cookies are the test's business: a jar would send them behind its back."""
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        yield session


@pytest.fixture
def nobody(running: Running, http: ClientSession) -> ConsoleClient:
    return ConsoleClient(running.base, http)


async def test_an_agent_logs_in_and_out(nobody: ConsoleClient, running: Running) -> None:
    agent = await make_agent(running.store, password=PASSWORD)
    status, raw, headers = await nobody.ask_raw(
        "POST", "/login", {"email": f" {agent.email.upper()} ", "password": PASSWORD}
    )
    assert status == 200
    me = json.loads(raw)
    cookie = headers["Set-Cookie"]
    assert me["agent"]["email"] == agent.email
    assert me["permissions"] == ["conversations.read", "conversations.write"]
    assert me["preferences"] == {
        "language": "en",
        "theme": "system",
        "sound": True,
        "notifications": False,
    }
    for part in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"):
        assert part in cookie
    assert "Secure" not in cookie  # plain HTTP on loopback
    nobody.cookie = cookie.split("=", 1)[1].split(";")[0]
    nobody.csrf = me["csrf"]
    assert (await nobody.get("/me"))["agent"]["id"] == str(agent.id)
    status, raw, headers = await nobody.ask_raw("POST", "/logout")
    assert (status, raw) == (204, b"")
    assert "Max-Age=0" in headers["Set-Cookie"]
    assert await nobody.refused("GET", "/me") == (401, "not_logged_in")


async def test_nobody_learns_which_addresses_exist(
    nobody: ConsoleClient, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = await make_agent(running.store, password=PASSWORD)
    gone = await make_agent(running.store, password=PASSWORD)
    await change_agent(running.store, gone.id, {"active": False})
    answers = []
    verified: list[str] = []
    verify = PasswordHasher.verify

    def noting(hasher: PasswordHasher, stored: str, password: str) -> bool:
        verified.append(password)
        return verify(hasher, stored, password)

    monkeypatch.setattr(PasswordHasher, "verify", noting)
    for email, password in (
        (agent.email, "wrong"),
        ("nobody@kotha.example", "wrong"),
        (gone.email, PASSWORD),
    ):
        answers.append(await nobody.ask("POST", "/login", {"email": email, "password": password}))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 401
    assert answers[0][1]["error"]["code"] == "bad_credentials"
    assert verified == ["wrong", "wrong", PASSWORD]  # hashed every time: a lookup alone is far quicker


async def test_guessing_is_slowed_down(nobody: ConsoleClient, running: Running) -> None:
    agent = await make_agent(running.store, password=PASSWORD)
    free = ATTEMPT_LIMITS[AttemptKind.PAIR].free
    guess = {"email": agent.email, "password": "guess"}
    codes = [await nobody.refused("POST", "/login", guess) for _ in range(free + 1)]
    assert codes == [(401, "bad_credentials")] * free + [(429, "rate_limited")]
    status, raw, headers = await nobody.ask_raw(
        "POST", "/login", {"email": agent.email, "password": PASSWORD}
    )
    assert status == 429  # the right one too: nothing tells a guesser that it was right
    assert json.loads(raw)["error"]["retry_after_s"] > 0
    assert int(headers["Retry-After"]) >= 1


async def test_a_success_forgets_the_attempts_before(nobody: ConsoleClient, running: Running) -> None:
    agent = await make_agent(running.store, password=PASSWORD)
    right = {"email": agent.email, "password": PASSWORD}
    wrong = {"email": agent.email, "password": "mistyped"}
    free = ATTEMPT_LIMITS[AttemptKind.PAIR].free
    for _ in range(2):
        for _ in range(free - 1):
            assert (await nobody.ask("POST", "/login", wrong))[0] == 401
        assert (await nobody.ask("POST", "/login", right))[0] == 200


async def test_a_change_needs_the_sessions_own_header(running: Running, http: ClientSession) -> None:
    browser = await browser_of(running.base, http, running.store)
    right, body = browser.csrf, {"status": "away"}
    for wrong in (None, "", "x" * 43, "ফ" * 10):
        browser.csrf = None
        headers = {} if wrong is None else {"X-Kotha-CSRF": wrong}
        status, answer = await browser.ask("PUT", "/me/status", body, headers=headers)
        assert (status, answer["error"]["code"]) == (403, "bad_csrf")
    browser.csrf = right
    assert (await browser.do("PUT", "/me/status", body))["agent"]["status"] == "offline"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://shop.example"},  # may embed the widget, may not touch the console
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_another_sites_page_is_refused(
    running: Running, http: ClientSession, headers: dict[str, str]
) -> None:
    browser = await browser_of(running.base, http, running.store)
    status, answer = await browser.ask("PUT", "/me/status", {"status": "away"}, headers=headers)
    assert (status, answer["error"]["code"]) == (403, "origin_not_allowed")


async def test_a_new_password_ends_the_other_sessions(
    nobody: ConsoleClient, running: Running, http: ClientSession
) -> None:
    agent = await make_agent(running.store, password=PASSWORD)
    browsers = []
    for _ in range(2):
        _, raw, headers = await nobody.ask_raw("POST", "/login", {"email": agent.email, "password": PASSWORD})
        cookie = headers["Set-Cookie"].split("=", 1)[1].split(";")[0]
        browsers.append(ConsoleClient(running.base, http, agent, cookie=cookie, csrf=json.loads(raw)["csrf"]))
    mine, other = browsers
    body = {"current": PASSWORD, "new": "a much better password"}
    assert await mine.refused("PUT", "/me/password", {**body, "current": "wrong"}) == (
        403,
        "bad_credentials",
    )
    await mine.do("PUT", "/me/password", body, status=204)
    assert (await mine.ask("GET", "/me"))[0] == 200
    assert await other.refused("GET", "/me") == (401, "not_logged_in")
    assert (await nobody.ask("POST", "/login", {"email": agent.email, "password": body["new"]}))[0] == 200


async def test_a_token_works_until_it_is_revoked(running: Running, http: ClientSession) -> None:
    browser = await browser_of(running.base, http, running.store)
    made = await browser.do("POST", "/tokens", {"name": "report", "scopes": ["read"]}, status=201)
    assert made["token"].startswith("kotha_")
    program = ConsoleClient(running.base, http, bearer=made["token"])
    assert (await program.get("/me"))["permissions"] == ["conversations.read"]
    listed = await browser.get("/tokens")
    assert [one["name"] for one in listed["items"]] == ["report"]
    assert "token" not in listed["items"][0]
    assert listed["items"][0]["last_used_at"] is not None
    await browser.do("DELETE", f"/tokens/{made['id']}", status=204)
    assert await program.refused("GET", "/me") == (401, "not_logged_in")
    assert await browser.refused("DELETE", f"/tokens/{made['id']}") == (404, "not_found")


async def test_a_token_cannot_mint_tokens_or_change_the_account(
    running: Running, http: ClientSession
) -> None:
    program = await program_of(
        running.base, http, running.store, Role.ADMIN, Scope.READ, Scope.WRITE, Scope.ADMIN
    )
    assert await program.refused("POST", "/tokens", {"name": "x", "scopes": ["admin"]}) == (
        403,
        "not_allowed",
    )
    body = {"current": PASSWORD, "new": PASSWORD * 2}
    assert await program.refused("PUT", "/me/password", body) == (403, "not_allowed")


async def test_who_is_let_go_is_out_at_once(running: Running, http: ClientSession) -> None:
    admin = await browser_of(running.base, http, running.store, Role.ADMIN)
    browser = await browser_of(running.base, http, running.store)
    await admin.do("PATCH", f"/agents/{browser.id}", {"active": False})
    assert await browser.refused("GET", "/me") == (401, "not_logged_in")


async def test_a_reset_password_leaves_no_way_back_in(running: Running, http: ClientSession) -> None:
    admin = await browser_of(running.base, http, running.store, Role.ADMIN)
    browser = await browser_of(running.base, http, running.store)
    made = await browser.do("POST", "/tokens", {"name": "kept", "scopes": ["read"]}, status=201)
    program = ConsoleClient(running.base, http, bearer=made["token"])
    await program.get("/me")
    await admin.do("POST", f"/agents/{browser.id}/password")
    assert await browser.refused("GET", "/me") == (401, "not_logged_in")
    assert await program.refused("GET", "/me") == (401, "not_logged_in")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "email"),
        ({"email": "a@b.example"}, "password"),
        ({"email": "no address", "password": "x"}, "email"),
        ({"email": 5, "password": "x"}, "email"),
        ({"email": "a@b.example", "password": "x" * 300}, "password"),
        ({"email": "a@b.example", "password": "x", "admin": True}, "admin"),
    ],
)
async def test_what_is_wrong_with_a_body_is_named(nobody: ConsoleClient, body: object, field: str) -> None:
    status, answer = await nobody.ask("POST", "/login", body)
    assert (status, answer["error"]["code"], answer["error"]["field"]) == (400, "bad_frame", field)


async def test_a_password_is_stored_as_argon2id() -> None:
    stored = await Passwords().hash(PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await Passwords().check(stored, PASSWORD)
    assert not await Passwords().check(stored, "other")
    assert not await Passwords().check("-", PASSWORD)
    assert not await Passwords().check(None, PASSWORD)


async def test_no_secret_reaches_the_log(
    nobody: ConsoleClient, running: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    agent = await make_agent(running.store, password=PASSWORD)
    await nobody.ask("POST", "/login", {"email": agent.email, "password": PASSWORD})
    await nobody.ask("POST", "/login", {"email": agent.email, "password": "another secret"})
    nobody.bearer = "kotha_secret_token"
    await nobody.ask("GET", "/me")
    written = "".join(capsys.readouterr())
    for secret in (PASSWORD, "another secret", "kotha_secret_token", agent.email):
        assert secret not in written
