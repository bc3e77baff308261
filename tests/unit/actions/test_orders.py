"""Where an order is."""

from tests.unit.actions.acting import Acting, Dialogue, Message, entity

WHERE = Message("track_order", "where is my order")
FORM = "track_order_form"


async def test_the_only_open_order_is_shown_at_once(acting: Acting) -> None:
    await acting.visit("tanvir")
    outcome = await acting.run("action_track_order", WHERE)
    assert outcome.said == ["utter_order_status_placed"]
    assert outcome.responses[0]["custom"]["card"]["number"] == "KT-10301"
    assert outcome.slots["order_number"] == "KT-10301"


async def test_two_open_orders_start_the_question(acting: Acting) -> None:
    await acting.visit("rahima")
    outcome = await acting.run("action_track_order", WHERE)
    assert outcome.said == []
    assert outcome.next_action == FORM
    assert outcome.slots["offered_choices"] == ["KT-10251", "KT-10234"]


async def test_the_question_has_a_button_for_each_order(acting: Acting) -> None:
    await acting.visit("rahima")
    outcome = await acting.run("action_ask_order_number", WHERE, Dialogue(form=FORM))
    assert [button["title"] for button in outcome.buttons] == [
        "KT-10251 · Double cotton bed sheet set · 20 November",
        "KT-10234 · Tangail cotton saree and 1 more · 12 November",
        "All of them",
    ]
    assert outcome.buttons[0]["payload"] == '/inform{"order_number": "KT-10251"}'


async def test_bengali_buttons_have_bengali_names_and_digits(acting: Acting) -> None:
    await acting.visit("rahima")
    outcome = await acting.run("action_ask_order_number", WHERE, Dialogue({"language": "bn"}, form=FORM))
    assert outcome.buttons[0]["title"] == "KT-10251 · ডাবল সুতির বিছানার চাদরের সেট · ২০ নভেম্বর"


async def test_inside_another_form_all_open_orders_are_listed_instead(acting: Acting) -> None:
    await acting.visit("rahima")
    outcome = await acting.run("action_track_order", WHERE, Dialogue(form="cancel_order_form"))
    assert outcome.said == ["utter_orders_open"]
    assert outcome.next_action is None
    assert "order_number" not in outcome.slots


async def test_a_late_order_is_called_late_and_says_where_it_is(acting: Acting) -> None:
    await acting.visit("rahima")
    asked = Message("track_order", "where is KT-10234", [entity("order_number", "KT-10234")])
    outcome = await acting.run("action_track_order", asked)
    assert outcome.said == ["utter_order_late"]
    assert outcome.responses[0]["where"] == "is with the courier"
    assert outcome.responses[0]["custom"]["card"]["late"] is True


async def test_somebody_elses_order_does_not_exist(acting: Acting) -> None:
    await acting.visit("tanvir")
    asked = Message("track_order", "where is KT-10234", [entity("order_number", "KT-10234")])
    outcome = await acting.run("action_track_order", asked)
    assert outcome.said == ["utter_order_unknown"]


async def test_an_order_talked_about_is_meant_and_another_is_offered(acting: Acting) -> None:
    await acting.visit("rahima")
    outcome = await acting.run("action_track_order", WHERE, Dialogue({"order_number": "KT-10251"}))
    assert outcome.said == ["utter_order_status_placed"]
    assert [button["title"] for button in outcome.buttons] == ["Another order"]


async def test_a_delivered_order_talked_about_is_not_what_where_means(acting: Acting) -> None:
    await acting.visit("arif")
    outcome = await acting.run("action_track_order", WHERE, Dialogue({"order_number": "KT-10205"}))
    assert outcome.next_action == FORM


async def test_nothing_on_its_way_tells_of_the_latest_order(acting: Acting) -> None:
    await acting.visit("shirin")
    outcome = await acting.run("action_track_order", WHERE)
    assert outcome.said == ["utter_no_open_orders"]
    assert outcome.responses[0]["status"] == "delivered"


async def test_a_new_customer_has_no_orders(acting: Acting) -> None:
    await acting.visit("john")
    for action in ("action_track_order", "action_list_orders"):
        outcome = await acting.run(action, WHERE)
        assert outcome.said == ["utter_no_orders"]


