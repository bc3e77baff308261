"""Sending an order elsewhere."""

import pytest

from actions.shipping_addresses import written_out
from crm_store.domain.orders import Address
from crm_store.use_cases.orders import find_order
from tests.unit.actions.acting import Acting, Dialogue, Message, entity

FORM = "change_address_form"
VALIDATE = f"validate_{FORM}"
TEXT = "House 9, Road 2, Banani, Dhaka 1213"
WRITTEN = Message("inform", TEXT, [entity("city", "Dhaka", TEXT), entity("postcode", "1213", TEXT)])
READ = {
    "line": "House 9, Road 2",
    "area": "Banani",
    "postcode": "1213",
    "phone": None,
    "city_as_written": "Dhaka",
}


def _asked(slot: str, **slots: object) -> Dialogue:
    return Dialogue({"order_number": "KT-10301", "task": FORM, **slots}, form=FORM, asked=slot)


async def _address(acting: Acting) -> Address:
    return (await find_order(acting.store, acting.conversation_id, "KT-10301")).address


async def test_an_address_is_taken_apart(acting: Acting) -> None:
    await acting.visit("tanvir")
    outcome = await acting.run(VALIDATE, WRITTEN, _asked("new_address"))
    assert outcome.slots["new_address"] == READ
    assert outcome.slots["new_city"] == "Dhaka"


async def test_an_address_in_the_first_message_is_not_asked_for_again(acting: Acting) -> None:
    await acting.visit("tanvir")
    text = f"change my address to {TEXT}"
    said = Message(
        "change_shipping_address", text, [entity("city", "Dhaka", text), entity("postcode", "1213", text)]
    )
    outcome = await acting.run(VALIDATE, said, Dialogue(form=FORM, begins=True))
    assert outcome.slots["new_address"] == READ
    assert outcome.slots["order_number"] == "KT-10301"


async def test_without_a_known_city_the_city_is_still_missing(acting: Acting) -> None:
    await acting.visit("tanvir")
    outcome = await acting.run(VALIDATE, Message("inform", "House 9, Road 2, Xyz"), _asked("new_address"))
    assert outcome.slots["new_address"]["line"] == "House 9, Road 2"
    assert outcome.slots["new_city"] is None


async def test_an_unknown_city_is_taken_as_written(acting: Acting) -> None:
    await acting.visit("tanvir")
    outcome = await acting.run(VALIDATE, Message("inform", "Sonargaon"), _asked("new_city", new_address=READ))
    assert outcome.slots["new_city"] == "Sonargaon"


async def test_half_an_address_is_explained_and_asked_for_again(acting: Acting) -> None:
    await acting.visit("tanvir")
    outcome = await acting.run(VALIDATE, Message("inform", "12"), _asked("new_address"))
    assert outcome.said == ["utter_address_unclear"]
    assert outcome.slots["new_address"] is None


async def test_another_address_at_the_confirmation_replaces_the_first(acting: Acting) -> None:
    await acting.visit("tanvir")
    confirming = _asked("address_confirmed", new_address={**READ, "line": "House 1"}, new_city="Khulna")
    outcome = await acting.run(VALIDATE, WRITTEN, confirming)
    assert outcome.slots["new_address"] == READ
    assert "address_confirmed" not in outcome.slots


async def test_third_road_is_no_third_order(acting: Acting) -> None:
    await acting.visit("tanvir")
    text = "hse 3 rd 4, mirpur, dhaka"
    said = Message("inform", text, [entity("option", "3", text), entity("city", "Dhaka", text, "dhaka")])
    outcome = await acting.run(VALIDATE, said, _asked("new_address"))
    assert outcome.slots["new_address"]["line"] == "hse 3 rd 4"


async def test_a_question_is_not_taken_for_an_address(acting: Acting) -> None:
    await acting.visit("tanvir")
    asked = Message("delivery_period", "how long does it take to Dhaka?", [entity("city", "Dhaka")])
    outcome = await acting.run(VALIDATE, asked, _asked("new_address"))
    assert outcome.events == []


async def test_the_confirmed_address_is_stored(acting: Acting) -> None:
    await acting.visit("tanvir")
    slots = {
        "order_number": "KT-10301",
        "new_address": READ,
        "new_city": "Dhaka",
        "address_confirmed": True,
        "task": FORM,
    }
    outcome = await acting.run("action_change_shipping_address", Message("affirm", "yes"), Dialogue(slots))
    assert outcome.said == ["utter_address_done"]
    assert (outcome.responses[0]["old"], outcome.responses[0]["new"]) == ("Uttara, Dhaka", "Banani, Dhaka")
    address = await _address(acting)
    assert (address.line, address.postcode) == ("House 9, Road 2", "1213")
    assert outcome.slots["new_address"] is None


