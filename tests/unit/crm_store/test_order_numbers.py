"""However a customer writes an order number, the same order is meant; nothing else is taken for one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_store.domain.orders import parse_order_number

BENGALI_DIGITS = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")


@pytest.mark.parametrize(
    "text",
    [
        "KT-10234",
        "kt-10234",
        "kt 10234",
        "Kt10234",
        "K T 10234",
        "KT – 10234",
        "KT_10234",
        "kt no. 10234",
        "#10234",
        "# 10234",
        "10234",
        " 10234. ",
        "(10234)",
        "order no 10234",
        "Order number: 10234",
        "order number is 10234",
        "my order 10234 please",
        "where is order #10234?",
        "where is KT-10234, my last order?",
        "KT১০২৩৪",
        "কেটি-১০২৩৪",
        "কে টি ১০২৩৪",
        "১০২৩৪",
        "অর্ডার নম্বর ১০২৩৪",
        "অর্ডার নং ১০২৩৪",
        "আমার অর্ডারটা ১০২৩৪ কোথায়?",
        "amar order nombor 10234",
        "amar ordar ta 10234 koi?",
        "order nambar holo 10234",
        "KT-10234 mane KT 10234",
        "\u200bKT\u200b-\u200d10234",
        "ＫＴ－１０２３４",
        "I paid 12500 taka for KT-10234",
    ],
)
def test_is_understood(text: str) -> None:
    assert parse_order_number(text) == "KT-10234"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "where is my order?",
        "KT-1023",
        "KT-102345",
        "123456",
        "01712345678",
        "it cost 12500 taka",
        "order 10234.50",
        "10234,50",
        "KT-10234 or KT-10235",
        "order 10234 and order 10299",
        "pkt 10234 grams",
        "mymono 10234",
        "RT-1003",
    ],
)
def test_is_not_taken_for_one(text: str) -> None:
    assert parse_order_number(text) is None


numbers = st.integers(0, 99999).map(lambda number: f"{number:05}")
prefixes = st.sampled_from(["KT-", "kt ", "KT", "kT #", "#", "order no ", "কেটি ", "অর্ডার নম্বর: ", ""])


@given(number=numbers, prefix=prefixes, bengali=st.booleans())
def test_every_number_survives_every_way_of_writing_it(number: str, prefix: str, bengali: bool) -> None:
    typed = number.translate(BENGALI_DIGITS) if bengali else number

    assert parse_order_number(prefix + typed) == f"KT-{number}"


@given(st.text())
def test_any_text_gives_a_well_formed_number_or_none(text: str) -> None:
    parsed = parse_order_number(text)

    assert parsed is None or (re.fullmatch(r"KT-[0-9]{5}", parsed) and parse_order_number(parsed) == parsed)
