"""Agents see how a customer is proven, who else they may be, and merge, part and disconnect."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from aiohttp import ClientSession, DummyCookieJar

from crm_store.domain.agents import Role, Scope
from crm_store.domain.received import Place, Sender
from crm_store.seed import seed_demo_shop
from crm_store.sql import SqlStore
from crm_store.sql.tables import customers
from crm_store.use_cases.linking import offer_link_to, redeem_code
from crm_store.use_cases.platforms import mark_unreachable
from crm_store.use_cases.search_index import index_new_messages
from tests.integration.conftest import Running, StartGateway
from tests.integration.console import ConsoleClient, browser_of, program_of

PHONE = Sender("telegram", "7001", "user:42", username="@rahima")
HERE = Place(address={"chat": 42})


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        yield session


@pytest.fixture
async def running(start_gateway: StartGateway, store_url: str) -> AsyncIterator[Running]:
    await seed_demo_shop(store_url, today=date(2026, 11, 21))
    async with start_gateway() as started:
        yield started


@pytest.fixture
async def agent(running: Running, http: ClientSession) -> ConsoleClient:
    return await browser_of(running.base, http, running.store)


@pytest.fixture
async def supervisor(running: Running, http: ClientSession) -> ConsoleClient:
    return await browser_of(running.base, http, running.store, Role.SUPERVISOR)


async def _id_of(running: Running, ref: str) -> str:
    assert isinstance(running.store, SqlStore)
    async with running.store.read() as uow:
        query = sa.select(customers.c.id).where(customers.c.external_ref == ref)
        return str((await uow.connection.execute(query)).scalar_one())


async def _make_twin(running: Running, of: str, twin: str) -> str:
    """`twin` gets the other one's phone, and no log-in of their own."""
    assert isinstance(running.store, SqlStore)
    twin_id = await _id_of(running, twin)
    async with running.store.begin() as uow:
        phone = sa.select(customers.c.phone).where(customers.c.external_ref == of).scalar_subquery()
        name = sa.select(customers.c.name).where(customers.c.external_ref == of).scalar_subquery()
        values: dict[str, Any] = {"external_ref": None, "phone": phone, "name": name, "email": None}
        await uow.connection.execute(
            customers.update().where(customers.c.external_ref == twin).values(values)
        )
        await uow.commit()
    while await index_new_messages(running.store):
        pass
    return twin_id


async def _connect_phone(running: Running) -> None:
    offer = await offer_link_to(running.store, "rahima")
    await redeem_code(running.store, PHONE, HERE, offer.code)


async def test_the_panel_says_how_an_account_is_proven_and_that_it_cannot_be_reached(
    running: Running, agent: ConsoleClient
) -> None:
    await _connect_phone(running)
    await mark_unreachable(running.store, "telegram", "7001", "user:42", "blocked")
    panel = await agent.get(f"/customers/{await _id_of(running, 'rahima')}")
    [phone] = [each for each in panel["identities"] if each["channel"] == "telegram"]
    assert (phone["name"], phone["proof"], phone["unreachable_reason"]) == ("@rahima", "code", "blocked")
    assert phone["linked_at"]
    assert phone["unreachable_at"]
    assert panel["merges"] == []


async def test_an_agent_disconnects_an_account_of_this_customer_only(
    running: Running, agent: ConsoleClient
) -> None:
    await _connect_phone(running)
    rahima, tanvir = await _id_of(running, "rahima"), await _id_of(running, "tanvir")
    panel = await agent.get(f"/customers/{rahima}")
    phone = next(each["id"] for each in panel["identities"] if each["channel"] == "telegram")
    path = f"identities/{phone}/disconnect"
    assert await agent.refused("POST", f"/customers/{tanvir}/{path}") == (404, "not_found")
    await agent.do("POST", f"/customers/{rahima}/{path}", status=204)
    assert "telegram" not in [
        each["channel"] for each in (await agent.get(f"/customers/{rahima}"))["identities"]
    ]
    assert await agent.refused("POST", f"/customers/{rahima}/{path}") == (404, "not_found")


async def test_the_same_person_is_suggested_with_the_reasons(running: Running, agent: ConsoleClient) -> None:
    twin = await _make_twin(running, "rahima", "tanvir")
    [found, *_] = (await agent.get(f"/customers/{await _id_of(running, 'rahima')}/suggestions"))["items"]
    assert found["customer"]["id"] == twin
    assert {"same_phone", "same_name"} <= set(found["because"])
    assert found["score"] >= 75


