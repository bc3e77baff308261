"""Where a message may be cut, and when its pieces are requests of their own."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.engine.components.patterns import read_patterns
from bot.engine.splitting import FALLBACK, MAX_PIECES, Parsed, RequestSplitter
from tests.unit.engine.tiny import ROOT

Json = Any


@pytest.fixture(scope="module")
def splitter() -> RequestSplitter:
    return RequestSplitter()


def parsed(text: str, intent: str, confidence: float = 0.95, **entities: str) -> Parsed:
    found = [
        {"entity": name, "value": value, "start": text.index(value), "end": text.index(value) + len(value)}
        for name, value in entities.items()
    ]
    return {
        "text": text,
        "intent": {"name": intent, "confidence": confidence},
        "entities": found,
        "language": "en",
    }


def split(splitter: RequestSplitter, text: str, *meanings: Json, whole: str = "track_order", **entities: str):
    """The requests found when the pieces of `text` are understood as `meanings`."""
    pieces = splitter.pieces(text)
    assert len(pieces) == len(meanings), [text[piece.start : piece.end] for piece in pieces]
    parses = [
        parsed(text[piece.start : piece.end], *(meaning if isinstance(meaning, tuple) else (meaning,)))
        for piece, meaning in zip(pieces, meanings, strict=True)
    ]
    for parse in parses:
        inside = {name: value for name, value in entities.items() if value in parse["text"]}
        parse["entities"] = parsed(parse["text"], "", **inside)["entities"]
    return splitter.requests(parsed(text, whole, **entities), pieces, parses)


def intents(requests: list[Parsed]) -> list[str]:
    return [request["intent"]["name"] for request in requests]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        (
            "Where is KT-10234 and how do I get my invoice? also what are your store hours",
            ["Where is KT-10234", "how do I get my invoice?", "what are your store hours"],
        ),
        ("আমার অর্ডার কোথায়? আর দোকান কয়টায় খোলে", ["আমার অর্ডার কোথায়?", "দোকান কয়টায় খোলে"]),
        ("অর্ডারটা কই। তাছাড়া, পয়েন্ট কত আছে", ["অর্ডারটা কই।", "পয়েন্ট কত আছে"]),
        ("amar order koi r delivery charge koto", ["amar order koi", "delivery charge koto"]),
        ("order koi\ninvoice lagbe", ["order koi", "invoice lagbe"]),
    ],
)
def test_a_message_is_cut_at_sentence_ends_and_joining_words(
    splitter: RequestSplitter, text: str, pieces: list[str]
) -> None:
    assert [text[piece.start : piece.end] for piece in splitter.pieces(text)] == pieces


@pytest.mark.parametrize(
    "text",
    [
        "where is my order",
        "where is my order?",
        "I ordered from Anderson and",
        "it costs Tk.950/- or 1.200",
        "আরও একটা শাড়ি চাই",
        "card er bill",
        "KT-10234",
        "?!",
        "",
    ],
)
def test_other_texts_have_no_place_to_cut(splitter: RequestSplitter, text: str) -> None:
    assert splitter.pieces(text) == []


@pytest.mark.parametrize(
    "text", ["অফারের এসএমএস আর পাঠাবেন না", "offer er sms ar pathaben na", "mail r diyen na"]
)
def test_no_more_joins_nothing(splitter: RequestSplitter, text: str) -> None:
    assert splitter.pieces(text) == []


def test_the_same_word_before_another_request_joins(splitter: RequestSplitter) -> None:
    assert len(splitter.pieces("order ta cancel koren ar amar thikana bodlay den")) == 2


def test_a_long_story_is_understood_as_a_whole(splitter: RequestSplitter) -> None:
    assert splitter.pieces("And then this happened. " * MAX_PIECES + "So what") == []


def test_two_different_requests_are_told_apart(splitter: RequestSplitter) -> None:
    text = "Where is KT-10234 and when are you open"
    first, second = split(splitter, text, "track_order", "check_store_hours", order_number="KT-10234")
    assert (first["text"], second["text"]) == ("Where is KT-10234", "when are you open")
    assert intents([first, second]) == ["track_order", "check_store_hours"]
    assert first["entities"] == [{"entity": "order_number", "value": "KT-10234", "start": 9, "end": 17}]


def test_places_of_entities_count_in_their_own_part(splitter: RequestSplitter) -> None:
    text = "when are you open? track KT-10234"
    requests = split(splitter, text, "check_store_hours", "track_order", order_number="KT-10234")
    [entity] = requests[1]["entities"]
    assert requests[1]["text"][entity["start"] : entity["end"]] == "KT-10234"


def test_an_order_named_once_is_meant_in_every_request(splitter: RequestSplitter) -> None:
    text = "KT-10234 koi? r invoice ta den"
    requests = split(splitter, text, "track_order", "get_invoice", order_number="KT-10234")
    assert requests[1]["entities"] == [{"entity": "order_number", "value": "KT-10234"}]


@pytest.mark.parametrize(
    "meanings",
    [
        ("greet", "track_order"),
        ("track_order", "thank"),
        ("complaint", "track_order"),
        ("track_order", "affirm"),
        ("inform", "get_invoice"),
        ("track_order", "out_of_scope"),
        ("track_order", ("check_store_hours", 0.7)),
        ("track_order", "track_order"),
        ("report_damaged_item", "get_refund"),
    ],
)
def test_one_request_stays_one(splitter: RequestSplitter, meanings: tuple[Json, Json]) -> None:
    text = "Something here. Something there"
    requests = split(splitter, text, *meanings)
    assert [request["text"] for request in requests] == [text]
    assert intents(requests) == ["track_order"]


def test_one_matter_is_two_requests_when_the_second_is_announced(splitter: RequestSplitter) -> None:
    text = "The lamp is broken. Also, where is my refund"
    assert intents(split(splitter, text, "report_damaged_item", "track_refund")) == [
        "report_damaged_item",
        "track_refund",
    ]


def test_what_was_announced_may_come_after_an_explanation(splitter: RequestSplitter) -> None:
    text = "Where is it? Also, I moved house. Change my address"
    requests = split(splitter, text, "track_order", "inform", "change_shipping_address")
    assert requests[1]["text"] == "I moved house. Change my address"


def test_the_same_request_about_two_orders_is_two(splitter: RequestSplitter) -> None:
    pieces = splitter.pieces("where is KT-10001 and where is KT-10002")
    parses = [
        parsed("where is KT-10001", "track_order", order_number="KT-10001"),
        parsed("where is KT-10002", "track_order", order_number="KT-10002"),
    ]
    whole = parsed("where is KT-10001 and where is KT-10002", "track_order")
    assert intents(splitter.requests(whole, pieces, parses)) == ["track_order", "track_order"]


def test_nothing_is_cut_through(splitter: RequestSplitter) -> None:
    text = "do you have the salt and pepper set"
    requests = split(splitter, text, "check_stock", "check_discounts", product="salt and pepper set")
    assert len(requests) == 1


def test_a_request_buried_in_a_story_is_found_when_the_whole_is_not_understood(
    splitter: RequestSplitter,
) -> None:
    text = "My sister is marrying on Friday. Where is my order"
    [request] = split(splitter, text, ("out_of_scope", 0.8), "track_order", whole="nlu_fallback")
    assert request["intent"]["name"] == "track_order"
    assert request["text"] == text


def test_a_reason_found_only_in_its_request_stays_with_it(splitter: RequestSplitter) -> None:
    text = "where is KT-10234? also the shoes are torn, take them back"
    pieces = splitter.pieces(text)
    parses = [
        parsed("where is KT-10234?", "track_order"),
        parsed("the shoes are torn, take them back", "request_return", return_reason="torn"),
    ]
    first, second = splitter.requests(parsed(text, "track_order"), pieces, parses)
    assert first["entities"] == []
    assert second["entities"] == [{"entity": "return_reason", "value": "torn"}]


def test_too_many_requests_at_once_are_not_taken_apart(splitter: RequestSplitter) -> None:
    text = "a a. b b. c c. d d. e e"
    meanings = ("track_order", "get_invoice", "check_store_hours", "recover_password", "review")
    assert len(split(splitter, text, *meanings)) == 1


@pytest.mark.parametrize("whole", ["thank", "greet", "complaint"])
def test_politeness_and_anger_give_way_to_the_request_between_them(
    splitter: RequestSplitter, whole: str
) -> None:
    requests = split(splitter, "Hello! Where is it? Thanks", "greet", "track_order", "thank", whole=whole)
    assert intents(requests) == ["track_order"]


def test_every_intent_named_is_one_of_the_labelling_contract() -> None:
    contract = (ROOT / "docs" / "intents.md").read_text(encoding="utf-8")
    known = {*re.findall(r"`([a-z_]+)`", contract), FALLBACK}
    words = read_patterns("requests")
    named = {
        *words["no_requests"],
        *words["gives_way"],
        *(name for line in words["one_matter"] for name in line),
    }
    assert named <= known
    assert set(words["gives_way"]) <= set(words["no_requests"])


def test_less_certainty_is_enough_for_what_was_announced(splitter: RequestSplitter) -> None:
    text = "where is it? also when are you open"
    assert len(split(splitter, text, "track_order", ("check_store_hours", 0.7))) == 2


def test_a_single_word_after_a_request_goes_on_about_it(splitter: RequestSplitter) -> None:
    assert len(split(splitter, "refund koi ar koto", "track_refund", ("check_price", 1.0))) == 1


@pytest.mark.parametrize(
    "word", ["\u09a4\u09be\u099b\u09be\u09dc\u09be", "\u09a4\u09be\u099b\u09be\u09a1\u09bc\u09be"]
)
def test_a_bengali_word_is_known_in_one_sign_or_two(splitter: RequestSplitter, word: str) -> None:
    assert len(splitter.pieces(f"order koi {word} invoice lagbe")) == 2
