"""The card an agent sees first; on both databases."""

from uuid import UUID, uuid4

import pytest

from crm_store.domain.errors import UnknownConversation
from crm_store.domain.handoffs import HandoffReason
from crm_store.domain.identities import Proof
from crm_store.sql import SqlStore
from crm_store.use_cases.applied_actions import ActionKey, AgentActionKey
from crm_store.use_cases.handoff_cards import build_card
from crm_store.use_cases.handoffs import request_handoff
from crm_store.use_cases.orders import cancel_order
from crm_store.use_cases.refunds import refund_order
from tests.agents import make_agent
from tests.contracts.shop.talking import ask_for_person, slots, talk, write
from tests.contracts.shop.visitors import enter, fetch, nobody

ANGRY = {"level": "angry", "score": -0.9, "because": "capitals"}
CALM = {"level": "calm", "score": 0.1, "because": None}


async def test_the_card_says_who_asks_and_what_for_in_both_languages(store: SqlStore) -> None:
    rahima = await enter(store, "rahima")
    await talk(
        store,
        rahima,
        "where is KT-10234?",
        "track_order",
        action="action_track_order",
        entities={"order_number": "KT-10234"},
    )
    await ask_for_person(store, rahima)

    card = await build_card(store, rahima)

    assert (card.who.name, card.who.verified, card.who.proof, card.who.tier) == (
        "Rahima Khatun",
        True,
        "signed",
        "gold",
    )
    assert card.wants is not None
    assert card.wants.en.startswith("Wants to know where KT-10234 (")
    assert card.wants.en.endswith("late) is.")
    assert card.wants.bn.startswith("KT-10234 (")
    assert card.wants.bn.endswith("কোথায় আছে জানতে চান।")
    assert card.last_words == "a person, please"


async def test_the_last_matter_counts_not_the_wish_for_a_person(store: SqlStore) -> None:
    shirin = await enter(store, "shirin")
    await talk(store, shirin, "how long does delivery take", "delivery_period")
    await talk(
        store,
        shirin,
        "i want my money back for KT-10188",
        "get_refund",
        entities={"order_number": "KT-10188"},
    )
    await talk(store, shirin, "this is terrible", "complaint")

    card = await build_card(store, shirin)

    assert card.wants is not None
    assert card.wants.en.startswith("Wants a refund for KT-10188 (")


