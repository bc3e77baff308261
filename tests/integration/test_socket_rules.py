"""W3 and bad input on the socket: every wrong frame gets a specific answer, and the connection its due."""

import asyncio
import json
import socket as sockets
import uuid
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from bot.channels.web.frames import Send
from bot.channels.web.socket import incoming_of
from crm_store.use_cases.conversations import accept_message
from crm_store.use_cases.sessions import access_web_session
from tests.agents import take_over
from tests.fakes.engine import FakeEngine
from tests.integration.conftest import IDENTITY_KEY, SITE, Running, StartGateway, eventually
from tests.integration.web import (
    RawClient,
    close_code,
    next_frame,
    next_of_type,
    signed_identity,
    text_body,
)

pytestmark = pytest.mark.rules("W3")


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://shop.example.evil", "http://shop.example", ""]
)
async def test_a_page_that_is_not_on_the_list_is_refused(raw: RawClient, origin: str) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        async with raw.socket(headers={"Origin": origin}):
            pass
    assert caught.value.status == 403


async def test_a_page_on_the_list_may_connect(raw: RawClient) -> None:
    session = await raw.open_session()
    async with raw.socket(headers={"Origin": SITE}) as socket:
        assert socket.protocol == "kotha.v1"
        await socket.send_json({"type": "hello", "token": session["token"], "after_seq": 0})
        welcome = await next_frame(socket)
    assert welcome == {
        "type": "welcome",
        "conversation": session["conversation"],
        "last_seq": 0,
        "identified": False,
        "customer": None,
        "heartbeat_s": 30,
        "owner": "bot",
        "agent": None,
        "waiting": False,
    }


async def test_an_unknown_widget_is_not_served(running: Running, http: ClientSession) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        async with RawClient(running.base, http, widget="nobody").socket():
            pass
    assert caught.value.status == 404


async def test_a_token_in_the_url_opens_nothing(raw: RawClient) -> None:
    session = await raw.open_session()
    async with raw.http.ws_connect(f"{raw.api}/socket?token={session['token']}") as socket:
        await socket.send_json({"type": "send", **text_body("hi")})
        error = await next_frame(socket)
        assert error["code"] == "hello_expected"
        assert await close_code(socket) == 1008


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ({"type": "ping"}, "hello_expected"),
        ({"type": "send", "client_msg_id": str(uuid.uuid4()), "text": "x"}, "hello_expected"),
        ({"type": "hello"}, "bad_frame"),
        ({"type": "hello", "token": "t" * 43}, "bad_session"),
        ({"type": "hello", "token": "short"}, "bad_session"),
        ({"type": "hello", "token": "t" * 43, "after_seq": "1"}, "bad_frame"),
        ({"type": "dance"}, "unknown_type"),
        ([], "bad_frame"),
    ],
)
async def test_a_bad_hello_is_told_why_and_closed(raw: RawClient, first: Any, code: str) -> None:
    async with raw.socket() as socket:
        await socket.send_json(first)
        assert (await next_frame(socket))["code"] == code
        assert await close_code(socket) == 1008


