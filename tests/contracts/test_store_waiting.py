"""Waiting for a person: the queue, who is there, taking a request back, being answered elsewhere."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from crm_store.domain.agent_events import AgentEvent
from crm_store.domain.agents import GONE_AFTER_S
from crm_store.domain.conversations import Author
from crm_store.domain.handoffs import HandoffReason
from crm_store.domain.identities import Proof
from crm_store.domain.waiting import AnswersTo
from crm_store.sql import SqlStore
from crm_store.sql.tables import agent_presence, customers
from crm_store.use_cases import handling
from crm_store.use_cases.applied_actions import ActionKey
from crm_store.use_cases.conversation_lists import Asker, list_agent_events, read_conversation
from crm_store.use_cases.conversations import list_events
from crm_store.use_cases.handoffs import request_handoff
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.outbox import claim_outbox, mark_failed, mark_sent
from crm_store.use_cases.ports.conversations import NewConversation
from crm_store.use_cases.ports.people import Identity
from crm_store.use_cases.waiting import (
    leave_message,
    list_ways_to_answer,
    read_waiting,
    withdraw_request,
)
from tests.agents import agent_says, give_back, make_agent, take_over, take_over_by
from tests.contracts.conftest import Clock
from tests.contracts.conversing import LEASE_S, Visitor, make_customer, make_visitor


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


async def linked_slack(store: SqlStore, visitor: Visitor, proof: Proof = Proof.SIGNED) -> UUID:
    """The same customer, known on Slack as well."""
    async with store.begin() as uow:
        party = await uow.customers.find_party(visitor.conversation_id)
        assert party is not None
        identity = Identity(new_id(), "slack", "T1", "U1", proof, party.customer_id)
        talk = NewConversation(new_id(), "slack", "T1", identity.id, customer_id=party.customer_id)
        await uow.identities.add(identity, uow.now)
        await uow.conversations.add(talk, uow.now)
        await uow.commit()
    return talk.id


async def leaves(store: SqlStore, visitor: Visitor, way: str, *, mails: bool = False) -> None:
    await leave_message(
        store,
        visitor.conversation_id,
        key=await key_of(visitor),
        text="The cup is broken",
        answer_at=way,
        summary={},
        mails=mails,
    )


async def test_an_answer_reaches_the_linked_channel_that_was_chosen(store: SqlStore) -> None:
    visitor = await make_customer(store)
    slack = await linked_slack(store, visitor)
    ways = [way.key for way in await list_ways_to_answer(store, visitor.conversation_id)]
    assert ways[:2] == ["chat", "channel:slack"]
    await leaves(store, visitor, "channel:slack")
    agent = await take_over(store, visitor.conversation_id)
    await agent_says(store, visitor.conversation_id, agent, "A new one is on its way.")
    said = await list_events(store, slack, after_seq=0)
    assert [(event.author, event.text) for event in said] == [(Author.AGENT, "A new one is on its way.")]
    item = await claim_outbox(store, lease_seconds=LEASE_S)
    assert item is not None
    assert (item.channel, item.destination, item.text) == ("slack", "U1", "A new one is on its way.")


async def test_an_answer_stays_where_it_was_asked_for(store: SqlStore) -> None:
    visitor = await make_customer(store)
    slack = await linked_slack(store, visitor)
    await leaves(store, visitor, "chat")
    agent = await take_over(store, visitor.conversation_id)
    await agent_says(store, visitor.conversation_id, agent, "A new one is on its way.")
    assert await list_events(store, slack, after_seq=0) == []


@pytest.mark.rules("G5")
async def test_an_unproven_channel_is_neither_offered_nor_answered(store: SqlStore) -> None:
    visitor = await make_customer(store)
    slack = await linked_slack(store, visitor, Proof.CLAIMED)
    ways = [way.key for way in await list_ways_to_answer(store, visitor.conversation_id)]
    assert "channel:slack" not in ways
    await leaves(store, visitor, "channel:slack")
    agent = await take_over(store, visitor.conversation_id)
    await agent_says(store, visitor.conversation_id, agent, "A new one is on its way.")
    assert await list_events(store, slack, after_seq=0) == []


async def also_in_public(store: SqlStore, visitor: Visitor, *, channel: str) -> UUID:
    """They have written to us where others read along, and that was last."""
    async with store.begin() as uow:
        party = await uow.customers.find_party(visitor.conversation_id)
        assert party is not None
        identity = Identity(new_id(), channel, "A1", "U7", Proof.SIGNED, party.customer_id)
        there = NewConversation(
            new_id(),
            channel,
            "A1",
            identity.id,
            customer_id=party.customer_id,
            place="C1:1.0",
            is_public=True,
        )
        await uow.identities.add(identity, uow.now)
        await uow.conversations.add(there, uow.now + timedelta(minutes=1))
        await uow.commit()
    return there.id


@pytest.mark.rules("CH6")
async def test_an_answer_is_never_said_where_others_read_along(store: SqlStore) -> None:
    visitor = await make_customer(store)
    slack = await linked_slack(store, visitor)
    thread = await also_in_public(store, visitor, channel="slack")
    await leaves(store, visitor, "channel:slack")
    agent = await take_over(store, visitor.conversation_id)
    await agent_says(store, visitor.conversation_id, agent, "A new one is on its way.")
    assert await list_events(store, thread, after_seq=0) == []
    assert [event.text for event in await list_events(store, slack, after_seq=0)] == [
        "A new one is on its way."
    ]


@pytest.mark.rules("CH6")
async def test_a_channel_used_only_in_public_is_not_offered(store: SqlStore) -> None:
    visitor = await make_customer(store)
    await also_in_public(store, visitor, channel="telegram")
    ways = [way.key for way in await list_ways_to_answer(store, visitor.conversation_id)]
    assert "channel:telegram" not in ways


async def reachable(store: SqlStore) -> Visitor:
    """A customer of whom a mail address and a phone number are on file."""
    visitor = await make_customer(store)
    async with store.begin() as uow:
        contact = {"email": "rahima@example.com", "phone": "+8801711000111"}
        await uow.connection.execute(customers.update().values(**contact))
        await uow.commit()
    return visitor


async def test_an_answer_is_mailed_to_who_chose_that(store: SqlStore) -> None:
    visitor = await reachable(store)
    await leaves(store, visitor, "email", mails=True)
    agent = await take_over(store, visitor.conversation_id)
    await agent_says(store, visitor.conversation_id, agent, "A new one is on its way.")
    letter = await claim_outbox(store, lease_seconds=LEASE_S, channel="email")
    assert letter is not None
    assert (letter.text, letter.author) == ("A new one is on its way.", Author.AGENT)
    assert letter.address["to"] == "rahima@example.com"
    assert letter.address["asked"] == "The cup is broken"
    assert letter.agent is not None
    [said] = [event for event in await events_of(store, visitor) if event.author == "agent"]
    assert said.mail is not None
    assert (said.mail.status, said.mail.to) == ("stored", "rahima@example.com")
    assert said.delivery is not None
    assert said.delivery.status == "stored", "the chat itself is another way"
    await mark_failed(store, letter, error="SMTPDataError 554", retry_after=None)
    [said] = [event for event in await events_of(store, visitor) if event.author == "agent"]
    assert said.mail is not None
    assert (said.mail.status, said.mail.error) == ("failed", "SMTPDataError 554")


async def events_of(store: SqlStore, visitor: Visitor) -> Sequence[AgentEvent]:
    return (await list_agent_events(store, visitor.conversation_id)).events


@pytest.mark.parametrize(("way", "mails"), [("email", False), ("phone", True), ("chat", True)])
async def test_nothing_is_mailed_that_was_not_promised(store: SqlStore, way: str, mails: bool) -> None:
    visitor = await reachable(store)
    await leaves(store, visitor, way, mails=mails)
    agent = await take_over(store, visitor.conversation_id)
    await agent_says(store, visitor.conversation_id, agent, "A new one is on its way.")
    assert await claim_outbox(store, lease_seconds=LEASE_S, channel="email") is None


async def test_once_given_back_answers_are_mailed_no_more(store: SqlStore) -> None:
    visitor = await reachable(store)
    await leaves(store, visitor, "email", mails=True)
    agent = await take_over(store, visitor.conversation_id)
    await give_back(store, visitor.conversation_id, agent)
    await take_over_by(store, visitor.conversation_id, agent)
    await agent_says(store, visitor.conversation_id, agent, "About something else.")
    assert await claim_outbox(store, lease_seconds=LEASE_S, channel="email") is None


@pytest.mark.rules("G2")
async def test_letters_of_a_conversation_keep_their_order_and_hold_up_no_chat(store: SqlStore) -> None:
    visitor = await reachable(store)
    await leaves(store, visitor, "email", mails=True)
    agent = await take_over(store, visitor.conversation_id)
    await agent_says(store, visitor.conversation_id, agent, "First.")
    await agent_says(store, visitor.conversation_id, agent, "Second.")
    first = await claim_outbox(store, lease_seconds=LEASE_S, channel="email")
    assert first is not None
    assert await claim_outbox(store, lease_seconds=LEASE_S, channel="email") is None
    await mark_sent(store, first)
    second = await claim_outbox(store, lease_seconds=LEASE_S, channel="email")
    assert second is not None
    assert (first.text, second.text) == ("First.", "Second.")


@pytest.mark.rules("G7")
async def test_who_is_erased_gets_no_letter(store: SqlStore) -> None:
    visitor = await reachable(store)
    await leaves(store, visitor, "email", mails=True)
    agent = await take_over(store, visitor.conversation_id)
    await agent_says(store, visitor.conversation_id, agent, "A new one is on its way.")
    async with store.begin() as uow:
        party = await uow.customers.find_party(visitor.conversation_id)
        assert party is not None
        await uow.connection.execute(customers.delete().where(customers.c.id == party.customer_id))
        await uow.commit()
    assert await claim_outbox(store, lease_seconds=LEASE_S, channel="email") is None


async def test_agents_see_where_else_the_answer_shall_go(store: SqlStore) -> None:
    visitor = await reachable(store)
    await leaves(store, visitor, "email", mails=True)
    agent = await take_over(store, visitor.conversation_id)
    opened = await read_conversation(store, visitor.conversation_id, Asker(agent.id))
    assert opened.answers_to == AnswersTo("email", "rahima@example.com", mailed=True)
