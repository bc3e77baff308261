"""G1: a gateway that stops finishes what it began; one that starts picks up what waited."""

import asyncio
import os
import signal
import sys
import uuid
from pathlib import Path

import pytest
from aiohttp import ClientConnectionError, ClientSession

from tests.fakes.engine import FakeEngine, echo, slow, waiting_for
from tests.fixtures.service import free_port
from tests.integration.conftest import ENGINE_SECRET, IDENTITY_KEY, StartGateway, eventually
from tests.integration.web import RawClient, close_code, events_until, next_of_type, text_body

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.rules("W3", "G1")
async def test_a_draining_server_sends_sockets_away_and_finishes_its_turns(
    start_gateway: StartGateway, http: ClientSession, engine: FakeEngine
) -> None:
    engine.always = slow(0.4)
    async with start_gateway() as running:
        raw = RawClient(running.base, http)
        session = await raw.open_session()
        async with raw.welcomed(session["token"]) as (socket, _):
            await socket.send_json({"type": "send", **text_body("in flight")})
            await eventually(lambda: len(engine.questions) == 1)
            draining = asyncio.create_task(running.gateway.drain())
            assert await close_code(socket) == 1012
            await draining
        events = await raw.events(session["token"])
        assert [event["text"] for event in events] == ["in flight", "You said: in flight"]
        async with http.get(f"{running.base}/readyz") as answer:
            assert (await answer.json())["checks"]["gateway"] == {"ok": False, "why": "draining"}
        await raw.send(session["token"], "too late for this one")
        await asyncio.sleep(3 * running.settings.poll_seconds)
        assert len(engine.questions) == 1  # nothing is claimed any more


@pytest.mark.rules("G1")
async def test_a_turn_too_slow_for_the_drain_is_answered_by_the_next_process(
    start_gateway: StartGateway, http: ClientSession, engine: FakeEngine
) -> None:
    engine.script.append(waiting_for(asyncio.Event()))  # never answers
    async with start_gateway(drain_seconds=0.2) as running:
        raw = RawClient(running.base, http)
        session = await raw.open_session()
        await raw.send(session["token"], "slow one")
        await eventually(lambda: len(engine.questions) == 1)
    async with start_gateway() as running:
        raw = RawClient(running.base, http)
        async with raw.welcomed(session["token"]) as (socket, _):
            events = await events_until(socket, 2)
    assert events[1]["text"] == "You said: slow one"  # at once: the lease was given back
    assert [question["message_id"] for question in engine.questions] == [events[0]["id"]] * 2


@pytest.mark.rules("G1", "G2")
async def test_what_waited_before_the_start_is_answered_in_order(
    start_gateway: StartGateway, http: ClientSession, engine: FakeEngine
) -> None:
    async with start_gateway() as stopped:
        await stopped.gateway.workers.drain(1)
        raw = RawClient(stopped.base, http)
        sessions = [await raw.open_session() for _ in range(3)]
        for session in sessions:
            for number in range(3):
                await raw.send(session["token"], f"waiting {number}")
    assert engine.questions == []
    async with start_gateway() as running:
        raw = RawClient(running.base, http)
        await eventually(lambda: len(engine.questions) == 9)
        for session in sessions:
            async with raw.welcomed(session["token"], 3) as (socket, _):
                events = await events_until(socket, 6)
            assert [event["text"] for event in events] == [f"You said: waiting {n}" for n in range(3)]


async def test_two_gateways_share_one_store_without_answering_twice(
    start_gateway: StartGateway, http: ClientSession, engine: FakeEngine
) -> None:
    engine.always = slow(0.01)
    async with start_gateway() as left, start_gateway() as right:
        here, there = RawClient(left.base, http), RawClient(right.base, http)
        session = await here.open_session()
        async with there.welcomed(session["token"]) as (socket, _):
            for number in range(5):
                await here.send(session["token"], f"left {number}")
                await there.send(session["token"], f"right {number}")
            events = await events_until(socket, 20)
    assert [event["seq"] for event in events] == list(range(1, 21))
    assert engine.overlaps == 0
    assert len(engine.questions) == 10


