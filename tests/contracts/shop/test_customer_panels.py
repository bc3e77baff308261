"""The customer's panel and the timeline; on both databases."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from crm_store.domain.console_json import dump_json
from crm_store.domain.customer_panel import TimelineItem
from crm_store.domain.errors import BadCursor, UnknownCustomer
from crm_store.domain.handling import HandBackOutcome
from crm_store.domain.received import Place, Sender
from crm_store.domain.sentences import catalogue
from crm_store.sql import SqlStore
from crm_store.sql.tables import customers
from crm_store.use_cases import handling
from crm_store.use_cases.customer_panels import list_timeline, read_customer_panel
from crm_store.use_cases.linking import offer_link_to, redeem_code
from crm_store.use_cases.merging import merge_customers, part_customers
from crm_store.use_cases.platforms import mark_unreachable
from tests.agents import make_agent
from tests.contracts.conftest import Clock
from tests.contracts.shop.talking import ask_for_person, talk
from tests.contracts.shop.visitors import enter, nobody


async def customer_called(store: SqlStore, ref: str) -> UUID:
    async with store.read() as uow:
        query = sa.select(customers.c.id).where(customers.c.external_ref == ref)
        found: UUID = (await uow.connection.execute(query)).scalar_one()
        return found


async def whole_timeline(store: SqlStore, customer: UUID, limit: int = 7) -> list[TimelineItem]:
    items: list[TimelineItem] = []
    cursor = None
    for _ in range(100):
        page = await list_timeline(store, customer, cursor=cursor, limit=limit)
        items += page.items
        cursor = page.next_cursor
        if cursor is None:
            return items
    raise AssertionError("the timeline does not end")


async def test_the_panel_shows_a_customer_with_everything_kept(store: SqlStore) -> None:
    panel = await read_customer_panel(store, await customer_called(store, "arif"))

    assert (panel.customer.name_bn, panel.customer.tier) == ("আরিফ চৌধুরী", "platinum")
    assert panel.customer.value.orders >= 10
    assert panel.customer.loyalty_points >= 0
    assert [ticket.number for ticket in panel.tickets] == ["TK-100205"]
    assert [(rating.rating, rating.about) for rating in panel.ratings] == [(1, "order")]
    assert [address.is_default for address in panel.addresses] == [True]
    assert [identity.proof for identity in panel.identities] == ["signed"]
    numbers = [order["number"] for order in panel.orders]
    assert {"KT-10310", "KT-10312"} <= set(numbers[:3])
    assert all(order["type"] == "order" and order["id"] for order in panel.orders)
    assert b'"consents":{"marketing":' in dump_json(panel)


async def test_the_panel_says_how_a_connected_account_is_known(store: SqlStore) -> None:
    shirin = await customer_called(store, "shirin")
    sender = Sender("telegram", "7001", "user:9", username="shirin_s")
    await redeem_code(store, sender, Place(), (await offer_link_to(store, "shirin")).code)
    await mark_unreachable(store, "telegram", "7001", "user:9", "blocked")
    found = (await read_customer_panel(store, shirin)).identities
    phone = next(each for each in found if each.channel == "telegram")
    assert (phone.name, phone.proof, phone.unreachable_reason) == ("@shirin_s", "code", "blocked")
    assert phone.linked_at is not None
    assert phone.unreachable_at is not None
    assert all(each.linked_at is None for each in found if each.channel == "web")
    assert "Connected an account on telegram" in [each.en for each in await whole_timeline(store, shirin)]


@pytest.mark.rules("G7")
async def test_a_merged_customer_is_shown_as_the_one_who_stayed_with_the_journal(store: SqlStore) -> None:
    arif, shirin = await customer_called(store, "arif"), await customer_called(store, "shirin")
    agent = await make_agent(store)
    await merge_customers(
        store, kept_id=arif, merged_id=shirin, agent_id=agent.id, reason="a couple", decided=True
    )
    panel = await read_customer_panel(store, shirin)
    assert panel == await read_customer_panel(store, arif)
    [line] = panel.merges
    assert (line.kept.id, line.merged.id, line.reason) == (arif, shirin, "a couple")
    assert line.agent is not None
    assert line.agent.id == agent.id
    [happened] = [line for line in await whole_timeline(store, arif) if line.kind == "customers_merged"]
    assert (happened.actor, happened.en) == (
        "agent",
        "Another record of the same person was merged into this one",
    )
    assert await whole_timeline(store, shirin) == await whole_timeline(store, arif)
    await part_customers(store, merged_id=shirin, agent_id=None)
    [line] = (await read_customer_panel(store, shirin)).merges
    assert line.undone_at is not None
    assert line.undone_by is None
    assert (await read_customer_panel(store, shirin)).customer.id == shirin


async def test_nobody_has_no_panel(store: SqlStore) -> None:
    with pytest.raises(UnknownCustomer):
        await read_customer_panel(store, nobody())
    with pytest.raises(UnknownCustomer):
        await list_timeline(store, nobody())


async def test_the_timeline_runs_over_all_that_happened_newest_first(store: SqlStore) -> None:
    arif = await enter(store, "arif")
    await talk(store, arif, "hello again", "greet")
    await ask_for_person(store, arif)

    items = await whole_timeline(store, await customer_called(store, "arif"))

    assert [item.at for item in items] == sorted((item.at for item in items), reverse=True)
    assert (items[0].kind, items[0].en) == ("handoff_requested", "Asked for a person")
    assert (items[1].kind, items[1].bn) == ("conversation_began", "web-এ লিখেছেন: “hello again”")
    assert items[1].conversation_id == arif
    assert items[-1].kind == "customer_joined"


async def test_what_agents_did_stands_in_the_timeline(store: SqlStore, clock: Clock) -> None:
    arif = await enter(store, "arif")
    await ask_for_person(store, arif)
    agent = await make_agent(store)
    clock.advance(60)
    await handling.claim(store, arif, agent_id=agent.id)
    await handling.hand_back(store, arif, agent_id=agent.id, outcome=HandBackOutcome.SOLVED)

    items = await whole_timeline(store, await customer_called(store, "arif"), 2)

    assert [(item.kind, item.actor) for item in items[:4]] == [
        ("conversation_handed_back", "agent"),
        ("conversation_claimed", "agent"),
        ("handoff_requested", "customer"),
        ("conversation_began", "customer"),
    ]
    assert items[1].en == "Farhana took the conversation"
    assert len(items) == len({(item.at, item.kind, item.conversation_id, item.en) for item in items})


@pytest.mark.parametrize("limit", [1, 3, 100])
async def test_every_page_size_shows_the_same_lines(store: SqlStore, limit: int) -> None:
    customer = await customer_called(store, "mitali")
    assert await whole_timeline(store, customer, limit) == await whole_timeline(store, customer, 13)


async def test_every_kind_of_line_has_words(store: SqlStore) -> None:
    for ref in ("rahima", "tanvir", "shirin", "arif"):
        items = await whole_timeline(store, await customer_called(store, ref), 100)
        assert {item.kind for item in items} <= catalogue("history").keys()
        assert all("…" not in item.en + item.bn or item.kind == "conversation_began" for item in items)


async def test_amounts_are_written_as_each_language_does(store: SqlStore) -> None:
    items = await whole_timeline(store, await customer_called(store, "arif"), 100)
    placed = next(item for item in items if item.kind == "order_placed")
    assert "৳" in placed.en
    assert any(digit in placed.bn for digit in "০১২৩৪৫৬৭৮৯")


async def test_a_damaged_cursor_is_refused(store: SqlStore) -> None:
    with pytest.raises(BadCursor):
        await list_timeline(store, await customer_called(store, "arif"), cursor="WyJ0aW1lbGluZSJd")