async def test_hello_does_not_wait_for_ever(raw: RawClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.web.socket.HELLO_SECONDS", 0.1)
    async with raw.socket() as socket:
        assert (await next_frame(socket))["code"] == "hello_expected"
        assert await close_code(socket) == 1008


async def test_pings_do_not_put_hello_off(raw: RawClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.web.socket.HELLO_SECONDS", 0.4)
    async with raw.socket() as socket:
        pinging = asyncio.create_task(_ping_often(socket))
        try:
            assert (await next_frame(socket, seconds=30))["code"] == "hello_expected"
        finally:
            pinging.cancel()


async def _ping_often(socket: ClientWebSocketResponse[bool]) -> None:
    while not socket.closed:
        await socket.ping()
        await asyncio.sleep(0.1)


async def test_a_token_of_another_widget_is_refused(
    running: Running, raw: RawClient, http: ClientSession
) -> None:
    session = await raw.open_session()
    async with RawClient(running.base, http, widget="other").socket() as socket:
        await socket.send_json({"type": "hello", "token": session["token"]})
        assert (await next_frame(socket))["code"] == "bad_session"


def send_frame(**fields: Any) -> str:
    return json.dumps({"type": "send", "client_msg_id": str(uuid.uuid4()), **fields})


BAD_FRAMES: list[tuple[str | bytes, str]] = [
    ("", "bad_frame"),
    ("{", "bad_frame"),
    ("null", "bad_frame"),
    ("[" * 9000, "bad_frame"),
    ('{"a":' * 2500, "bad_frame"),
    (b"binary", "bad_frame"),
    (b"", "bad_frame"),
    ('{"type": "dance"}', "unknown_type"),
    ('{"type": "hello", "token": "' + "t" * 43 + '"}', "bad_frame"),
    ('{"type": "seen", "seq": 1e999}', "bad_frame"),
    ('{"type": "seen", "seq": ' + "9" * 1000 + "}", "bad_frame"),
    ('{"type": "send", "text": "x"}', "bad_client_msg_id"),
    (send_frame(), "bad_frame"),
    (send_frame(text="  "), "text_empty"),
    (send_frame(text="x" * 4001), "text_too_long"),
    (send_frame(text="\ud800"), "bad_frame"),
    (send_frame(text="a\0"), "bad_frame"),
    (send_frame(text=5), "bad_frame"),
    (send_frame(choice="nope"), "unknown_choice"),
    (send_frame(choice="\0"), "unknown_choice"),
]


async def test_every_bad_frame_gets_a_specific_error_and_the_chat_goes_on(
    raw: RawClient, engine: FakeEngine
) -> None:
    session = await raw.open_session()
    async with raw.welcomed(session["token"]) as (socket, _):
        for frame, code in BAD_FRAMES:
            await (socket.send_bytes(frame) if isinstance(frame, bytes) else socket.send_str(frame))
            error = await next_frame(socket)
            assert (error["type"], error["code"]) == ("error", code), frame[:60]
            assert len(error["message"]) > 10
        await socket.send_json({"type": "ping"})
        assert await next_frame(socket) == {"type": "pong"}
    assert await raw.events(session["token"]) == []
    assert engine.questions == []


async def test_text_that_is_not_utf8_is_refused(running: Running, raw: RawClient) -> None:
    session = await raw.open_session()
    async with raw.welcomed(session["token"]) as (socket, _):
        await socket._writer.send_frame(b'{"type": "ping", "x": "\xff"}', WSMsgType.TEXT)
        assert (await next_frame(socket))["code"] == "bad_frame"
        assert await close_code(socket) == 1007


async def test_typing_seen_and_ping_are_taken(raw: RawClient) -> None:
    session = await raw.open_session()
    async with raw.welcomed(session["token"]) as (socket, _):
        await socket.send_json({"type": "typing"})
        await socket.send_json({"type": "seen", "seq": 3})
        await socket.send_json({"type": "ping"})
        assert await next_frame(socket) == {"type": "pong"}


@pytest.mark.parametrize("size", [16 * 1024 + 1, 60 * 1024, 70 * 1024])
async def test_a_frame_over_16_kib_closes_with_1009(raw: RawClient, size: int) -> None:
    session = await raw.open_session()
    async with raw.welcomed(session["token"]) as (socket, _):
        await socket.send_str("x" * size)
        if size <= 60 * 1024:
            error = await next_frame(socket)
            assert (error["code"], error["limit"]) == ("frame_too_large", 16384)
        assert await close_code(socket) == 1009


async def test_the_server_asks_for_a_sign_of_life(raw: RawClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.web.socket.HEARTBEAT_SECONDS", 0.2)
    session = await raw.open_session()
    async with raw.socket(autoping=False) as socket:
        await socket.send_json({"type": "hello", "token": session["token"]})
        await next_frame(socket)
        assert (await socket.receive(timeout=30)).type is WSMsgType.PING
        assert (await socket.receive(timeout=30)).type in (WSMsgType.CLOSED, WSMsgType.ERROR, WSMsgType.CLOSE)


async def test_a_customer_who_sends_too_much_is_told_when_to_come_back(
    start_gateway: StartGateway, http: ClientSession
) -> None:
    async with start_gateway(messages_burst=2, messages_per_minute=60) as running:
        raw = RawClient(running.base, http)
        session = await raw.open_session()
        async with raw.welcomed(session["token"]) as (socket, _):
            for _ in range(3):
                await socket.send_json({"type": "send", **text_body("hi")})
            error = await next_of_type(socket, "error")
        assert error["code"] == "rate_limited"
        assert 0 < error["retry_after_s"] <= 1.1
        status, answer = await raw.send(session["token"], "hi")
        assert (status, answer["error"]["code"]) == (429, "rate_limited")


async def test_one_address_cannot_open_sockets_without_end(
    start_gateway: StartGateway, http: ClientSession
) -> None:
    async with start_gateway(address_sockets=2) as running:
        raw = RawClient(running.base, http)
        async with raw.socket(), raw.socket():
            with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
                async with raw.socket():
                    pass
            assert caught.value.status == 429
            assert caught.value.headers is not None
            assert int(caught.value.headers["Retry-After"]) >= 30
            assert await raw.open_session()  # HTTP goes on
        for _ in range(3):
            async with raw.socket() as one:  # the places are free again
                await one.close()


async def test_nobody_has_seen_what_was_not_shown(
    raw: RawClient, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[int] = []

    async def keep(_store: object, _conversation: object, *, seq: int) -> None:
        kept.append(seq)

    monkeypatch.setattr("bot.channels.web.socket.mark_seen_by_customer", keep)
    session = await raw.open_session()
    async with raw.socket() as socket:
        await socket.send_json({"type": "hello", "token": session["token"], "after_seq": 99})
        for seq in range(1, 40):
            await socket.send_json({"type": "seen", "seq": seq * 10**6})
        await socket.send_json({"type": "ping"})
        await next_of_type(socket, "pong")
        assert kept == []
        await socket.send_json({"type": "send", **text_body("hi")})
        reply = await next_of_type(socket, "event")
        while reply["author"] != "bot":
            reply = await next_of_type(socket, "event")
        for seq in range(1, 40):
            await socket.send_json({"type": "seen", "seq": seq * 10**6})
        await socket.send_json({"type": "ping"})
        await next_of_type(socket, "pong")
        assert kept == [reply["seq"]]


async def test_a_flood_of_frames_is_cut(raw: RawClient) -> None:
    session = await raw.open_session()
    async with raw.welcomed(session["token"]) as (socket, _):
        for _ in range(230):
            await socket.send_str('{"type": "ping"}')
        error = await next_of_type(socket, "error")
        assert error["code"] == "rate_limited"
        assert await close_code(socket) == 1008


async def test_a_consumer_that_does_not_read_is_cut(
    running: Running, raw: RawClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.web.socket.SLOW_SECONDS", 0.2)
    monkeypatch.setattr("bot.channels.web.socket.CLOSE_SECONDS", 0.2)
    session = await raw.open_session()
    visitor = await access_web_session(running.store, widget="demo", token=session["token"])
    await take_over(running.store, visitor.conversation_id)
    for _ in range(300):  # 4.8 MB: more than what loopback's buffers hold
        message = Send(str(uuid.uuid4()), "😀" * 4000, None)
        await accept_message(running.store, incoming_of(message, visitor, "demo"))
    host, _, port = running.base.removeprefix("http://").partition(":")
    peer = sockets.socket()
    peer.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    peer.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(peer, (host, int(port)))
    try:
        hello = masked_text({"type": "hello", "token": session["token"]})
        await loop.sock_sendall(peer, handshake(host) + hello)
        await eventually(lambda: cut(running, "1013") == 1, seconds=30)
        await eventually(
            lambda: running.gateway.metrics.registry.get_sample_value("kotha_sockets") == 0, seconds=10
        )
    finally:
        peer.close()


def handshake(host: str) -> bytes:
    return (
        f"GET /api/web/demo/socket HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


def masked_text(frame: dict[str, Any]) -> bytes:
    """A short client frame, masked with zeros."""
    payload = json.dumps(frame).encode()
    assert len(payload) < 126
    return bytes([0x81, 0x80 | len(payload), 0, 0, 0, 0]) + payload


def cut(running: Running, code: str) -> float:
    value = running.gateway.metrics.registry.get_sample_value("kotha_sockets_cut_total", {"code": code})
    return value or 0


async def test_a_replaced_session_closes_its_sockets(raw: RawClient) -> None:
    session = await raw.open_session()
    async with raw.welcomed(session["token"]) as (socket, _):
        identity = signed_identity("rahima", IDENTITY_KEY)
        status, _ = await raw.post("identify", {"jwt": identity}, token=session["token"])
        assert status == 200
        assert await close_code(socket) == 4001


async def test_a_session_replaced_elsewhere_is_noticed(
    raw: RawClient, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.web.socket.SESSION_CHECK_SECONDS", 0.0)
    monkeypatch.setattr(type(running.gateway.hub), "stop_session", lambda *_: None)
    session = await raw.open_session()
    async with raw.welcomed(session["token"]) as (socket, _):
        await raw.post("identify", {"jwt": signed_identity("r", IDENTITY_KEY)}, token=session["token"])
        error = await next_of_type(socket, "error")
        assert error["code"] == "bad_session"
        assert await close_code(socket) == 4001


async def test_a_defect_closes_one_socket_and_no_other(
    raw: RawClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    healthy, broken = await raw.open_session(), await raw.open_session()
    async with raw.welcomed(healthy["token"]) as (good, _):
        with monkeypatch.context() as patch:
            patch.setattr("bot.channels.web.socket.welcome_frame", None)
            async with raw.socket() as bad:
                await bad.send_json({"type": "hello", "token": broken["token"]})
                assert await close_code(bad) == 1011
        await good.send_json({"type": "ping"})
        assert await next_frame(good) == {"type": "pong"}
