"""Conversations at the console: read, claimed, answered, handed back; what agents do for customers."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import ClientSession, DummyCookieJar

from crm_store.domain.agents import Role
from crm_store.seed.demo_shop import seed_demo_shop
from crm_store.use_cases.presence import heartbeat
from tests.fakes.engine import FakeEngine
from tests.integration.conftest import IDENTITY_KEY, Running, eventually
from tests.integration.console import ConsoleClient, browser_of
from tests.integration.web import RawClient, signed_identity

Json = dict[str, Any]


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        yield session


@pytest.fixture
async def agent(running: Running, http: ClientSession) -> ConsoleClient:
    return await present(running, await browser_of(running.base, http, running.store))


async def present(running: Running, client: ConsoleClient) -> ConsoleClient:
    """At the console: a connection of theirs was heard of."""
    assert client.agent is not None
    await heartbeat(running.store, agent_id=client.agent.id, connection_id=uuid4(), node="test")
    return client


@pytest.fixture
def customer(running: Running, http: ClientSession) -> RawClient:
    return RawClient(running.base, http)


async def begin(customer: RawClient, engine: FakeEngine, text: str = "hello") -> Json:
    """A visitor's session with one answered message."""
    session = await customer.open_session()
    before = len(engine.questions)
    await customer.send(session["token"], text)
    await eventually(lambda: len(engine.questions) > before)
    return session


async def known_customer(running: Running, customer: RawClient, ref: str = "rahima") -> Json:
    """A persona of the demo shop, logged in."""
    await seed_demo_shop(running.settings.store_url, today=date.today())  # noqa: DTZ011  the shop's day will do
    session = await customer.open_session()
    jwt = signed_identity(ref, IDENTITY_KEY)
    status, identified = await customer.post("identify", {"jwt": jwt}, token=session["token"])
    assert status == 200, identified
    await customer.send(identified["token"], "where is my parcel?")
    return dict(identified)


def path_of(session: Json, rest: str = "") -> str:
    return f"/conversations/{session['conversation']}{rest}"


async def test_an_agent_steps_in_answers_and_hands_back(
    agent: ConsoleClient, customer: RawClient, engine: FakeEngine
) -> None:
    session = await begin(customer, engine, "my parcel is broken")
    detail = await agent.get(path_of(session))
    assert detail["conversation"]["state"] == "bot"
    assert "claim" in detail["may"]
    claimed = await agent.do("POST", path_of(session, "/claim"), {"epoch": detail["conversation"]["epoch"]})
    assert claimed["conversation"]["state"] == "claimed"
    assert claimed["conversation"]["assignee"]["id"] == agent.id
    body = {"client_msg_id": str(uuid4()), "text": "আমি দেখছি <b>এখনই</b>"}
    sent = await agent.do("POST", path_of(session, "/messages"), body, status=201)
    again = await agent.do("POST", path_of(session, "/messages"), body)
    assert (sent["duplicate"], again["duplicate"]) == (False, True)
    assert again["event"]["id"] == sent["event"]["id"]
    assert sent["event"]["author"] == "agent"
    assert sent["event"]["agent"] == {"id": agent.id, "name": "Farhana Islam", "name_bn": "ফারহানা ইসলাম"}
    asked = len(engine.questions)
    await customer.send(session["token"], "thank you")
    back = {"outcome": "solved", "summary": "sent a new one", "resume": False}
    handed = await agent.do("POST", path_of(session, "/hand_back"), back)
    assert handed["conversation"]["state"] == "bot"
    await customer.send(session["token"], "and now?")
    await eventually(lambda: len(engine.questions) > asked)
    texts = [event["text"] for event in await customer.events(session["token"])]
    assert "আমি দেখছি <b>এখনই</b>" in texts
    page = await agent.get(path_of(session, "/events?after_seq=0"))
    assert [event["seq"] for event in page["events"]] == list(range(1, page["last_seq"] + 1))


async def test_one_of_two_agents_wins_and_the_other_learns_who(
    agent: ConsoleClient, running: Running, http: ClientSession, customer: RawClient, engine: FakeEngine
) -> None:
    session = await begin(customer, engine)
    late = await present(running, await browser_of(running.base, http, running.store))
    await agent.do("POST", path_of(session, "/claim"))
    status, answer = await late.ask("POST", path_of(session, "/claim"))
    assert (status, answer["error"]["code"]) == (409, "already_claimed")
    assert answer["error"]["by"] == {"id": agent.id, "name": "Farhana Islam", "name_bn": "ফারহানা ইসলাম"}
    message = {"client_msg_id": str(uuid4()), "text": "me too"}
    assert await late.refused("POST", path_of(session, "/messages"), message) == (409, "not_yours")
    assert await late.refused("POST", path_of(session, "/release"), {}) == (409, "not_yours")
    supervisor = await browser_of(running.base, http, running.store, Role.SUPERVISOR)
    released = await supervisor.do("POST", path_of(session, "/release"), {"reason": "lunch"})
    assert released["conversation"]["state"] == "queued"
    queue = await late.get("/conversations?view=queue")
    assert [one["id"] for one in queue["items"]] == [session["conversation"]]
    assert queue["counts"]["queue"] == 1


