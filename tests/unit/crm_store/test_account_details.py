"""Names, e-mail addresses and phone numbers as customers type them."""

import pytest

from crm_store.domain.accounts import (
    Account,
    AccountDetail,
    check_detail,
    check_name,
    is_bengali,
    mask_email,
    mask_phone,
)
from crm_store.domain.errors import UnusableDetail

NAME, EMAIL, PHONE = AccountDetail.NAME, AccountDetail.EMAIL, AccountDetail.PHONE


@pytest.mark.parametrize(
    ("detail", "written", "kept"),
    [
        (NAME, "  Rafi   Ahmed. ", "Rafi Ahmed."),
        (NAME, "«O'Brien»", "«O'Brien»"),
        (NAME, "তাহমিনা আক্তার।", "তাহমিনা আক্তার"),
        (NAME, "Md. Shahriar", "Md. Shahriar"),
        (EMAIL, " Rina@Example.COM.", "rina@example.com"),
        (EMAIL, "a.b+shop@mail.example.co.uk", "a.b+shop@mail.example.co.uk"),
        (PHONE, "01711-000 234", "+8801711000234"),
        (PHONE, "+880 1711 000234", "+8801711000234"),
        (NAME, "\u202eRahi\u200bma\n Khatun", "Rahima Khatun"),
        (PHONE, "০১৭১১০০০২৩৪", "+8801711000234"),
        (PHONE, "8801711000234", "+8801711000234"),
        (PHONE, "+44 20 7946 0958", "+442079460958"),
        (PHONE, "0044 20 7946 0958", "+442079460958"),
    ],
)
def test_what_can_be_kept_is_kept_tidily(detail: AccountDetail, written: str, kept: str) -> None:
    assert check_detail(detail, written) == kept


@pytest.mark.parametrize(
    ("detail", "written"),
    [
        (NAME, "x"),
        (NAME, ""),
        (NAME, "01711000234"),
        (NAME, "me@example.com"),
        (NAME, "why do you ask?"),
        (NAME, "a" * 81),
        (EMAIL, "rina@example"),
        (EMAIL, "rina at example.com"),
        (EMAIL, "two@one@example.com"),
        (EMAIL, f"{'a' * 250}@example.com"),
        (PHONE, "12345"),
        (PHONE, "01211000234"),
        (PHONE, "+880 1711 00023"),
        (PHONE, "017110002345"),
        (PHONE, "call me"),
    ],
)
def test_what_cannot_be_one_is_refused(detail: AccountDetail, written: str) -> None:
    with pytest.raises(UnusableDetail):
        check_detail(detail, written)


def test_a_mask_shows_whose_it_is_and_no_more() -> None:
    assert (mask_email("rahima@example.com"), mask_phone("01711-000234")) == ("r•••@example.com", "•••234")


def test_the_script_of_a_name_is_seen() -> None:
    assert is_bengali("রহিমা")
    assert not is_bengali(check_name("Rahima"))


def test_a_value_that_is_stored_already_is_recognised_however_it_was_written() -> None:
    account = Account("Rahima", "রহিমা", "Rahima@example.com", "01711-000234", gets_offers=True)
    assert account.holds(EMAIL, "rahima@example.com")
    assert account.holds(PHONE, "+8801711000234")
    assert account.holds(NAME, "রহিমা")
    assert not account.holds(NAME, "Rahim")
    assert not Account("Rahima", None, None, None, gets_offers=False).holds(PHONE, "+8801711000234")
