"""What may have been misunderstood is kept with the turn, masked, and goes with its conversation."""

from dataclasses import replace

import pytest

from crm_store.domain.errors import TurnLost
from crm_store.domain.review import ReviewReason
from crm_store.sql import SqlStore
from crm_store.sql.tables import conversations
from crm_store.use_cases.review import list_review_candidates, mark_exported
from crm_store.use_cases.turns import commit_turn, hand_over_turn
from tests.contracts.conversing import Visitor, answer, claim, make_customer, make_visitor


async def say(
    visitor: Visitor, text: str, *, review: ReviewReason | None = None, **understood: object
) -> None:
    """One turn about `text`."""
    await visitor.write(text)
    understanding = {"intent": "inform", "confidence": 0.9, "language": "en", "model": "m1", **understood}
    result = replace(answer("ok"), understanding=understanding)
    turn = await claim(visitor.store, visitor.conversation_id)
    await commit_turn(visitor.store, turn, result, keep_lease=False, review=review)


async def kept(store: SqlStore, *, exported_too: bool = False) -> list[str]:
    candidates = await list_review_candidates(store, exported_too=exported_too, limit=100)
    return [candidate.text for candidate in candidates]


async def test_an_ordinary_turn_keeps_nothing(store: SqlStore) -> None:
    await say(await make_visitor(store), "where is my order")
    assert await kept(store) == []


async def test_a_message_not_understood_is_kept_with_what_it_was_taken_for(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    ranking = [
        {"intent": "nlu_fallback", "confidence": 0.4},
        {"intent": "track_order", "confidence": 0.31234},
    ]
    await say(
        visitor,
        "KT-10234 er ki holo",
        review=ReviewReason.NOT_UNDERSTOOD,
        ranking=ranking,
        language="bn-Latn",
    )
    [candidate] = await list_review_candidates(store, limit=100)
    assert candidate.text == "<order> er ki holo"
    assert (candidate.likeliest, candidate.guesses[0].confidence) == ("track_order", 0.312)
    assert (candidate.language, candidate.reason, candidate.model) == (
        "bn-Latn",
        ReviewReason.NOT_UNDERSTOOD,
        "m1",
    )
    assert candidate.conversation_id == visitor.conversation_id


async def test_a_correction_keeps_the_message_it_corrects_too(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await say(visitor, "cancel it")
    await say(visitor, "no, i meant the newsletter", review=ReviewReason.CORRECTED)
    assert await kept(store) == ["cancel it", "no, i meant the newsletter"]


async def test_asking_for_a_person_keeps_what_was_written_before(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await say(visitor, "the zip is broken")
    await say(visitor, "get me a human", review=ReviewReason.PERSON_ASKED)
    assert await kept(store) == ["the zip is broken"]


async def test_asking_for_a_person_at_once_keeps_nothing(store: SqlStore) -> None:
    await say(await make_visitor(store), "human please", review=ReviewReason.PERSON_ASKED)
    assert await kept(store) == []


async def test_the_customers_name_is_masked(store: SqlStore) -> None:
    await say(await make_customer(store), "rahima bolchi", review=ReviewReason.NOT_UNDERSTOOD)
    assert await kept(store) == ["<name> bolchi"]


async def test_an_outage_is_nothing_to_learn_from(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write("hello")
    await hand_over_turn(store, await claim(store), reason="failure", reply=answer("Sorry").replies[0])
    assert await kept(store) == []


async def test_what_is_marked_is_not_listed_again(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    for text in ("first", "second"):
        await say(visitor, text, review=ReviewReason.NOT_UNDERSTOOD)
    [first, _] = await list_review_candidates(store, limit=100)
    await mark_exported(store, [first.id])
    assert await kept(store) == ["second"]
    assert await kept(store, exported_too=True) == ["first", "second"]


async def test_an_erased_conversation_leaves_no_candidate(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await say(visitor, "xyz", review=ReviewReason.NOT_UNDERSTOOD)
    async with store.begin() as uow:
        await uow.connection.execute(conversations.delete())
        await uow.commit()
    assert await kept(store) == []


async def test_a_failed_commit_keeps_nothing(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write("xyz")
    turn = await claim(store)
    lost = replace(turn, lease_token=turn.conversation_id)
    with pytest.raises(TurnLost):
        await commit_turn(store, lost, answer("ok"), keep_lease=False, review=ReviewReason.NOT_UNDERSTOOD)
    assert await kept(store) == []