async def test_what_is_not_possible_is_said_with_the_state(
    agent: ConsoleClient, customer: RawClient, engine: FakeEngine
) -> None:
    session = await begin(customer, engine)
    status, answer = await agent.ask("POST", path_of(session, "/release"), {})
    assert (status, answer["error"]["code"], answer["error"]["state"]) == (409, "not_in_that_state", "bot")
    status, answer = await agent.ask("POST", path_of(session, "/claim"), {"epoch": 99})
    assert (status, answer["error"]["code"]) == (409, "epoch_moved")
    await agent.do("POST", path_of(session, "/claim"), {"epoch": answer["error"]["epoch"]})
    past = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    assert await agent.refused("POST", path_of(session, "/snooze"), {"until": past}) == (400, "bad_frame")
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    snoozed = await agent.do("POST", path_of(session, "/snooze"), {"until": later})
    assert snoozed["conversation"]["state"] == "snoozed"
    await agent.do("POST", path_of(session, "/claim"))
    resolved = await agent.do("POST", path_of(session, "/resolve"), {"reason": "solved", "ask_rating": False})
    assert resolved["conversation"]["state"] == "resolved"
    reopened = await agent.do("POST", path_of(session, "/reopen"))
    assert reopened["conversation"]["state"] == "claimed"


async def test_a_conversation_goes_to_a_colleague_or_to_a_team(
    agent: ConsoleClient, running: Running, http: ClientSession, customer: RawClient, engine: FakeEngine
) -> None:
    session = await begin(customer, engine)
    admin = await browser_of(running.base, http, running.store, Role.ADMIN)
    team = await admin.do(
        "POST", "/teams", {"slug": "returns", "name": "Returns", "name_bn": "ফেরত"}, status=201
    )
    await agent.do("POST", path_of(session, "/claim"))
    colleague = await browser_of(running.base, http, running.store)
    to_colleague = {"to_agent": colleague.id, "note": "speaks better Bengali"}
    assert await agent.refused("POST", path_of(session, "/transfer"), to_colleague) == (
        409,
        "agent_not_there",
    )
    await present(running, colleague)
    moved = await agent.do("POST", path_of(session, "/transfer"), to_colleague)
    assert moved["conversation"]["assignee"]["id"] == colleague.id
    moved = await colleague.do("POST", path_of(session, "/transfer"), {"to_team": team["id"]})
    assert (moved["conversation"]["state"], moved["conversation"]["team_id"]) == ("queued", team["id"])
    both = {"to_team": team["id"], "to_agent": agent.id}
    assert await agent.refused("POST", path_of(session, "/transfer"), both) == (400, "bad_frame")


async def test_an_edit_is_a_new_event_and_keeps_its_trail(
    agent: ConsoleClient, customer: RawClient, engine: FakeEngine
) -> None:
    session = await begin(customer, engine)
    await agent.do("POST", path_of(session, "/claim"))
    body = {"client_msg_id": str(uuid4()), "text": "tomorow"}
    sent = (await agent.do("POST", path_of(session, "/messages"), body, status=201))["event"]
    edited = await agent.do("PATCH", path_of(session, f"/messages/{sent['id']}"), {"text": "tomorrow"})
    assert (edited["event"]["replaces"], edited["event"]["text"]) == (sent["id"], "tomorrow")
    trail = await agent.get(path_of(session, f"/messages/{sent['id']}/edits"))
    assert [one["text"] for one in trail["items"]] == ["tomorow", "tomorrow"]
    assert await agent.refused("PATCH", path_of(session, f"/messages/{uuid4()}"), {"text": "x"}) == (
        404,
        "not_found",
    )


