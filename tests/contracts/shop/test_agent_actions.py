"""What agents do for customers goes through the bot's own use cases: checked, once, and never too much."""

import asyncio
from uuid import UUID, uuid4

import pytest

from crm_store.domain.agents import Role
from crm_store.domain.conversations import Author
from crm_store.domain.errors import (
    KeyUsed,
    NotCancellable,
    NotRefundable,
    UnknownOrder,
    UnknownTicket,
    VerificationNeeded,
)
from crm_store.domain.orders import OrderStatus
from crm_store.domain.tickets import TicketKind, TicketStatus
from crm_store.sql import SqlStore
from crm_store.use_cases.applied_actions import AgentActionKey
from crm_store.use_cases.colleagues import add_agent
from crm_store.use_cases.orders import cancel_order, list_orders
from crm_store.use_cases.refunds import refund_order
from crm_store.use_cases.returns import list_refunds
from crm_store.use_cases.tickets import close_ticket, open_ticket
from tests.contracts.shop.visitors import enter, newest_kinds, read_history

DELIVERED = "KT-10221"  # Rahima's, paid by bKash
UNPAID = "KT-10251"  # hers, cash on delivery
PAID = "KT-10301"  # Tanvir's, placed today and paid


async def agent(store: SqlStore) -> UUID:
    added = await add_agent(
        store,
        email=f"{uuid4().hex}@kotha.example",
        name="Farhana",
        name_bn="ফারহানা",
        role=Role.AGENT,
        password_hash="-",
    )
    return added.id


def key_of(agent_id: UUID, action: str = "refund", *, rehearsal: bool = False) -> AgentActionKey:
    return AgentActionKey(uuid4(), agent_id, action, rehearsal)


async def test_a_refund_is_made_once_for_each_key(store: SqlStore) -> None:
    talk, who = await enter(store, "rahima"), await agent(store)
    key = key_of(who)
    first = await refund_order(store, talk, DELIVERED, key=key, amount=5_000, reason="late")
    assert await refund_order(store, talk, DELIVERED, key=key, amount=5_000) == first
    assert [refund.amount for refund in await list_refunds(store, talk)].count(5_000) == 1
    line = (await read_history(store, "rahima"))[0]
    assert (line.kind, line.actor) == ("refund_requested", Author.AGENT)
    assert line.facts == {"order": DELIVERED, "amount": 5_000}


async def test_no_more_than_was_paid_goes_back(store: SqlStore) -> None:
    talk, who = await enter(store, "rahima"), await agent(store)
    some = await refund_order(store, talk, DELIVERED, key=key_of(who), amount=1_000)
    rest = await refund_order(store, talk, DELIVERED, key=key_of(who))
    assert some.left == rest.refund.amount
    assert rest.left == 0
    assert some.refund.amount + rest.refund.amount == rest.order.total
    for amount, reason in ((None, "already_refunded"), (1, "already_refunded")):
        with pytest.raises(NotRefundable) as refused:
            await refund_order(store, talk, DELIVERED, key=key_of(who), amount=amount)
        assert refused.value.reason == reason


async def test_what_nobody_paid_is_not_refunded(store: SqlStore) -> None:
    talk, who = await enter(store, "rahima"), await agent(store)
    with pytest.raises(NotRefundable) as refused:
        await refund_order(store, talk, UNPAID, key=key_of(who))
    assert refused.value.reason == "not_paid"


async def test_two_agents_at_once_cannot_send_the_money_twice(store: SqlStore) -> None:
    talk, who = await enter(store, "rahima"), await agent(store)
    tries = (refund_order(store, talk, DELIVERED, key=key_of(who)) for _ in range(4))
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(not isinstance(result, BaseException) for result in results) == 1
    assert sum(isinstance(result, NotRefundable) for result in results) == 3


async def test_a_cancellation_sends_back_only_what_is_left(store: SqlStore) -> None:
    talk, who = await enter(store, "tanvir"), await agent(store)
    granted = await refund_order(store, talk, PAID, key=key_of(who), amount=2_000)
    cancelled = await cancel_order(store, talk, PAID, key=key_of(who, "cancel_order"))
    assert cancelled.refund is not None
    assert cancelled.refund.amount == granted.order.total - 2_000
    again = await cancel_order(store, talk, PAID, key=key_of(who, "cancel_order"))
    assert (again.already, again.refund) == (True, cancelled.refund)


async def test_a_rehearsal_leaves_nothing_behind(store: SqlStore) -> None:
    talk, who = await enter(store, "tanvir"), await agent(store)
    before = (await list_orders(store, talk), await read_history(store, "tanvir"))
    key = key_of(who, "cancel_order", rehearsal=True)
    shown = await cancel_order(store, talk, PAID, key=key)
    assert shown.order.status is OrderStatus.CANCELLED
    assert (await list_orders(store, talk), await read_history(store, "tanvir")) == before
    with pytest.raises(NotCancellable):
        await cancel_order(store, await enter(store, "rahima"), DELIVERED, key=key)
    real = AgentActionKey(key.key, who, "cancel_order")
    assert not (await cancel_order(store, talk, PAID, key=real)).already


async def test_a_key_belongs_to_one_action(store: SqlStore) -> None:
    talk, who = await enter(store, "rahima"), await agent(store)
    key = key_of(who)
    await refund_order(store, talk, DELIVERED, key=key, amount=100)
    other = AgentActionKey(key.key, who, "open_ticket")
    with pytest.raises(KeyUsed):
        await open_ticket(store, talk, key=other, subject="x", kind=TicketKind.OTHER)


async def test_tickets_of_the_customer_alone_are_closed(store: SqlStore) -> None:
    talk, who = await enter(store, "rahima"), await agent(store)
    opened = await open_ticket(
        store, talk, key=key_of(who, "open_ticket"), subject="কোথায়?", kind=TicketKind.DELIVERY
    )
    with pytest.raises(UnknownTicket):
        elsewhere = await enter(store, "tanvir")
        await close_ticket(store, elsewhere, opened.number, key=key_of(who, "close_ticket"))
    closed = await close_ticket(store, talk, opened.number.lower(), key=key_of(who, "close_ticket"))
    assert closed.status is TicketStatus.SOLVED
    await close_ticket(store, talk, opened.number, key=key_of(who, "close_ticket"))
    assert (await newest_kinds(store, talk)).count("ticket_solved") == 1


async def test_an_agent_too_acts_only_for_who_is_proven(store: SqlStore) -> None:
    who = await agent(store)
    with pytest.raises(VerificationNeeded):
        await refund_order(store, await enter(store, None), DELIVERED, key=key_of(who))
    with pytest.raises(UnknownOrder):
        await refund_order(store, await enter(store, "tanvir"), DELIVERED, key=key_of(who))