async def test_a_worker_outlives_a_turn_that_blows_up(
    start_gateway: StartGateway, http: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start_gateway(turn_workers=1) as running:
        raw = RawClient(running.base, http)
        session = await raw.open_session()
        with monkeypatch.context() as patch:
            patch.setattr("bot.workers.claim_turn", None)
            await raw.send(session["token"], "first")
            await asyncio.sleep(0.1)
        async with raw.welcomed(session["token"]) as (socket, _):
            events = await events_until(socket, 2)
    assert events[1]["text"] == "You said: first"


async def test_a_turn_longer_than_its_lease_is_not_asked_twice(
    start_gateway: StartGateway, http: ClientSession, engine: FakeEngine
) -> None:
    engine.always = slow(1.5)
    async with start_gateway(lease_seconds=0.4) as running, start_gateway(lease_seconds=0.4):
        raw = RawClient(running.base, http)
        session = await raw.open_session()
        async with raw.welcomed(session["token"]) as (socket, _):
            await socket.send_json({"type": "send", **text_body("take your time")})
            events = await events_until(socket, 2)
    assert events[1]["text"] == "You said: take your time"
    assert len(engine.questions) == 1


def environment(store_url: str, engine_url: str, port: int) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "KOTHA_PORT": str(port),
        "KOTHA_DATABASE_URL": store_url,
        "KOTHA_ENGINE_URLS": engine_url,
        "KOTHA_ENGINE_SECRET": ENGINE_SECRET,
        "KOTHA_IDENTITY_KEYS": f'{{"k1": "{IDENTITY_KEY}"}}',
        "KOTHA_DEMO": "true",
    }


async def start_process(env: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )


async def wait_alive(http: ClientSession, base: str) -> None:
    async with asyncio.timeout(15):
        while True:
            try:
                async with http.get(f"{base}/healthz"):
                    return
            except ClientConnectionError:
                await asyncio.sleep(0.05)


@pytest.mark.rules("G1", "CH7")
async def test_the_real_process_stops_cleanly_on_sigterm_and_logs_no_text(
    store_url: str, engine_url: str, engine: FakeEngine, http: ClientSession
) -> None:
    engine.always = slow(0.3)
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    process = await start_process({**environment(store_url, engine_url, port), "KOTHA_LOG_LEVEL": "debug"})
    await wait_alive(http, base)
    raw = RawClient(base, http)
    session = await raw.open_session()
    async with raw.welcomed(session["token"]) as (socket, _):
        await socket.send_json({"type": "send", **text_body("my secret question")})
        await next_of_type(socket, "ack")
        await eventually(lambda: len(engine.questions) == 1)
        process.send_signal(signal.SIGTERM)
        assert await close_code(socket) == 1012
    output, errors = await asyncio.wait_for(process.communicate(), 60)
    assert (process.returncode, errors) == (0, b"")
    assert b"gateway.stopped" in output
    assert b'"outcome": "answered"' in output
    assert b"secret question" not in output
    assert session["token"].encode() not in output


@pytest.mark.rules("G1")
async def test_kill_9_loses_nothing_that_was_acknowledged(
    store_url: str, engine_url: str, engine: FakeEngine, http: ClientSession, start_gateway: StartGateway
) -> None:
    never = asyncio.Event()
    engine.script.append(waiting_for(never))
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    process = await start_process({**environment(store_url, engine_url, port), "KOTHA_LEASE_SECONDS": "1"})
    await wait_alive(http, base)
    raw = RawClient(base, http)
    session = await raw.open_session()
    client_msg_id = str(uuid.uuid4())
    _, first = await raw.send(session["token"], "keep me", client_msg_id)
    await eventually(lambda: len(engine.questions) == 1)
    process.kill()
    await process.communicate()
    async with start_gateway() as running:
        raw = RawClient(running.base, http)
        _, again = await raw.send(session["token"], "keep me", client_msg_id)
        async with raw.welcomed(session["token"]) as (socket, _):
            events = [await next_of_type(socket, "event", seconds=30) for _ in range(2)]
    assert (again["id"], again["duplicate"]) == (first["id"], True)
    assert [event["text"] for event in events] == ["keep me", echo(engine.questions[0])["replies"][0]["text"]]


async def test_a_wrong_setting_ends_with_one_line_and_code_2(store_url: str, engine_url: str) -> None:
    env = environment(store_url, engine_url, 1)
    del env["KOTHA_ENGINE_SECRET"]
    process = await start_process(env)
    output, errors = await asyncio.wait_for(process.communicate(), 60)
    assert (process.returncode, output) == (2, b"")
    assert errors.startswith(b"kotha: KOTHA_ENGINE_SECRET is not set")
    assert errors.count(b"\n") == 1


async def test_a_data_folder_that_is_not_there_ends_with_one_line(tmp_path: Path, engine_url: str) -> None:
    env = environment(f"sqlite:///{tmp_path}/not-mounted/kotha.sqlite3", engine_url, 1)
    process = await start_process(env)
    _, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 1
    assert errors.startswith(b"kotha: the store cannot be opened: the folder ")
    assert errors.count(b"\n") == 1


async def test_a_taken_port_ends_with_one_line(
    store_url: str, engine_url: str, start_gateway: StartGateway
) -> None:
    async with start_gateway() as running:
        port = int(running.base.rpartition(":")[2])
        process = await start_process(environment(store_url, engine_url, port))
        _, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 1
    assert errors.startswith(b"kotha: cannot listen on 127.0.0.1:")
    assert errors.count(b"\n") == 1
