"""SL8, SL12, SL13: what each failure of a call means for delivery; nothing is called twice."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer, unused_port

from bot.channels.slack.client import LIMITED_SECONDS, SlackApi, SlackAway, SlackRefused, TeamLocked
from bot.errors import DeliveryFailure, DeliveryUncertain

TEAM = "T1"


@dataclass
class Slack:
    """Answers every call the same way."""

    url: str = ""
    status: int = 200
    body: bytes = b'{"ok": true}'
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    calls: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.calls.append(request.match_info["method"])
        if self.cut and request.transport is not None:
            request.transport.abort()
        kind = "application/json" if self.body.startswith(b"{") else "text/html"
        return web.Response(status=self.status, body=self.body, headers=self.headers, content_type=kind)


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    slack, app = Slack(), web.Application()
    app.router.add_route("*", "/api/{method}", slack.answer)
    server = TestServer(app)
    await server.start_server()
    slack.url = str(server.make_url("/api"))
    yield slack
    await server.close()


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as opened:
        yield opened


async def failure(slack: Slack, session: ClientSession) -> DeliveryFailure:
    api = SlackApi(session, {TEAM: "xoxb-1"}, base_url=slack.url)
    with pytest.raises(DeliveryFailure) as caught:
        await api.call(TEAM, "chat.postMessage", channel="C1", text="swordfish")
    assert "swordfish" not in str(caught.value)
    assert len(slack.calls) <= 1
    return caught.value


async def test_an_answer_is_given_back(slack: Slack, session: ClientSession) -> None:
    slack.body = b'{"ok": true, "ts": "1.2"}'
    api = SlackApi(session, {TEAM: "xoxb-1"}, base_url=slack.url)
    assert (await api.call(TEAM, "chat.postMessage", channel="C1", text="hello"))["ts"] == "1.2"


@pytest.mark.rules("SL8")
async def test_a_429_says_how_long_to_wait(slack: Slack, session: ClientSession) -> None:
    slack.status, slack.headers, slack.body = (
        429,
        {"Retry-After": "7"},
        b'{"ok": false, "error": "ratelimited"}',
    )
    error = await failure(slack, session)
    assert isinstance(error, SlackAway) and error.retry_after == 7.0


@pytest.mark.rules("SL8")
@pytest.mark.parametrize("header", [None, "soon", "-1", "১০"])
async def test_a_limit_in_the_body_waits_a_while(
    slack: Slack, session: ClientSession, header: str | None
) -> None:
    slack.body = b'{"ok": false, "error": "ratelimited"}'
    slack.headers = {"Retry-After": header} if header else {}
    error = await failure(slack, session)
    assert isinstance(error, SlackAway) and error.retry_after == LIMITED_SECONDS


@pytest.mark.rules("SL12")
@pytest.mark.parametrize("code", ["token_revoked", "account_inactive", "invalid_auth"])
async def test_a_dead_token_locks_the_team(slack: Slack, session: ClientSession, code: str) -> None:
    slack.body = f'{{"ok": false, "error": "{code}"}}'.encode()
    api = SlackApi(session, {TEAM: "xoxb-1"}, base_url=slack.url)
    locked: list[tuple[str, str]] = []
    api.on_locked = lambda team, why: locked.append((team, why))
    with pytest.raises(TeamLocked):
        await api.call(TEAM, "chat.postMessage", channel="C1", text="hello")
    assert locked == [(TEAM, code)]


async def test_a_team_without_a_token_waits_for_one(slack: Slack, session: ClientSession) -> None:
    api = SlackApi(session, {}, base_url=slack.url)
    with pytest.raises(TeamLocked):
        await api.call(TEAM, "chat.postMessage")
    assert slack.calls == []


@pytest.mark.parametrize("code", ["channel_not_found", "is_archived", "msg_too_long", "invented_next_year"])
async def test_a_plain_no_is_final(slack: Slack, session: ClientSession, code: str) -> None:
    slack.body = f'{{"ok": false, "error": "{code}"}}'.encode()
    error = await failure(slack, session)
    assert isinstance(error, SlackRefused) and error.code == code


@pytest.mark.rules("SL13")
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"<html>"),
        (502, b""),
        (504, b'{"ok": false}'),
        (200, b"<html>not slack</html>"),
        (200, b'{"ok": false, "error": "fatal_error"}'),
        (200, b'{"ok": false, "error": "internal_error"}'),
        (200, b'{"ok": '),
        (200, b"{}"),
    ],
)
async def test_what_may_have_happened_is_uncertain(
    slack: Slack, session: ClientSession, status: int, body: bytes
) -> None:
    slack.status, slack.body = status, body
    assert isinstance(await failure(slack, session), DeliveryUncertain)


@pytest.mark.rules("SL13")
async def test_a_cut_connection_is_uncertain_and_called_once(slack: Slack, session: ClientSession) -> None:
    slack.cut = True
    assert isinstance(await failure(slack, session), DeliveryUncertain)
    assert slack.calls == ["chat.postMessage"]


@pytest.mark.rules("SL13")
async def test_no_answer_in_time_is_uncertain(
    slack: Slack, session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.slack.client.CALL_SECONDS", 0.0)
    assert isinstance(await failure(slack, session), DeliveryUncertain)


async def test_what_never_left_is_postponed(session: ClientSession) -> None:
    slack = Slack(url=f"http://127.0.0.1:{unused_port()}/api")
    assert isinstance(await failure(slack, session), SlackAway)


async def test_being_unavailable_is_postponed(slack: Slack, session: ClientSession) -> None:
    slack.status, slack.body = 503, b"<html>"
    assert isinstance(await failure(slack, session), SlackAway)
