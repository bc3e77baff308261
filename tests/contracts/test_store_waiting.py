"""Waiting for a person: places in the queue, who is there, how long it takes, taking the request back."""

from datetime import timedelta
from uuid import uuid4

from crm_store.domain.agents import GONE_AFTER_S
from crm_store.domain.handoffs import HandoffReason
from crm_store.sql import SqlStore
from crm_store.sql.tables import agent_presence
from crm_store.use_cases import handling
from crm_store.use_cases.applied_actions import ActionKey
from crm_store.use_cases.handoffs import request_handoff
from crm_store.use_cases.waiting import read_waiting, withdraw_request
from tests.agents import make_agent
from tests.contracts.conftest import Clock
from tests.contracts.conversing import Visitor, make_visitor


async def key_of(visitor: Visitor) -> ActionKey:
    message = await visitor.write("a person please")
    return ActionKey(message.id, "action_request_handoff", 0)


async def asks(store: SqlStore, reason: HandoffReason = HandoffReason.ASKED) -> Visitor:
    visitor = await make_visitor(store)
    await request_handoff(
        store, visitor.conversation_id, key=await key_of(visitor), reason=reason, summary={}
    )
    return visitor


async def is_there(store: SqlStore, clock: Clock) -> None:
    agent = await make_agent(store)
    async with store.begin() as uow:
        row = {"connection_id": uuid4(), "agent_id": agent.id, "node": "n", "opened_at": uow.now}
        await uow.connection.execute(agent_presence.insert().values(**row, last_seen=uow.now))
        await uow.commit()


async def test_who_asked_first_stands_first(store: SqlStore, clock: Clock) -> None:
    first = await asks(store)
    clock.advance(5)
    second = await asks(store)
    places = [(await read_waiting(store, each.conversation_id)).place for each in (first, second)]
    assert places == [1, 2]


async def test_who_does_not_wait_has_no_place(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    waiting = await read_waiting(store, visitor.conversation_id)
    assert (waiting.place, waiting.minutes, waiting.present) == (None, None, 0)


async def test_an_agent_counts_as_there_until_their_connection_is_gone(store: SqlStore, clock: Clock) -> None:
    visitor = await asks(store)
    await is_there(store, clock)
    assert (await read_waiting(store, visitor.conversation_id)).present == 1
    clock.advance(GONE_AFTER_S + 1)
    assert (await read_waiting(store, visitor.conversation_id)).present == 0


async def test_the_usual_wait_is_what_others_waited(store: SqlStore, clock: Clock) -> None:
    visitor = await asks(store)
    clock.advance(timedelta(minutes=7).total_seconds())
    agent = await make_agent(store)
    await handling.claim(store, visitor.conversation_id, agent_id=agent.id)
    other = await asks(store)
    assert (await read_waiting(store, other.conversation_id)).minutes == 7


async def test_a_request_is_taken_back_once(store: SqlStore) -> None:
    visitor = await asks(store)
    key = await key_of(visitor)
    assert await withdraw_request(store, visitor.conversation_id, key=key)
    assert await withdraw_request(store, visitor.conversation_id, key=key), "a repeat answers the same"
    assert not await withdraw_request(store, visitor.conversation_id, key=await key_of(visitor))


async def test_what_a_person_has_is_not_taken_back(store: SqlStore) -> None:
    visitor = await asks(store)
    agent = await make_agent(store)
    await handling.claim(store, visitor.conversation_id, agent_id=agent.id)
    assert not await withdraw_request(store, visitor.conversation_id, key=await key_of(visitor))
