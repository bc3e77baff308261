"""The action server's manners: who may call, what a failure looks like, what it never tells."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from aiohttp.test_utils import TestClient, TestServer
from rasa_sdk.interfaces import ActionExecutionRejection

from actions.server import EXECUTOR, MAX_BODY, build_app
from actions.settings import ActionSettings
from crm_store.domain.errors import StoreUnavailable
from tests.unit.actions.acting import Acting
from tests.unit.actions.conftest import Clock

SECRET = "a-secret-of-the-test"
AUTHORISED = {"Authorization": f"Bearer {SECRET}"}
PRIVATE = "my phone is 01711000000"

Client = TestClient[Any, Any]


def _call(action: str = "action_delivery_period", **tracker: Any) -> dict[str, Any]:
    whole = {
        "sender_id": str(uuid4()),
        "slots": {"language": "en"},
        "latest_message": {"text": PRIVATE, "intent": {"name": "delivery_period"}},
        "events": [],
        **tracker,
    }
    return {"next_action": action, "tracker": whole, "domain": {}}


@pytest.fixture
async def client(acting: Acting, clock: Clock) -> AsyncIterator[Client]:
    async with TestClient(TestServer(build_app(acting.store, SECRET, clock=clock))) as client:
        yield client


async def test_an_action_runs(client: Client) -> None:
    response = await client.post("/webhook", json=_call(), headers=AUTHORISED)
    assert response.status == 200
    answer = await response.json()
    assert [said["response"] for said in answer["responses"]] == ["utter_delivery_period"]


@pytest.mark.parametrize("header", [None, "Bearer wrong", SECRET, "Bearer ", "Bearer é"])
async def test_without_the_secret_nothing_runs(client: Client, header: str | None) -> None:
    headers = {"Authorization": header} if header is not None else {}
    response = await client.post("/webhook", json=_call(), headers=headers)
    assert response.status == 401
    assert "KOTHA_ACTIONS_SECRET" in (await response.json())["error"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"next_action": 1}',
        b'{"next_action": "action_greet"}',
        b'{"next_action": "action_greet", "tracker": {"sender_id": 5}}',
        b"[" * 100_000,
    ],
)
async def test_rubbish_is_refused(client: Client, body: bytes) -> None:
    response = await client.post("/webhook", data=body, headers=AUTHORISED)
    assert response.status == 400
    assert "Rasa SDK" in (await response.json())["error"]


async def test_an_unknown_action_is_404(client: Client) -> None:
    response = await client.post("/webhook", json=_call("action_nobody_knows"), headers=AUTHORISED)
    assert response.status == 404


async def test_a_rejection_names_the_action_as_rasa_expects(client: Client) -> None:
    async def reject(dispatcher: object, tracker: object, domain: object) -> list[Any]:
        raise ActionExecutionRejection("action_reject")

    client.app[EXECUTOR].register_function("action_reject", reject)
    response = await client.post("/webhook", json=_call("action_reject"), headers=AUTHORISED)
    assert response.status == 400
    assert (await response.json())["action_name"] == "action_reject"


@pytest.mark.rules("CH7")
async def test_a_failure_tells_nothing_of_the_message(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(dispatcher: object, tracker: Any, domain: object) -> list[Any]:
        raise RuntimeError(tracker.latest_message["text"])

    client.app[EXECUTOR].register_function("action_fail", fail)
    with caplog.at_level(logging.DEBUG):
        response = await client.post("/webhook", json=_call("action_fail"), headers=AUTHORISED)
    assert response.status == 500
    assert PRIVATE not in await response.text()
    assert PRIVATE not in caplog.text
    assert "RuntimeError" in caplog.text


async def test_a_store_that_is_down_is_503_and_its_parameters_stay_out_of_the_log(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(dispatcher: object, tracker: object, domain: object) -> list[Any]:
        raise StoreUnavailable(PRIVATE) from RuntimeError(f"[parameters: ('{PRIVATE}',)]")

    client.app[EXECUTOR].register_function("action_fail", fail)
    response = await client.post("/webhook", json=_call("action_fail"), headers=AUTHORISED)
    assert response.status == 503
    assert PRIVATE not in caplog.text
    assert "StoreUnavailable" in caplog.text


async def test_a_body_over_the_limit_is_413(client: Client) -> None:
    response = await client.post("/webhook", data=BytesIO(b" " * (MAX_BODY + 1)), headers=AUTHORISED)
    assert response.status == 413


async def test_health_asks_the_store(client: Client, acting: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await (await client.get("/health")).json() == {"status": "ok"}

    async def unreachable() -> None:
        raise StoreUnavailable

    monkeypatch.setattr(acting.store, "ping", unreachable)
    assert (await client.get("/health")).status == 503


async def test_metrics_count_runs_by_outcome(client: Client) -> None:
    await client.post("/webhook", json=_call(), headers=AUTHORISED)
    await client.post("/webhook", json=_call("action_nobody_knows"), headers=AUTHORISED)
    text = await (await client.get("/metrics")).text()
    assert 'kotha_action_runs_total{action="action_delivery_period",outcome="ok"} 1.0' in text
    assert 'kotha_action_runs_total{action="unknown",outcome="unknown"} 1.0' in text


async def test_a_full_tracker_of_stock_rasa_is_understood(client: Client) -> None:
    call = _call(
        "action_greet",
        sender_id="default",
        latest_message={"text": "hi", "intent": {"name": "greet"}, "message_id": "b1946ac92492d2347c6235b4"},
        latest_event_time=1.5,
        followup_action=None,
        paused=False,
        latest_input_channel="rest",
        active_loop={},
        latest_action={"action_name": "action_listen"},
        latest_action_name="action_listen",
    )
    response = await client.post("/webhook", json={**call, "version": "3.6.21"}, headers=AUTHORISED)
    assert response.status == 200


def test_a_secret_is_needed_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    without_file: dict[str, Any] = {"_env_file": None}
    monkeypatch.setenv("KOTHA_ACTIONS_SECRET", SECRET)
    assert SECRET not in repr(ActionSettings(**without_file))
    monkeypatch.delenv("KOTHA_ACTIONS_SECRET")
    with pytest.raises(ValueError, match="actions_secret"):
        ActionSettings(**without_file)


async def test_answers_keep_bengali_readable(client: Client) -> None:
    call = _call(slots={"language": "bn"})
    response = await client.post("/webhook", json=call, headers=AUTHORISED)
    assert "ঢাকা" in await response.text()
    assert json.loads(await response.text())
