"""Tokens: whole graphemes, offsets in the original text."""

import pytest

from bot.engine.components import tokenizer
from tests.unit.engine.components.messages import tokenised


def words(text: str) -> list[str]:
    return [token.text for token in tokenised(text).get("text_tokens")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("আমার অর্ডারটা কোথায়?", ["আমার", "অর্ডারটা", "কোথা\u09df", "?"]),
        ("পাইনি।এখনো", ["পাইনি", ".", "এখনো"]),
        ("amar order-ta koi bhai", ["amar", "order", "-", "ta", "koi", "bhai"]),
        ("don't cancel", ["don't", "cancel"]),
        ("cant id ill", ["cant", "id", "ill"]),
        ("KT-১০২৩৪টা", ["kt", "-", "10234", "টা"]),
        ("ক্ষ্মা হ্যাঁ", ["ক্ষ্মা", "হ্যাঁ"]),
        ("ok😡bhai", ["ok", "😡", "bhai"]),
        ("500tk,ঠিক", ["500", "tk", ",", "ঠিক"]),
        ("   ", []),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_no_vowel_sign_ever_stands_at_the_start_of_a_word() -> None:
    text = "আপনাদের ডেলিভারি চার্জ কতো? দুঃখিত, বুঝিনি... সৌন্দর্য্য ৫০%টাকা(ফেরত)চাই"
    assert not [
        word for word in words(text) if "\u09be" <= word[0] <= "\u09cd" or word[0] in "\u0981\u0982\u0983"
    ]


@pytest.mark.parametrize("text", ["Plzzzzz আমার\u200c অর্ডার KT-১০২৩৪। দিন", "whr is my ORDER??", "ঢ\u09bc x"])
def test_tokens_cover_the_original_text_in_order(text: str) -> None:
    tokens = tokenised(text).get("text_tokens")
    places = [(token.start, token.end) for token in tokens]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in places)
    left_out = set(range(len(text))) - {index for start, end in places for index in range(start, end)}
    assert all(text[index].isspace() or text[index] == "\u200c" for index in left_out)


def test_spacy_remembers_only_so_many_words(monkeypatch: pytest.MonkeyPatch) -> None:
    splitter = tokenizer.Words()
    splitter.split("koi")
    enough = len(splitter._latin.vocab.strings) + 50
    monkeypatch.setattr(tokenizer, "_KEPT_STRINGS", enough)
    for number in range(300):
        assert splitter.split(f"wurd{number} koi") == [f"wurd{number}", "koi"]
    # a message's own words and their forms may go beyond; len(vocab) itself only ever counts up
    assert enough <= len(splitter._latin.vocab.strings) < enough + 10
