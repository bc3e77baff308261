"""slack_bolt is asked about the same bytes: it takes what we take and refuses what we refuse."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import ClientSession
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.channels.slack.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from tests.integration.slack.conftest import Office

JSON = "application/json; charset=utf-8"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Sent:
    """One request: to which address, with which bytes and headers."""

    route: str
    body: str
    kind: str
    headers: dict[str, str]


def make_bolt(secret: str) -> AsyncApp:
    """An app that takes everything we take."""

    async def authorize(**_arguments: Any) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1", bot_user_id="U0"
        )

    async def take(ack: Any) -> None:
        await ack()

    app = AsyncApp(signing_secret=secret, authorize=authorize)
    app.event("message")(take)
    app.event("reaction_added")(take)
    app.action("choice:0")(take)
    app.command("/kotha")(take)
    return app


async def bolt_takes(app: AsyncApp, sent: Sent) -> bool:
    """Its verdict; where it breaks instead of answering, it has not taken the request."""
    try:
        request = AsyncBoltRequest(body=sent.body, headers={"content-type": sent.kind, **sent.headers})
        answer = await app.async_dispatch(request)
    except (ValueError, TypeError, AttributeError):
        return False
    return answer.status == 200


async def we_take(office: Office, http: ClientSession, sent: Sent) -> bool:
    headers = {"Content-Type": sent.kind, **sent.headers}
    async with http.post(f"{office.base}/{sent.route}", data=sent.body.encode(), headers=headers) as answer:
        assert answer.status in (200, 400, 401), answer.status
        return answer.status == 200


def bodies(office: Office, text: str) -> dict[str, tuple[str, str, str]]:
    """Route, body and type of each kind of request; `text` is somebody's words."""
    message = {"type": "message", "channel": "C1", "user": "U1", "text": text, "ts": "1.1"}
    event = {"type": "event_callback", "team_id": "T1", "event_id": "E1", "event": message}
    click = {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1"},
        "channel": {"id": "C1"},
        "message": {"ts": "1.1", "text": text},
        "actions": [{"type": "button", "action_id": "choice:0", "block_id": "0:en", "value": "none"}],
    }
    command = {"command": "/kotha", "text": "help", "team_id": "T1", "user_id": "U1", "trigger_id": "1.1"}
    return {
        "event": ("events", json.dumps(event, ensure_ascii=False), JSON),
        "escaped": ("events", json.dumps(event), JSON),
        "reaction": ("events", json.dumps({**event, "event": {"type": "reaction_added"}}), JSON),
        "challenge": ("events", json.dumps({"type": "url_verification", "challenge": text}), JSON),
        "click": ("interactivity", urlencode({"payload": json.dumps(click)}), FORM),
        "command": ("commands", urlencode(command), FORM),
        "ssl_check": ("commands", urlencode({"ssl_check": "1", "token": "x"}), FORM),
    }


def spoilt(sent: Sent, secret: str) -> Iterator[tuple[str, Sent]]:
    """The request as it is, and what can be wrong with it; cut ones are signed as they are cut."""
    now = int(time.time())

    def with_headers(**headers: str) -> Sent:
        return Sent(sent.route, sent.body, sent.kind, headers)

    def signed(body: str, at: int = now) -> Sent:
        headers = {TIMESTAMP_HEADER: str(at), SIGNATURE_HEADER: sign(secret, str(at), body.encode())}
        return Sent(sent.route, body, sent.kind, headers)

    good = signed(sent.body).headers
    yield "good", signed(sent.body)
    yield "stale", signed(sent.body, now - 400)
    yield "early", signed(sent.body, now + 400)
    yield "unsigned", with_headers()
    yield "no time", with_headers(**{SIGNATURE_HEADER: good[SIGNATURE_HEADER]})
    yield "no number", with_headers(**{**good, TIMESTAMP_HEADER: "yesterday"})
    yield "unicode", with_headers(**{**good, SIGNATURE_HEADER: "v0=স্বাক্ষর"})
    yield "short", with_headers(**{**good, SIGNATURE_HEADER: good[SIGNATURE_HEADER][:-2]})
    yield "changed on the way", Sent(sent.route, sent.body + " ", sent.kind, good)
    yield "cut in the middle", Sent(sent.route, sent.body[: len(sent.body) // 2], sent.kind, good)


@pytest.mark.rules("SL1", "SL2", "SL3", "SL7")
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
async def test_bolt_takes_and_refuses_the_same_requests(
    office: Office, http: ClientSession, text: str
) -> None:
    secret = office.slack.signing_secret
    app = make_bolt(secret)
    for kind, (route, body, content_type) in bodies(office, text).items():
        for spoiling, sent in spoilt(Sent(route, body, content_type, {}), secret):
            if kind == "ssl_check" and spoiling != "good":
                continue  # bolt answers these before it looks at the signature; we look first
            ours = await we_take(office, http, sent)
            assert ours is await bolt_takes(app, sent), (kind, spoiling)
            assert ours is (spoiling == "good"), (kind, spoiling)
