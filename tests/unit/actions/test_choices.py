"""Which of the offered things a message means."""

import pytest

from actions.choices import choose_by_name, choose_by_position
from crm_store.domain.romanise import romanise
from crm_store.domain.spelling import words_of

OFFERED = ["A", "B", "C"]
NAMES = {
    "A": ["Tangail cotton saree", "টাঙ্গাইলের সুতি শাড়ি", "Red border"],
    "B": ["Double cotton bed sheet set", "ডাবল সুতির বিছানার চাদরের সেট", "Blue floral"],
    "C": ["Fitness watch", "ফিটনেস ঘড়ি"],
}


@pytest.mark.parametrize(
    ("option", "chosen"), [("1", "A"), ("3", "C"), ("4", None), ("0", None), ("last", "C"), ("other", None)]
)
def test_position_counts_from_the_first_shown(option: str, chosen: str | None) -> None:
    assert choose_by_position(option, OFFERED, None) == chosen


def test_the_other_one_of_two_is_clear() -> None:
    assert choose_by_position("other", ["A", "B"], "A") == "B"


def test_the_other_one_of_three_is_not() -> None:
    assert choose_by_position("other", OFFERED, "A") is None


def test_nothing_offered_means_nothing() -> None:
    assert choose_by_position("last", [], None) is None


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("the saree", "A"),
        ("shari ta", "A"),
        ("শাড়িটা", "A"),
        ("the watch please", "C"),
        ("ঘড়িটার কথা বলছি", "C"),
        ("the blue one", "B"),
        ("bed sheets", "B"),
        ("ghorita", "C"),
        ("bichanar chador", "B"),
        ("cotton", None),
        ("সুতির চাদর", "B"),
        ("something else", None),
        ("", None),
    ],
)
def test_a_name_chooses_by_the_words_only_one_has(text: str, chosen: str | None) -> None:
    assert choose_by_name(text, NAMES) == chosen


def test_a_single_candidate_is_chosen_only_when_named() -> None:
    assert choose_by_name("cancel my order", {"A": NAMES["A"]}) is None
    assert choose_by_name("cancel the saree", {"A": NAMES["A"]}) == "A"


@pytest.mark.parametrize(
    ("bengali", "latin"),
    [("জুতা", "juta"), ("শাড়ি", "shari"), ("চাদর", "chador"), ("পাঞ্জাবি", "panjabi"), ("KT-১", "KT-১")],
)
def test_bengali_is_romanised_as_customers_type_it(bengali: str, latin: str) -> None:
    assert romanise(bengali) == latin


def test_spellings_of_romanised_bengali_are_one_word() -> None:
    assert words_of("Saree") == words_of("shari") == words_of("SARI")
