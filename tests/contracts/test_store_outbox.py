"""The outbox over both databases: in order, once, and silent after a take-over (G2, G3)."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from crm_store.domain.conversations import Author, IncomingMessage
from crm_store.domain.errors import ConflictingWrite, MessageWithdrawn, TurnLost
from crm_store.domain.identities import Proof
from crm_store.domain.outbox import OutboxItem
from crm_store.domain.turns import Reply
from crm_store.sql import SqlStore
from crm_store.sql.tables import outbox
from crm_store.use_cases.applied_actions import access_party
from crm_store.use_cases.conversation_lists import list_agent_events
from crm_store.use_cases.conversations import accept_message
from crm_store.use_cases.handoffs import Asked, ask_for_person
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.outbox import (
    claim_outbox,
    extend_outbox_lease,
    forget_sent,
    mark_failed,
    mark_part_sent,
    mark_sent,
)
from crm_store.use_cases.ports.conversations import NewConversation
from crm_store.use_cases.ports.outbox import NewOutboxItem
from crm_store.use_cases.ports.people import Identity
from crm_store.use_cases.turns import commit_turn, postpone_turn
from tests.agents import JOINED, LEFT, agent_says, give_back, take_over
from tests.contracts.conftest import Clock
from tests.contracts.conversing import LEASE_S, answer, claim, make_result, make_visitor, yes_or_no

DAY = timedelta(days=1)


async def test_replies_to_a_push_channel_wait_in_order(store: SqlStore) -> None:
    await _answered_on_slack(store, "one", "two")
    first = await _take(store)
    assert (first.text, first.channel, first.account, first.destination) == ("one", "slack", "T1", "U1")
    await mark_sent(store, first, external_id="ts1")
    second = await _take(store)
    assert (second.text, second.attempts, second.author) == ("two", 1, Author.BOT)


async def test_the_web_pulls_and_has_no_outbox(store: SqlStore) -> None:
    await (await make_visitor(store)).write()
    await commit_turn(store, await claim(store), answer("Hi!"), keep_lease=False)
    assert await claim_outbox(store, lease_seconds=LEASE_S) is None


async def test_buttons_travel_with_the_message(store: SqlStore) -> None:
    await _write_on_slack(store)
    await commit_turn(store, await claim(store), make_result(yes_or_no()), keep_lease=False)
    assert [button.title for button in (await _take(store)).buttons] == ["Yes", "No"]


async def test_a_notice_is_sent_too(store: SqlStore) -> None:
    await _write_on_slack(store)
    await postpone_turn(store, await claim(store), retry_after=1, notice=Reply(text="One moment."))
    assert (await _take(store)).text == "One moment."


@pytest.mark.rules("G2")
async def test_the_second_waits_until_the_first_is_out(store: SqlStore) -> None:
    await _answered_on_slack(store, "one", "two")
    await _take(store)
    assert await claim_outbox(store, lease_seconds=LEASE_S) is None


@pytest.mark.rules("G2")
async def test_a_failure_holds_the_line(store: SqlStore, clock: Clock) -> None:
    await _answered_on_slack(store, "one", "two")
    await mark_failed(store, await _take(store), error="ratelimited", retry_after=5)
    assert await claim_outbox(store, lease_seconds=LEASE_S) is None
    clock.advance(5)
    again = await _take(store)
    assert (again.text, again.attempts) == ("one", 2)


async def test_a_dead_letter_lets_the_next_one_pass(store: SqlStore) -> None:
    await _answered_on_slack(store, "one", "two")
    await mark_failed(store, await _take(store), error="channel_not_found", retry_after=None)
    assert (await _take(store)).text == "two"


async def test_one_conversation_does_not_hold_up_another(store: SqlStore) -> None:
    await _answered_on_slack(store, "one", user="U1")
    await _answered_on_slack(store, "two", user="U2")
    taken = {(await _take(store)).text for _ in range(2)}
    assert taken == {"one", "two"}


async def test_senders_may_serve_one_channel_each(store: SqlStore) -> None:
    await _answered_on_slack(store, "one")
    assert await claim_outbox(store, lease_seconds=LEASE_S, channel="telegram") is None
    assert await claim_outbox(store, lease_seconds=LEASE_S, channel="slack") is not None


async def test_after_the_lease_another_sender_takes_it_and_the_first_may_not_mark(
    store: SqlStore, clock: Clock
) -> None:
    await _answered_on_slack(store, "one")
    stopped = await _take(store)
    clock.advance(LEASE_S + 1)
    assert (await _take(store)).attempts == 2
    with pytest.raises(TurnLost):
        await mark_sent(store, stopped, external_id="ts1")
    with pytest.raises(TurnLost):
        await mark_failed(store, stopped, error="timeout", retry_after=1)


async def test_a_sender_that_is_still_at_it_keeps_the_message(store: SqlStore, clock: Clock) -> None:
    await _answered_on_slack(store, "one")
    slow = await _take(store)
    for _ in range(3):
        clock.advance(LEASE_S - 1)
        await extend_outbox_lease(store, slow, lease_seconds=LEASE_S)
    assert await claim_outbox(store, lease_seconds=LEASE_S) is None
    clock.advance(LEASE_S + 1)
    assert (await _take(store)).uncertain == 1
    with pytest.raises(TurnLost):
        await extend_outbox_lease(store, slow, lease_seconds=LEASE_S)


async def test_what_is_sent_is_never_sent_again(store: SqlStore, clock: Clock) -> None:
    await _answered_on_slack(store, "one")
    item = await _take(store)
    await mark_sent(store, item, external_id="ts1")
    clock.advance(LEASE_S + 1)
    assert await claim_outbox(store, lease_seconds=LEASE_S) is None
    with pytest.raises(TurnLost):
        await mark_sent(store, item, external_id="ts1")


@pytest.mark.rules("G3")
async def test_after_a_take_over_nothing_of_the_bot_leaves(store: SqlStore) -> None:
    conversation_id = await _answered_on_slack(store, "one", "two")
    agent = await take_over(store, conversation_id)
    assert await _send_everything(store) == [JOINED]
    await give_back(store, conversation_id, agent)
    assert await _send_everything(store) == [LEFT]


@pytest.mark.rules("G3")
async def test_agents_see_which_words_of_the_bot_did_not_leave(store: SqlStore) -> None:
    conversation_id = await _answered_on_slack(store, "one", "two")
    await mark_sent(store, await _take(store), external_id="ts1")
    await take_over(store, conversation_id)
    await _send_everything(store)
    events = (await list_agent_events(store, conversation_id)).events
    shown = {event.text: (event.suppressed, event.delivery and event.delivery.status) for event in events}
    assert shown["one"] == (False, "sent")
    assert shown["two"] == (True, "failed")


@pytest.mark.rules("G3")
async def test_what_is_left_of_a_message_is_withdrawn_when_a_person_takes_over(store: SqlStore) -> None:
    conversation_id = await _answered_on_slack(store, "long")
    item = await _take(store)
    await mark_part_sent(store, item, ("ts1",), lease_seconds=LEASE_S)
    await take_over(store, conversation_id)
    with pytest.raises(MessageWithdrawn):
        await mark_part_sent(store, item, ("ts1", "ts2"), lease_seconds=LEASE_S)
    assert await _send_everything(store) == [JOINED]
    long = (await list_agent_events(store, conversation_id)).events[1]
    assert (long.suppressed, long.delivery and long.delivery.status) == (False, "partly")


@pytest.mark.rules("G3")
async def test_a_part_that_waited_for_its_retry_is_withdrawn_too(store: SqlStore) -> None:
    conversation_id = await _answered_on_slack(store, "long")
    item = await _take(store)
    await mark_part_sent(store, item, ("ts1",), lease_seconds=LEASE_S)
    await mark_failed(store, item, error="503", retry_after=0)
    await take_over(store, conversation_id)
    assert await _send_everything(store) == [JOINED]
    long = (await list_agent_events(store, conversation_id)).events[1]
    assert (long.suppressed, long.delivery and long.delivery.status) == (False, "partly")


async def test_what_arrived_long_ago_is_forgotten_in_batches_and_the_rest_stays(
    store: SqlStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm_store.use_cases.outbox.FORGOTTEN_AT_ONCE", 2)
    conversation_id = await _answered_on_slack(store, "one", "two", "three", "lost")
    for _ in range(3):
        await mark_sent(store, await _take(store), external_id="ts")
    await mark_failed(store, await _take(store), error="gone", retry_after=None)
    assert await forget_sent(store, kept=DAY) is None
    assert await _outbox_size(store) == 4
    clock.advance(DAY.total_seconds() + 1)
    await _answered_on_slack(store, "new", user="U2")
    reached = await forget_sent(store, kept=DAY)
    assert reached is not None
    assert await _outbox_size(store) == 3
    assert await forget_sent(store, kept=DAY, after=reached) is not None
    assert await forget_sent(store, kept=DAY, after=reached + 2) is None
    assert await _outbox_size(store) == 2
    events = (await list_agent_events(store, conversation_id)).events
    assert [event.delivery and event.delivery.status for event in events] == [
        None,
        "sent",
        "sent",
        "sent",
        "failed",
    ]


async def _outbox_size(store: SqlStore) -> int:
    async with store.begin() as uow:
        count = sa.select(sa.func.count()).select_from(outbox)
        return int((await uow.connection.execute(count)).scalar_one())


async def test_an_agents_message_leaves_after_what_the_customer_was_told(store: SqlStore) -> None:
    conversation_id = await _answered_on_slack(store, "one")
    agent = await take_over(store, conversation_id)
    await agent_says(store, conversation_id, agent, "Let me see.")
    await give_back(store, conversation_id, agent)
    assert await _send_everything(store) == [JOINED, "Let me see.", LEFT]


async def test_an_agents_message_says_whose_it_is(store: SqlStore) -> None:
    conversation_id = await _answered_on_slack(store)
    agent = await take_over(store, conversation_id)
    await agent_says(store, conversation_id, agent, "Let me see.")
    await mark_sent(store, await _take(store), external_id="ts1")  # that somebody joined
    said = await _take(store)
    assert said.agent is not None
    assert (said.agent.name, said.agent.name_bn) == ("Farhana", "ফারহানা")


async def test_asking_for_a_person_keeps_back_nothing_of_the_bot(store: SqlStore) -> None:
    conversation_id = await _answered_on_slack(store, "one", "two")
    async with store.begin() as uow:
        party = await access_party(uow, conversation_id, lock=True)
        await ask_for_person(uow, party, Asked("asked", None, Author.CUSTOMER, {}))
        await uow.commit()
    assert await _send_everything(store) == ["one", "two"]


async def _send_everything(store: SqlStore) -> list[str | None]:
    sent = []
    while (item := await claim_outbox(store, lease_seconds=LEASE_S)) is not None:
        await mark_sent(store, item, external_id=None)
        sent.append(item.text)
    return sent


@pytest.mark.rules("G1")
async def test_one_reply_has_one_place_in_the_outbox(store: SqlStore) -> None:
    await _answered_on_slack(store, "one")
    item = await _take(store)
    copy = NewOutboxItem(
        conversation_id=item.conversation_id,
        message_id=item.message_id,
        in_reply_to=await _in_reply_to(store, item),
        ordinal=0,
        channel="slack",
        account="T1",
        author=Author.BOT,
        epoch=0,
    )
    with pytest.raises(ConflictingWrite):
        async with store.begin() as uow:
            await uow.outbox.add([copy], uow.now)
            await uow.commit()


async def test_many_senders_never_get_the_same_message(store: SqlStore) -> None:
    for n in range(10):
        await _answered_on_slack(store, f"to {n}", user=f"U{n}")
    taken = await asyncio.gather(*(claim_outbox(store, lease_seconds=LEASE_S) for _ in range(10)))
    texts = [item.text for item in taken if item is not None]
    assert len(texts) == len(set(texts))
    while (item := await claim_outbox(store, lease_seconds=LEASE_S)) is not None:
        texts.append(item.text)
    assert sorted(str(text) for text in texts) == [f"to {n}" for n in range(10)]


async def _take(store: SqlStore) -> OutboxItem:
    item = await claim_outbox(store, lease_seconds=LEASE_S)
    assert item is not None
    return item


async def _answered_on_slack(store: SqlStore, *replies: str, user: str = "U1") -> UUID:
    conversation_id = await _write_on_slack(store, user=user)
    turn = await claim(store, conversation_id)
    await commit_turn(store, turn, answer(*replies), keep_lease=False)
    return conversation_id


async def _write_on_slack(store: SqlStore, *, user: str = "U1") -> UUID:
    identity = Identity(new_id(), "slack", "T1", user, Proof.SIGNED, customer_id=None)
    conversation = NewConversation(new_id(), "slack", "T1", identity.id, customer_id=None)
    async with store.begin() as uow:
        await uow.identities.add(identity, uow.now)
        await uow.conversations.add(conversation, uow.now)
        await uow.commit()
    incoming = IncomingMessage("slack", "T1", identity.id, conversation.id, f"C1:{user}", "hello", None)
    await accept_message(store, incoming)
    return conversation.id


async def _in_reply_to(store: SqlStore, item: OutboxItem) -> UUID | None:
    async with store.read() as uow:
        events = await uow.messages.list_events(item.conversation_id, 0, 10)
    return next(event.in_reply_to for event in events if event.id == item.message_id)