async def test_notes_and_labels_stay_with_the_agents(
    agent: ConsoleClient, running: Running, http: ClientSession, customer: RawClient, engine: FakeEngine
) -> None:
    session = await begin(customer, engine)
    admin = await browser_of(running.base, http, running.store, Role.ADMIN)
    wanted = {"name": "Refund", "name_bn": "রিফান্ড", "colour": "green"}
    label = await admin.do("POST", "/labels", wanted, status=201)
    assert await admin.refused("POST", "/labels", wanted) == (409, "name_taken")
    note = (await agent.do("POST", path_of(session, "/notes"), {"text": "VIP"}, status=201))["note"]
    edited = await agent.do("PATCH", path_of(session, f"/notes/{note['id']}"), {"text": "VIP, be quick"})
    assert edited["note"]["edited_at"] is not None
    assert await admin.refused("PATCH", path_of(session, f"/notes/{note['id']}"), {"text": "no"}) == (
        404,
        "not_found",
    )
    labelled = await agent.do("PUT", path_of(session, "/labels"), {"label_ids": [label["id"]]})
    assert labelled["conversation"]["labels"] == [label]
    assert await agent.refused("PUT", path_of(session, "/labels"), {"label_ids": [str(uuid4())]}) == (
        404,
        "not_found",
    )
    page = await agent.get(path_of(session, "/events"))
    assert [one["text"] for one in page["notes"]] == ["VIP, be quick"]
    assert "VIP" not in str(await customer.events(session["token"]))


async def test_a_refund_is_previewed_and_made_once(
    agent: ConsoleClient, running: Running, customer: RawClient
) -> None:
    session = await known_customer(running, customer)
    panel = await panel_of(agent, session)
    order = next(one for one in panel["orders"] if one["status"] == "delivered")
    at = path_of(session, "/actions/refund")
    body = {"key": str(uuid4()), "order_number": order["number"], "amount": 10_000, "reason": "late"}
    preview = await agent.do("POST", f"{at}/preview", body)
    assert "৳100" in preview["lines"][0]
    assert "৳১০০" in preview["lines_bn"][0]
    first = await agent.do("POST", at, body)
    again = await agent.do("POST", at, body)
    assert first["result"] == again["result"]
    assert first["result"]["refund"]["amount"] == 10_000
    all_of_it = {"key": str(uuid4()), "order_number": order["number"], "amount": order["total"]}
    status, answer = await agent.ask("POST", at, all_of_it)
    assert (status, answer["error"]["reason"]) == (409, "more_than_left")
    assert answer["error"]["left"] == order["total"] - 10_000
    timeline = await agent.get(f"/customers/{panel['customer']['id']}/timeline")
    assert [one["actor"] for one in timeline["items"] if one["kind"] == "refund_requested"] == ["agent"]


async def test_a_preview_changes_nothing(agent: ConsoleClient, running: Running, customer: RawClient) -> None:
    session = await known_customer(running, customer)
    panel = await panel_of(agent, session)
    order = next(one for one in panel["orders"] if one["status"] == "placed")
    key, number = str(uuid4()), order["number"]
    address = {"line": "House 1", "area": "Banani", "city": "Dhaka"}
    for action, body in (
        ("cancel_order", {"key": key, "order_number": number}),
        ("change_address", {"key": key, "order_number": number, "address": address}),
        ("open_ticket", {"key": key, "kind": "question", "subject": "Is it new?", "order_number": number}),
    ):
        preview = await agent.do("POST", path_of(session, f"/actions/{action}/preview"), body)
        assert preview["title"]
        assert preview["title_bn"]
    assert await panel_of(agent, session) == panel
    done = await agent.do(
        "POST", path_of(session, "/actions/cancel_order"), {"key": key, "order_number": number}
    )
    assert done["result"]["order"]["status"] == "cancelled"
    other = {"key": key, "kind": "question", "subject": "again"}
    assert await agent.refused("POST", path_of(session, "/actions/open_ticket"), other) == (409, "key_used")


async def test_a_ticket_is_opened_and_closed(
    agent: ConsoleClient, running: Running, customer: RawClient
) -> None:
    session = await known_customer(running, customer)
    opened = await agent.do(
        "POST",
        path_of(session, "/actions/open_ticket"),
        {"key": str(uuid4()), "kind": "complaint", "subject": "খুব দেরি"},
    )
    number = opened["result"]["number"]
    closed = await agent.do(
        "POST", path_of(session, "/actions/close_ticket"), {"key": str(uuid4()), "ticket_number": number}
    )
    assert closed["result"]["status"] == "solved"
    nothing = {"key": str(uuid4()), "ticket_number": "TK-999999"}
    assert await agent.refused("POST", path_of(session, "/actions/close_ticket"), nothing) == (
        404,
        "unknown_ticket",
    )
    odd = {"key": str(uuid4()), "kind": "praise_be", "subject": "x"}
    assert await agent.refused("POST", path_of(session, "/actions/open_ticket"), odd) == (400, "bad_frame")


