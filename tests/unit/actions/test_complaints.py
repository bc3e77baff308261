"""Complaints: an apology, a person, a ticket."""

import pytest

from tests.unit.actions.acting import Acting, Dialogue, Message, Outcome, entity

FORM = "complaint_form"
VALIDATE = f"validate_{FORM}"
STORY = "your rider threw my parcel over the gate and laughed at my mother when she asked him why"


async def _complain(acting: Acting, text: str, *, verified: bool = True) -> Outcome:
    return await acting.run(
        "action_answer_complaint", Message("complaint", text), Dialogue({"verified": verified})
    )


@pytest.mark.parametrize(
    "text",
    [
        "i want to file a complaint",
        "how do i lodge a formal complaint",
        "help me making a claim",
        "অভিযোগ করতে চাই",
        "complain korte chai",
    ],
)
async def test_a_complaint_to_be_filed_starts_its_form(acting: Acting, text: str) -> None:
    await acting.visit("shirin")
    outcome = await _complain(acting, text)
    assert outcome.next_action == FORM


async def test_mere_anger_is_met_with_an_apology_and_a_person(acting: Acting) -> None:
    await acting.visit("shirin")
    outcome = await _complain(acting, "your service is bad")
    assert outcome.said == ["utter_complaint"]
    assert outcome.slots["offer"] == "handoff"


async def test_shouting_is_offered_a_person_first(acting: Acting) -> None:
    await acting.visit("shirin")
    outcome = await _complain(acting, "WHAT KIND OF SHOP IS THIS")
    assert outcome.said == ["utter_complaint_upset"]
    assert outcome.buttons == []  # the response brings its own


async def test_a_visitor_may_have_a_person_instead_of_a_ticket(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await _complain(acting, "i want to file a complaint", verified=False)
    assert outcome.said == ["utter_complaint_login"]
    assert outcome.slots["offer"] == "handoff"


async def test_a_story_told_at_once_is_not_asked_for_again(acting: Acting) -> None:
    await acting.visit("shirin")
    outcome = await acting.run(VALIDATE, Message("complaint", STORY), Dialogue(form=FORM, begins=True))
    assert outcome.slots["complaint_text"] == STORY


async def test_a_story_is_heard_whatever_it_is_about(acting: Acting) -> None:
    await acting.visit("shirin")
    asking = Dialogue(form=FORM, asked="complaint_text")
    outcome = await acting.run(VALIDATE, Message("track_order", STORY), asking)
    assert outcome.slots["complaint_text"] == STORY


async def test_a_short_question_in_between_is_no_story(acting: Acting) -> None:
    await acting.visit("shirin")
    asking = Dialogue(form=FORM, asked="complaint_text")
    outcome = await acting.run(VALIDATE, Message("track_order", "where is my order"), asking)
    assert "complaint_text" not in outcome.slots


async def test_the_complaint_gets_a_number_once(acting: Acting) -> None:
    await acting.visit("shirin")
    told = Dialogue({"complaint_text": STORY})
    said = Message("complaint", STORY, [entity("order_number", "KT-10270")])
    outcome = await acting.run("action_file_complaint", said, told)
    again = await acting.run_again("action_file_complaint", said, Dialogue({"complaint_text": STORY}))
    assert outcome.said == ["utter_complaint_filed"]
    assert outcome.responses[0]["ticket"].startswith("TK-")
    assert again.responses == outcome.responses


async def test_somebody_elses_order_number_does_not_stop_a_complaint(acting: Acting) -> None:
    await acting.visit("shirin")
    said = Message("complaint", STORY, [entity("order_number", "KT-10301")])
    outcome = await acting.run("action_file_complaint", said, Dialogue({"complaint_text": STORY}))
    assert outcome.said == ["utter_complaint_filed"]
