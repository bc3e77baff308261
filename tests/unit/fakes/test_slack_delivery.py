"""The fake delivers events, clicks and commands as Slack does; slack_bolt and Slack's own verifier agree."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.gateway import Gateway, Received, serve_gateway, status
from tests.fakes.slack import FakeSlack, Team, sign

Json = dict[str, Any]
MODAL: Json = {
    "type": "modal",
    "callback_id": "note",
    "title": {"type": "plain_text", "text": "Note"},
    "submit": {"type": "plain_text", "text": "Keep"},
    "blocks": [
        {
            "type": "input",
            "block_id": "words",
            "label": {"type": "plain_text", "text": "Words"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


@pytest.fixture
async def gateway(slack: FakeSlack) -> AsyncIterator[Gateway]:
    """The app's web server."""
    async with serve_gateway() as served:
        slack.connect(served.url)
        yield served


def events(gateway: Gateway) -> list[Json]:
    """The inner events that came."""
    return [json.loads(received.body)["event"] for received in gateway.received]


def form(received: Received) -> Json:
    """The payload of a click."""
    return dict(json.loads(parse_qs(received.body.decode())["payload"][0]))


def test_the_signature_is_slacks_own() -> None:
    body = b"token=a&text=b"
    verifier = SignatureVerifier("secret")
    assert verifier.generate_signature(timestamp="1531420618", body=body) == sign("secret", body, 1531420618)


@pytest.mark.rules("SL1", "SL4")
async def test_deliveries_are_signed_anew_and_retried_three_times(
    slack: FakeSlack, team: Team, gateway: Gateway
) -> None:
    gateway.answers = [status(500)] * 3
    await slack.person(team, "rahima").says("hello")
    await gateway.arrived(2)
    for count in (3, 4):
        await slack.courier.retry_now()
        await gateway.arrived(count)
    await slack.settled()
    verifier = SignatureVerifier(slack.signing_secret)
    assert all(verifier.is_valid_request(one.body, one.headers) for one in gateway.received)
    assert [one.headers.get("X-Slack-Retry-Num") for one in gateway.received] == [None, "1", "2", "3"]
    assert gateway.received[1].headers["X-Slack-Retry-Reason"] == "http_error"
    assert len({json.loads(one.body)["event_id"] for one in gateway.received}) == 1


@pytest.mark.rules("SL4")
async def test_three_seconds_are_all_the_time_there_is(
    slack: FakeSlack, team: Team, gateway: Gateway
) -> None:
    slack.http.answer_within = 0.05
    gateway.slow = 0.1
    await slack.person(team, "rahima").says("hello")
    await gateway.arrived(2)
    assert gateway.received[1].headers["X-Slack-Retry-Reason"] == "http_timeout"


@pytest.mark.rules("SL5")
async def test_a_mention_comes_twice_with_two_event_ids(
    slack: FakeSlack, team: Team, gateway: Gateway
) -> None:
    rahima = slack.person(team, "rahima")
    orders = slack.channel(team, "orders", [rahima])
    await rahima.says("@kotha is a < b & c? see https://a.example or me@a.example", orders)
    await slack.settled()
    assert {event["type"] for event in events(gateway)} == {"message", "app_mention"}
    assert len({event["ts"] for event in events(gateway)}) == 1
    assert len({json.loads(one.body)["event_id"] for one in gateway.received}) == 2
    wanted = "is a &lt; b &amp; c? see <https://a.example> or <mailto:me@a.example|me@a.example>"
    assert events(gateway)[0]["text"] == f"<@{team.bot.id}> {wanted}"


@pytest.mark.rules("SL6", "SL11", "SL12")
async def test_everything_else_that_happens_comes_too(
    slack: FakeSlack, team: Team, gateway: Gateway, client: AsyncWebClient
) -> None:
    rahima = slack.person(team, "rahima")
    orders = slack.channel(team, "orders", [])
    await rahima.joins(orders)
    message = await rahima.says("helo", orders)
    await rahima.edits(message, "hello")
    await rahima.reacts(message, "wave")
    await client.chat_postMessage(channel=orders.id, text="mine")
    await rahima.sends_file(b"x", channel=orders)
    await rahima.deletes(message)
    await slack.limit_events(team)
    await slack.uninstall(team)
    await slack.settled()
    kinds = Counter(
        (body.get("event", body).get("type"), body.get("event", {}).get("subtype"))
        for body in (json.loads(one.body) for one in gateway.received)
    )
    assert kinds == Counter(
        [
            ("message", "channel_join"),
            ("message", None),
            ("message", None),
            ("message", "message_changed"),
            ("message", "message_deleted"),
            ("message", "file_share"),
            ("reaction_added", None),
            ("app_rate_limited", None),
            ("app_uninstalled", None),
            ("tokens_revoked", None),
        ]
    )


