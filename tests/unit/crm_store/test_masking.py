"""Nothing that identifies a person or an order is left in a kept message."""

import pytest

from crm_store.domain.masking import MAX_CHARS, mask
from crm_store.domain.review import CustomerMessage, Guess, guesses_of, masked_text

NAMES = ("Rahima", "রহিমা")


def masked(text: str, **understanding: object) -> str:
    return masked_text(CustomerMessage(text, understanding), NAMES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("where is KT-10234?", "where is <order>?"),
        ("kt10234 koi", "<order> koi"),
        ("কেটি-১০২৩৪ কোথায়", "<order> কোথায়"),
        ("call 01712-345678 now", "call <number> now"),
        ("ফোন ০১৭১২ ৩৪৫ ৬৭৮", "ফোন <number>"),
        ("bkash +880 (1712) 345-678", "bkash <number>"),
        ("no 01\u200b712345678", "no <number>"),
        ("zero one seven one two three four five", "<number>"),
        ("শূন্য এক সাত এক দুই তিন", "<number>"),
        ("mail rina.k@example.co.uk pls", "mail <email> pls"),
        ("rina at gmail dot com", "<email>"),
        ("otp is 4821", "otp is <number>"),
        ("card 4111 1111 1111 1111", "card <number>"),
        ("trx 8N7A6XKQ2P failed", "trx <code> failed"),
        ("see https://fb.com/rina and @rina.k", "see <link> and <handle>"),
        ("House 12/A, Road 5, Block C, Banani, please", "<address>"),
        ("send to 12/3 Shantinagar Road", "send to <address>"),
        ("221B Baker Street", "<address>"),
        ("বাড়ি নং ১২, রোড ৫, ধানমন্ডি", "<address>"),
        ("৫ নং রোডে পাঠান", "<address> পাঠান"),
        ("basa 4 goli 7 te", "<address> te"),
        ("my name is Karim Uddin.", "my name is <name>."),
        ("আমার নাম করিম উদ্দিন", "আমার নাম <name>"),
        ("amar naam Karim, order koi", "amar naam <name>, order koi"),
        ("Rahima here", "<name> here"),
        ("রহিমার অর্ডার কই", "<name> অর্ডার কই"),
        ("RAHIMA's parcel", "<name>'s parcel"),
    ],
)
def test_what_is_personal_is_taken_out(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "where is my order",
        "i paid 1,200 tk for 2 sarees",
        "delivery charge 60 tk keno",
        "size 42 hobe?",
        "আমার ৩টা শাড়ি কবে আসবে?",
        "i have a house full of guests",
        "the road is closed",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    assert masked(text) == text


def test_what_the_engine_found_is_taken_out_even_where_no_pattern_knows_it() -> None:
    entity = {"entity": "area", "value": "Banasree", "start": 10, "end": 17}
    assert masked("please to bonosri instead", entities=[entity]) == "please to <address> instead"


def test_a_product_the_engine_found_stays() -> None:
    entity = {"entity": "product", "value": "saree", "start": 4, "end": 9}
    assert masked("the saree is late", entities=[entity]) == "the saree is late"


def test_overlapping_finds_leave_one_mark() -> None:
    assert mask("KT-10234 today", phrases=[("KT-10234", "order"), ("10234", "number")]) == "<order> today"


def test_a_kept_message_is_one_line_of_bounded_length() -> None:
    kept = masked("why\n\n oh " * 400)
    assert "\n" not in kept
    assert len(kept) <= MAX_CHARS


def test_the_fallback_is_no_guess() -> None:
    ranking = [
        {"intent": "nlu_fallback", "confidence": 0.4},
        *({"intent": f"intent_{n}", "confidence": 0.3} for n in range(5)),
    ]
    assert guesses_of({"ranking": ranking}) == tuple(Guess(f"intent_{n}", 0.3) for n in range(3))
    assert guesses_of(None) == ()