@pytest.mark.rules("G7")
async def test_merging_and_parting_from_the_console(running: Running, agent: ConsoleClient) -> None:
    twin, rahima = await _make_twin(running, "rahima", "tanvir"), await _id_of(running, "rahima")
    before = [await agent.get(f"/customers/{each}") for each in (rahima, twin)]
    looked = await agent.get(f"/customers/{rahima}/merge?other={twin}")
    assert looked["moves"]["orders"] >= 1
    assert (looked["conflicts"], looked["needs"]) == ([], None)
    merge = await agent.do("POST", f"/customers/{rahima}/merge", {"other": twin, "reason": "called us"})
    after = await agent.get(f"/customers/{rahima}")
    assert len(after["orders"]) == sum(len(panel["orders"]) for panel in before)
    [line] = after["merges"]
    assert (line["id"], line["reason"], line["merged"]["id"]) == (merge["id"], "called us", twin)
    assert line["agent"]["id"] == agent.id
    # Whoever still has the old address open sees the one who stayed.
    assert (await agent.get(f"/customers/{twin}"))["customer"]["id"] == rahima
    again = await agent.refused("POST", f"/customers/{rahima}/merge", {"other": twin, "reason": "x"})
    assert again == (409, "already_merged")
    await agent.do("POST", f"/customers/{twin}/part")
    for panel in before:
        restored = await agent.get(f"/customers/{panel['customer']['id']}")
        assert restored["customer"] == panel["customer"]
        assert restored["orders"] == panel["orders"]
    assert await agent.refused("POST", f"/customers/{twin}/part") == (409, "not_merged")


async def _found(agent: ConsoleClient, words: str) -> list[str]:
    return [each["id"] for each in (await agent.get(f"/search?q={words}&kind=customers"))["customers"]]


@pytest.mark.rules("G7")
async def test_a_merged_customer_is_found_once_as_the_one_who_stayed(
    running: Running, agent: ConsoleClient
) -> None:
    twin, rahima = await _make_twin(running, "rahima", "tanvir"), await _id_of(running, "rahima")
    assert await _found(agent, "tanvir") == [twin]
    await agent.do("POST", f"/customers/{rahima}/merge", {"other": twin, "reason": "one person"})
    assert await _found(agent, "tanvir") == [rahima]  # by either name
    suggested = (await agent.get(f"/customers/{rahima}/suggestions"))["items"]
    assert twin not in [each["customer"]["id"] for each in suggested]


@pytest.mark.rules("G7")
async def test_two_proven_accounts_are_merged_by_a_supervisors_decision_only(
    running: Running, agent: ConsoleClient, supervisor: ConsoleClient
) -> None:
    rahima, tanvir = await _id_of(running, "rahima"), await _id_of(running, "tanvir")
    path, body = f"/customers/{rahima}/merge", {"other": tanvir, "reason": "a couple"}
    assert (await agent.get(f"{path}?other={tanvir}"))["needs"] == "customers.merge_proven"
    assert await agent.refused("POST", path, body) == (409, "merge_needs_decision")
    assert await agent.refused("POST", path, {**body, "decided": True}) == (403, "not_allowed")
    assert await supervisor.refused("POST", path, body) == (409, "merge_needs_decision")
    await supervisor.do("POST", path, {**body, "decided": True})


async def test_no_token_decides_against_proofs(running: Running, http: ClientSession) -> None:
    program = await program_of(running.base, http, running.store, Role.ADMIN, *Scope)
    rahima, tanvir = await _id_of(running, "rahima"), await _id_of(running, "tanvir")
    body = {"other": tanvir, "reason": "a script", "decided": True}
    assert await program.refused("POST", f"/customers/{rahima}/merge", body) == (403, "not_allowed")


async def test_the_audit_log_says_who_merged_whom(
    running: Running, http: ClientSession, supervisor: ConsoleClient
) -> None:
    admin = await browser_of(running.base, http, running.store, Role.ADMIN)
    rahima, tanvir = await _id_of(running, "rahima"), await _id_of(running, "tanvir")
    body = {"other": tanvir, "reason": "sure", "decided": True}
    await supervisor.do("POST", f"/customers/{rahima}/merge", body)
    log = (await admin.get(f"/audit?agent={supervisor.id}&kind=customers.merge"))["items"]
    [entry] = log
    assert entry["customer_id"] == rahima
    assert entry["facts"]["other"] == tanvir
    assert entry["facts"]["decided"] is True


@pytest.mark.parametrize("body", [{}, {"other": "x", "reason": "y"}, {"other": None}, {"reason": "y"}])
async def test_a_body_that_names_nobody_changes_nothing(
    running: Running, agent: ConsoleClient, body: dict[str, Any]
) -> None:
    rahima = await _id_of(running, "rahima")
    assert await agent.refused("POST", f"/customers/{rahima}/merge", body) == (400, "bad_frame")


async def test_nobody_is_merged_with_themselves(running: Running, agent: ConsoleClient) -> None:
    rahima = await _id_of(running, "rahima")
    body = {"other": rahima, "reason": "one person"}
    assert await agent.refused("POST", f"/customers/{rahima}/merge", body) == (404, "not_found")