@pytest.mark.rules("SL3")
async def test_the_address_is_verified_by_a_challenge(slack: FakeSlack, gateway: Gateway) -> None:
    gateway.answers = [status(200, "c-1")]
    assert (await slack.verify_address("c-1")).body == b"c-1"


@pytest.mark.rules("SL7")
async def test_a_click_opens_a_modal_that_is_sent_off(
    slack: FakeSlack, team: Team, gateway: Gateway, client: AsyncWebClient
) -> None:
    rahima = slack.person(team, "rahima")
    blocks = [{"type": "actions", "elements": [{"type": "button", "text": MODAL["title"], "value": "v1"}]}]
    await client.chat_postMessage(channel=rahima.id, text="Card", blocks=blocks)
    await slack.settled()
    heard = await rahima.clicks(rahima.direct.last, "Note")
    payload = form(gateway.received[-1])
    assert heard.taken and payload["actions"][0]["value"] == "v1"
    await client.views_open(trigger_id=payload["trigger_id"], view=MODAL)
    assert rahima.modal is not None
    gateway.answers = [
        status(200, json.dumps({"response_action": "errors", "errors": {"words": "Too short"}}))
    ]
    refused = await rahima.submits({"Words": "x"})
    assert refused.errors == {"words": "Too short"} and rahima.modal is not None
    await rahima.submits({"Words": "customer called"})
    sent = form(gateway.received[-1])
    assert sent["view"]["state"]["values"]["words"]["text"]["value"] == "customer called"
    assert rahima.modal is None


async def test_the_right_to_open_a_modal_is_short(
    slack: FakeSlack, team: Team, gateway: Gateway, client: AsyncWebClient
) -> None:
    rahima = slack.person(team, "rahima")
    trigger = slack.new_trigger(rahima.id)
    slack.triggers[trigger].at -= 4
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        await client.views_open(trigger_id=trigger, view=MODAL)


@pytest.mark.rules("SL7")
async def test_a_command_is_answered_to_one_person_and_later_through_its_address(
    slack: FakeSlack, team: Team, gateway: Gateway
) -> None:
    rahima = slack.person(team, "rahima")
    orders = slack.channel(team, "orders", [rahima])
    gateway.answers = [status(200, json.dumps({"text": "One moment"}))]
    heard = await rahima.commands("/kotha", "help", orders)
    fields = parse_qs(gateway.received[-1].body.decode())
    assert (fields["command"], fields["text"], heard.shown) == (["/kotha"], ["help"], "One moment")
    async with aiohttp.ClientSession() as session:
        statuses = []
        for _number in range(6):
            answer = await session.post(fields["response_url"][0], json={"text": "Later"})
            statuses.append(answer.status)
    assert statuses == [200] * 5 + [404]
    assert [message.text for message in rahima.whispers(orders)] == ["One moment", *["Later"] * 5]


async def test_a_click_that_is_not_answered_shows_a_warning(
    slack: FakeSlack, team: Team, gateway: Gateway, client: AsyncWebClient
) -> None:
    rahima = slack.person(team, "rahima")
    slack.http.answer_within = 0.05
    gateway.slow = 0.2
    heard = await rahima.commands("/kotha", "help")
    assert (heard.taken, heard.shown) == (False, "operation_timeout")


@pytest.mark.rules("SL4", "CH2")
async def test_a_storm_reaches_several_gateways_shuffled(
    slack: FakeSlack, team: Team, gateway: Gateway
) -> None:
    slack.hold()
    slack.http.answer_within = 60.0  # eighty at once, all answered at last
    for number in range(20):
        await slack.person(team, f"p{number}").says("hello")
    async with serve_gateway() as other:
        await slack.storm([gateway.url, other.url], copies=4)
        counts = Counter(json.loads(one.body)["event_id"] for one in other.received + gateway.received)
        assert other.received and gateway.received
    assert len(counts) == 20 and set(counts.values()) == {4}


