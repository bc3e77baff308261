"""SL1, SL2: whose request it is, decided over the raw bytes; slack_sdk and slack_bolt agree."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_bolt.middleware.request_verification.async_request_verification import AsyncRequestVerification
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import Clock, SignatureVerifier

from bot.channels.slack.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, is_signed, sign

pytestmark = pytest.mark.rules("SL1")

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
KNOWN_TIMESTAMP = "1531420618"
KNOWN_SIGNATURE = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
# The body of Slack's own example in its page about verifying requests.
KNOWN_BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
NOW = 1_712_000_000


def headers(timestamp: str = str(NOW), signature: str | None = None, body: bytes = b"{}") -> dict[str, str]:
    given = sign(SECRET, timestamp, body) if signature is None else signature
    return {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: given}


def test_slacks_own_example_is_signed() -> None:
    assert sign(SECRET, KNOWN_TIMESTAMP, KNOWN_BODY) == KNOWN_SIGNATURE
    known = headers(KNOWN_TIMESTAMP, KNOWN_SIGNATURE)
    assert is_signed(SECRET, known, KNOWN_BODY, now=int(KNOWN_TIMESTAMP))


def test_another_body_or_secret_is_not() -> None:
    assert not is_signed(SECRET, headers(), b"{ }", now=NOW)
    assert not is_signed("another", headers(), b"{}", now=NOW)


@pytest.mark.rules("SL2")
@pytest.mark.parametrize(("age", "good"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
def test_a_request_is_good_for_five_minutes_both_ways(age: int, good: bool) -> None:
    timestamp = str(NOW - age)
    assert is_signed(SECRET, headers(timestamp), b"{}", now=NOW) is good


@pytest.mark.rules("SL2")
@pytest.mark.parametrize(
    "timestamp",
    ["", "soon", "১৭১২০০০০০০", "1712000000.5", " 1712000000", "1_712_000_000", "-1", "9" * 400, "\udcff"],
)
def test_a_time_that_is_none_is_refused_quietly(timestamp: str) -> None:
    assert not is_signed(SECRET, headers(timestamp, "v0=" + "0" * 64), b"{}", now=NOW)


@pytest.mark.rules("SL2")
@pytest.mark.parametrize("signature", ["", "v0=", "v1=" + "0" * 64, "v0=কথা", "v0=\udcff", "0" * 100_000])
def test_a_signature_that_is_none_is_refused_quietly(signature: str) -> None:
    assert not is_signed(SECRET, headers(signature=signature), b"{}", now=NOW)


def test_missing_headers_are_refused() -> None:
    for name in (TIMESTAMP_HEADER, SIGNATURE_HEADER):
        partly = headers()
        del partly[name]
        assert not is_signed(SECRET, partly, b"{}", now=NOW)


def test_bytes_that_are_no_text_have_a_signature_too() -> None:
    body = b"\xff\xfe"
    assert is_signed(SECRET, headers(body=body), body, now=NOW)


class StoppedClock(Clock):
    def now(self) -> float:
        return NOW


async def bolts_verdict(body: str, sent: dict[str, str]) -> bool:
    """What slack_bolt says of the same bytes; raising counts as a refusal."""

    async def accepted() -> BoltResponse:
        return BoltResponse(status=200)

    check = AsyncRequestVerification(SECRET)
    check._verifier = SignatureVerifier(SECRET, StoppedClock())
    try:
        request = AsyncBoltRequest(body=body, headers=dict(sent))
        answer = await check.async_process(req=request, resp=BoltResponse(status=404), next=accepted)
    except (ValueError, TypeError):
        return False
    return answer.status == 200


def sdks_verdict(body: bytes, sent: dict[str, str]) -> bool:
    try:
        return SignatureVerifier(SECRET, StoppedClock()).is_valid_request(body, sent)
    except (ValueError, TypeError):
        return False


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
BODIES = st.one_of(
    st.builds(lambda text: json.dumps({"type": "event_callback", "text": text}), TEXTS),
    st.builds(lambda text: json.dumps({"text": text}, ensure_ascii=False), TEXTS),
)
SPOILINGS: dict[str, Any] = {
    "good": lambda sent, _text: sent,
    "stale": lambda _sent, body: headers(str(NOW - 301), body=body.encode()),
    "early": lambda _sent, body: headers(str(NOW + 301), body=body.encode()),
    "cut": lambda sent, _text: {**sent, SIGNATURE_HEADER: sent[SIGNATURE_HEADER][:-1]},
    "unicode": lambda sent, _text: {**sent, SIGNATURE_HEADER: "v0=স্বাক্ষর"},
    "no_number": lambda sent, _text: {**sent, TIMESTAMP_HEADER: "now"},
    "unsigned": lambda sent, _text: {TIMESTAMP_HEADER: sent[TIMESTAMP_HEADER]},
    "huge": lambda sent, _text: {**sent, TIMESTAMP_HEADER: "9" * 300},
}


@pytest.mark.rules("SL2")
@given(body=BODIES, spoiling=st.sampled_from(sorted(SPOILINGS)), tail=st.sampled_from(["", " ", "\n", "é"]))
async def test_slack_bolt_and_slack_sdk_say_the_same(body: str, spoiling: str, tail: str) -> None:
    sent = SPOILINGS[spoiling](headers(body=body.encode()), body)
    raw = body + tail  # something added on the way
    ours = is_signed(SECRET, sent, raw.encode(), now=NOW)
    assert ours is (await bolts_verdict(raw, sent))
    assert ours is sdks_verdict(raw.encode(), sent)
    assert ours is (spoiling == "good" and not tail)
