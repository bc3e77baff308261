import contextlib
import json
import uuid
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web.frames import (
    LARGEST_STORED_SEQ,
    MAX_SEQ,
    MAX_TEXT,
    Hello,
    Ping,
    Seen,
    Send,
    Typing,
    client_msg_id_of,
    error_frame,
    event_frame,
    parse_frame,
    timestamp,
)
from bot.channels.web.refusals import Refusal, rate_limited
from crm_store.domain.conversations import Author, ConversationEvent, StoredButton

ID = "0192f0c1-aaaa-7bbb-8ccc-0123456789ab"
TOKEN = "t" * 43


def frame(**fields: Any) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", errors="surrogatepass")


def refusal_of(raw: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        parse_frame(raw)
    return caught.value


def test_good_frames_are_read() -> None:
    assert parse_frame(frame(type="hello", token=TOKEN, after_seq=3)) == Hello(TOKEN, 3)
    assert parse_frame(frame(type="hello", token=TOKEN)) == Hello(TOKEN, 0)
    assert parse_frame(frame(type="send", client_msg_id=ID, text="hi")) == Send(ID, "hi", None)
    assert parse_frame(frame(type="send", client_msg_id=ID, choice="abc-_9")) == Send(ID, None, "abc-_9")
    assert parse_frame(frame(type="send", client_msg_id=ID, text="hi", choice=None)) == Send(ID, "hi", None)
    assert parse_frame(frame(type="seen", seq=12)) == Seen(12)
    assert parse_frame(frame(type="typing")) == Typing()
    assert parse_frame(frame(type="ping")) == Ping()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"42",
        b'"text"',
        b"{}",
        b'{"type": 5}',
        b'{"type": null}',
        b'{"type": "send", "client_msg_id": NaN}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"type":' * 5_000,
        b'{"type": "seen", "seq": "12"}',
        b'{"type": "seen", "seq": 1.0}',
        b'{"type": "seen", "seq": true}',
        b'{"type": "seen", "seq": -1}',
        b'{"type": "seen", "seq": 1e400}',
        b'{"type": "seen", "seq": ' + b"9" * 400 + b"}",
        b'{"type": "seen"}',
        b'{"type": "hello", "token": 7}',
        b'{"type": "hello"}',
    ],
)
def test_what_has_not_the_contracts_shape_is_a_bad_frame(raw: bytes) -> None:
    refusal = refusal_of(raw)
    assert refusal.code == "bad_frame"
    assert refusal.status == 400
    assert refusal.message


def test_a_type_nobody_knows_is_named() -> None:
    assert refusal_of(frame(type="dance")).code == "unknown_type"


@pytest.mark.parametrize("token", ["", "short", "t" * 200, "t" * 42 + "\0", "ট" * 43, "a b" * 15])
def test_a_token_that_cannot_be_one_never_reaches_the_store(token: str) -> None:
    assert refusal_of(frame(type="hello", token=token)).code == "bad_session"


@pytest.mark.parametrize(
    "client_msg_id", [None, 5, "", "x", ID[:-1], ID + "0", ID.replace("-", ""), "{" + ID + "}"]
)
def test_the_message_id_must_be_a_uuid(client_msg_id: object) -> None:
    assert refusal_of(frame(type="send", client_msg_id=client_msg_id, text="hi")).code == "bad_client_msg_id"


@pytest.mark.parametrize(
    "body", [{}, {"text": "a", "choice": "b"}, {"text": 5}, {"choice": 5}, {"text": ["a"]}]
)
def test_exactly_one_of_text_and_choice_is_sent(body: dict[str, Any]) -> None:
    assert refusal_of(frame(type="send", client_msg_id=ID, **body)).code == "bad_frame"


@pytest.mark.parametrize("choice", ["", "a b", "x" * 65, "বাটন", "\0"])
def test_a_button_id_that_cannot_be_one_is_unknown(choice: str) -> None:
    assert refusal_of(frame(type="send", client_msg_id=ID, choice=choice)).code == "unknown_choice"


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "\u00a0\u2003", "\u200b\u200d\ufeff", "\u2028"])
def test_a_message_without_a_visible_character_is_empty(text: str) -> None:
    assert refusal_of(frame(type="send", client_msg_id=ID, text=text)).code == "text_empty"


