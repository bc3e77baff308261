"""Supervisors see what did not arrive, and send it again."""

from dataclasses import replace

import pytest
from aiohttp import ClientSession

from bot.errors import DeliveryRefused
from crm_store.domain.agents import Role
from crm_store.domain.received import Place, Received, Sender
from tests.fakes.push_channel import FakePushChannel, failing
from tests.integration.conftest import StartGateway, eventually
from tests.integration.console import browser_of

CHANNEL = "carrier"
HELLO = Received(Sender(CHANNEL, "bot-1", "user:rahima"), Place(address={"chat": 5}), "m1", text="hello")


@pytest.mark.rules("TG4", "CH7")
async def test_a_supervisor_sees_what_did_not_arrive_and_sends_ours_again(
    start_gateway: StartGateway, http: ClientSession
) -> None:
    channel = FakePushChannel(CHANNEL, script=[failing(DeliveryRefused("chat not found"))])
    async with start_gateway(channels=[channel]) as running:
        inbox = running.gateway.inbox
        await inbox.take(HELLO)
        await inbox.bury(CHANNEL, "bot-1", "7", "JSONDecodeError", b"a secret in poison")
        await inbox.take(replace(HELLO, external_id="m2", text="again"))
        await eventually(lambda: channel.texts == ["You said: again"])
        supervisor = await browser_of(running.base, http, running.store, Role.SUPERVISOR)
        status, answer = await supervisor.ask("GET", "/dead-letters")
        assert status == 200
        letters = {letter["direction"]: letter for letter in answer["items"]}
        assert letters["out"]["reason"] == "DeliveryRefused: chat not found"
        assert letters["in"]["reason"] == "JSONDecodeError"
        assert "secret" not in str(answer)
        status, _ = await supervisor.ask("POST", f"/dead-letters/{letters['out']['id']}/send-again", {})
        assert status == 204
        await eventually(lambda: channel.texts == ["You said: again", "You said: hello"])
        _, answer = await supervisor.ask("GET", "/dead-letters")
        assert [letter["direction"] for letter in answer["items"]] == ["in"]
        for nobodys in (letters["out"]["id"], letters["in"]["id"], "rubbish"):
            status, answer = await supervisor.ask("POST", f"/dead-letters/{nobodys}/send-again", {})
            assert (status, answer["error"]["code"]) == (404, "not_found")
