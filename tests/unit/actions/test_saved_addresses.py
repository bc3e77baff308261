"""Keeping an address for coming orders."""

from crm_store.use_cases.addresses import list_addresses
from tests.unit.actions.acting import Acting, Dialogue, Message

FORM = "add_address_form"
VALIDATE = f"validate_{FORM}"
ADDRESS = {
    "city_as_written": "Khulna",
    "line": "House 7, Road 3",
    "area": "Boyra",
    "postcode": None,
    "phone": None,
}


async def test_a_visitor_is_told_how_it_is_done(acting: Acting) -> None:
    await acting.visit(None)
    begins = Dialogue(form=FORM, begins=True)
    outcome = await acting.run(VALIDATE, Message("set_up_shipping_address", "add an address"), begins)
    assert outcome.said == ["utter_add_address_steps"]


async def test_the_request_says_what_the_place_is_called(acting: Acting) -> None:
    await acting.visit("tanvir")
    begins = Dialogue({"verified": True}, form=FORM, begins=True)
    outcome = await acting.run(VALIDATE, Message("set_up_shipping_address", "save my office address"), begins)
    assert outcome.slots["address_name"] == "office"
    assert "new_address" not in outcome.slots


async def test_an_address_of_the_first_message_is_taken(acting: Acting) -> None:
    await acting.visit("tanvir")
    begins = Dialogue({"verified": True}, form=FORM, begins=True)
    said = Message("set_up_shipping_address", "add House 7, Road 3, Boyra")
    outcome = await acting.run(VALIDATE, said, begins)
    assert outcome.slots["new_address"]["area"] == "Boyra"


async def test_a_confirmed_address_is_kept_once(acting: Acting) -> None:
    await acting.visit("tanvir")
    before = await list_addresses(acting.store, acting.conversation_id)
    slots = {
        "new_address": ADDRESS,
        "new_city": "Khulna",
        "address_name": "office",
        "address_confirmed": True,
    }
    yes = Message("affirm", "yes")
    outcome = await acting.run("action_add_address", yes, Dialogue(dict(slots)))
    await acting.run_again("action_add_address", yes, Dialogue(dict(slots)))
    after = await list_addresses(acting.store, acting.conversation_id)
    assert outcome.said in (["utter_address_added"], ["utter_address_added_default"])
    assert len(after) == len(before) + 1
    assert "Boyra, Khulna" in [saved.address.label for saved in after]


async def test_a_no_keeps_nothing(acting: Acting) -> None:
    await acting.visit("tanvir")
    before = await list_addresses(acting.store, acting.conversation_id)
    slots = {"new_address": ADDRESS, "new_city": "Khulna", "address_confirmed": False}
    outcome = await acting.run("action_add_address", Message("deny", "no"), Dialogue(slots))
    assert outcome.said == ["utter_address_not_added"]
    assert await list_addresses(acting.store, acting.conversation_id) == before