async def test_slack_bolt_takes_what_the_fake_sends(slack: FakeSlack, team: Team, gateway: Gateway) -> None:
    seen: list[str] = []
    app = AsyncApp(
        signing_secret=slack.signing_secret,
        client=AsyncWebClient(team.token, base_url=f"{slack.url}/api/"),
        token=team.token,
    )

    @app.event("message")
    async def on_message(event: Json) -> None:
        seen.append(event["text"])

    @app.command("/kotha")
    async def on_command(ack: Any, command: Json) -> None:
        seen.append(command["text"])
        await ack()

    rahima = slack.person(team, "rahima")
    await rahima.says("আমার অর্ডার?")
    await slack.settled()
    await rahima.commands("/kotha", "help me")
    for received in gateway.received:
        request = AsyncBoltRequest(body=received.body.decode(), headers={**received.headers})
        answer = await app.async_dispatch(request)
        assert answer.status == 200
    bad = AsyncBoltRequest(body="{}", headers={**gateway.received[0].headers})
    assert (await app.async_dispatch(bad)).status == 401
    async with asyncio.timeout(30):
        while len(seen) < 2:  # noqa: ASYNC110  they are called beside the answers
            await asyncio.sleep(0.01)
    assert sorted(seen) == ["help me", "আমার অর্ডার?"]


async def test_socket_mode_works_with_slacks_own_client(
    slack: FakeSlack, team: Team, client: AsyncWebClient
) -> None:
    slack.use_socket_mode()
    taken: list[SocketModeRequest] = []

    async def listen(socket: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        taken.append(request)
        await socket.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    socket = SocketModeClient(slack.app_token, web_client=client, ping_interval=1)
    socket.socket_mode_request_listeners.append(listen)
    await socket.connect()  # type: ignore[no-untyped-call]  # the SDK's
    rahima = slack.person(team, "rahima")
    await rahima.says("over the socket")
    await slack.settled()
    assert (await rahima.commands("/kotha", "help")).taken
    assert [request.type for request in taken] == ["events_api", "slash_commands"]
    assert taken[0].payload["event"]["text"] == "over the socket"
    slack.sockets.connected.clear()
    await slack.sockets.refresh()
    await asyncio.wait_for(slack.sockets.connected.wait(), 30)
    await rahima.says("after the refresh")
    await slack.settled()
    assert taken[-1].payload["event"]["text"] == "after the refresh"
    await socket.close()  # type: ignore[no-untyped-call]  # the SDK's


async def test_an_envelope_that_nobody_acknowledges_comes_again(slack: FakeSlack, team: Team) -> None:
    slack.use_socket_mode()
    slack.sockets.answer_within = 0.05
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(slack.sockets.new_address(slack.url)) as socket,
    ):
        assert (await socket.receive_json())["type"] == "hello"
        await slack.person(team, "rahima").says("hello")
        first, second = await socket.receive_json(), await socket.receive_json()
        assert (first["retry_attempt"], second["retry_attempt"]) == (0, 1)
        await socket.send_json({"envelope_id": second["envelope_id"]})
        await slack.settled()


async def test_a_socket_needs_a_ticket_of_its_own(slack: FakeSlack) -> None:
    address = slack.sockets.new_address(slack.url)
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(address):
            pass
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(address)
    assert slack.sockets.refused_tickets == 1


@pytest.mark.rules("SL4", "SL5")
async def test_an_event_comes_as_often_as_asked_and_again_when_the_answer_is_lost(
    slack: FakeSlack, team: Team, gateway: Gateway
) -> None:
    rahima = slack.person(team, "rahima")
    slack.courier.copies = 3
    await rahima.says("hello")
    await slack.settled()
    slack.courier.copies, slack.courier.lose_answers = 1, 1
    await rahima.says("again")
    await slack.settled()
    counts = Counter(json.loads(one.body)["event_id"] for one in gateway.received)
    assert sorted(counts.values()) == [2, 3]


@pytest.mark.rules("SL2")
async def test_the_platforms_clock_can_be_wrong(slack: FakeSlack, team: Team, gateway: Gateway) -> None:
    slack.http.skew = 400
    await slack.person(team, "rahima").says("from the future")
    await slack.settled()
    received = gateway.received[0]
    assert not SignatureVerifier(slack.signing_secret).is_valid_request(received.body, received.headers)


async def test_the_bot_is_told_nothing_of_places_it_is_not_in(
    slack: FakeSlack, team: Team, gateway: Gateway
) -> None:
    rahima = slack.person(team, "rahima")
    elsewhere = slack.channel(team, "elsewhere", [rahima], with_bot=False)
    await rahima.says("@kotha are you here?", elsewhere)
    slack.subscribed = frozenset({"app_mention"})
    await rahima.says("and directly?")
    await slack.settled()
    assert gateway.received == []
