"""Amounts, days, counts and the like: their values, however they are written (docs/entities.md)."""

from typing import Any

import pytest

from bot.engine.components.entities import PatternEntityExtractor
from tests.unit.engine.components.rows import entities_of, trained_extractor


@pytest.fixture(scope="module")
def extractor(tmp_path_factory: pytest.TempPathFactory) -> PatternEntityExtractor:
    return trained_extractor(tmp_path_factory.mktemp("model"))


def values(extractor: PatternEntityExtractor, text: str, entity: str) -> list[Any]:
    return [one["value"] for one in entities_of(extractor, text) if one["entity"] == entity]


def names(extractor: PatternEntityExtractor, text: str) -> set[str]:
    return {one["entity"] for one in entities_of(extractor, text)}


@pytest.mark.parametrize(
    ("text", "taka"),
    [
        ("1,200 tk", 1200),
        ("৳১২০০", 1200),
        ("১ হাজার ২০০ টাকা", 1200),
        ("dui hajar taka", 2000),
        ("Tk. 950/-", 950),
        ("সাড়ে তিন হাজার টাকা", 3500),
        ("1.5 lakh taka", 150_000),
        ("1,05,000 tk", 105_000),
        ("পাঁচশ পঞ্চাশ টাকা", 550),
        ("two thousand five hundred taka", 2500),
        ("5k tk", 5000),
        ("dam chilo 2650", 2650),
    ],
)
def test_money_is_minor_units(extractor: PatternEntityExtractor, text: str, taka: int) -> None:
    assert values(extractor, text, "money") == [{"amount": taka * 100, "currency": "BDT"}]


def test_paisa_and_other_currencies(extractor: PatternEntityExtractor) -> None:
    assert values(extractor, "bill 1250.50 tk", "money") == [{"amount": 125050, "currency": "BDT"}]
    assert values(extractor, "$25 or £20", "money") == [
        {"amount": 2500, "currency": "USD"},
        {"amount": 2000, "currency": "GBP"},
    ]


@pytest.mark.parametrize(
    "text",
    [
        "total 3 days",
        "at taka",
        "KT-10234",
        "my rating is 5",
        "size 42",
        "paid 2 times",
        "amar taka 3 din age katse",
    ],
)
def test_other_numbers_are_no_money(extractor: PatternEntityExtractor, text: str) -> None:
    assert values(extractor, text, "money") == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("kal order dilam", "2026-11-24"),
        ("kal ashbe to", "2026-11-26"),
        ("কাল অর্ডার দিয়েছিলাম", "2026-11-24"),
        ("কাল আসবে?", "2026-11-26"),
        ("গত সোমবার", "2026-11-23"),
        ("last wednesday", "2026-11-18"),
        ("next wednesday", "2026-12-02"),
        ("i ordered on friday", "2026-11-20"),
        ("can it come on friday", "2026-11-27"),
        ("3 din age", "2026-11-22"),
        ("২ সপ্তাহ আগে", "2026-11-11"),
        ("3 days later", "2026-11-28"),
        ("12/11/2026", "2026-11-12"),
        ("12-11-26", "2026-11-12"),
        ("on 30/11", "2026-11-30"),
        ("5 january", "2027-01-05"),
        ("dec 5, 2025", "2025-12-05"),
        ("29 february 2028", "2028-02-29"),
    ],
)
def test_days_count_from_the_day_of_the_message(
    extractor: PatternEntityExtractor, text: str, day: str
) -> None:
    assert values(extractor, text, "date") == [day]


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2026",
        "i may go",
        "i sat there",
        "march on",
        "3.5.1 version",
        "dhaka desher",
        "kalo shari",
        "24/7",
        "999",
    ],
)
def test_what_only_looks_like_a_day(extractor: PatternEntityExtractor, text: str) -> None:
    assert names(extractor, text).isdisjoint({"date", "period"})


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("within 2 weeks", "2026-11-25", "2026-12-09"),
        ("২ সপ্তাহ", "2026-11-25", "2026-12-09"),
        ("3-5 days", "2026-11-25", "2026-11-30"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("last week", "2026-11-15", "2026-11-21"),
        ("ei mashe", "2026-11-01", "2026-11-30"),
        ("in the last 3 months", "2026-08-25", "2026-11-25"),
        ("10 din dhore", "2026-11-15", "2026-11-25"),
        ("২৪ ঘণ্টার মধ্যে", "2026-11-25", "2026-11-26"),
        ("in october", "2026-10-01", "2026-10-31"),
    ],
)
def test_periods_have_both_their_days(
    extractor: PatternEntityExtractor, text: str, begins: str, ends: str
) -> None:
    assert values(extractor, text, "period") == [{"from": begins, "to": ends}]


