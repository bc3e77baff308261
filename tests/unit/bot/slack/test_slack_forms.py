"""SL7: clicks and commands come as forms."""

from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from bot.channels.slack.forms import (
    MalformedForm,
    is_ssl_check,
    read_click,
    read_command,
    read_form,
    read_payload,
)

pytestmark = pytest.mark.rules("SL7")


def click(**changes: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "team": {"id": "T1", "domain": "shop"},
        "user": {"id": "U1", "username": "rahima"},
        "channel": {"id": "D1", "name": "directmessage"},
        "message": {"ts": "1712.1", "text": "Which one?", "blocks": []},
        "response_url": "https://hooks.slack.com/actions/x",
        "actions": [
            {
                "action_id": "choice:0",
                "type": "button",
                "value": "opaque",
                "text": {"type": "plain_text", "text": "Yes"},
            }
        ],
        **changes,
    }


def test_a_click_names_who_where_and_what() -> None:
    read = read_click(click())
    assert read is not None
    assert (read.team, read.user, read.channel, read.message_ts) == ("T1", "U1", "D1", "1712.1")
    assert (read.choice, read.title, read.is_direct, read.thread_ts) == ("opaque", "Yes", True, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "view_submission"},
        {"actions": []},
        {"actions": None},
        {"actions": ["choice:0"]},
        {"actions": [{"action_id": "agent:claim", "value": "x"}]},
        {"actions": [{"action_id": "choice:0"}]},
        {"user": None},
        {"team": {"id": 5}},
        {"message": None},
    ],
)
def test_what_is_no_customers_click_is_left_alone(changes: dict[str, Any]) -> None:
    assert read_click(click(**changes)) is None


def test_a_payload_survives_the_form() -> None:
    body = urlencode({"payload": orjson.dumps(click(text="হ্যাঁ & <না>")).decode()}).encode()
    assert read_payload(read_form(body))["text"] == "হ্যাঁ & <না>"


@pytest.mark.parametrize("payload", ["", "{", "[]", "null", '"x"', "NaN"])
def test_a_payload_that_is_no_object_is_malformed(payload: str) -> None:
    with pytest.raises(MalformedForm):
        read_payload({"payload": payload})


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=%FF", b"&".join([b"a=1"] * 65)])
def test_a_body_that_is_no_form_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedForm):
        read_form(body)


def test_slacks_look_at_the_certificate_is_known() -> None:
    assert is_ssl_check(read_form(b"token=x&ssl_check=1"))
    assert not is_ssl_check(read_form(b"ssl_check=0"))


def test_a_command_names_who_where_and_the_words() -> None:
    form = read_form(
        b"team_id=T1&user_id=U1&user_name=rahima&channel_id=C1&command=%2Fkotha&text=+link+7H3K-92QD+"
        b"&trigger_id=13.1&response_url=https%3A%2F%2Fhooks.slack.com%2Fx"
    )
    command = read_command(form)
    assert command is not None
    assert (command.user, command.channel, command.text, command.trigger_id) == (
        "U1",
        "C1",
        "link 7H3K-92QD",
        "13.1",
    )


@pytest.mark.parametrize("missing", ["team_id", "user_id", "trigger_id"])
def test_a_command_of_nobody_is_none(missing: str) -> None:
    form = {"team_id": "T1", "user_id": "U1", "trigger_id": "13.1"}
    assert read_command({name: value for name, value in form.items() if name != missing}) is None
