"""Which store is near."""

import pytest

from crm_store.domain.branches import Branch, nearest_branch
from crm_store.domain.opening_hours import SHOP_TIMEZONE, OpeningHours
from crm_store.domain.places import city_of, find_place
from crm_store.seed.content import load_content


@pytest.fixture(scope="module")
def branches() -> list[Branch]:
    hours = OpeningHours(week={}, timezone=SHOP_TIMEZONE)
    return [Branch(**{**record, "hours": hours}) for record in load_content().branches]


@pytest.mark.parametrize(
    ("city", "code"),
    [
        ("Sylhet", "zindabazar"),
        ("Sunamganj", "zindabazar"),
        ("Cox's Bazar", "agrabad"),
        ("Noakhali", "agrabad"),
        ("Gazipur", "uttara"),
        ("Khulna", "dhanmondi"),
    ],
)
def test_the_nearest_store_is_the_closest_on_the_map(branches: list[Branch], city: str, code: str) -> None:
    place = find_place(city)
    assert place is not None
    assert nearest_branch(branches, place)[0].code == code


def test_the_distance_is_about_right(branches: list[Branch]) -> None:
    place = find_place("Cumilla")
    assert place is not None
    assert 75 <= nearest_branch(branches, place)[1] <= 100


@pytest.mark.parametrize("name", [None, "", "Kolkata"])
def test_a_place_that_is_not_on_the_list_is_unknown(name: str | None) -> None:
    assert find_place(name) is None


def test_every_city_that_is_understood_has_a_place() -> None:
    assert {record["city"] for record in load_content().branches} <= {"Dhaka", "Chattogram", "Sylhet"}
    assert all(find_place(place.city) for place in load_content().places)


@pytest.mark.parametrize(
    ("area", "city"),
    [
        ("Gulshan 2", "Dhaka"),
        ("Banani", "Dhaka"),
        ("Agrabad", "Chattogram"),
        ("New Market", None),
        (None, None),
    ],
)
def test_a_neighbourhood_that_can_mean_one_city_tells_it(area: str | None, city: str | None) -> None:
    assert city_of(area) == city
