"""The console's socket: what changes comes by itself, and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest
from aiohttp import ClientSession, DummyCookieJar

from crm_store.domain.agents import Role, Scope
from crm_store.use_cases.handling import read_handling
from tests.fakes.engine import FakeEngine
from tests.integration.conftest import Running, StartGateway, eventually
from tests.integration.console import ConsoleClient, browser_of, own_origin, program_of
from tests.integration.web import RawClient, close_code, next_frame, next_of_type

Json = dict[str, Any]


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        yield session


@pytest.fixture
async def agent(running: Running, http: ClientSession) -> ConsoleClient:
    return await browser_of(running.base, http, running.store)


@pytest.fixture
def customer(running: Running, http: ClientSession) -> RawClient:
    return RawClient(running.base, http)


async def begin(customer: RawClient, engine: FakeEngine) -> Json:
    session = await customer.open_session()
    before = len(engine.questions)
    await customer.send(session["token"], "hello")
    await eventually(lambda: len(engine.questions) > before)
    return session


async def frame_where(socket: aiohttp.ClientWebSocketResponse, kind: str, /, **wanted: Any) -> Json:
    """The next frame of a kind with these fields; others are passed over."""
    while True:
        frame = await next_of_type(socket, kind)
        if all(frame.get(name) == value for name, value in wanted.items()):
            return frame


async def test_the_welcome_says_who_and_how_often(agent: ConsoleClient) -> None:
    async with agent.socket() as socket:
        await socket.send_json({"type": "hello", "tab": str(uuid4())})
        welcome = await next_frame(socket)
        assert welcome["agent"]["id"] == agent.id
        assert welcome["agent"]["status"] == "available"
        assert (welcome["heartbeat_s"], welcome["gone_after_s"]) == (20, 90)
        await socket.send_json({"type": "ping"})
        assert await next_of_type(socket, "pong")


async def test_a_watched_conversation_comes_whole_and_then_live(
    agent: ConsoleClient, customer: RawClient, engine: FakeEngine
) -> None:
    session = await begin(customer, engine)
    async with agent.welcomed() as socket:
        await socket.send_json({"type": "watch", "conversation": session["conversation"], "after_seq": 0})
        seqs = [(await next_of_type(socket, "event"))["event"]["seq"] for _ in range(2)]
        assert seqs == [1, 2]
        await customer.send(session["token"], "are you there?")
        third = await frame_where(socket, "event", conversation=session["conversation"])
        assert (third["event"]["seq"], third["event"]["text"]) == (3, "are you there?")
        assert third["event"]["author"] == "customer"


async def test_what_was_understood_follows_the_answer(
    agent: ConsoleClient, customer: RawClient, engine: FakeEngine
) -> None:
    session = await begin(customer, engine)
    async with agent.welcomed() as socket:
        await socket.send_json({"type": "watch", "conversation": session["conversation"], "after_seq": 2})
        await customer.send(session["token"], "where is it?")
        while True:
            event = (await next_of_type(socket, "event"))["event"]
            if event["seq"] == 3 and event["understanding"] is not None:
                break
        assert event["text"] == "where is it?"


async def test_every_console_hears_of_a_change(
    agent: ConsoleClient, running: Running, http: ClientSession, customer: RawClient, engine: FakeEngine
) -> None:
    session = await begin(customer, engine)
    colleague = await browser_of(running.base, http, running.store)
    async with agent.welcomed() as mine, colleague.welcomed() as theirs:
        await agent.do("POST", f"/conversations/{session['conversation']}/claim")
        for socket in (mine, theirs):
            changed = await next_of_type(socket, "conversation")
            assert changed["conversation"]["state"] == "claimed"
        counts = await next_of_type(mine, "counts")
        assert (counts["counts"]["mine"], counts["counts"]["open"]) == (1, 1)
        assert (await next_of_type(theirs, "counts"))["counts"]["mine"] == 0


async def test_the_assignee_alone_is_alerted_when_the_customer_writes(
    agent: ConsoleClient, running: Running, http: ClientSession, customer: RawClient, engine: FakeEngine
) -> None:
    session = await begin(customer, engine)
    colleague = await browser_of(running.base, http, running.store)
    async with agent.welcomed() as mine, colleague.welcomed() as theirs:
        await agent.do("POST", f"/conversations/{session['conversation']}/claim")
        await next_of_type(mine, "conversation")
        await next_of_type(theirs, "counts")
        await customer.send(session["token"], "hello person")
        alert = await frame_where(mine, "alert", kind="waiting")
        assert alert["conversation"]["id"] == session["conversation"]
        await theirs.send_json({"type": "ping"})
        kinds: list[str] = []
        while not kinds or kinds[-1] != "pong":
            kinds.append((await next_frame(theirs))["type"])
        assert "alert" not in kinds


async def test_ones_own_claim_alarms_nobody_and_a_transfer_does(
    agent: ConsoleClient, running: Running, http: ClientSession, customer: RawClient, engine: FakeEngine
) -> None:
    session = await begin(customer, engine)
    colleague = await browser_of(running.base, http, running.store)
    async with agent.welcomed() as mine, colleague.welcomed() as theirs:
        await agent.do("POST", f"/conversations/{session['conversation']}/claim")
        kinds = [(await next_frame(mine))["type"]]
        while "counts" not in kinds:
            kinds.append((await next_frame(mine))["type"])
        assert "alert" not in kinds
        to_colleague = {"to_agent": colleague.id}
        await agent.do("POST", f"/conversations/{session['conversation']}/transfer", to_colleague)
        assert (await next_of_type(theirs, "alert"))["kind"] == "assigned"


async def test_a_release_alerts_everybody(
    agent: ConsoleClient, running: Running, http: ClientSession, customer: RawClient, engine: FakeEngine
) -> None:
    session = await begin(customer, engine)
    colleague = await browser_of(running.base, http, running.store)
    async with agent.welcomed(), colleague.welcomed() as theirs:
        await agent.do("POST", f"/conversations/{session['conversation']}/claim")
        await next_of_type(theirs, "conversation")
        await agent.do("POST", f"/conversations/{session['conversation']}/release", {})
        alert = await frame_where(theirs, "alert", kind="queued")
        assert alert["conversation"]["state"] == "queued"


async def test_both_sides_see_each_other_write(
    agent: ConsoleClient, customer: RawClient, engine: FakeEngine
) -> None:
    session = await begin(customer, engine)
    async with agent.welcomed() as console, customer.welcomed(session["token"], 2) as (widget, _):
        await console.send_json({"type": "typing", "conversation": session["conversation"]})
        assert (await next_of_type(console, "error"))["code"] == "bad_frame"  # not watched yet
        await console.send_json({"type": "watch", "conversation": session["conversation"], "after_seq": 2})
        await next_of_type(console, "viewers")
        typing = {"type": "typing", "conversation": session["conversation"]}
        await console.send_json(typing)  # only looks: the customer is not told
        await console.send_json({"type": "ping"})
        await next_of_type(console, "pong")
        await agent.do("POST", f"/conversations/{session['conversation']}/claim")
        await console.send_json(typing)
        kinds = [await next_frame(widget)]
        while kinds[-1]["type"] != "typing":
            kinds.append(await next_frame(widget))
        passed_over = ("read", "owner")
        shown = [(one["type"], one.get("author")) for one in kinds if one["type"] not in passed_over]
        assert shown == [("event", "system"), ("typing", "agent")]
        await widget.send_json({"type": "typing"})
        seen = await frame_where(console, "typing", who="customer")
        assert seen["conversation"] == session["conversation"]


async def test_agents_see_how_far_the_customer_has_read(
    agent: ConsoleClient, customer: RawClient, engine: FakeEngine
) -> None:
    session = await begin(customer, engine)
    await agent.do("POST", f"/conversations/{session['conversation']}/claim")
    body = {"client_msg_id": str(uuid4()), "text": "it is on its way"}
    sent = await agent.do("POST", f"/conversations/{session['conversation']}/messages", body, status=201)
    seq = sent["event"]["seq"]
    async with agent.welcomed() as console, customer.welcomed(session["token"], seq) as (widget, _):
        await console.send_json({"type": "watch", "conversation": session["conversation"], "after_seq": seq})
        await next_of_type(console, "viewers")
        await widget.send_json({"type": "seen", "seq": seq})
        assert (await next_of_type(console, "seen"))["seq"] == seq
    page = await agent.get(f"/conversations/{session['conversation']}/events?after_seq={seq - 1}")
    assert page["events"][0]["delivery"]["status"] == "seen"


async def test_the_customer_sees_an_agents_message_at_once(
    agent: ConsoleClient, customer: RawClient, engine: FakeEngine
) -> None:
    session = await begin(customer, engine)
    async with customer.welcomed(session["token"], 2) as (widget, _):
        await agent.do("POST", f"/conversations/{session['conversation']}/claim")
        joined = await next_of_type(widget, "event")
        assert (joined["author"], "Farhana" in joined["text"]) == ("system", True)
        body = {"client_msg_id": str(uuid4()), "text": "আমি দেখছি"}
        await agent.do("POST", f"/conversations/{session['conversation']}/messages", body, status=201)
        written = await next_of_type(widget, "event")
        assert (written["author"], written["text"], written["seq"]) == ("agent", "আমি দেখছি", 4)


async def test_colleagues_see_who_else_is_looking(
    agent: ConsoleClient, running: Running, http: ClientSession, customer: RawClient, engine: FakeEngine
) -> None:
    session = await begin(customer, engine)
    colleague = await browser_of(running.base, http, running.store)
    watch = {"type": "watch", "conversation": session["conversation"], "after_seq": 2}
    async with agent.welcomed() as mine:
        await mine.send_json(watch)
        assert [one["id"] for one in (await next_of_type(mine, "viewers"))["viewers"]] == [agent.id]
        async with colleague.welcomed() as theirs:
            await theirs.send_json(watch)
            viewers = (await next_of_type(mine, "viewers"))["viewers"]
            assert {one["id"] for one in viewers} == {agent.id, colleague.id}
            listed = await agent.get(f"/conversations/{session['conversation']}")
            assert len(listed["conversation"]["viewers"]) == 2
        assert [one["id"] for one in (await next_of_type(mine, "viewers"))["viewers"]] == [agent.id]


async def test_a_note_reaches_who_looks(
    agent: ConsoleClient, customer: RawClient, engine: FakeEngine
) -> None:
    session = await begin(customer, engine)
    async with agent.welcomed() as console:
        await console.send_json({"type": "watch", "conversation": session["conversation"], "after_seq": 2})
        await next_of_type(console, "viewers")
        await agent.do("POST", f"/conversations/{session['conversation']}/notes", {"text": "VIP"}, status=201)
        assert (await next_of_type(console, "note"))["note"]["text"] == "VIP"


async def test_logging_out_closes_the_sockets_of_the_session(agent: ConsoleClient) -> None:
    async with agent.welcomed() as socket:
        await agent.do("POST", "/logout", status=204)
        assert await close_code(socket) == 4001


async def test_draining_closes_consoles_so_that_they_reconnect(
    agent: ConsoleClient, running: Running
) -> None:
    async with agent.welcomed() as socket:
        draining = asyncio.create_task(running.gateway.drain())
        assert await close_code(socket) == 1012
        await draining


async def test_who_may_open_a_socket(agent: ConsoleClient, running: Running, http: ClientSession) -> None:
    nobody = ConsoleClient(running.base, http)
    writer = await program_of(running.base, http, running.store, Role.ADMIN, Scope.WRITE)
    for client, headers, status in (
        (nobody, {}, 401),
        (writer, {}, 403),
        (agent, {"Origin": "https://evil.example"}, 403),
    ):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with client.socket(headers=headers):
                pass
        assert refused.value.status == status
    reader = await program_of(running.base, http, running.store, Role.AGENT, Scope.READ)
    async with reader.welcomed():
        pass
    status, answer = await agent.ask("GET", "/socket")  # a cookie without an Origin is no browser's own
    assert (status, answer["error"]["code"]) == (403, "origin_not_allowed")
    assert own_origin() in running.settings.own_origins


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", "bad_frame"),
        ("[]", "bad_frame"),
        ('{"type": 5}', "unknown_type"),
        ('{"type": "dance"}', "unknown_type"),
        ('{"type": "hello"}', "bad_frame"),
        ('{"type": "watch"}', "not_found"),
        ('{"type": "watch", "conversation": "x"}', "bad_frame"),
        ('{"type": "watch", "conversation": 5}', "not_found"),
        ('{"type": "watch", "conversation": "0192f0c1-aaaa-7bbb-8ccc-0123456789ab"}', "not_found"),
        (
            '{"type": "watch", "conversation": "0192f0c1-aaaa-7bbb-8ccc-0123456789ab", "after_seq": -1}',
            "bad_frame",
        ),
        ('{"type": "typing", "conversation": "0192f0c1-aaaa-7bbb-8ccc-0123456789ab"}', "bad_frame"),
    ],
)
async def test_nonsense_is_told_and_the_socket_lives_on(agent: ConsoleClient, frame: str, code: str) -> None:
    async with agent.welcomed() as socket:
        await socket.send_str(frame)
        assert (await next_of_type(socket, "error"))["code"] == code
        await socket.send_json({"type": "ping"})
        assert await next_of_type(socket, "pong")


async def test_a_first_frame_that_is_no_hello_ends_it(agent: ConsoleClient) -> None:
    async with agent.socket() as socket:
        await socket.send_json({"type": "ping"})
        assert (await next_frame(socket))["code"] == "hello_expected"
        assert await close_code(socket) == 1008


async def test_a_conversation_of_an_absent_agent_returns_to_the_queue(
    start_gateway: StartGateway,
    http: ClientSession,
    engine: FakeEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("crm_store.use_cases.waking.GONE_AFTER_S", 0.5)
    monkeypatch.setattr("bot.console.keeper.LOOK_SECONDS", 0.1)
    async with start_gateway() as running:
        customer = RawClient(running.base, http)
        session = await begin(customer, engine)
        agent = await browser_of(running.base, http, running.store)
        colleague = await browser_of(running.base, http, running.store)
        async with agent.welcomed():
            await agent.do("POST", f"/conversations/{session['conversation']}/claim")
        async with colleague.welcomed() as socket:
            changed = await frame_where(socket, "conversation")
            while changed["conversation"]["state"] != "queued":
                changed = await next_of_type(socket, "conversation")
        handled = await read_handling(running.store, UUID(session["conversation"]))
        assert handled.state == "queued"
        texts = [event["author"] for event in await customer.events(session["token"])]
        assert texts.count("system") == 2  # joined, and had to leave
