"""Whatever a customer types: nothing breaks, every place lies in the text, no number means two things."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.components.entities import PatternEntityExtractor
from tests.unit.engine.components.rows import entities_of, trained_extractor

PIECES = [
    *("KT-10234", "kt10234", "#10234", "10234", "১০২৩৪", "01712345678", "+8801712-345678", "০১৭১২৩৪৫৬৭৮"),
    *("1,200", "tk", "৳", "taka", "টাকা", "/-", "k", "হাজার", "hajar", "দেড়", "sare", "শ", "99999999999999"),
    *("2", "ta", "টা", "three", "pieces", "ekta", "saree", "শাড়ি", "power", "bank", "bkash", "নগদ", "উপায়"),
    *("kal", "কাল", "গত", "last", "next", "friday", "সোমবার", "3", "din", "age", "দিন", "আগে", "15", "tarikh"),
    *(
        "12/11/2026",
        "31/02/2026",
        "november",
        "৫ই",
        "may",
        "within",
        "weeks",
        "সপ্তাহ",
        "মধ্যে",
        "29",
        "february",
    ),
    *("a@b.com", "at", "gmail", "dot", "com", "house", "12/A", "road", "রোড", "block", "ব্লক", "সি", "sector"),
    *("dhaka", "ঢাকা", "1216", "mirpur", "visa", "card", "cod", "the", "other", "one", "ভাঙা", "order"),
    *("-", "/", ".", ",", ":", "#", "%", "0", "00", "1e9", "½", "٣", "😀"),
    *("\u200d", "\u09cd", "\u0000", "İ", "ﬁ"),
]

NUMBERS = {
    *("order_number", "phone", "email", "money", "date", "period", "postcode", "quantity"),
    *("house", "flat", "road", "block", "sector"),
}


@pytest.fixture(scope="module")
def extractor(tmp_path_factory: pytest.TempPathFactory) -> PatternEntityExtractor:
    return trained_extractor(tmp_path_factory.mktemp("model"))


def check(extractor: PatternEntityExtractor, text: str) -> None:
    found = entities_of(extractor, text)
    for one in found:
        assert 0 <= one["start"] < one["end"] <= len(text)
        assert one["value"] is not None
        assert one["value"] != ""
    numbers = sorted((one["start"], one["end"]) for one in found if one["entity"] in NUMBERS)
    assert all(one[1] <= numbers[at + 1][0] for at, one in enumerate(numbers[:-1]))


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=120))
def test_any_unicode(extractor: PatternEntityExtractor, text: str) -> None:
    check(extractor, text)


@settings(max_examples=500, deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=14), joint=st.sampled_from([" ", "", ", ", "-"]))
def test_any_order_of_what_entities_are_made_of(
    extractor: PatternEntityExtractor, pieces: list[str], joint: str
) -> None:
    check(extractor, joint.join(pieces))


@pytest.mark.parametrize(
    "piece", ["1", "১", "kt", "0 ", "a@", "road ", "01", "- ", "2 ta ", "সপ্তাহ ", "at ", "tk", "5/"]
)
def test_a_long_repetition_takes_no_long_time(extractor: PatternEntityExtractor, piece: str) -> None:
    check(extractor, (piece * 4000)[:4000])