async def test_the_form_under_way_tells_what_is_wanted_and_what_was_given(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")
    state = slots(
        "change_address_form",
        order_number="KT-10301",
        new_address={"line": "House 7", "area": "Banani", "city": "Dhaka", "postcode": None, "phone": None},
        address_confirmed=None,
    )
    await talk(store, tanvir, "send it to my office", "change_shipping_address", state=state)
    await talk(store, tanvir, "what does delivery cost?", "delivery_options", state=state)

    card = await build_card(store, tanvir)

    assert card.form == "change_address"
    assert card.wants is not None
    assert "KT-10301" in card.wants.en
    assert "another address" in card.wants.en
    given = {item.name: (item.label_bn, item.value) for item in card.collected}
    assert given == {
        "order_number": ("অর্ডার", "KT-10301"),
        "new_address": ("নতুন ঠিকানা", "House 7, Banani, Dhaka"),
    }
    step = card.next_steps[0]
    assert (step.action, step.body["order_number"], step.body["address"]["area"]) == (
        "change_address",
        "KT-10301",
        "Banani",
    )


async def test_what_the_bot_tried_and_whether_it_helped(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")
    await talk(store, tanvir, "where is it", "track_order", action="action_track_order")
    await talk(store, tanvir, "but where is it", "track_order", action="action_track_order")
    message = await talk(store, tanvir, "cancel KT-10301", "cancel_order", action="action_cancel_order")
    await cancel_order(store, tanvir, "KT-10301", key=ActionKey(message, "action_cancel_order", 0))
    await talk(store, tanvir, "qwertz", "out_of_scope", action="action_fall_back")

    card = await build_card(store, tanvir)

    assert [(attempt.en, attempt.worked) for attempt in card.tried] == [
        ("Said where the order is", True),
        ("KT-10301 was cancelled", True),
        ("Did not understand", False),
    ]
    assert all(attempt.bn for attempt in card.tried)


async def test_an_answer_that_had_to_be_asked_for_again_did_not_help(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")
    await talk(store, tanvir, "where is it", "track_order", action="action_track_order")
    await talk(store, tanvir, "you are useless", "complaint")

    [attempt] = (await build_card(store, tanvir)).tried

    assert not attempt.worked


async def test_the_mood_and_where_it_is_going(store: SqlStore) -> None:
    arif = await enter(store, "arif")
    for mood in (CALM, CALM, ANGRY, ANGRY):
        await talk(store, arif, "hello", "greet", mood=mood)

    mood_now = (await build_card(store, arif)).mood

    assert mood_now is not None
    assert (mood_now.level, mood_now.trend) == ("angry", "worse")
    assert mood_now.because is not None
    assert mood_now.because.en == "writes in capitals, 2 messages in a row"


async def test_no_mood_was_measured(store: SqlStore) -> None:
    arif = await enter(store, "arif")
    await talk(store, arif, "hello", "greet")
    assert (await build_card(store, arif)).mood is None


async def test_the_gravest_facts_come_first(store: SqlStore) -> None:
    arif = await enter(store, "arif")

    facts = (await build_card(store, arif)).facts

    assert [fact.kind for fact in facts][:3] == ["at_risk", "last_rating", "open_ticket"]
    rating = next(fact for fact in facts if fact.kind == "last_rating")
    assert rating.en.startswith("Last rating: 1 of 5, 2 weeks ago: “The cooker")
    assert rating.bn.startswith("শেষ রেটিং: ৫-এ ১, ২ সপ্তাহ আগে")


async def test_a_late_order_is_a_fact_with_its_number(store: SqlStore) -> None:
    facts = (await build_card(store, await enter(store, "rahima"))).facts
    late = next(fact for fact in facts if fact.kind == "late_order")
    assert late.ref == "KT-10234"
    assert late.severity in {"warning", "danger"}


async def test_a_refund_is_one_click_away(store: SqlStore) -> None:
    shirin = await enter(store, "shirin")
    await talk(store, shirin, "money back for KT-10270", "get_refund", entities={"order_number": "KT-10270"})

    step = (await build_card(store, shirin)).next_steps[0]

    assert (step.action, step.body["order_number"]) == ("refund", "KT-10270")
    assert step.label.bn == "KT-10270 অর্ডারের টাকা ফেরত দিন"


async def test_what_was_refunded_here_is_not_offered_again(store: SqlStore) -> None:
    shirin = await enter(store, "shirin")
    await talk(store, shirin, "money back for KT-10270", "get_refund", entities={"order_number": "KT-10270"})
    agent = await make_agent(store)
    key = AgentActionKey(uuid4(), agent.id, "refund")
    await refund_order(store, shirin, "KT-10270", key=key, amount=125_000)
    assert "refund" not in [step.action for step in (await build_card(store, shirin)).next_steps]


async def test_somebody_elses_order_is_not_told(store: SqlStore) -> None:
    mitali = await enter(store, "mitali")
    await talk(store, mitali, "KT-10234?", "track_order", entities={"order_number": "KT-10234"})

    wants = (await build_card(store, mitali)).wants

    assert wants is not None
    assert wants.en == "Wants to know where KT-10234 is."


@pytest.mark.parametrize(("ref", "proof"), [(None, Proof.NONE), ("arif", Proof.CLAIMED)])
async def test_whoever_is_not_proven_gets_no_step_that_touches_a_customer(
    store: SqlStore, ref: str | None, proof: Proof
) -> None:
    visitor = await enter(store, ref, proof)
    await talk(store, visitor, "refund KT-10205", "get_refund", entities={"order_number": "KT-10205"})

    card = await build_card(store, visitor)

    assert not card.who.verified
    assert card.who.proof == "none"
    assert card.next_steps == ()


async def test_the_hand_over_keeps_the_card_of_its_first_moment(store: SqlStore) -> None:
    john = await enter(store, "john")
    await talk(store, john, "how can i pay", "check_payment_methods")
    await ask_for_person(store, john)

    [row] = await fetch(store, "SELECT summary FROM handoffs WHERE conversation_id = :of", of=john)

    assert "Asks how to pay." in str(row.summary)


async def test_whoever_asks_for_a_person_at_once_has_not_said_why(store: SqlStore) -> None:
    john = await enter(store, "john")
    message = await write(store, john, "a person, please")  # its turn is not committed yet
    await request_handoff(
        store,
        john,
        key=ActionKey(message, "action_request_handoff", 0),
        reason=HandoffReason.ASKED,
        summary={},
    )

    [row] = await fetch(store, "SELECT summary FROM handoffs WHERE conversation_id = :of", of=john)

    assert "has not said why" in str(row.summary)


async def test_an_unknown_conversation_has_no_card(store: SqlStore) -> None:
    with pytest.raises(UnknownConversation):
        await build_card(store, nobody())


async def test_a_damaged_state_only_costs_what_it_remembered(store: SqlStore) -> None:
    john: UUID = await enter(store, "john")
    broken = {"v": 1, "events": ["?", {"e": "slot"}, {"e": "active_loop", "n": 7}]}
    await talk(store, john, "hi", "greet", state=broken)
    assert (await build_card(store, john)).collected == ()
