"""What comes to Slack's addresses: whose it is, whether it can be read, how often it comes."""

import io
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import orjson
import pytest
from aiohttp import ClientSession
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.slack.routes import MAX_BODY_BYTES
from bot.channels.slack.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from crm_store.domain.errors import StoreUnavailable
from crm_store.use_cases.platforms import list_dead_letters
from tests.fakes.engine import FakeEngine
from tests.integration.conftest import eventually
from tests.integration.slack.conftest import Office, OpenOffice

# Names that mean something to us somewhere.
NAMES = """type subtype team_id event_id event user ts text channel thread_ts files message previous_message
deleted_ts authorizations actions action_id value block_id team id attachments trigger_id bot_id user_id"""
FIELDS = st.sampled_from(NAMES.split())
ROUTES = ("events", "interactivity", "commands")


def event_body(office: Office, text: str = "hello", **changes: Any) -> bytes:
    """A direct message of Rahima's."""
    message = {
        "type": "message",
        "channel": office.rahima.direct.id,
        "channel_type": "im",
        "user": office.rahima.id,
        "text": text,
        "ts": f"{time.time():.6f}",
    }
    return orjson.dumps(
        {
            "type": "event_callback",
            "team_id": office.team.id,
            "event_id": f"Ev{uuid4().hex}",
            "event": {**message, **changes},
        }
    )


def signed(office: Office, body: bytes, *, age: int = 0, secret: str | None = None) -> dict[str, str]:
    timestamp = str(int(time.time()) - age)
    signature = sign(secret or office.slack.signing_secret, timestamp, body)
    return {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: signature}


async def post(
    office: Office, http: ClientSession, route: str, body: bytes, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """POST bytes as they are, signed unless headers are given; status and answer."""
    sent = signed(office, body) if headers is None else headers
    async with http.post(f"{office.base}/{route}", data=body, headers=sent) as answer:
        return answer.status, await answer.read()


@pytest.mark.rules("SL1", "SL2")
@pytest.mark.parametrize("route", ROUTES)
async def test_what_is_not_slacks_changes_nothing(
    office: Office, http: ClientSession, route: str, engine: FakeEngine
) -> None:
    body = event_body(office)
    good = signed(office, body)
    refused: list[dict[str, str]] = [
        {},
        {TIMESTAMP_HEADER: good[TIMESTAMP_HEADER]},
        {SIGNATURE_HEADER: good[SIGNATURE_HEADER]},
        signed(office, body, age=301),
        signed(office, body, age=-310),
        signed(office, body, secret="another secret"),
        signed(office, body + b" "),
        {**good, TIMESTAMP_HEADER: "soon"},
        {**good, TIMESTAMP_HEADER: "9" * 400},
        {**good, SIGNATURE_HEADER: "v0=স্বাক্ষর"},
        {**good, SIGNATURE_HEADER: good[SIGNATURE_HEADER].upper()},
    ]
    for headers in refused:
        assert (await post(office, http, route, body, headers))[0] == 401
    assert office.count("messages_accepted", channel="slack") == 0
    assert engine.asked == []


@pytest.mark.rules("SL3")
async def test_the_address_is_verified_for_slack_alone(office: Office, http: ClientSession) -> None:
    answer = await office.slack.verify_address("a-challenge")
    assert (answer.status, orjson.loads(answer.body)) == (200, {"challenge": "a-challenge"})
    body = orjson.dumps({"type": "url_verification", "challenge": "c"})
    assert (await post(office, http, "events", body, {}))[0] == 401


@pytest.mark.rules("SL7")
@pytest.mark.parametrize("route", ["interactivity", "commands"])
async def test_slack_may_look_at_the_certificate(office: Office, http: ClientSession, route: str) -> None:
    assert await post(office, http, route, b"ssl_check=1&token=x") == (200, b"")


@pytest.mark.rules("SL7")
async def test_a_payload_may_come_as_json(office: Office, http: ClientSession) -> None:
    body = orjson.dumps({"type": "block_actions", "actions": []})
    headers = {**signed(office, body), "Content-Type": "application/json; charset=utf-8"}
    assert (await post(office, http, "interactivity", body, headers))[0] == 200


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("events", b""),
        ("events", b"{"),
        ("events", b"[]"),
        ("events", b"\xff\xfe"),
        ("events", b"payload=%7B%7D"),
        ("interactivity", b""),
        ("interactivity", b"payload=%7B"),
        ("interactivity", b"payload=5"),
        ("interactivity", b"payload=%FF"),
        ("commands", b""),
        ("commands", b"team_id=T1&user_id=U1"),
        ("commands", b"&" * 4096),
    ],
)
async def test_what_cannot_be_read_is_refused(
    office: Office, http: ClientSession, route: str, body: bytes
) -> None:
    assert (await post(office, http, route, body))[0] == 400


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"type": "event_callback"}',
        b'{"type": "event_callback", "team_id": "T1", "event_id": "E1", "event": {"type": "made_up"}}',
        b'{"type": "event_callback", "team_id": "T1", "event_id": "E1", "event": {"type": "message"}}',
        b'{"type": "event_callback", "team_id": 1, "event_id": null, "event": []}',
        b'{"type": "next_year"}',
    ],
)
async def test_what_nobody_knows_is_acknowledged_and_counted(
    office: Office, http: ClientSession, body: bytes
) -> None:
    assert await post(office, http, "events", body) == (200, b"")
    kinds = ("unknown_envelope", "unknown_event", "malformed")
    assert sum(office.count("events_ignored", channel="slack", why=kind) for kind in kinds) == 1


