"""The HTTP side: every refusal specific, never a 5xx for what a client did; headers as promised."""

import gzip
import json
import re
import uuid
from typing import Any

import pytest
from aiohttp import ClientSession
from multidict import CIMultiDict

from crm_store.domain.errors import StoreUnavailable
from tests.fakes.engine import FakeEngine
from tests.integration.conftest import IDENTITY_KEY, SITE, Running, StartGateway, eventually
from tests.integration.web import RawClient, signed_identity, text_body

ID = "0192f0c1-aaaa-7bbb-8ccc-0123456789ab"


async def test_a_session_is_opened_and_renewed(raw: RawClient) -> None:
    session = await raw.open_session()
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", session["token"])  # 32 random bytes
    assert (session["identified"], session["customer"]) == (False, None)
    status, renewed = await raw.post("sessions", {"token": session["token"]})
    assert status == 200
    assert renewed["conversation"] == session["conversation"]
    status, answer = await raw.post("sessions", {"token": "t" * 43})
    assert (status, answer["error"]["code"]) == (401, "bad_session")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "bad_frame"),
        (b"{", 400, "bad_frame"),
        (b"\xff", 400, "bad_frame"),
        (b"null", 400, "bad_frame"),
        (b"[" * 60_000, 400, "bad_frame"),
        (b'{"a":' * 12_000, 400, "bad_frame"),
        (b"{}", 400, "bad_client_msg_id"),
        (json.dumps({"client_msg_id": ID}).encode(), 400, "bad_frame"),
        (json.dumps({"client_msg_id": ID, "text": ""}).encode(), 400, "text_empty"),
        (json.dumps({"client_msg_id": ID, "text": "\u200b \n"}).encode(), 400, "text_empty"),
        (json.dumps({"client_msg_id": ID, "text": "x" * 4001}).encode(), 400, "text_too_long"),
        (json.dumps({"client_msg_id": ID, "text": "\ud800"}).encode(), 400, "bad_frame"),
        (json.dumps({"client_msg_id": ID, "text": "a\0b"}).encode(), 400, "bad_frame"),
        (json.dumps({"client_msg_id": ID, "text": {"a": 1}}).encode(), 400, "bad_frame"),
        (json.dumps({"client_msg_id": ID, "text": 10**400}).encode(), 400, "bad_frame"),
        (json.dumps({"client_msg_id": ID, "choice": "unknown"}).encode(), 400, "unknown_choice"),
        (json.dumps({"client_msg_id": ID, "text": "a", "choice": "b"}).encode(), 400, "bad_frame"),
        (b'{"client_msg_id": "' + b"x" * 70_000 + b'"}', 413, "frame_too_large"),
    ],
)
async def test_a_bad_message_is_refused_by_name(
    raw: RawClient, engine: FakeEngine, body: bytes, status: int, code: str
) -> None:
    session = await raw.open_session()
    got, answer = await raw.post("messages", body, token=session["token"])
    assert (got, answer["error"]["code"]) == (status, code)
    assert answer["error"]["message"]
    assert await raw.events(session["token"]) == []


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_body_that_cannot_be_unpacked_is_refused(raw: RawClient, encoding: str) -> None:
    status, answer = await raw.post("sessions", b"abcde", headers={"Content-Encoding": encoding})
    assert (status, answer["error"]["code"]) == (400, "bad_frame")


async def test_a_packed_bomb_is_refused(raw: RawClient) -> None:
    bomb = gzip.compress(b" " * 5_000_000)
    status, answer = await raw.post("sessions", bomb, headers={"Content-Encoding": "gzip"})
    assert (status, answer["error"]["code"]) == (413, "frame_too_large")


@pytest.mark.parametrize("route", ["sessions", "identify", "messages"])
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b'{"token": 5, "jwt": 5, "text": 5}'])
async def test_no_route_answers_nonsense_with_a_5xx(raw: RawClient, route: str, body: bytes) -> None:
    session = await raw.open_session()
    status, answer = await raw.post(route, body, token=session["token"])
    assert 400 <= status < 500
    assert answer["error"]["message"]


