"""Bengali words put into English for an encoder that reads no Bengali."""

import pytest

from bot.engine.components.glosses import Glosses
from bot.engine.components.patterns import read_patterns
from bot.engine.components.romanise import fold, romanise
from bot.engine.components.text import composed


@pytest.fixture(scope="module")
def glosses() -> Glosses:
    return Glosses.listed()


@pytest.mark.parametrize(
    ("written", "english"),
    [
        ("আমার অর্ডার কোথায়", "my order where"),
        ("amar order kothay", "my order where"),
        ("amr odr koi", "my order where"),
        ("টাকা ফেরত চাই", "money return want"),
        ("tk ferot chai", "money return want"),
        ("পার্সেল আসেনি", "parcel package did not come"),
    ],
)
def test_a_message_reads_the_same_in_both_scripts(glosses: Glosses, written: str, english: str) -> None:
    assert glosses.in_english(composed(written).split()) == english


@pytest.mark.parametrize("ending", ["টা", "টার", "গুলো", "ের", "কে"])
def test_a_listed_word_is_known_with_any_ending(ending: str) -> None:
    glosses = Glosses({fold("চাদর"): "bedsheet"}, [ending])
    words = ["চাদর" + ending, romanise("চাদর") + romanise(ending)]
    assert glosses.in_english(words) == "bedsheet bedsheet"


def test_what_is_not_listed_stays_as_it_sounds() -> None:
    assert Glosses({}, []).in_english(["মিরপুর", "kt-10023", "?"]) == "mirpur kt-10023 ?"


def test_words_that_say_nothing_are_left_out(glosses: Glosses) -> None:
    assert glosses.in_english(["ভাই"]) == ""


def test_two_letters_before_an_ending_are_no_stem() -> None:
    assert Glosses({"na": "not"}, ["টা"]).in_english(["nata"]) == "nata"


def test_no_word_is_listed_twice() -> None:
    words = [word for line in read_patterns("glosses")["words"].values() for word in line.split()]
    assert len(words) == len(set(words))