async def test_nothing_is_done_for_somebody_unproven(
    agent: ConsoleClient, running: Running, customer: RawClient, engine: FakeEngine
) -> None:
    session = await begin(customer, engine)
    body = {"key": str(uuid4()), "order_number": "KT-10234"}
    assert await agent.refused("POST", path_of(session, "/actions/cancel_order"), body) == (
        409,
        "verification_needed",
    )


async def test_another_customers_order_does_not_exist(
    agent: ConsoleClient, running: Running, customer: RawClient
) -> None:
    session = await known_customer(running, customer)
    body = {"key": str(uuid4()), "order_number": "KT-10001"}
    assert await agent.refused("POST", path_of(session, "/actions/refund"), body) == (404, "unknown_order")


async def test_canned_replies_are_filled_in_the_customers_language(
    agent: ConsoleClient, running: Running, http: ClientSession, customer: RawClient
) -> None:
    session = await known_customer(running, customer)
    own = {
        "shortcut": "hi",
        "title": "Hi",
        "title_bn": "হাই",
        "text": {"en": "Hello {customer.name}, {order.number} is {order.status}. {agent.name}, {shop.name}"},
    }
    reply = await agent.do("POST", "/canned-replies", own, status=201)
    assert (reply["mine"], reply["shared"]) == (True, False)
    rendered = await agent.do(
        "POST", f"/canned-replies/{reply['id']}/render", {"conversation": session["conversation"]}
    )
    assert rendered["text"].startswith("Hello Rahima")
    assert "Farhana Islam, Kotha Bazaar" in rendered["text"]
    assert rendered["missing"] == []
    assert await agent.refused("POST", "/canned-replies", own) == (409, "name_taken")
    assert await agent.refused("POST", "/canned-replies", {**own, "shortcut": "x", "shared": True}) == (
        403,
        "not_allowed",
    )
    odd = {**own, "shortcut": "odd", "text": {"en": "{customer.password}"}}
    status, answer = await agent.ask("POST", "/canned-replies", odd)
    assert (status, answer["error"]["code"], answer["error"]["name"]) == (
        400,
        "unknown_variable",
        "customer.password",
    )
    other = await browser_of(running.base, http, running.store)
    assert await other.refused("DELETE", f"/canned-replies/{reply['id']}") == (404, "not_found")
    await agent.do("DELETE", f"/canned-replies/{reply['id']}", status=204)


async def test_search_panel_and_board_answer(
    agent: ConsoleClient, running: Running, http: ClientSession, customer: RawClient
) -> None:
    session = await known_customer(running, customer)
    panel = await panel_of(agent, session)
    assert panel["customer"]["name"] == "Rahima Khatun"
    found = await agent.get("/search?q=KT-10234&kind=orders")
    assert [one["number"] for one in found["orders"]] == ["KT-10234"]
    assert await agent.refused("GET", "/board") == (403, "not_allowed")
    supervisor = await browser_of(running.base, http, running.store, Role.SUPERVISOR)
    board = await supervisor.get("/board?days=3")
    assert len(board["series"]) == 3
    shown = board["now"]["agents"][0]["agent"]
    assert "preferences" not in shown
    assert shown["status"] == "available"


async def test_what_was_seen_and_done_is_kept(
    agent: ConsoleClient, running: Running, http: ClientSession, customer: RawClient
) -> None:
    session = await known_customer(running, customer)
    await panel_of(agent, session)
    await panel_of(agent, session)
    await agent.do("POST", path_of(session, "/claim"))
    await agent.get("/search?q=rahima")
    admin = await browser_of(running.base, http, running.store, Role.ADMIN)
    assert await agent.refused("GET", "/audit") == (403, "not_allowed")
    log = await admin.get(f"/audit?agent={agent.id}")
    kinds = [one["kind"] for one in log["items"]]
    assert kinds == ["search", "conversations.claim", "customer_read", "conversation_read"]
    assert log["items"][1]["conversation_id"] == session["conversation"]
    assert "rahima" not in str(log).lower()
    first = await admin.get(f"/audit?agent={agent.id}&limit=3")
    rest = await admin.get(f"/audit?agent={agent.id}&limit=3&cursor={first['next_cursor']}")
    assert [*first["items"], *rest["items"]] == log["items"]


async def panel_of(agent: ConsoleClient, session: Json) -> Json:
    detail = await agent.get(path_of(session))
    return dict(await agent.get(f"/customers/{detail['conversation']['customer']['id']}"))