def test_text_is_counted_in_code_points_and_the_limit_named() -> None:
    longest = "😀" * MAX_TEXT
    assert parse_frame(frame(type="send", client_msg_id=ID, text=longest)) == Send(ID, longest, None)
    refusal = refusal_of(frame(type="send", client_msg_id=ID, text=longest + "!"))
    assert (refusal.code, refusal.more["limit"]) == ("text_too_long", 4000)
    assert "4000" in refusal.message


def test_the_longest_text_of_four_byte_characters_fits_a_frame() -> None:
    from bot.channels.web.frames import MAX_FRAME_BYTES

    raw = json.dumps({"type": "send", "client_msg_id": ID, "text": "😀" * MAX_TEXT}, ensure_ascii=False)
    assert len(raw.encode()) <= MAX_FRAME_BYTES


@pytest.mark.parametrize("text", [rb"\ud800", rb"\udc00", rb"a\ud83d b", rb"\udfff\ud800"])
def test_lone_surrogates_are_refused_with_a_reason(text: bytes) -> None:
    refusal = refusal_of(b'{"type": "send", "client_msg_id": "%s", "text": "%s"}' % (ID.encode(), text))
    assert refusal.code == "bad_frame"
    assert "JSON" in refusal.message


def test_a_raw_surrogate_in_the_bytes_is_refused() -> None:
    assert refusal_of(frame(type="send", client_msg_id=ID, text="\ud800")).code == "bad_frame"


def test_the_nul_character_is_refused_with_a_reason() -> None:
    refusal = refusal_of(frame(type="send", client_msg_id=ID, text="a\0b"))
    assert refusal.code == "bad_frame"
    assert "U+0000" in refusal.message


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200))
def test_any_other_unicode_survives_unchanged(text: str) -> None:
    visible = f"x{text}"
    assert parse_frame(frame(type="send", client_msg_id=ID, text=visible)) == Send(ID, visible, None)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_parser(raw: bytes) -> None:
    with contextlib.suppress(Refusal):
        parse_frame(raw)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.sampled_from(["hello", "send", "seen", "typing", "ping", "event"]),
    st.dictionaries(
        st.sampled_from(["token", "after_seq", "client_msg_id", "text", "choice", "seq"]), json_values
    ),
)
def test_no_values_break_the_parser(kind: str, fields: dict[str, Any]) -> None:
    try:
        parse_frame(json.dumps({"type": kind, **fields}).encode())
    except Refusal as refusal:
        assert 400 <= refusal.status < 500


def test_a_refused_send_is_named_by_its_id() -> None:
    assert client_msg_id_of(frame(type="send", client_msg_id=ID, text="")) == ID
    assert client_msg_id_of(b"{") is None
    assert client_msg_id_of(frame(type="send", client_msg_id=["x"])) is None


def test_seq_has_a_ceiling_every_client_can_count_to() -> None:
    assert parse_frame(frame(type="seen", seq=MAX_SEQ)) == Seen(LARGEST_STORED_SEQ)
    assert refusal_of(frame(type="seen", seq=MAX_SEQ + 1)).code == "bad_frame"


def test_times_are_utc_with_milliseconds() -> None:
    dhaka = timezone(timedelta(hours=6))
    assert timestamp(datetime(2026, 11, 21, 15, 30, 0, 123456, dhaka)) == "2026-11-21T09:30:00.123Z"


def test_an_event_frame_has_every_field_of_the_contract() -> None:
    event = ConversationEvent(
        seq=12,
        id=uuid.UUID(ID),
        at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
        author=Author.BOT,
        text="ঠিক আছে",
        client_msg_id=None,
        in_reply_to=uuid.UUID(ID),
        buttons=(StoredButton("opaque", "Yes"),),
        card={"type": "order"},
        language="bn",
    )
    assert orjson.loads(event_frame(event)) == {
        "type": "event",
        "seq": 12,
        "id": ID,
        "at": "2026-11-21T09:30:00.000Z",
        "author": "bot",
        "text": "ঠিক আছে",
        "client_msg_id": None,
        "in_reply_to": ID,
        "buttons": [{"id": "opaque", "title": "Yes"}],
        "card": {"type": "order"},
        "language": "bn",
        "agent": None,
        "attachments": [],
        "replaces": None,
    }


def test_an_error_frame_says_when_to_come_back() -> None:
    error = orjson.loads(error_frame(rate_limited(2.31), ID))
    assert error["code"] == "rate_limited"
    assert error["retry_after_s"] >= 2.31
    assert error["client_msg_id"] == ID