@pytest.mark.parametrize(
    "query",
    [
        "after_seq=x",
        "after_seq=-1",
        "after_seq=1.5",
        "after_seq=" + "9" * 400,
        "after_seq=٣",
        "after_seq=%00",
        "after_seq=",
        "limit=x",
        "limit=-5",
    ],
)
async def test_a_bad_parameter_is_refused(raw: RawClient, query: str) -> None:
    session = await raw.open_session()
    status, answer = await raw.get(f"messages?{query}", token=session["token"])
    assert (status, answer["error"]["code"]) == (400, "bad_frame")


@pytest.mark.rules("W3")
@pytest.mark.parametrize(
    "header",
    [None, "", "Basic abc", "Bearer", "Bearer x", "Bearer " + "t" * 43, "Bearer " + "ট" * 43],
)
async def test_only_a_bearer_token_opens_a_conversation(raw: RawClient, header: str | None) -> None:
    session = await raw.open_session()
    headers = {} if header is None else {"Authorization": header}
    url = f"{raw.api}/messages?token={session['token']}"
    async with raw.http.get(url, headers=headers) as answer:
        assert answer.status == 401
        assert (await answer.json())["error"]["code"] == "bad_session"


@pytest.mark.rules("W3")
async def test_cors_is_granted_to_the_list_and_to_nobody_else(raw: RawClient) -> None:
    url = f"{raw.api}/sessions"
    preflight = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    async with raw.http.options(url, headers={"Origin": SITE, **preflight}) as answer:
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == SITE
        assert "authorization" in answer.headers["Access-Control-Allow-Headers"]
        allowed = answer.headers["Access-Control-Allow-Methods"].split(", ")
        assert {"GET", "POST", "DELETE"} == set(allowed)  # an account is disconnected with DELETE
        assert answer.headers["Vary"] == "Origin"
    async with raw.http.options(url, headers={"Origin": "https://evil.example", **preflight}) as answer:
        assert answer.status == 403
        assert "Access-Control-Allow-Origin" not in answer.headers
    status, answer_body = await raw.post("sessions", {}, headers={"Origin": "https://evil.example"})
    assert (status, answer_body["error"]["code"]) == (403, "origin_not_allowed")
    status, _ = await raw.post("sessions", {}, headers={"Origin": SITE})
    assert status == 201


async def test_a_refusal_is_readable_by_the_page_that_caused_it(raw: RawClient) -> None:
    async with raw.http.post(f"{raw.api}/messages", data=b"{", headers={"Origin": SITE}) as answer:
        assert answer.status == 401
        assert answer.headers["Access-Control-Allow-Origin"] == SITE


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nope", 404, "not_found"),
        ("GET", "/api/web/demo/nope", 404, "not_found"),
        ("POST", "/api/web/nobody/sessions", 404, "unknown_widget"),
        ("POST", "/api/web/%00/sessions", 404, "unknown_widget"),
        ("DELETE", "/api/web/demo/sessions", 405, "method_not_allowed"),
        ("GET", "/api/web/demo/socket", 400, "bad_frame"),
        ("GET", "/demo/", 404, "not_found"),
        ("GET", "/demo/api/personas", 404, "not_found"),
    ],
)
async def test_wrong_addresses_are_told_as_json(
    running: Running, http: ClientSession, method: str, path: str, status: int, code: str
) -> None:
    async with http.request(method, running.base + path) as answer:
        assert answer.status == status
        assert (await answer.json())["error"]["code"] == code


