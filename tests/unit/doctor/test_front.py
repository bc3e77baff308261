"""What the doctor says of the gateway and of proxies in front of it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.doctor import gateway
from bot.doctor.findings import Level
from tests.unit.doctor.conftest import MakePatient

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """A proxy, or what pretends to be the gateway."""
    app = web.Application()
    app.router.add_get("/{path:.*}", handler)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


def answering(status: int, **headers: str) -> Handler:
    """Answers everything alike."""

    async def handler(_request: web.Request) -> web.Response:
        return web.Response(status=status, headers=headers)

    return handler


async def upgrading(request: web.Request) -> web.StreamResponse:
    """What a good proxy does."""
    socket = web.WebSocketResponse(protocols=("kotha.v1",))
    await socket.prepare(request)
    await socket.close()
    return socket


async def test_a_socket_that_opens_is_fine(make_patient: MakePatient) -> None:
    async with serving(upgrading) as url:
        assert (await gateway.check_socket(make_patient(public_url=url))).level is Level.OK


@pytest.mark.parametrize(
    ("status", "word"),
    [(400, "Upgrade"), (200, "Upgrade"), (502, "upstream"), (403, "Origin"), (404, "/api/web")],
)
async def test_a_proxy_that_eats_the_upgrade_is_told_how_to_behave(
    make_patient: MakePatient, status: int, word: str
) -> None:
    async with serving(answering(status)) as url:
        found = await gateway.check_socket(make_patient(public_url=url))
    assert found.level is Level.FAIL
    assert word in found.advice


async def test_nobody_listening_is_told_as_such(make_patient: MakePatient) -> None:
    patient = make_patient()
    for check in (gateway.check_gateway, gateway.check_socket, gateway.check_clock):
        assert (await check(patient)).level is Level.FAIL
    assert "make run" in (await gateway.check_gateway(patient)).advice


@pytest.mark.parametrize(
    ("date", "level"), [("Thu, 01 Jan 2026 00:00:00 GMT", Level.FAIL), ("yesterday", Level.WARN)]
)
async def test_a_front_with_another_time_is_noticed(
    make_patient: MakePatient, date: str, level: Level
) -> None:
    async with serving(answering(200, Date=date)) as url:
        assert (await gateway.check_clock(make_patient(public_url=url))).level is level


async def test_the_time_of_this_machine_is_right(make_patient: MakePatient) -> None:
    async with serving(answering(200)) as url:
        assert (await gateway.check_clock(make_patient(public_url=url))).level is Level.OK


async def test_a_gateway_that_is_not_ready_says_which_part(make_patient: MakePatient) -> None:
    async def not_ready(_request: web.Request) -> web.Response:
        checks = {"store": {"ok": True, "why": None}, "engine": {"ok": False, "why": "loading"}}
        return web.json_response({"ready": False, "checks": checks}, status=503)

    async with serving(not_ready) as url:
        found = await gateway.check_gateway(make_patient(port=int(url.rpartition(":")[2])))
    assert found.message == "not ready: engine (loading)"


async def test_a_strange_program_on_the_port_is_noticed(make_patient: MakePatient) -> None:
    async with serving(answering(200)) as url:
        found = await gateway.check_gateway(make_patient(port=int(url.rpartition(":")[2])))
    assert found.level is Level.FAIL