async def test_without_log_in_nothing_is_said_about_orders(acting: Acting) -> None:
    await acting.visit(None)
    asked = Message("track_order", "where is KT-10234", [entity("order_number", "KT-10234")])
    for action in ("action_track_order", "action_list_orders", "action_take_information"):
        outcome = await acting.run(action, asked)
        assert outcome.said == ["utter_login_needed"]
        assert outcome.responses[0]["custom"] == {}


async def test_a_position_answers_the_question(acting: Acting) -> None:
    await acting.visit("rahima")
    answer = Message("pick_option", "the second one", [entity("option", "2")])
    shown = Dialogue({"offered_choices": ["KT-10251", "KT-10234"]}, form=FORM, asked="order_number")
    outcome = await acting.run("validate_track_order_form", answer, shown)
    assert outcome.slots["order_number"] == "KT-10234"


async def test_all_of_them_lists_all(acting: Acting) -> None:
    await acting.visit("rahima")
    outcome = await acting.run(
        "action_track_order", WHERE, Dialogue({"order_number": "all", "task": FORM, "offered_choices": []})
    )
    assert outcome.said == ["utter_orders_open"]
    assert len(outcome.responses[0]["custom"]["card"]["orders"]) == 2


async def test_a_list_of_orders_says_only_what_its_card_does_not_stress(acting: Acting) -> None:
    await acting.visit("rahima")
    outcome = await acting.run("action_list_orders", Message("list_orders", "show my orders"))
    assert outcome.said == ["utter_orders_latest"]
    assert len(outcome.responses[0]["custom"]["card"]["orders"]) > 2
    assert outcome.responses[0]["summary"] == "KT-10234 is late, I am sorry."


async def test_an_interruption_is_left_to_the_rules(acting: Acting) -> None:
    await acting.visit("rahima")
    asked = Message("delivery_options", "how much is delivery to the whole country please")
    outcome = await acting.run("validate_track_order_form", asked, Dialogue(form=FORM, asked="order_number"))
    assert outcome.events == []
    assert outcome.said == []


async def test_after_an_interruption_the_form_hears_nothing_twice(acting: Acting) -> None:
    await acting.visit("rahima")
    back = Dialogue(form=FORM, asked="order_number", ran_before=["action_delivery_options"])
    outcome = await acting.run("validate_track_order_form", Message("delivery_options", "charge?"), back)
    assert outcome.events == []


async def test_a_second_failed_answer_offers_a_way_out(acting: Acting) -> None:
    await acting.visit("rahima")
    mumble = Message("nlu_fallback", "hmm")
    stuck = Dialogue({"misunderstood": 1}, form=FORM, asked="order_number")
    outcome = await acting.run("validate_track_order_form", mumble, stuck)
    assert outcome.said == ["utter_not_an_answer_again"]
    assert outcome.slots["misunderstood"] == 2


async def test_a_reason_outside_a_form_starts_a_return(acting: Acting) -> None:
    await acting.visit("shirin")
    said = Message("inform", "it arrived broken", [entity("return_reason", "damaged")])
    outcome = await acting.run("action_take_information", said)
    assert outcome.next_action == "return_form"


async def test_what_is_late_is_asked_about_rather_than_sent_back(acting: Acting) -> None:
    await acting.visit("tanvir")
    said = Message("inform", "it is late", [entity("return_reason", "late")])
    outcome = await acting.run("action_take_information", said)
    assert outcome.next_action is None


async def test_an_address_outside_a_form_starts_the_change(acting: Acting) -> None:
    await acting.visit("tanvir")
    said = Message("inform", "House 9, Road 2, Banani, Dhaka", [entity("city", "Dhaka")])
    outcome = await acting.run("action_take_information", said)
    assert outcome.next_action == "change_address_form"


async def test_a_listed_order_can_be_picked_afterwards(acting: Acting) -> None:
    await acting.visit("arif")
    listed = await acting.run("action_list_orders", Message("list_orders", "my orders"))
    second = listed.slots["offered_choices"][1]
    picked = Message("pick_option", "the second", [entity("option", "2")])
    outcome = await acting.run("action_take_information", picked, Dialogue(listed.slots | {"verified": True}))
    assert outcome.slots["order_number"] == second


async def test_why_is_it_late_means_the_late_one(acting: Acting) -> None:
    await acting.visit("rahima")
    late = await acting.run("action_track_order", Message("track_order", "why is my order so late"))
    assert late.said == ["utter_order_late"]
    assert late.responses[0]["number"] == "KT-10234"
