"""Entities beside the text, counted as Telegram counts (TG8, TG10): its own parser agrees on each."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.channels.telegram.marked import Mark, Marked, bold, from_utf16, sendable, utf16_length
from tests.unit.telegram.telegram_parser import parse

# What breaks counters: vowel signs, conjuncts with joiners, emoji of several signs, flags, right-to-left
# text and its marks, combining accents, what HTML escapes, and white space at edges.
AWKWARD = [
    "অর্ডার",
    "ক্ষ",
    "র‌্যাব",
    "👩‍👩‍👧",
    "🇧🇩",
    "👍🏽",
    "𝒦",
    "مرحبا",
    "\u200f",
    "e\u0301",
    "<b>&amp;",
    "Tk 1,250",
    " ",
    "\n",
    "K-1042",
]
words = some.lists(some.sampled_from(AWKWARD), max_size=8).map("".join)


@some.composite
def marked_texts(draw: some.DrawFn) -> Marked:
    """Texts of plain and bold pieces, as messages are put together."""
    text = Marked("")
    for piece, is_bold in draw(some.lists(some.tuples(words, some.booleans()), max_size=6)):
        text += bold(piece) if is_bold and text.text.strip(" \n\u200f") else piece
        text += "."  # adjoining entities of one kind become one at Telegram's
    return text


@pytest.mark.rules("TG10")
@settings(max_examples=300, deadline=None)
@given(marked_texts())
def test_telegrams_own_parser_agrees(text: Marked) -> None:
    assert parse(text) == (text.text, text.entities())


@pytest.mark.rules("TG8")
@given(some.text())
def test_telegram_and_python_count_the_same_text(text: str) -> None:
    kept = sendable(text)
    assert utf16_length(kept) == len(kept.encode("utf-16-le")) // 2


def test_half_a_surrogate_pair_and_zero_characters_are_not_sent() -> None:
    assert sendable("a\ud83d\0b") == "a?b"


@given(words, words, words)
def test_an_entity_of_telegrams_is_found_again(before: str, inside: str, after: str) -> None:
    text = before + inside + after
    assert text[from_utf16(text, utf16_length(before), utf16_length(inside))] == inside


def test_marks_stay_on_their_words_when_texts_are_put_together() -> None:
    text = bold("Mitu") + "\n" + Marked("Order 😀 K-1042", (Mark(8, 14),))
    assert [entity["offset"] for entity in text.entities()] == [0, 14]


def test_marks_are_cut_where_the_text_is() -> None:
    text = Marked("one two three", (Mark(4, 13),))
    first, second = text.cut(["one two", "three"])
    assert (first.marks, second.marks) == ((Mark(4, 7),), (Mark(0, 5),))


def test_a_link_carries_its_address() -> None:
    linked = Marked("see here", (Mark(4, 8, "text_link", "https://kotha.example/"),))
    assert parse(linked) == (linked.text, linked.entities())


def test_nothing_is_marked_that_nobody_sees() -> None:
    assert bold(" \n ").entities() == []
