"""Reviews: stars and words."""

import pytest

from crm_store.domain.surveys import read_rating
from tests.unit.actions.acting import Acting, Dialogue, Message, entity

FORM = "review_form"
VALIDATE = f"validate_{FORM}"


@pytest.mark.parametrize(
    ("text", "stars"),
    [
        ("4", 4),
        ("four stars for you", 4),
        ("3 out of 5", 3),
        ("৫ এর মধ্যে ৪", 4),
        ("5 er moddhe 2 dibo", 2),
        ("পাঁচ", 5),
        ("very good", None),
        ("10", None),
    ],
)
def test_stars_are_read_in_three_scripts(text: str, stars: int | None) -> None:
    assert read_rating(text) == stars


async def test_a_visitor_is_asked_to_log_in_for_a_review(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run(VALIDATE, Message("review", "my opinion"), Dialogue(form=FORM, begins=True))
    assert outcome.said == ["utter_review_login"]


async def test_stars_of_the_first_message_are_taken(acting: Acting) -> None:
    await acting.visit("rahima")
    begins = Dialogue({"verified": True}, form=FORM, begins=True)
    outcome = await acting.run(VALIDATE, Message("review", "i give you five stars"), begins)
    assert outcome.slots["review_rating"] == 5


async def test_a_button_gives_stars(acting: Acting) -> None:
    await acting.visit("rahima")
    asking = Dialogue(form=FORM, asked="review_rating")
    outcome = await acting.run(VALIDATE, Message("inform", "★★", [entity("rating", "2")]), asking)
    assert outcome.slots["review_rating"] == 2


async def test_any_words_are_the_comment(acting: Acting) -> None:
    await acting.visit("rahima")
    asking = Dialogue({"review_rating": 2}, form=FORM, asked="review_comment")
    said = Message("delivery_period", "delivery took far too long")
    outcome = await acting.run(VALIDATE, said, asking)
    assert outcome.slots["review_comment"] == "delivery took far too long"


async def test_words_are_optional(acting: Acting) -> None:
    await acting.visit("rahima")
    asking = Dialogue({"review_rating": 5}, form=FORM, asked="review_comment")
    outcome = await acting.run(VALIDATE, Message("deny", "no"), asking)
    assert outcome.slots["review_comment"] == ""


async def test_a_review_is_kept_once_and_thanked_for(acting: Acting) -> None:
    await acting.visit("rahima")
    slots = {"review_rating": 5, "review_comment": "lovely people"}
    said = Message("praise", "lovely people")
    outcome = await acting.run("action_leave_review", said, Dialogue(dict(slots)))
    again = await acting.run_again("action_leave_review", said, Dialogue(dict(slots)))
    assert outcome.said == ["utter_review_thanks"]
    assert again.responses == outcome.responses
    assert outcome.slots["review_rating"] is None


async def test_after_a_bad_review_a_person_is_offered(acting: Acting) -> None:
    await acting.visit("rahima")
    slots = {"review_rating": 1, "review_comment": ""}
    outcome = await acting.run("action_leave_review", Message("deny", "no"), Dialogue(slots))
    assert outcome.said == ["utter_review_low"]
    assert outcome.slots["offer"] == "handoff"
