"""No text that anybody can send keeps a processor busy: it is read in a time in proportion to its length."""

import time
from collections.abc import Callable

import pytest

from crm_store.domain.blanks import single_blanks
from crm_store.domain.masking import mask
from crm_store.domain.orders import parse_order_number
from crm_store.domain.received import read_pick

LENGTH = 20_000  # five times the longest message
# A hundred times what they need. It grew with the square of the length, or with its fourth power.
MOST_SECONDS = 2.0

TEXTS = {
    "one_word": "a",
    "bengali_word": "ক",
    "digits": "0",
    "house_numbers": "0/",
    "lettered_house_numbers": "0a/",
    "blanks": " ",
    "tabs": "\t",
    "lines": "\n",
    "hyphens": "-",
    "signs": "#",
    "at_signs": "a@",
    "dots": "a.",
    "commas": ", ",
    "orders": "order ",
    "numbers": "no ",
    "roads": "road ",
    "names": "my name is ",
}
FRAMES = {
    "alone": "{}§",
    "between_addresses": "road 4{}§ road 5",
    "after_order": "order{}x",
    "after_prefix": "kt{}x",
    "after_name": "my name is{}§",
    "in_an_address": "a@b{}§",
}


def seconds(read: Callable[[str], object], text: str) -> float:
    began = time.process_time()
    read(text)
    return time.process_time() - began


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
@pytest.mark.parametrize("pump", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("read", [mask, parse_order_number, read_pick], ids=lambda read: str(read.__name__))
def test_no_text_is_read_for_long(read: Callable[[str], object], pump: str, frame: str) -> None:
    text = frame.format(pump * (LENGTH // len(pump)))
    assert seconds(read, text) < MOST_SECONDS


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a  b", "a b"),
        ("a\t\t b", "a b"),
        ("a \n\n b", "a\nb"),
        ("a b", "a b"),
        ("", ""),
        ("আমার\u00a0 নাম", "আমার নাম"),
    ],
)
def test_white_space_is_one_character(written: str, read: str) -> None:
    assert single_blanks(written) == read


@pytest.mark.parametrize(
    ("between", "joined"),
    [(", ", True), (" Al-Amin, ", True), (" near the ", True), (" near the big ", False), (" (", False)],
)
def test_parts_of_an_address_are_joined_over_two_words(between: str, joined: bool) -> None:
    masked = mask(f"road 4{between}house 5")
    assert (masked == "<address>") is joined
