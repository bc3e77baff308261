"""The cleaned text and the way back into the original."""

import pytest

from bot.engine.components.text import normalise


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("Where IS my Order?", "where is my order?"),
        ("অর্ডার নং ১০২৩৪৫৬৭৮৯", "অর্ডার নং 1023456789"),
        ("পাইনি। এখনো॥", "পাইনি. এখনো."),
        ("ব\u09af\u09bc কা\u09a1\u09bc \u09a2\u09bc", "ব\u09df কা\u09dc \u09dd"),
        ("কে\u200dউ কি\u200cছু\u200b", "কেউ কিছু"),
        ("স\u09c7\u09beনা", "স\u09cbনা"),
        ("হঠাত\u09cd\u200d", "হঠাৎ"),
        ("pleeeeease", "pleease"),
        ("ভাইইইই", "ভাইই"),
        ("প্লিিিিজ", "প্লিজ"),
        ("KT–10000—ok “x” it’s", 'kt-10000-ok "x" it\'s'),
        ("ＫＴ１０２３４ 𝗵𝗲𝗹𝗽", "kt10234 help"),
        ("a\tb\nc\x00d", "a b c d"),
        ("", ""),
    ],
)
def test_equal_messages_become_equal_text(written: str, cleaned: str) -> None:
    assert normalise(written).text == cleaned


def test_digits_are_never_squeezed() -> None:
    assert normalise("KT-10000 soooo").text == "kt-10000 soo"


@pytest.mark.parametrize(
    "written",
    [
        "plain english KT-10234 here",
        "আমার\u200c অর্ডার KT-10234।",
        "প্লিিিজ KT-10234 ঢ\u09bc",
        "😡😡😡😡 KT-10234",
        "suuuuuper KT-10234",
        "ﬁne KT-10234",
    ],
)
def test_a_span_of_the_cleaned_text_is_found_in_the_original(written: str) -> None:
    cleaned = normalise(written)
    start = cleaned.text.index("kt-10234")
    first, last = cleaned.span_in_original(start, start + len("kt-10234"))
    assert written[first:last] == "KT-10234"


def test_bengali_digits_keep_their_place() -> None:
    cleaned = normalise("নং ১০২৩৪ টা")
    start = cleaned.text.index("10234")
    assert cleaned.span_in_original(start, start + 5) == (3, 8)


@pytest.mark.parametrize("written", ["\ud800", "a\u0300\u0301\u0302", "ক" * 4000, "\u09cd", "👨‍👩‍👧 ok"])
def test_any_text_can_be_cleaned(written: str) -> None:
    cleaned = normalise(written)
    if cleaned.text:
        first, last = cleaned.span_in_original(0, len(cleaned.text))
        assert 0 <= first < last <= len(written)
