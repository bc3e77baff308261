"""Asking for a person; on both databases."""

from datetime import UTC, datetime

import pytest

from crm_store.domain.errors import UnknownConversation
from crm_store.domain.handoffs import HandoffReason
from crm_store.domain.identities import Proof
from crm_store.sql import SqlStore
from crm_store.use_cases.applied_actions import ActionKey
from crm_store.use_cases.handoffs import request_handoff, when_people_are_there
from tests.contracts.conftest import Clock
from tests.contracts.shop.visitors import act, enter, fetch, newest_kinds

STATUS = "SELECT status, owner, epoch FROM conversations WHERE id = :conversation"


async def test_asking_opens_the_conversation_for_people_and_leaves_it_to_the_bot(store: SqlStore) -> None:
    arif = await enter(store, "arif")

    asked = await request_handoff(
        store, arif, key=await act(store, arif), reason=HandoffReason.ASKED, summary={"topic": "orders"}
    )

    assert not asked.already
    [conversation] = await fetch(store, STATUS, conversation=arif)
    assert tuple(conversation) == ("open", "bot", 1)
    assert await newest_kinds(store, arif) == ["handoff_requested"]


async def test_asking_twice_opens_one(store: SqlStore) -> None:
    arif = await enter(store, "arif")
    first = await request_handoff(
        store, arif, key=await act(store, arif), reason=HandoffReason.ASKED, summary={}
    )

    again = await request_handoff(
        store, arif, key=await act(store, arif), reason=HandoffReason.COMPLAINT, summary={}
    )

    assert again.already
    assert again.handoff == first.handoff
    assert await newest_kinds(store, arif) == ["handoff_requested"]


async def test_running_the_action_again_answers_as_the_first_time(store: SqlStore) -> None:
    arif = await enter(store, "arif")
    key = await act(store, arif)
    first = await request_handoff(store, arif, key=key, reason=HandoffReason.ASKED, summary={})

    assert await request_handoff(store, arif, key=key, reason=HandoffReason.ASKED, summary={}) == first


@pytest.mark.parametrize(("ref", "proof"), [(None, Proof.NONE), ("arif", Proof.CLAIMED)])
async def test_anybody_may_ask_and_nobody_unproven_is_taken_for_a_customer(
    store: SqlStore, ref: str | None, proof: Proof
) -> None:
    visitor = await enter(store, ref, proof)

    await request_handoff(
        store, visitor, key=await act(store, visitor), reason=HandoffReason.ASKED, summary={}
    )

    handoffs = await fetch(
        store, "SELECT customer_id FROM handoffs WHERE conversation_id = :conversation", conversation=visitor
    )
    history = await fetch(
        store,
        "SELECT customer_id FROM interactions WHERE conversation_id = :conversation",
        conversation=visitor,
    )
    assert [row.customer_id for row in (*handoffs, *history)] == [None, None]


async def test_the_answer_says_when_people_are_there(store: SqlStore, clock: Clock) -> None:
    clock.time = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # Friday, ten in the morning in Dhaka
    john = await enter(store, "john")

    asked = await request_handoff(
        store, john, key=await act(store, john), reason=HandoffReason.ASKED, summary={}
    )

    assert not asked.hours.open_now
    assert asked.hours.opens_at == datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    assert asked.hours == when_people_are_there(clock.time)


async def test_a_message_of_another_conversation_is_no_reason(store: SqlStore) -> None:
    arif, john = await enter(store, "arif"), await enter(store, "john")
    johns_key: ActionKey = await act(store, john)

    with pytest.raises(UnknownConversation):
        await request_handoff(store, arif, key=johns_key, reason=HandoffReason.ASKED, summary={})