def test_without_a_day_of_its_own_a_message_counts_from_now(extractor: PatternEntityExtractor) -> None:
    unknown_day = [one["value"] for one in entities_of(extractor, "today", day="not a day")]
    assert len(unknown_day) == 1
    assert unknown_day != ["2026-11-25"]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("2 ta lagbe", 2),
        ("three pieces", 3),
        ("৩টা দিন", 3),
        ("ek jora juta", 1),
        ("এক ডজন মেহেদি", 12),
        ("2 hali dim", 8),
        ("two red sarees", 2),
        ("ekta shari", 1),
        ("duita den", 2),
    ],
)
def test_quantities_count_pieces(extractor: PatternEntityExtractor, text: str, pieces: int) -> None:
    assert values(extractor, text, "quantity") == [pieces]


@pytest.mark.parametrize(
    "text",
    [
        "ekta prosno",
        "2 ta order",
        "an item",
        "সকাল ১০টা",
        "5 kg rice lagbe na 500 gm",
        "01712345678",
        "i have 2",
    ],
)
def test_other_counts_are_no_quantities(extractor: PatternEntityExtractor, text: str) -> None:
    assert values(extractor, text, "quantity") == []


def test_a_message_that_is_only_a_count_may_be_an_option_too(extractor: PatternEntityExtractor) -> None:
    assert names(extractor, "2 ta") == {"option", "quantity"}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("jamdani shari", "jamdani_saree"),
        ("জামদানি শাড়িটা", "jamdani_saree"),
        ("panjabir size", "panjabi"),
        ("presure cooker", "pressure_cooker"),
        ("পাওয়ার ব্যাংকের দাম", "power_bank"),
    ],
)
def test_products_have_the_key_of_their_kind(extractor: PatternEntityExtractor, text: str, key: str) -> None:
    (found,) = (one for one in entities_of(extractor, text) if one["entity"] == "product")
    assert found["key"] == key
    assert found["value"] == text[found["start"] : found["end"]]


@pytest.mark.parametrize("text", ["tell me", "ami cha na", "what is on sale", "which tier", "watch out"])
def test_words_that_only_sound_like_products(extractor: PatternEntityExtractor, text: str) -> None:
    assert values(extractor, text, "product") == []


def test_a_place_inside_a_products_name_is_no_place(extractor: PatternEntityExtractor) -> None:
    assert names(extractor, "tangail saree") == {"product"}


@pytest.mark.parametrize(
    ("text", "method", "kind"),
    [
        ("vikash e dibo", "bkash", None),
        ("visa card", "card", "visa"),
        ("ক্যাশ অন ডেলিভারিতে", "cash_on_delivery", None),
        ("নগদ টাকায়", "cash_on_delivery", None),
        ("কিস্তিতে কেনা যায়", "emi", None),
        ("pay with upay", "upay", None),
    ],
)
def test_ways_to_pay(extractor: PatternEntityExtractor, text: str, method: str, kind: str | None) -> None:
    (found,) = (one for one in entities_of(extractor, text) if one["entity"] == "payment_method")
    assert (found["value"], found.get("key")) == (method, kind)


@pytest.mark.parametrize("text", ["gift card", "power bank", "কোনো উপায় আছে?", "sim card ta", "post code"])
def test_words_that_only_look_like_ways_to_pay(extractor: PatternEntityExtractor, text: str) -> None:
    assert values(extractor, text, "payment_method") == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("02-55012345", "+880255012345"),
        ("+44 20 7946 0958", "+442079460958"),
        ("০১৭১২৩৪৫৬৭৮", "+8801712345678"),
    ],
)
def test_phone_numbers_are_e164(extractor: PatternEntityExtractor, text: str, number: str) -> None:
    assert values(extractor, text, "phone") == [number]


def test_addresses_come_apart(extractor: PatternEntityExtractor) -> None:
    found = {
        one["entity"]: one["value"]
        for one in entities_of(extractor, "ফ্ল্যাট ৫এ, বাড়ি নং ১২/ক, রোড ৭, ব্লক সি, সেক্টর ৪, উত্তরা, ঢাকা-১২৩০")
    }
    assert found == {
        "flat": "5A",
        "house": "12",
        "road": "7",
        "block": "C",
        "sector": "4",
        "area": "Uttara",
        "city": "Dhaka",
        "postcode": "1230",
    }


@pytest.mark.parametrize(
    "text", ["wrong password", "deri hobe keno", "card kaj kore na", "আমার বোঝার ভুল ছিল আগে"]
)
def test_what_is_wrong_with_something_else_is_no_reason(extractor: PatternEntityExtractor, text: str) -> None:
    assert values(extractor, text, "return_reason") == []


@pytest.mark.parametrize(("text", "reason"), [("vul", "wrong_item"), ("deri kore asche", "late")])
def test_a_short_answer_gives_a_reason(extractor: PatternEntityExtractor, text: str, reason: str) -> None:
    assert values(extractor, text, "return_reason") == [reason]
