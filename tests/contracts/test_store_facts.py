"""The facts of a turn over both databases: right, and withheld from the unproven (G5)."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from crm_store.domain.errors import UnknownConversation
from crm_store.domain.facts import CustomerFacts
from crm_store.domain.received import Place, Received, Sender
from crm_store.domain.turns import Reply
from crm_store.sql import SqlStore
from crm_store.sql.queries import facts
from crm_store.sql.tables import (
    channel_identities,
    conversations,
    customers,
    orders,
    survey_responses,
    tickets,
)
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.linking import offer_link
from crm_store.use_cases.receiving import receive
from crm_store.use_cases.turns import commit_turn
from tests.agents import resolve
from tests.contracts.conftest import Clock
from tests.contracts.conversing import Visitor, answer, claim, make_customer, make_result, make_visitor
from tests.contracts.linking import redeem_link

TODAY = date(2026, 11, 21)


async def test_an_anonymous_visitor_has_no_personal_facts(store: SqlStore) -> None:
    assert await _facts(store, await make_visitor(store)) == CustomerFacts()


async def test_a_new_customer_has_a_name_and_nothing_else(store: SqlStore) -> None:
    known = await _facts(store, await make_customer(store))
    assert (known.customer_name, known.customer_name_bn, known.verified) == ("Rahima", "রহিমা", True)
    assert (known.tier, known.returning, known.open_orders, known.open_tickets) == ("bronze", False, 0, 0)
    assert (known.late_order, known.last_rating, known.handoff_pending, known.mood) == (
        None,
        None,
        False,
        None,
    )


async def test_open_orders_count_and_the_latest_promise_is_named(store: SqlStore) -> None:
    customer = await make_customer(store)
    await _order(store, customer, "KT-10001", "shipped", promised_by=TODAY - timedelta(days=2))
    await _order(store, customer, "KT-10002", "placed", promised_by=TODAY - timedelta(days=5))
    await _order(store, customer, "KT-10003", "packed", promised_by=TODAY)
    await _order(store, customer, "KT-10004", "delivered", promised_by=TODAY - timedelta(days=9))
    await _order(store, customer, "KT-10005", "cancelled", promised_by=TODAY - timedelta(days=9))
    known = await _facts(store, customer)
    assert (known.open_orders, known.late_order) == (3, "KT-10002")


async def test_an_order_is_late_by_the_shops_calendar(store: SqlStore, clock: Clock) -> None:
    customer = await make_customer(store)
    await _order(store, customer, "KT-10001", "shipped", promised_by=TODAY)
    clock.time = datetime.fromisoformat("2026-11-21T17:59:00+00:00")  # 23:59 in Dhaka
    assert (await _facts(store, customer)).late_order is None
    clock.advance(60)
    assert (await _facts(store, customer)).late_order == "KT-10001"


async def test_the_newest_rating_and_the_open_tickets_are_known(store: SqlStore, clock: Clock) -> None:
    customer = await make_customer(store)
    customer_id = await _customer_id(store, customer)
    for age, rating in ((30, 5), (3, 2), (60, 4)):
        at = clock.time - timedelta(days=age)
        await _insert(store, survey_responses, customer_id=customer_id, rating=rating, answered_at=at)
    for number, status in (("TK-1", "open"), ("TK-2", "pending"), ("TK-3", "solved")):
        await _insert(
            store,
            tickets,
            number=number,
            customer_id=customer_id,
            subject="?",
            kind="question",
            status=status,
            opened_at=clock.time,
        )
    known = await _facts(store, customer)
    assert (known.last_rating, known.open_tickets) == (2, 2)


async def test_who_wrote_in_an_earlier_conversation_is_returning(store: SqlStore, clock: Clock) -> None:
    customer = await make_customer(store)
    await customer.write()
    assert not (await _facts(store, customer)).returning
    await resolve(store, customer.conversation_id)
    clock.advance(3600)
    again = await (await make_visitor(store)).log_in("rahima")
    assert again.conversation_id != customer.conversation_id
    assert (await _facts(store, again)).returning


async def test_who_opted_out_is_not_told_what_is_known(store: SqlStore) -> None:
    customer = await make_customer(store)
    await _order(store, customer, "KT-10001", "shipped", promised_by=TODAY - timedelta(days=2))
    await _change(store, sa.update(customers).values(consent_personalisation=False))
    known = await _facts(store, customer)
    assert (known.tier, known.returning, known.late_order, known.last_rating) == (None, None, None, None)
    assert (known.customer_name, known.open_orders) == ("Rahima", 1)


@pytest.mark.rules("G5")
@pytest.mark.parametrize("proof", ["none", "claimed"])
async def test_an_unproven_identity_gets_nothing_personal(store: SqlStore, proof: str) -> None:
    customer = await make_customer(store)
    await _order(store, customer, "KT-10001", "shipped", promised_by=TODAY - timedelta(days=2))
    await _change(store, sa.update(channel_identities).values(proof=proof))
    assert await _facts(store, customer) == CustomerFacts()


async def test_another_customers_orders_are_not_counted(store: SqlStore) -> None:
    rahima, tanvir = await make_customer(store, "rahima"), await make_customer(store, "tanvir")
    await _order(store, rahima, "KT-10001", "shipped", promised_by=TODAY - timedelta(days=2))
    known = await _facts(store, tanvir)
    assert (known.open_orders, known.late_order) == (0, None)


async def test_the_language_on_record_comes_before_the_conversations(store: SqlStore) -> None:
    customer = await make_customer(store)
    await customer.write()
    await commit_turn(store, await claim(store), answer("Hi!"), keep_lease=False)
    assert (await _facts(store, customer)).language == "en"
    await _change(store, sa.update(customers).values(language="bn"))
    assert (await _facts(store, customer)).language == "bn"


async def test_a_claim_brings_the_facts_along(store: SqlStore) -> None:
    customer = await make_customer(store)
    await customer.write()
    assert (await claim(store)).facts == await _facts(store, customer)


async def test_facts_have_exactly_the_contracts_keys() -> None:
    assert list(CustomerFacts().as_dict()) == [
        "language",
        "customer_name",
        "customer_name_bn",
        "verified",
        "tier",
        "returning",
        "open_orders",
        "late_order",
        "open_tickets",
        "last_rating",
        "handoff_pending",
        "mood",
        "place",
        "channel",
        "elsewhere",
        "handed_back",
    ]


async def test_an_unknown_conversation_has_no_facts(store: SqlStore) -> None:
    async with store.read() as uow:
        with pytest.raises(UnknownConversation):
            await facts.read_facts(uow.connection, new_id(), uow.now)


async def _facts(store: SqlStore, visitor: Visitor) -> CustomerFacts:
    async with store.read() as uow:
        return await facts.read_facts(uow.connection, visitor.conversation_id, uow.now)


async def _customer_id(store: SqlStore, visitor: Visitor) -> UUID:
    query = sa.select(conversations.c.customer_id).where(conversations.c.id == visitor.conversation_id)
    async with store.read() as uow:
        found: UUID = (await uow.connection.execute(query)).scalar_one()
    return found


async def _order(store: SqlStore, visitor: Visitor, number: str, status: str, *, promised_by: date) -> None:
    row = _order_row(await _customer_id(store, visitor), number, status, promised_by)
    await _change(store, orders.insert().values(row))


def _order_row(customer_id: UUID, number: str, status: str, promised_by: date) -> dict[str, object]:
    return {
        "id": new_id(),
        "number": number,
        "customer_id": customer_id,
        "status": status,
        "placed_at": datetime.fromisoformat("2026-11-01T10:00:00+06:00"),
        "promised_by": promised_by,
        "total": 131000,
        "delivery_fee": 6000,
        "payment_method": "cod",
        "address_line": "House 7",
        "address_area": "Mirpur",
        "address_city": "Dhaka",
    }


async def _insert(store: SqlStore, table: sa.Table, **values: object) -> None:
    await _change(store, table.insert().values(id=new_id(), **values))


async def _change(store: SqlStore, statement: sa.Executable) -> None:
    async with store.begin() as uow:
        await uow.connection.execute(statement)
        await uow.commit()


PHONE = Sender("telegram", "7001", "user:42", username="@rahima")
CHAT = Place(address={"chat": 42})


async def _comes_from_the_website(store: SqlStore, *replies: Reply) -> tuple[Visitor, UUID]:
    """Rahima talks on the website, connects her Telegram and says hello there; that conversation."""
    rahima = await make_customer(store)
    await rahima.write("where is my order?")
    await commit_turn(store, await claim(store), make_result(*replies), keep_lease=False)
    await redeem_link(store, PHONE, CHAT, (await offer_link(store, rahima.conversation_id)).token)
    said = await receive(store, Received(PHONE, CHAT, external_id="42:1", text="hi"))
    return rahima, said.conversation_id


ORDER_CARD = Reply(text="Here it is.", card={"type": "order", "number": "KT-10234"}, language="en")


async def test_what_was_said_on_another_channel_is_known(store: SqlStore) -> None:
    _, chat = await _comes_from_the_website(store, ORDER_CARD)
    known = await _facts_of(store, chat)
    assert known.elsewhere is not None
    assert (known.elsewhere["channel"], known.elsewhere["order"]) == ("web", "KT-10234")


async def test_a_question_how_it_went_does_not_hide_the_order_before_it(store: SqlStore) -> None:
    _, chat = await _comes_from_the_website(
        store, ORDER_CARD, Reply(text="How was it?", card={"type": "rating"})
    )
    known = await _facts_of(store, chat)
    assert known.elsewhere is not None
    assert known.elsewhere["order"] == "KT-10234"


@pytest.mark.rules("G5")
async def test_without_consent_or_proof_nothing_is_carried_over(store: SqlStore) -> None:
    rahima, chat = await _comes_from_the_website(store, ORDER_CARD)
    async with store.begin() as uow:
        await uow.connection.execute(customers.update().values(consent_personalisation=False))
        await uow.commit()
    assert (await _facts_of(store, chat)).elsewhere is None
    assert (await _facts(store, rahima)).elsewhere is None


@pytest.mark.rules("CH6")
async def test_in_a_group_nothing_is_carried_over(store: SqlStore) -> None:
    await _comes_from_the_website(store, ORDER_CARD)
    group = Place("-100", is_public=True, address={"chat": -100})
    said = await receive(store, Received(PHONE, group, external_id="-100:1", text="hi"))
    assert (await _facts_of(store, said.conversation_id)).elsewhere is None


@pytest.mark.rules("G8")
async def test_a_conversation_with_a_course_of_its_own_looks_elsewhere_no_more(store: SqlStore) -> None:
    _, chat = await _comes_from_the_website(store, ORDER_CARD)
    async with store.begin() as uow:
        await uow.connection.execute(conversations.update().values(answered_seq=facts.YOUNG_UNTIL_SEQ))
        await uow.commit()
    assert (await _facts_of(store, chat)).elsewhere is None


async def _facts_of(store: SqlStore, conversation_id: UUID) -> CustomerFacts:
    async with store.read() as uow:
        return await facts.read_facts(uow.connection, conversation_id, uow.now)