async def test_a_store_that_is_away_accepts_nothing_and_says_so(
    raw: RawClient, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await raw.open_session()
    body = text_body("hello")

    def away(*_args: object, **_options: object) -> None:
        raise StoreUnavailable("gone")

    with monkeypatch.context() as patch:
        patch.setattr(type(running.store), "begin", away)
        status, answer = await raw.post("messages", body, token=session["token"])
        assert (status, answer["error"]["code"]) == (503, "unavailable")
    status, answer = await raw.post("messages", body, token=session["token"])
    assert (status, answer["duplicate"]) == (201, False)


async def test_a_defect_is_told_without_details(
    raw: RawClient, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.web.routes.session_object", None)
    status, answer = await raw.post("sessions", {})
    assert status == 500
    assert answer["error"]["code"] == "internal"
    assert "NoneType" not in json.dumps(answer)


async def test_one_address_cannot_take_everything(start_gateway: StartGateway, http: ClientSession) -> None:
    async with start_gateway(address_burst=3, address_per_minute=60) as running:
        raw = RawClient(running.base, http)
        statuses = [(await raw.post("sessions", {}))[0] for _ in range(4)]
        async with http.post(f"{raw.api}/sessions", data=b"{}") as answer:
            assert int(answer.headers["Retry-After"]) >= 1
        assert statuses == [201, 201, 201, 429]


async def test_the_address_behind_trusted_proxies_counts(
    start_gateway: StartGateway, http: ClientSession
) -> None:
    async with start_gateway(address_burst=1, address_per_minute=1, forwarded_hops=1) as running:
        raw = RawClient(running.base, http)
        spoofed = [{"X-Forwarded-For": f"{front}, 9.9.9.9"} for front in ("1.1.1.1", "2.2.2.2")]
        statuses = [(await raw.post("sessions", {}, headers=headers))[0] for headers in spoofed]
        assert statuses == [201, 429]  # what the client wrote in front does not matter
        assert (await raw.post("sessions", {}, headers={"X-Forwarded-For": "8.8.8.8"}))[0] == 201


async def test_a_home_with_addresses_without_end_is_one(
    start_gateway: StartGateway, http: ClientSession
) -> None:
    async with start_gateway(address_burst=1, address_per_minute=1, forwarded_hops=1) as running:
        raw = RawClient(running.base, http)
        homes = ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")
        statuses = [(await raw.post("sessions", {}, headers={"X-Forwarded-For": home}))[0] for home in homes]
        assert statuses == [201, 429, 201]


async def test_a_proxy_that_adds_a_line_of_its_own_counts(
    start_gateway: StartGateway, http: ClientSession
) -> None:
    async with start_gateway(address_burst=1, address_per_minute=1, forwarded_hops=1) as running:
        statuses = []
        for spoofed in ("1.1.1.1", "2.2.2.2"):
            lines = CIMultiDict([("X-Forwarded-For", spoofed), ("X-Forwarded-For", "9.9.9.9")])
            async with http.post(f"{running.base}/api/web/demo/sessions", json={}, headers=lines) as answer:
                statuses.append(answer.status)
        assert statuses == [201, 429]


@pytest.mark.rules("CH7", "W5")
async def test_every_answer_carries_security_headers(running: Running, http: ClientSession) -> None:
    for path in ("/healthz", "/nope", "/api/openapi.json"):
        async with http.get(running.base + path) as answer:
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert "Python" not in answer.headers["Server"]


async def test_the_description_is_served(running: Running, http: ClientSession) -> None:
    async with http.get(f"{running.base}/api/openapi.json") as answer:
        assert answer.status == 200
        assert answer.content_type == "application/json"
        assert (await answer.json())["openapi"].startswith("3.1")


async def test_ready_needs_every_part(running: Running, http: ClientSession, engine: FakeEngine) -> None:
    async with http.get(f"{running.base}/readyz") as answer:
        assert answer.status == 503
        checks = (await answer.json())["checks"]
    assert {name: check["ok"] for name, check in checks.items()} == {
        "store": True,
        "engine": True,
        "actions": False,
        "model": True,
    }
    assert checks["model"]["name"] == "fake.tar.gz"
    assert "cannot be reached" in checks["actions"]["why"]


async def test_ready_says_yes_when_all_is_well(
    start_gateway: StartGateway, http: ClientSession, engine: FakeEngine, engine_url: str
) -> None:
    async with start_gateway(actions_url=engine_url) as running:  # any healthy peer will do
        async with http.get(f"{running.base}/readyz") as answer:
            assert (answer.status, (await answer.json())["ready"]) == (200, True)
        engine.model_loaded = False
        async with http.get(f"{running.base}/readyz") as answer:
            checks = (await answer.json())["checks"]
            assert answer.status == 503
    assert (checks["model"]["ok"], checks["model"]["why"]) == (False, "still loading")
    assert checks["engine"]["ok"] is True


async def test_a_store_that_is_away_is_not_ready(
    running: Running, http: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_store: object) -> None:
        raise StoreUnavailable("secret dsn")

    monkeypatch.setattr(type(running.store), "ping", away)
    async with http.get(f"{running.base}/readyz") as answer:
        text = await answer.text()
        assert answer.status == 503
    assert "StoreUnavailable" in text
    assert "secret dsn" not in text
    async with http.get(f"{running.base}/healthz") as answer:
        assert answer.status == 200


async def test_metrics_count_what_happened(raw: RawClient, running: Running, engine: FakeEngine) -> None:
    session = await raw.open_session()
    body = text_body("count me")
    for _ in range(2):
        await raw.post("messages", body, token=session["token"])
    await raw.post("messages", b"{", token=session["token"])
    await eventually(lambda: len(engine.questions) == 1)
    async with raw.welcomed(session["token"]), raw.http.get(f"{running.base}/metrics") as answer:
        text = await answer.text()
    for line in (
        'kotha_messages_accepted_total{channel="web"} 1.0',
        'kotha_messages_duplicate_total{channel="web"} 1.0',
        'kotha_messages_refused_total{code="bad_frame"} 1.0',
        "kotha_sockets 1.0",
        "kotha_backlog ",
        "kotha_oldest_waiting_seconds ",
    ):
        assert line in text
    assert "count me" not in text


@pytest.mark.rules("W4")
async def test_identify_gives_a_new_session_and_keeps_the_conversation(raw: RawClient) -> None:
    session = await raw.open_session()
    await raw.send(session["token"], "where is my order?")
    identity = signed_identity("rahima", IDENTITY_KEY, name="Rahima Khatun")
    status, identified = await raw.post("identify", {"jwt": identity}, token=session["token"])
    assert status == 200
    assert identified["identified"] is True
    assert identified["customer"]["name"] == "Rahima"
    assert identified["token"] != session["token"]
    assert identified["conversation"] == session["conversation"]  # nobody owned it
    status, answer = await raw.get("messages", token=session["token"])
    assert (status, answer["error"]["code"]) == (401, "bad_session")
    assert (await raw.events(identified["token"]))[0]["text"] == "where is my order?"
    async with raw.welcomed(identified["token"]) as (_, welcome):
        assert (welcome["identified"], welcome["customer"]["name"]) == (True, "Rahima")


@pytest.mark.rules("W4")
async def test_a_second_device_joins_the_customers_own_conversation(raw: RawClient) -> None:
    devices = [await raw.open_session() for _ in range(2)]
    joined = []
    for session in devices:
        await raw.send(session["token"], "hello")
        identity = signed_identity("rahima", IDENTITY_KEY)
        _, identified = await raw.post("identify", {"jwt": identity}, token=session["token"])
        joined.append(identified["conversation"])
    assert joined == [devices[0]["conversation"]] * 2


@pytest.mark.rules("W4")
@pytest.mark.parametrize(
    "changes",
    [{"widget": "other"}, {"kid": "k9"}, {"exp": 1}, {"key": "x" * 43}, {"iat": 1}, {"sub": ""}],
    ids=["audience", "kid", "expired", "signature", "lifetime", "subject"],
)
async def test_a_bad_identity_changes_nothing(raw: RawClient, changes: dict[str, Any]) -> None:
    session = await raw.open_session()
    options = {"subject": "rahima", "key": IDENTITY_KEY, **changes}
    status, answer = await raw.post("identify", {"jwt": signed_identity(**options)}, token=session["token"])
    assert (status, answer["error"]["code"]) == (401, "bad_jwt")
    assert (await raw.get("messages", token=session["token"]))[0] == 200


@pytest.mark.rules("CH6")
async def test_the_engine_is_told_who_is_verified(raw: RawClient, engine: FakeEngine) -> None:
    session = await raw.open_session()
    _, identified = await raw.post(
        "identify", {"jwt": signed_identity("rahima", IDENTITY_KEY)}, token=session["token"]
    )
    anonymous = await raw.open_session()
    await raw.send(identified["token"], "mine")
    await raw.send(anonymous["token"], "anybody's")
    await eventually(lambda: len(engine.questions) == 2)
    verified = {question["text"]: question["facts"]["verified"] for question in engine.questions}
    assert verified == {"mine": True, "anybody's": False}


@pytest.mark.rules("CH1", "CH2")
async def test_ids_of_two_customers_never_meet(raw: RawClient) -> None:
    shared = str(uuid.uuid4())
    first, second = await raw.open_session(), await raw.open_session()
    _, one = await raw.send(first["token"], "one", shared)
    _, two = await raw.send(second["token"], "two", shared)
    assert one["id"] != two["id"]
    assert (one["duplicate"], two["duplicate"]) == (False, False)
