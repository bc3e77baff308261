"""Reading an address out of a message."""

import time

import pytest

from actions.addresses import WrittenAddress, is_long_enough, looks_like_address, read_address


def _read(text: str, city: str | None = None, written: str = "", **found: str) -> WrittenAddress:
    words = [word for word in (written or city or "", *found.values()) if word and word in text]
    places = [(text.rindex(word), text.rindex(word) + len(word)) for word in words]
    return read_address(
        text, city=city, postcode=found.get("postcode"), phone=found.get("phone"), recognised=places
    )


def test_parts_are_line_area_and_city() -> None:
    read = _read("House 12, Road 5, Dhanmondi, Dhaka 1209", city="Dhaka", postcode="1209")
    assert read == WrittenAddress("House 12, Road 5", "Dhanmondi", "Dhaka", "1209", None)


def test_bengali_addresses_are_read_alike() -> None:
    read = _read("বাড়ি ১২, রোড ৫, ধানমন্ডি, ঢাকা", city="Dhaka", written="ঢাকা")
    assert (read.line, read.area, read.city) == ("বাড়ি ১২, রোড ৫", "ধানমন্ডি", "Dhaka")


@pytest.mark.parametrize(
    "text",
    [
        "my new address is House 9, Road 2, Banani, Dhaka",
        "please send it to House 9, Road 2, Banani, Dhaka",
        "change the address of KT-10301 to House 9, Road 2, Banani, Dhaka",
        "notun thikana holo House 9, Road 2, Banani, Dhaka",
        "নতুন ঠিকানা: House 9, Road 2, Banani, Dhaka",
    ],
)
def test_what_leads_in_to_the_address_is_left_out(text: str) -> None:
    read = _read(text, city="Dhaka")
    assert (read.line, read.area) == ("House 9, Road 2", "Banani")


def test_a_known_neighbourhood_is_the_area_where_nothing_separates_parts() -> None:
    text = "house 7 road 11 banani dhaka"
    read = read_address(text, city="Dhaka", postcode=None, phone=None, recognised=[(23, 28)], area=(16, 22))
    assert (read.line, read.area, read.city) == ("house 7 road 11", "banani", "Dhaka")


def test_written_parts_outrank_a_known_neighbourhood() -> None:
    text = "House 9, Banani Tower, Road 2"
    read = read_address(text, city=None, postcode=None, phone=None, area=(9, 15))
    assert (read.line, read.area) == ("House 9, Banani Tower", "Road 2")


def test_a_known_neighbourhood_said_first_is_the_area() -> None:
    read = read_address(
        "mirpur 11, block B, road 4, basha 12", city="Dhaka", postcode=None, phone=None, area=(0, 9)
    )
    assert (read.line, read.area) == ("block B, road 4, basha 12", "mirpur 11")


def test_lines_separate_like_commas() -> None:
    read = _read("House 9\nRoad 2\nBanani\nDhaka", city="Dhaka")
    assert (read.line, read.area) == ("House 9, Road 2", "Banani")


def test_phone_and_the_words_around_it_are_left_out() -> None:
    read = _read("House 9, Road 2, Banani, Dhaka, phone: 01712345678", city="Dhaka", phone="01712345678")
    assert (read.line, read.area, read.phone) == ("House 9, Road 2", "Banani", "01712345678")


def test_a_district_named_like_a_street_stays_where_it_is() -> None:
    read = _read("Dhaka Housing, Road 4, Adabor, Dhaka", city="Dhaka")
    assert (read.line, read.area) == ("Dhaka Housing, Road 4", "Adabor")


def test_only_the_city_leaves_no_line() -> None:
    assert _read("Dhaka", city="Dhaka").line == ""


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("House 12, Road 5", True),
        ("বাড়ি ১২ রোড ৫", True),
        ("bari 7 road 3 mirpur", True),
        ("where is my order KT-10234", False),
        ("how long does delivery take to Dhaka", False),
        ("I live on the main road", False),
    ],
)
def test_address_words_and_a_number_make_an_address(text: str, is_one: bool) -> None:
    assert looks_like_address(text) is is_one


def test_a_number_alone_is_too_short() -> None:
    assert not is_long_enough("12")
    assert not is_long_enough("mirpur")


@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0", "\n", " \n"])
def test_a_long_run_of_blanks_takes_no_longer_than_a_short_one(blank: str) -> None:
    text = f"change my address house 5 road 3 send{blank * 40_000}x, # {blank * 40_000}y"
    began = time.process_time()
    read = _read(text)
    assert looks_like_address(text)
    assert time.process_time() - began < 1.0  # quadratic patterns need minutes
    assert read.line.startswith("house 5 road 3 send")
