"""Words for searching, in either script."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crm_store.domain.search_words import MAX_WORD, order_digits, read_terms, words_of_person, words_of_text


@pytest.mark.parametrize(
    ("bengali", "latin"),
    [
        ("রহিমা", "Rahima"),
        ("তানভীর", "Tanvir"),
        ("মিতালী", "Mitali"),
        ("চৌধুরী", "Chowdhury"),
        ("বেগম", "Begum"),
        ("আহমেদ", "Ahmed"),
        ("সুলতানা", "Sultana"),
        ("শিরিন", "Shirin"),
    ],
)
def test_a_name_has_a_word_in_common_in_both_scripts(bengali: str, latin: str) -> None:
    assert set(words_of_person([bengali], None, None)) & set(words_of_person([latin], None, None))


def test_a_phone_is_known_by_its_last_digits_however_it_is_written() -> None:
    [word] = words_of_person([], None, "01711-000123")
    for typed in ("000123", "+880 1711-000123", "01711000123", "০০০১২৩"):
        assert any(word.startswith(prefix) for term in read_terms(typed) for prefix in term.prefixes), typed


@pytest.mark.parametrize(
    ("typed", "digits"),
    [("KT-10234", "10234"), ("kt102", "102"), ("১০২৩৪", "10234"), ("rahima 2", None), ("", None)],
)
def test_an_order_number_is_its_digits(typed: str, digits: str | None) -> None:
    assert order_digits(typed) == digits


def test_bengali_digits_are_digits() -> None:
    assert "10234" in words_of_text("আমার অর্ডার ১০২৩৪")


@given(some.text(max_size=300))
def test_any_text_has_words_that_fit_the_column(text: str) -> None:
    for word in words_of_text(text):
        assert 2 <= len(word) <= MAX_WORD
        assert "\x00" not in word
    assert len(read_terms(text)) <= 6


@given(some.text(alphabet="রহিমাতনভীচৌধুুআেস্", max_size=12))
def test_bengali_never_breaks_the_folding(text: str) -> None:
    read_terms(text)
    words_of_person([text], text, text)
