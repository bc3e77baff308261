"""Entities that depend on what the message is about: reasons, picks, and numbers beside an address."""

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.engine.components.entities import PatternEntityExtractor
from bot.engine.components.situation import situation_of
from tests.unit.engine.components.rows import entities_of, trained_extractor


@pytest.fixture(scope="module")
def extractor(tmp_path_factory: pytest.TempPathFactory) -> PatternEntityExtractor:
    return trained_extractor(tmp_path_factory.mktemp("model"))


def told(
    extractor: PatternEntityExtractor, entity: str, text: str, intent: str | None = None, **asked: str
) -> list[object]:
    found = entities_of(extractor, text, intent=intent, **asked)
    return [one["value"] for one in found if one["entity"] == entity]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("the reset link is broken", "recover_password"),
        ("এত দেরি হচ্ছে কেন", "track_order"),
        ("size na hole ki ferot nen", "check_return_policy"),
        ("lagbe na", "deny"),
        ("will it be tight at the shoulder", "check_size"),
        ("amar fridge nosto", "out_of_scope"),
    ],
)
def test_no_reason_is_told_where_nothing_goes_back(
    extractor: PatternEntityExtractor, text: str, intent: str
) -> None:
    assert told(extractor, "return_reason", text, intent) == []


@pytest.mark.parametrize(
    ("text", "reason"), [("lagbe na", "changed_mind"), ("vul", "wrong_item"), ("একটু ছোট", "wrong_size")]
)
def test_an_answer_in_the_form_is_a_reason_whatever_it_looks_like(
    extractor: PatternEntityExtractor, text: str, reason: str
) -> None:
    answer = told(extractor, "return_reason", text, "deny", form="return_form", asked="return_reason")
    assert answer == [reason]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("the jar was leaking, i don't want it", "damaged"),
        ("i don't like it, the zip is broken", "damaged"),
        ("size ta ektu choto", "wrong_size"),
        ("পায়ে একদম ঢোকে না", "wrong_size"),
        ("the picture er sathe kono mil nai", "not_as_described"),
        ("eid er pore paisi", "late"),
        ("ঢাকনাটা নেই", "missing_part"),
        ("it never switched on", "damaged"),
    ],
)
def test_one_reason_is_told_the_weightiest(extractor: PatternEntityExtractor, text: str, reason: str) -> None:
    assert told(extractor, "return_reason", text, "request_return") == [reason]


@pytest.mark.parametrize(
    "text", ["onno color den", "want a different size", "the cover is not broken", "nosto hoy nai"]
)
def test_wishes_and_denials_are_no_reasons(extractor: PatternEntityExtractor, text: str) -> None:
    assert told(extractor, "return_reason", text, "request_exchange") == []


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("back to the first question", "go_back"),
        ("the second half is missing", "request_return"),
        ("arekta pathan", "place_order"),
        ("আরেকটা অ্যাকাউন্টে ঢুকব", "switch_account"),
    ],
)
def test_what_was_not_offered_is_not_picked(
    extractor: PatternEntityExtractor, text: str, intent: str
) -> None:
    assert told(extractor, "option", text, intent) == []


@pytest.mark.parametrize(
    ("text", "intent", "option"),
    [
        ("arekta", "pick_option", "other"),
        ("the second please", "pick_option", "2"),
        ("prothom ta batil koren", "cancel_order", "1"),
        ("১ম টা", "pick_option", "1"),
        ("শেষে যেটা", "pick_option", "last"),
    ],
)
def test_what_was_offered_is_picked(
    extractor: PatternEntityExtractor, text: str, intent: str, option: str
) -> None:
    assert told(extractor, "option", text, intent) == [option]


@pytest.mark.parametrize(
    ("text", "postcode"),
    [
        ("1207 Mohammadpur", "1207"),
        ("কুমিল্লা সদর, ৩৫০০", "3500"),
        ("postal code hoilo 6000", "6000"),
        ("the postcode is wrong, it should be 1229", "1229"),
        ("house 3, road 4, block b, 1219", "1219"),
    ],
)
def test_postcodes(extractor: PatternEntityExtractor, text: str, postcode: str) -> None:
    assert told(extractor, "postcode", text) == [postcode]


@pytest.mark.parametrize("text", ["house 3 road 4, 2400 tk", "road 4 house 3, total 1850", "size 1042 ase"])
def test_amounts_beside_an_address_are_no_postcodes(extractor: PatternEntityExtractor, text: str) -> None:
    assert told(extractor, "postcode", text) == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("kal theke kaj kore na", "2026-11-24"),
        ("porshu cancel korsi, taka den", "2026-11-23"),
        ("kal theke offer shuru hobe", "2026-11-26"),
        ("born on 3 march 1994", "1994-03-03"),
    ],
)
def test_days_by_the_verb_of_their_clause(extractor: PatternEntityExtractor, text: str, day: str) -> None:
    assert told(extractor, "date", text) == [day]


@pytest.mark.parametrize("text", ["বাঘের গল্প", "three of them", "amar parcel hariye gese", "matha betha"])
def test_words_that_only_sound_like_goods(extractor: PatternEntityExtractor, text: str) -> None:
    assert told(extractor, "product", text) == []


def test_a_number_before_a_named_road_is_a_house(extractor: PatternEntityExtractor) -> None:
    assert told(extractor, "house", "25/3 Tajmahal Road, Mohammadpur") == ["25/3"]


def test_a_message_nobody_is_sure_about_may_mean_the_two_likeliest() -> None:
    names = ("nlu_fallback", "request_return", "request_exchange", "greet")
    ranking = [{"name": name, "confidence": 0.3} for name in names]
    message = Message({"text": "hm", "intent": ranking[0], "intent_ranking": ranking})
    assert situation_of(message).intents == ("request_return", "request_exchange")


def test_a_message_nobody_has_judged_may_mean_anything() -> None:
    assert situation_of(Message({"text": "hm"})).is_about(["request_return"], [])
