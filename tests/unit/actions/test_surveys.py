"""Ratings in the dialogue: the person, then the bot, then a few words."""

from uuid import UUID, uuid4

import pytest

from crm_store.domain.agents import AgentName
from crm_store.domain.handling import ResolveReason
from crm_store.use_cases import handling
from crm_store.use_cases.conversations import list_events
from tests.agents import agent_says, take_over
from tests.unit.actions.acting import Acting, Dialogue, Message, Outcome, entity

FORM = "survey_form"


async def resolved(acting: Acting) -> UUID:
    """A conversation that a person closed; the question that was asked."""
    await acting.run("action_check_store_hours", Message("check_store_hours", "when are you open"))
    agent = await take_over(acting.store, acting.conversation_id)
    await agent_says(acting.store, acting.conversation_id, agent, "Done.")
    await handling.resolve(
        acting.store,
        acting.conversation_id,
        agent_id=agent.id,
        reason=ResolveReason.SOLVED,
        ask_rating=True,
    )
    card = (await list_events(acting.store, acting.conversation_id, after_seq=0))[-1].card
    assert card is not None
    return UUID(card["survey"])


def star(survey: UUID, rating: int) -> Message:
    return Message(
        "inform", "", entities=[entity("rating", str(rating)), entity("survey", str(survey))], confidence=1.0
    )


async def give(acting: Acting, rating: int, **slots: object) -> Outcome:
    survey = await resolved(acting)
    return await acting.run("action_take_information", star(survey, rating), Dialogue(dict(slots)))


@pytest.mark.parametrize("persona", ["tanvir", None])
@pytest.mark.parametrize(
    ("rating", "said"),
    [(5, "utter_rated_person_good"), (3, "utter_rated_person_fair"), (1, "utter_rated_person_low")],
)
async def test_a_star_for_a_person_is_kept_and_words_are_asked_for(
    acting: Acting, persona: str | None, rating: int, said: str
) -> None:
    await acting.visit(persona)
    outcome = await give(acting, rating)
    assert outcome.said == [said]
    assert outcome.responses[0]["agent"] == "Farhana"
    assert outcome.next_action == FORM
    assert outcome.slots["rated_low"] is (rating <= 2)


async def test_the_agents_name_fits_the_script(acting: Acting) -> None:
    await acting.visit(None)
    assert (await give(acting, 5, language="bn")).responses[0]["agent"] == "ফারহানা"


async def test_a_second_star_changes_nothing(acting: Acting) -> None:
    await acting.visit(None)
    survey = await resolved(acting)
    await acting.run("action_take_information", star(survey, 5))
    outcome = await acting.run("action_take_information", star(survey, 1))
    assert outcome.said == ["utter_survey_closed"]


async def test_a_repeated_turn_gives_the_same_thanks(acting: Acting) -> None:
    await acting.visit(None)
    survey = await resolved(acting)
    first = await acting.run("action_take_information", star(survey, 4))
    assert (await acting.run_again("action_take_information", star(survey, 4))).said == first.said


async def test_a_star_amid_another_form_does_not_disturb_it(acting: Acting) -> None:
    await acting.visit(None)
    survey = await resolved(acting)
    busy = Dialogue({"task": "promo_code_form"}, form="promo_code_form", asked="promo_code")
    heard = await acting.run("validate_promo_code_form", star(survey, 4), busy)
    assert (heard.said, heard.slots) == ([], {})
    outcome = await acting.run_again("action_take_information", star(survey, 4), busy)
    assert outcome.said == ["utter_rated_person_good"]
    assert outcome.next_action is None


async def test_unknown_stars_are_declined(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_take_information", star(uuid4(), 4))
    assert outcome.said == ["utter_survey_closed"]


async def in_form(acting: Acting, asked: str, message: Message, **slots: object) -> Outcome:
    return await acting.run(f"validate_{FORM}", message, Dialogue(dict(slots), form=FORM, asked=asked))


async def test_without_a_question_about_the_bot_only_words_are_asked_for(acting: Acting) -> None:
    await acting.visit(None)
    begins = Dialogue({"next_survey": None}, form=FORM, begins=True)
    assert (await acting.run(f"validate_{FORM}", Message("inform", "5"), begins)).slots["bot_rating"] == 0


async def test_words_are_a_comment(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await in_form(acting, "survey_comment", Message("complaint", "he was a bit slow"))
    assert outcome.slots["survey_comment"] == "he was a bit slow"


async def test_no_words_are_fine(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await in_form(acting, "survey_comment", Message("deny", "no"))
    assert outcome.said == ["utter_survey_over"]
    assert outcome.slots["requested_slot"] is None


async def test_who_asks_something_else_is_answered_and_left_in_peace(acting: Acting) -> None:
    await acting.visit(None)
    question = Message("track_order", "where is my order")
    assert (await in_form(acting, "survey_comment", question)).slots == {}
    answered = Dialogue({}, form=FORM, asked="survey_comment", ran_before=["action_track_order"])
    outcome = await acting.run_again(f"validate_{FORM}", question, answered)
    assert outcome.slots["requested_slot"] is None


async def test_words_are_kept_with_the_rating_and_a_low_one_offers_a_person(acting: Acting) -> None:
    await acting.visit(None)
    survey = await resolved(acting)
    rated = await acting.run("action_take_information", star(survey, 1))
    slots = {**rated.slots, "survey_comment": "nobody listened"}
    outcome = await acting.run("action_end_survey", Message("inform", "nobody listened"), Dialogue(slots))
    assert outcome.said == ["utter_survey_done_low"]
    assert outcome.slots["offer"] == "handoff"
    assert outcome.slots["rated_survey"] is None


def test_a_name_without_bengali_is_shown_as_it_is() -> None:
    assert AgentName(uuid4(), "John", None).in_language("bn") == "John"