async def test_the_yes_button_of_another_address_confirms_nothing(acting: Acting) -> None:
    await acting.visit("tanvir")
    first = _asked("address_confirmed", new_address=READ, new_city="Dhaka")
    question = await acting.run("action_ask_address_confirmed", WRITTEN, first)
    old = Message("affirm", "Yes", [entity("confirms", question.responses[0]["confirms"])])
    corrected = _asked(
        "address_confirmed", new_address={**READ, "line": "House 10, Road 2"}, new_city="Dhaka"
    )
    outcome = await acting.run(VALIDATE, old, corrected)
    assert outcome.said == ["utter_old_button"]
    assert (await acting.run(VALIDATE, old, first)).slots["address_confirmed"] is True


async def test_a_no_leaves_the_address(acting: Acting) -> None:
    await acting.visit("tanvir")
    slots = {"order_number": "KT-10301", "address_confirmed": False, "task": FORM}
    outcome = await acting.run("action_change_shipping_address", Message("deny", "no"), Dialogue(slots))
    assert outcome.said == ["utter_address_kept"]
    assert (await _address(acting)).area == "Uttara"


async def test_no_instead_of_an_address_ends_the_form(acting: Acting) -> None:
    await acting.visit("tanvir")
    outcome = await acting.run(VALIDATE, Message("deny", "no"), _asked("new_address"))
    assert outcome.slots["address_confirmed"] is False
    assert outcome.slots["requested_slot"] is None


async def test_a_parcel_on_its_way_is_refused_and_a_person_offered(acting: Acting) -> None:
    await acting.visit("mitali")
    named = Message("change_shipping_address", "KT-10288", [entity("order_number", "KT-10288")])
    outcome = await acting.run(VALIDATE, named, Dialogue(form=FORM, begins=True))
    assert outcome.said == ["utter_address_refused_on_its_way"]
    assert outcome.slots["offer"] == "handoff"


async def test_brackets_in_an_address_do_not_break_the_response(acting: Acting) -> None:
    # Rasa shows the raw response when a filled text holds "0[".
    await acting.visit("tanvir")
    slots = {
        "order_number": "KT-10301",
        "new_address": {**READ, "line": "Flat 0[a], House 9"},
        "new_city": "Dhaka",
    }
    outcome = await acting.run("action_ask_address_confirmed", WRITTEN, Dialogue(slots, form=FORM))
    assert "0[" not in outcome.responses[0]["address"]


@pytest.mark.parametrize(
    ("intent", "text", "part", "value", "line"),
    [
        ("inform", "na na, road 5", "road", "5", "House 9, Road 5"),
        ("deny", "no, house 12B", "house", "12B", "House 12B, Road 2"),
    ],
)
async def test_one_part_can_be_put_right_before_the_yes(
    acting: Acting, intent: str, text: str, part: str, value: str, line: str
) -> None:
    await acting.visit("tanvir")
    asked = _asked("address_confirmed", new_address=READ, new_city="Dhaka")
    outcome = await acting.run(VALIDATE, Message(intent, text, [entity(part, value)]), asked)
    assert outcome.slots["new_address"] == {**READ, "line": line}
    assert "address_confirmed" not in outcome.slots
    assert "new_city" not in outcome.slots


async def test_a_part_that_was_not_there_is_no_correction(acting: Acting) -> None:
    await acting.visit("tanvir")
    asked = _asked("address_confirmed", new_address=READ, new_city="Dhaka")
    outcome = await acting.run(VALIDATE, Message("deny", "no flat", [entity("flat", "3A")]), asked)
    assert outcome.slots.get("new_address", READ) == READ


async def test_a_known_neighbourhood_needs_no_question_for_its_city(acting: Acting) -> None:
    await acting.visit("tanvir")
    text = "gulshan 2 road 45 house 7"
    parts = [
        entity("area", "Gulshan 2", text, "gulshan 2"),
        entity("road", "45", text),
        entity("house", "7", text),
    ]
    outcome = await acting.run(VALIDATE, Message("inform", text, parts), _asked("new_address"))
    assert outcome.slots["new_city"] == "Dhaka"


def test_an_address_is_shown_with_the_digits_it_was_written_with() -> None:
    address = {**READ, "line": "বাসা ১২, রোড ৫", "area": "ধানমন্ডি", "postcode": "1205", "city_as_written": "ঢাকা"}
    assert written_out(address, "Dhaka") == "বাসা ১২, রোড ৫, ধানমন্ডি, ঢাকা ১২০৫"
    assert written_out(READ, "Dhaka") == TEXT