async def test_unknown_clicks_and_modals_are_acknowledged(office: Office, http: ClientSession) -> None:
    for payload in ({}, {"type": "view_submission"}, {"type": "shortcut"}, {"type": "block_actions"}):
        body = urlencode({"payload": orjson.dumps(payload).decode()}).encode()
        assert await post(office, http, "interactivity", body) == (200, b"")


@pytest.mark.rules("SL11")
async def test_being_limited_is_no_harm(office: Office) -> None:
    await office.slack.limit_events(office.team)
    await office.slack.settled()
    assert [delivery.status for delivery in office.slack.ledger.deliveries] == [200]


async def test_a_huge_body_is_refused(office: Office, http: ClientSession) -> None:
    body = io.BytesIO(b"x" * (MAX_BODY_BYTES + 1))
    async with http.post(f"{office.base}/events", data=body) as answer:
        assert answer.status == 413


async def test_a_body_that_hides_its_size_is_refused(office: Office, http: ClientSession) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 64 * 1024

    async with http.post(f"{office.base}/events", data=endless()) as answer:
        assert answer.status == 413


async def test_the_longest_message_fits(office: Office, http: ClientSession, engine: FakeEngine) -> None:
    """40,000 Bengali characters, twice, as Slack escapes them."""
    text = "ক" * 40_000
    blocks = [{"type": "rich_text", "elements": [{"type": "text", "text": text}]}]
    body = event_body(office, text, blocks=blocks)
    assert (await post(office, http, "events", body))[0] == 200
    await eventually(lambda: len(engine.asked) == 1)
    assert engine.asked == ["ক" * 3999 + "…"]


@pytest.mark.rules("SL4", "CH2", "G4")
@pytest.mark.parametrize("retry", [{}, {"X-Slack-Retry-Num": "2", "X-Slack-Retry-Reason": "http_timeout"}])
async def test_the_first_copy_counts_whatever_its_headers_say(
    office: Office, http: ClientSession, engine: FakeEngine, retry: dict[str, str]
) -> None:
    body = event_body(office)
    for _ in range(3):
        assert (await post(office, http, "events", body, {**signed(office, body), **retry}))[0] == 200
    await office.rahima.hears()
    await office.rahima.says("and now?")
    await office.rahima.hears(2)
    assert engine.asked == ["hello", "and now?"]


@pytest.mark.rules("SL4", "SL5", "G4")
async def test_a_storm_of_copies_is_one_turn_each(office: Office, engine: FakeEngine) -> None:
    help_channel = office.slack.channel(office.team, "help", [office.rahima])
    office.slack.hold()
    for number in range(10):
        await office.rahima.says(f"direct {number}")
        await office.rahima.says(f"@kotha public {number}", help_channel)
    answers = await office.slack.storm([office.base], copies=4)
    assert {answer.status for answer in answers} == {200}
    await eventually(lambda: len(engine.asked) >= 20, seconds=20)
    expected = [f"{where} {number}" for where in ("direct", "public") for number in range(10)]
    assert sorted(text or "" for text in engine.asked) == sorted(expected)


@pytest.mark.rules("CH1", "SL4")
async def test_while_the_store_is_away_slack_is_told_to_come_again(
    office: Office, http: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_arguments: object, **_options: object) -> None:
        raise StoreUnavailable("gone")

    with monkeypatch.context() as patched:
        patched.setattr("bot.inbox.receive", away)
        body = event_body(office)
        async with http.post(f"{office.base}/events", data=body, headers=signed(office, body)) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        heard = await office.rahima.commands("/kotha", "is anybody there?")
        assert "try again" in heard.shown
    assert (await post(office, http, "events", body))[0] == 200
    assert await office.rahima.hears() == ["You said: hello"]


async def test_a_poison_event_is_kept_and_blocks_nobody(
    office: Office,
    http: ClientSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def breaks(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("bot.inbox.receive", breaks)
        assert (await post(office, http, "events", event_body(office, "poison")))[0] == 200
    (letter,) = await list_dead_letters(office.running.store)
    assert (letter.channel, letter.account, letter.reason) == ("slack", office.team.id, "defect")
    await office.rahima.says("antidote")
    assert await office.rahima.hears() == ["You said: antidote"]


KNOWN = ["", "\0", "T1", "U1", "C1", "D1", "1.1", "message", "choice:0", "x" * 300, "আ"]
WORDS = st.sampled_from(KNOWN) | st.text(max_size=5)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=5),
    max_leaves=10,
)
OBJECTS = st.deferred(lambda: st.dictionaries(FIELDS, JSON, max_size=8))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=OBJECTS, event=OBJECTS)
async def test_nothing_well_signed_breaks_us(
    office: Office, http: ClientSession, body: dict[str, Any], event: dict[str, Any]
) -> None:
    kind = {"type": "event_callback", "team_id": "T1", "event_id": uuid4().hex}
    told = orjson.dumps({**kind, "event": {"type": "message", **event}, **body})
    asked = urlencode({"payload": orjson.dumps({"type": "block_actions", **body, **event}).decode()}).encode()
    words = {name: str(value) for name, value in {**body, **event}.items()}
    command = urlencode({"team_id": "T1", "user_id": "U1", "trigger_id": "1", **words}).encode(
        "utf-8", "surrogatepass"
    )
    for route, raw in (("events", told), ("interactivity", asked), ("commands", command)):
        assert (await post(office, http, route, raw))[0] in (200, 400)


@pytest.mark.rules("SL1")
async def test_without_a_signing_secret_there_are_no_addresses(
    open_office: OpenOffice, http: ClientSession
) -> None:
    async with open_office(slack_signing_secret=None, slack_app_token="xapp-1") as office:
        assert (await post(office, http, "events", b"{}", {}))[0] == 404
