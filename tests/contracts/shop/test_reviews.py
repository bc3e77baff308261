"""Reviews; on both databases."""

import pytest

from crm_store.domain.errors import VerificationNeeded
from crm_store.sql import SqlStore
from crm_store.sql.queries.facts import read_facts
from crm_store.use_cases.reviews import MAX_COMMENT, leave_review
from tests.contracts.shop.visitors import act, enter, fetch, newest_kinds


async def test_a_review_is_the_last_rating_among_the_facts(store: SqlStore) -> None:
    rahima = await enter(store, "rahima")

    review = await leave_review(store, rahima, key=await act(store, rahima), rating=2, comment=" slow ")

    async with store.read() as uow:
        facts = await read_facts(uow.connection, rahima, uow.now)
    assert facts.last_rating == 2
    assert (review.comment, review.is_low) == ("slow", True)
    assert await newest_kinds(store, rahima) == ["survey_answered"]


async def test_a_repeat_keeps_one_review(store: SqlStore) -> None:
    rahima = await enter(store, "rahima")
    key = await act(store, rahima)
    first = await leave_review(store, rahima, key=key, rating=5, comment=None)
    assert await leave_review(store, rahima, key=key, rating=5, comment=None) == first
    rows = await fetch(
        store, "SELECT id FROM survey_responses WHERE conversation_id = :conversation", conversation=rahima
    )
    assert len(rows) == 1


async def test_endless_words_are_cut(store: SqlStore) -> None:
    rahima = await enter(store, "rahima")
    review = await leave_review(store, rahima, key=await act(store, rahima), rating=4, comment="ভালো " * 900)
    assert review.comment is not None
    assert len(review.comment) <= MAX_COMMENT


@pytest.mark.parametrize("rating", [0, 6])
async def test_only_one_to_five_stars_exist(store: SqlStore, rating: int) -> None:
    rahima = await enter(store, "rahima")
    with pytest.raises(ValueError, match="1 to 5"):
        await leave_review(store, rahima, key=await act(store, rahima), rating=rating, comment=None)


@pytest.mark.rules("G5")
async def test_a_visitor_leaves_no_review(store: SqlStore) -> None:
    visitor = await enter(store, None)
    with pytest.raises(VerificationNeeded):
        await leave_review(store, visitor, key=await act(store, visitor), rating=5, comment=None)
