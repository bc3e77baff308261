"""The channel of docs/write-your-own-channel.md works, end to end."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.errors import BadSettings
from crm_store.domain.channels import Direction
from crm_store.use_cases.platforms import list_dead_letters
from docs.examples.callback_channel import CallbackChannel
from tests.fakes.engine import FakeEngine, answer_of, answering
from tests.integration.conftest import Running, StartGateway, eventually

SECRET = "s" * 40
MODULE = "docs.examples.callback_channel"
ADDRESS = "/api/callback/messages"


@dataclass
class OtherSide:
    """Whom the channel posts answers to; `statuses` holds the next ones."""

    got: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        assert request.headers["X-Signature"]
        status = self.statuses.pop(0) if self.statuses else 200
        if status < 400:
            self.got.append(await request.json())
        return web.Response(status=status)

    @property
    def texts(self) -> list[str]:
        return [part["text"] for part in self.got]


@dataclass(frozen=True)
class Line:
    """Somebody who writes through the channel."""

    running: Running
    http: ClientSession
    channel: CallbackChannel

    async def write(self, text: str, identifier: str) -> int:
        return await self.post(json.dumps({"id": identifier, "from": "rahima", "text": text}).encode())

    async def post(self, body: bytes, **headers: str) -> int:
        signed = {"X-Signature": self.channel.sign(body).decode(), **headers}
        async with self.http.post(self.running.base + ADDRESS, data=body, headers=signed) as answer:
            return answer.status


@pytest.fixture
async def other_side() -> OtherSide:
    return OtherSide()


@pytest.fixture
async def line(
    start_gateway: StartGateway, other_side: OtherSide, http: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Line]:
    app = web.Application()
    app.router.add_post("/", other_side.take)
    async with TestServer(app) as server:
        monkeypatch.setenv("CALLBACK_URL", str(server.make_url("/")))
        monkeypatch.setenv("CALLBACK_SECRET", SECRET)
        async with start_gateway(extra_channels=MODULE) as running:
            [channel] = running.gateway.channels
            assert isinstance(channel, CallbackChannel)
            yield Line(running, http, channel)


@pytest.mark.rules("CH1", "G4")
async def test_each_message_is_answered_once_however_often_it_comes(
    line: Line, other_side: OtherSide
) -> None:
    assert [await line.write("hello", "1") for _ in range(3)] == [200, 200, 200]
    await eventually(lambda: bool(other_side.got))
    await asyncio.sleep(0.3)
    assert [(part["to"], part["text"]) for part in other_side.got] == [("user:rahima", "You said: hello")]


async def test_buttons_are_numbers_and_a_number_is_the_click(
    line: Line, other_side: OtherSide, engine: FakeEngine
) -> None:
    affirm = {"intent": "affirm", "entities": {}}
    deny = {"intent": "deny", "entities": {}}
    buttons = [{"title": "Yes", "choice": affirm}, {"title": "No", "choice": deny}]
    asked = {"text": "Cancel it?", "buttons": buttons}
    engine.script.append(answering({**answer_of("x"), "replies": [asked]}))
    await line.write("cancel it", "1")
    await eventually(lambda: bool(other_side.got))
    assert other_side.texts == ["Cancel it?\n\n1. Yes\n2. No\nReply with the number."]
    await line.write("1", "2")
    await eventually(lambda: len(engine.questions) == 2)
    assert engine.questions[1]["choice"] == affirm


async def test_what_the_other_side_cannot_take_now_comes_later(line: Line, other_side: OtherSide) -> None:
    other_side.statuses += [503]
    await line.write("hello", "1")
    await eventually(lambda: bool(other_side.got))
    assert other_side.texts == ["You said: hello"]


async def test_what_the_other_side_refuses_is_a_dead_letter(line: Line, other_side: OtherSide) -> None:
    other_side.statuses += [410]
    await line.write("hello", "1")
    await line.write("again", "2")
    await eventually(lambda: bool(other_side.got))
    assert other_side.texts == ["You said: again"]
    [letter] = await list_dead_letters(line.running.store)
    assert (letter.direction, letter.channel) == (Direction.OUT, "callback")


async def test_strangers_and_giants_are_turned_away(line: Line) -> None:
    body = b'{"id": "1", "from": "x", "text": "y"}'
    assert await line.post(body, **{"X-Signature": "no"}) == 401
    assert await line.post(body, **{"X-Signature": "\udcff"}) == 401
    assert await line.post(b"x" * 20_000) == 413
    assert await list_dead_letters(line.running.store) == []


async def test_poison_is_acknowledged_and_kept(line: Line, other_side: OtherSide) -> None:
    for poison in (b"[]", b"{", b'{"id": 1}', b'{"id": "1", "from": "", "text": "x"}', b"\xff"):
        assert await line.post(poison) == 200
    assert len(await list_dead_letters(line.running.store)) == 5
    await line.write("hello", "1")
    await eventually(lambda: bool(other_side.got))


async def test_a_module_that_is_no_channel_is_named(start_gateway: StartGateway) -> None:
    for module in ("no.such.module", "bot.metrics"):
        with pytest.raises(BadSettings, match=module):
            async with start_gateway(extra_channels=module):
                pass


async def test_the_state_of_each_channel_is_told(line: Line) -> None:
    async with line.http.get(line.running.base + "/readyz") as answer:
        assert (await answer.json())["channels"] == {"callback": {"ok": True, "why": None}}
