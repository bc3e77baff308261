"""How long it takes and what it costs to bring a parcel where the customer says."""

import pytest

from tests.unit.actions.acting import Acting, Dialogue, Message, entity

PERIOD, OPTIONS = "action_delivery_period", "action_delivery_options"


async def _lines(acting: Acting, text: str, *cities: str, action: str = PERIOD) -> list[str]:
    await acting.visit("john")
    asked = Message("delivery_period", text, [entity("city", city) for city in cities])
    outcome = await acting.run(action, asked, Dialogue())
    return str(outcome.responses[0]["lines"]).splitlines()


@pytest.mark.parametrize("action", [PERIOD, OPTIONS])
async def test_a_city_gets_the_ways_that_go_there(acting: Acting, action: str) -> None:
    lines = await _lines(acting, "how long to sylhet", "Sylhet", action=action)
    assert lines
    assert all("outside Dhaka" in line for line in lines)


async def test_in_dhaka_it_can_also_be_fetched(acting: Acting) -> None:
    lines = await _lines(acting, "delivery time in dhaka?", "Dhaka")
    assert lines
    assert not any("outside" in line for line in lines)
    assert any("shop" in line for line in lines)


@pytest.mark.parametrize("text", ["dhaka r baire koto din", "outside dhaka?", "ঢাকার বাইরে কত দিন"])
async def test_outside_of_dhaka_is_not_dhaka(acting: Acting, text: str) -> None:
    assert all("outside Dhaka" in line for line in await _lines(acting, text, "Dhaka"))


async def test_a_neighbourhood_is_in_its_city(acting: Acting) -> None:
    await acting.visit("john")
    asked = Message("delivery_period", "how long to mirpur 10", [entity("area", "Mirpur 10")])
    outcome = await acting.run(PERIOD, asked, Dialogue())
    assert "outside" not in str(outcome.responses[0]["lines"])


async def test_without_a_city_or_with_two_all_ways_are_told(acting: Acting) -> None:
    all_ways = await _lines(acting, "how long does delivery take")
    assert await _lines(acting, "dhaka and sylhet", "Dhaka", "Sylhet") == all_ways
    assert len(all_ways) == 5


@pytest.mark.parametrize(
    "text",
    ["can he leave it with the guard", "ami bashay thakbo na, kalke dite parben?", "পাশের বাসায় রেখে গেলে হবে"],
)
async def test_a_parcel_on_its_way_is_in_the_couriers_hands(acting: Acting, text: str) -> None:
    await acting.visit("mitali")
    outcome = await acting.run(OPTIONS, Message("delivery_options", text), Dialogue({"verified": True}))
    assert outcome.said == ["utter_delivery_wish"]
    assert outcome.responses[0]["number"] == "KT-10288"
    assert outcome.slots["offer"] == "handoff"


async def test_without_a_parcel_on_its_way_the_ways_are_told(acting: Acting) -> None:
    await acting.visit("tanvir")
    asked = Message("delivery_options", "can you deliver tomorrow")
    outcome = await acting.run(OPTIONS, asked, Dialogue({"verified": True}))
    assert outcome.said == ["utter_delivery_options"]
