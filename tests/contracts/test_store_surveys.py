"""How it went: asked once per resolution, about the person and then the bot, answered once."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from crm_store.domain.conversations import Author
from crm_store.domain.errors import SurveyClosed
from crm_store.domain.handling import ResolveReason
from crm_store.domain.reviews import RatedStretch
from crm_store.sql import SqlStore
from crm_store.sql.tables import survey_responses
from crm_store.use_cases import handling
from crm_store.use_cases.applied_actions import ActionKey
from crm_store.use_cases.surveys import Rated, comment_on_rating, rate
from crm_store.use_cases.turns import commit_turn
from tests.agents import agent_says, give_back, resolve, take_over
from tests.contracts.conftest import Clock
from tests.contracts.conversing import Visitor, answer, claim, make_visitor


async def bot_answers(store: SqlStore, visitor: Visitor, text: str = "hello") -> None:
    await visitor.write(text)
    await commit_turn(store, await claim(store), answer("Hi!"), keep_lease=False)


async def person_resolves(store: SqlStore, visitor: Visitor, *, ask_rating: bool = True) -> None:
    agent = await take_over(store, visitor.conversation_id)
    await agent_says(store, visitor.conversation_id, agent, "All done.")
    await handling.resolve(
        store,
        visitor.conversation_id,
        agent_id=agent.id,
        reason=ResolveReason.SOLVED,
        ask_rating=ask_rating,
    )


async def give(store: SqlStore, visitor: Visitor, survey: UUID, rating: int) -> Rated:
    """The customer writes, and the dialogue takes it for a rating."""
    message = await visitor.write(str(rating))
    key = ActionKey(message.id, "action_take_information", 0)
    return await rate(store, visitor.conversation_id, key=key, survey_id=survey, rating=rating)


async def asked_survey(visitor: Visitor) -> UUID:
    card = (await visitor.transcript())[-1].card
    assert card is not None
    return UUID(card["survey"])


async def kept(store: SqlStore) -> list[tuple[str, int, str | None]]:
    r = survey_responses.c
    query = sa.select(r.about, r.rating, r.comment).order_by(r.answered_at)
    async with store.read() as uow:
        return [tuple(row) for row in await uow.connection.execute(query)]


async def test_a_person_who_resolves_is_asked_about(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await bot_answers(store, visitor)
    await person_resolves(store, visitor)
    question = (await visitor.transcript())[-1]
    assert question.author is Author.SYSTEM
    assert question.text is not None
    assert "Farhana" in question.text
    assert [button.title for button in question.buttons] == ["1", "2", "3", "4", "5"]
    assert question.card is not None
    assert (question.card["type"], question.card["about"], question.card["agent"]["name"]) == (
        "rating",
        "agent",
        "Farhana",
    )


async def test_the_bot_is_asked_about_afterwards_and_each_rating_is_kept_apart(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await bot_answers(store, visitor)
    await person_resolves(store, visitor)
    rated = await give(store, visitor, await asked_survey(visitor), 5)
    assert (rated.about, rated.is_low) == (RatedStretch.AGENT, False)
    assert rated.next is not None
    assert rated.next.about is RatedStretch.BOT
    second = await give(store, visitor, rated.next.id, 2)
    assert (second.next, second.is_low) == (None, True)
    assert await kept(store) == [("agent", 5, None), ("bot", 2, None)]


async def test_a_person_who_gave_back_is_asked_about_when_it_is_resolved_later(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    agent = await take_over(store, visitor.conversation_id)
    await give_back(store, visitor.conversation_id, agent)
    await bot_answers(store, visitor)
    await resolve(store, visitor.conversation_id, ask_rating=True)
    rated = await give(store, visitor, await asked_survey(visitor), 5)
    assert rated.agent is not None
    assert (rated.about, rated.agent.id) == (RatedStretch.AGENT, agent.id)


async def test_a_person_of_an_earlier_resolution_is_not_asked_about_again(
    store: SqlStore, clock: Clock
) -> None:
    visitor = await make_visitor(store)
    await person_resolves(store, visitor, ask_rating=False)
    clock.advance(60)
    await bot_answers(store, visitor)
    await resolve(store, visitor.conversation_id, ask_rating=True)
    assert (await give(store, visitor, await asked_survey(visitor), 4)).about is RatedStretch.BOT


async def test_a_bot_that_said_nothing_is_not_asked_about(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await visitor.write()
    await person_resolves(store, visitor)
    assert (await give(store, visitor, await asked_survey(visitor), 4)).next is None


@pytest.mark.rules("G4")
async def test_a_question_is_answered_once(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await person_resolves(store, visitor)
    survey = await asked_survey(visitor)
    await give(store, visitor, survey, 5)
    with pytest.raises(SurveyClosed):
        await give(store, visitor, survey, 1)
    assert await kept(store) == [("agent", 5, None)]


async def test_nobody_rates_somebody_elses_conversation(store: SqlStore) -> None:
    visitor, stranger = await make_visitor(store), await make_visitor(store)
    await person_resolves(store, visitor)
    with pytest.raises(SurveyClosed):
        await give(store, stranger, await asked_survey(visitor), 1)


async def test_words_are_added_to_a_rating(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await person_resolves(store, visitor)
    survey = await asked_survey(visitor)
    message = await visitor.write("too slow")
    key = ActionKey(message.id, "action_end_survey", 0)
    with pytest.raises(SurveyClosed):
        await comment_on_rating(store, visitor.conversation_id, key=key, survey_id=survey, words="too slow")
    await give(store, visitor, survey, 2)
    await comment_on_rating(store, visitor.conversation_id, key=key, survey_id=survey, words=" too slow ")
    assert await kept(store) == [("agent", 2, "too slow")]


async def test_the_next_resolution_is_asked_about_again(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await person_resolves(store, visitor)
    first = await asked_survey(visitor)
    await visitor.write("one more thing")
    await person_resolves(store, visitor)
    assert await asked_survey(visitor) != first


async def test_unasked_nothing_is_said(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await person_resolves(store, visitor, ask_rating=False)
    assert all(event.card is None for event in await visitor.transcript())


async def test_only_the_message_right_after_the_question_may_answer_it_in_words(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    await person_resolves(store, visitor)
    survey = await asked_survey(visitor)
    await visitor.write("5")
    turn = await claim(store)
    assert turn.asked_survey == survey
    await commit_turn(store, turn, answer("Thanks"), keep_lease=False)
    await visitor.write("5")
    assert (await claim(store)).asked_survey is None


async def test_a_survey_of_nothing_is_closed(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    with pytest.raises(SurveyClosed):
        await give(store, visitor, uuid4(), 3)
