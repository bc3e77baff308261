"""Long texts arrive in pieces that read well and lose nothing (TG8)."""

from typing import SupportsIndex

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.channels.port import TextUnit
from bot.channels.splitting import _best_cut, _pieces, split_text, text_length
from tests.fakes.telegram.text import starts_inside_a_grapheme

SIGNS = ["ক্ষ", "স্ত্রী", "র‌্যাব", "👩‍👩‍👧", "🇧🇩", "👍🏽", "e\u0301", "𝒦", "a", "১", " ", "\n", "।", ". "]


def test_a_short_text_stays_whole() -> None:
    assert split_text("আসসালামু আলাইকুম", 100) == ["আসসালামু আলাইকুম"]


def test_nothing_is_made_of_white_space() -> None:
    assert split_text(" \n ", 100) == []


def test_paragraphs_are_kept_together() -> None:
    assert split_text("one two three.\n\nfour five six", 20) == ["one two three.", "four five six"]


def test_a_line_is_a_better_place_than_a_sentence() -> None:
    assert split_text("one. two. three\nfour. five", 20) == ["one. two. three", "four. five"]


def test_a_sentence_is_a_better_place_than_a_word() -> None:
    assert split_text("আমি এসেছি। তুমি কোথায় আছো", 20) == ["আমি এসেছি।", "তুমি কোথায় আছো"]


def test_a_word_is_cut_only_when_nothing_else_is_left() -> None:
    assert split_text("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]


def test_a_paragraph_right_at_the_beginning_does_not_make_a_tiny_piece() -> None:
    assert split_text("Hi\n\n" + "word " * 10, 30)[0].startswith("Hi\n\nword")


class Counted(str):
    """Counts the characters that are looked at, or copied."""

    looks = 0

    def __getitem__(self, key: SupportsIndex | slice) -> str:
        found = super().__getitem__(key)
        type(self).looks += len(found)
        return found


@pytest.mark.parametrize("signs", [".", "…)", ".)", ")", " ", "🇧"])
def test_a_run_of_signs_is_read_a_few_times_only(signs: str) -> None:
    """Once at least: whatever reads it must be counted here, and a pattern is not."""
    text = Counted(signs * 4001)
    Counted.looks = 0
    _best_cut(text, 4000)
    assert 4000 <= Counted.looks <= 4 * 4000


def test_twice_the_text_is_twice_the_work() -> None:
    looks = []
    for length in (50_000, 100_000):
        Counted.looks = 0
        assert len([*_pieces(Counted("." * length), 1000, TextUnit.CODE_POINTS)]) == length // 1000
        looks.append(Counted.looks)
    assert 50_000 <= looks[0] <= looks[1] <= 2.1 * looks[0]


@pytest.mark.rules("TG8")
@pytest.mark.parametrize("unit", list(TextUnit))
@given(signs=some.lists(some.sampled_from(SIGNS), max_size=80), limit=some.integers(40, 120))
def test_pieces_fit_and_together_are_the_text(unit: TextUnit, signs: list[str], limit: int) -> None:
    text = "".join(signs)
    pieces = split_text(text, limit, unit)
    assert all(0 < text_length(piece, unit) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@pytest.mark.rules("TG8")
@given(signs=some.lists(some.sampled_from([one for one in SIGNS if one.strip()]), min_size=30, max_size=80))
def test_no_piece_begins_inside_a_sign(signs: list[str]) -> None:
    pieces = split_text("".join(signs), 50, TextUnit.UTF16)
    assert not any(starts_inside_a_grapheme(piece) for piece in pieces)
