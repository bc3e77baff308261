"""Not understood: two meanings are offered; what is picked is done with the original message's details."""

from pathlib import Path

import pytest
import yaml

from actions.labels import LANGUAGES, find_label
from actions.meanings import NEVER_OFFERED
from tests.unit.actions.acting import Acting, Dialogue, Json, Message, Outcome, entity

DOMAIN = yaml.safe_load((Path(__file__).resolve().parents[3] / "domain.yml").read_text(encoding="utf-8"))
TEXT = "that thing KT-10234"
UNCLEAR = Message(
    "nlu_fallback",
    TEXT,
    [entity("order_number", "KT-10234", TEXT)],
    ranking=["nlu_fallback", "affirm", "track_order", "cancel_order", "get_refund"],
)


def restated(outcome: Outcome) -> Json:
    """The message as which the turn goes on."""
    listened, message = outcome.events[-2:]
    assert (listened["event"], listened["name"]) == ("action", "action_listen")
    assert message["event"] == "user"
    return message


async def offered(acting: Acting) -> Json:
    """The slots after two meanings were offered."""
    await acting.visit(None)
    outcome = await acting.run("action_offer_meanings", UNCLEAR)
    assert outcome.said == ["utter_unclear_meanings"]
    return outcome.slots


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_meaning_that_can_be_offered_has_words(language: str) -> None:
    named = [intent if isinstance(intent, str) else next(iter(intent)) for intent in DOMAIN["intents"]]
    offerable = set(named) - NEVER_OFFERED
    assert len(offerable) > 40
    assert [intent for intent in sorted(offerable) if not find_label(language, f"meaning.{intent}")] == []


async def test_the_buttons_carry_the_details_of_the_message(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_offer_meanings", UNCLEAR)
    assert [button["payload"] for button in outcome.buttons] == [
        '/track_order{"order_number": "KT-10234"}',
        '/cancel_order{"order_number": "KT-10234"}',
        "/contact_human_agent",
    ]
    assert outcome.buttons[0]["title"] == "Where is my order? (KT-10234)"


@pytest.mark.parametrize(
    ("option", "intent"), [("1", "track_order"), ("2", "cancel_order"), ("last", "cancel_order")]
)
@pytest.mark.parametrize(
    ("action", "as_what"),
    [
        ("action_take_information", "pick_option"),
        ("action_affirm", "affirm"),
        ("action_offer_meanings", "nlu_fallback"),
    ],
)
async def test_a_meaning_can_be_picked_in_words(
    acting: Acting, action: str, as_what: str, option: str, intent: str
) -> None:
    slots = await offered(acting)
    picks = Message(as_what, "the first one", [entity("option", option)])
    outcome = await acting.run(action, picks, Dialogue(slots))
    message = restated(outcome)
    assert message["text"] == TEXT
    assert message["parse_data"]["intent"]["name"] == intent
    assert message["parse_data"]["entities"] == [{"entity": "order_number", "value": "KT-10234"}]
    assert message["message_id"] == str(acting.message_id)
    assert outcome.said == []
    assert (outcome.slots["offer"], outcome.slots["offered_meanings"], outcome.slots["misunderstood"]) == (
        None,
        None,
        None,
    )


async def test_yes_to_two_meanings_asks_which(acting: Acting) -> None:
    slots = await offered(acting)
    outcome = await acting.run("action_affirm", Message("affirm", "yes"), Dialogue(slots))
    assert outcome.said == ["utter_which_meaning"]
    assert len(outcome.buttons) == 3
    assert outcome.slots["offer"] == "meanings"


async def test_yes_to_a_single_meaning_is_enough(acting: Acting) -> None:
    await acting.visit(None)
    only = Message("nlu_fallback", "hm", ranking=["nlu_fallback", "find_store", "greet"])
    slots = (await acting.run("action_offer_meanings", only)).slots
    outcome = await acting.run("action_affirm", Message("affirm", "yes"), Dialogue(slots))
    assert restated(outcome)["parse_data"]["intent"]["name"] == "find_store"


async def test_no_to_the_meanings_offers_a_person(acting: Acting) -> None:
    slots = await offered(acting)
    outcome = await acting.run("action_deny", Message("deny", "no"), Dialogue(slots))
    assert outcome.said == ["utter_unclear_person"]
    assert (outcome.slots["offer"], outcome.slots["misunderstood"]) == ("handoff", 1)


async def test_once_something_else_was_answered_a_position_picks_no_meaning(acting: Acting) -> None:
    slots = await offered(acting)
    later = await acting.run("action_delivery_period", Message("delivery_period"), Dialogue(slots))
    pick = Message("pick_option", "the first", [entity("option", "1")])
    outcome = await acting.run("action_take_information", pick, Dialogue({**slots, **later.slots}))
    assert outcome.said == ["utter_information_for_what"]


async def test_a_correction_offers_meanings_that_can_be_picked(acting: Acting) -> None:
    await acting.visit(None)
    wrong = Message("correct", "no, i meant the refund", ranking=["correct", "track_refund", "get_refund"])
    slots = (await acting.run("action_take_correction", wrong)).slots
    pick = Message("pick_option", "the second", [entity("option", "2")])
    outcome = await acting.run("action_take_information", pick, Dialogue(slots))
    assert restated(outcome)["parse_data"]["intent"]["name"] == "get_refund"
