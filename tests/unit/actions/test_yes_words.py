"""What counts as a yes that repeats the wish, and what leaves the question open."""

import pytest

from actions.yes_words import repeats_with_yes, wants_it_changed_with_yes


@pytest.mark.parametrize(
    "text",
    [
        "yes, return it please",
        "Yeah go ahead and cancel the order",
        "ha thikana bodle den",
        "Ji bhai account delete kore den",
        "haa ferot niye nin!",
        "হ্যাঁ ফেরত নিন",
        "জি, ঠিকানাটা বদলে দিন।",
        "yes",
    ],
)
def test_a_yes_and_the_wish_again(text: str) -> None:
    assert repeats_with_yes(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "return it",
        "yes but keep the shoes",
        "yes, change it to House 5",
        "ha kintu pore",
        "ha na ferot niyen na",
        "yes return it?",
        "না ফেরত নিন",
        "হ্যাঁ কিন্তু শুধু জুতা ফেরত নিন",
        "yes cancel KT-10999",
    ],
)
def test_anything_besides_leaves_the_question_open(text: str) -> None:
    assert not repeats_with_yes(text)


def test_it_may_name_the_order_that_is_asked_about() -> None:
    assert repeats_with_yes("yes cancel KT-10310", about="KT-10310")
    assert not repeats_with_yes("yes cancel KT-10312", about="KT-10310")


def test_a_yes_to_any_change_names_none() -> None:
    assert wants_it_changed_with_yes("ha bodle den")
    assert wants_it_changed_with_yes("yes please change it")
    assert not wants_it_changed_with_yes("yes change the address")
    assert not wants_it_changed_with_yes("yes cancel it")
