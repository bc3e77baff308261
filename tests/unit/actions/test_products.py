"""What is said about products: found in the customer's words, from the store, in every language."""

import pytest

from actions.labels import LANGUAGES
from actions.product_questions import asked_kinds, asks_for
from crm_store.domain.product_facts import FactKind
from crm_store.use_cases.products import list_catalogue
from tests.unit.actions.acting import Acting, Dialogue, Message, Outcome, entity

SOLD_OUT = "FOO-ACH-04"
QUESTIONS = {
    "ask_product": "action_describe_product",
    "check_stock": "action_check_stock",
    "check_price": "action_check_price",
    "check_size": "action_check_size",
    "check_compatibility": "action_check_compatibility",
    "check_warranty": "action_check_warranty",
    "place_order": "action_place_order",
}
VERIFIED = {"verified": True}


@pytest.fixture
async def shop(acting: Acting) -> Acting:
    await acting.visit("tanvir")
    return acting


async def _ask(
    acting: Acting, intent: str, text: str, *entities: dict[str, object], **slots: object
) -> Outcome:
    return await acting.run(
        QUESTIONS[intent], Message(intent, text, entities), Dialogue({**VERIFIED, **slots})
    )


def _argument(outcome: Outcome, name: str) -> str:
    return str(outcome.responses[0][name])


# --- prices ---


async def test_a_price_comes_from_the_catalogue(shop: Acting) -> None:
    outcome = await _ask(shop, "check_price", "how much is the jamdani")
    assert outcome.said == ["utter_price_one"]
    assert (_argument(outcome, "product"), _argument(outcome, "price")) == (
        "Dhakai jamdani saree",
        "Tk 8,500",
    )
    assert outcome.slots["product"] == "SAR-JAM-01"


async def test_several_pieces_are_added_up(shop: Acting) -> None:
    text = "3 ta tiffin carrier koto"
    outcome = await _ask(shop, "check_price", text, entity("quantity", "3"), language="bn-Latn")
    assert outcome.said == ["utter_price_one"]  # a text is no number of pieces
    counted = {**entity("quantity", "3"), "value": 3}
    outcome = await _ask(shop, "check_price", text, counted, language="bn-Latn")
    assert outcome.said == ["utter_price_several"]
    assert _argument(outcome, "total") == "2,850 taka"


async def test_the_price_of_a_kind_lists_all_of_it_cheapest_first(shop: Acting) -> None:
    outcome = await _ask(shop, "check_price", "শাড়ির দাম কত", language="bn")
    assert outcome.said == ["utter_products"]
    lines = _argument(outcome, "lines").splitlines()
    assert lines[0] == "• টাঙ্গাইলের সুতি শাড়ি: ১,৪৫০ টাকা"
    assert len(lines) == len(outcome.buttons) == 4


async def test_a_budget_leaves_out_what_costs_more(shop: Acting) -> None:
    money = {**entity("money", ""), "value": {"amount": 200000, "currency": "BDT"}}
    outcome = await _ask(shop, "check_price", "panjabi under 2000 tk", money)
    assert [button["title"] for button in outcome.buttons] == [
        "Boys' panjabi and pyjama set",
        "Cotton panjabi",
    ]


async def test_a_gift_for_an_amount_shows_what_comes_closest(shop: Acting) -> None:
    money = {**entity("money", ""), "value": {"amount": 100000, "currency": "BDT"}}
    outcome = await _ask(shop, "ask_product", "gift under 1000 taka", money)
    assert outcome.said == ["utter_products_some"]
    assert outcome.buttons[0]["title"] == "Khadi kurti"


# --- stock ---


async def test_what_is_there_is_said_to_be_there(shop: Acting) -> None:
    assert (await _ask(shop, "check_stock", "moshari ase?")).said == [
        "utter_stock_available",
        "utter_stock_of_variants",
    ]


async def test_the_last_pieces_are_counted(shop: Acting) -> None:
    outcome = await _ask(shop, "check_stock", "জামদানিটা আছে?", language="bn")
    assert outcome.said[0] == "utter_stock_few"
    assert _argument(outcome, "count") == "৯"


async def test_more_than_there_are_is_too_many(shop: Acting) -> None:
    twenty = {**entity("quantity", "20"), "value": 20}
    outcome = await _ask(shop, "check_stock", "do you have 20 jamdani", twenty)
    assert outcome.said[0] == "utter_stock_not_enough"


async def test_sold_out_offers_what_is_like_it_and_to_write_it_down(shop: Acting) -> None:
    outcome = await _ask(shop, "check_stock", "mango pickle available?")
    assert outcome.said == ["utter_stock_sold_out"]
    assert outcome.buttons[0]["payload"] == f'/check_stock{{"product": "{SOLD_OUT}", "wish": "restock"}}'
    assert "Sreemangal tea, 400 g" in [button["title"] for button in outcome.buttons]
    assert outcome.slots["offer"] == "restock"


async def test_asking_to_be_told_writes_it_down_at_once(shop: Acting) -> None:
    outcome = await _ask(shop, "check_stock", "amer achar ashle janaiyen")
    assert outcome.said == ["utter_restock_noted"]
    again = await _ask(shop, "check_stock", "let me know when the pickle is back")
    assert again.said == ["utter_restock_already"]


async def test_yes_to_sold_out_writes_it_down(shop: Acting) -> None:
    said_yes = Dialogue({**VERIFIED, "offer": "restock", "product": SOLD_OUT})
    outcome = await shop.run("action_affirm", Message("affirm", "yes"), said_yes)
    assert outcome.said == ["utter_restock_noted"]
    assert (await shop.run_again("action_affirm", Message("affirm", "yes"), said_yes)).said == outcome.said


async def test_yes_about_a_product_that_is_gone_does_nothing(shop: Acting) -> None:
    forgotten = Dialogue({**VERIFIED, "offer": "restock", "product": None})
    assert (await shop.run("action_affirm", Message("affirm"), forgotten)).said == ["utter_nothing_to_affirm"]


@pytest.mark.rules("G5")
async def test_a_visitor_is_told_how_to_be_told(acting: Acting) -> None:
    await acting.visit(None)
    clicked = Message("check_stock", "Tell me", [entity("product", SOLD_OUT), entity("wish", "restock")])
    outcome = await acting.run("action_check_stock", clicked)
    assert outcome.said == ["utter_product_wish_login"]


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("can you hold one jamdani for me until tomorrow", "utter_stock_not_reserved"),
        ("is the kettle in the dhanmondi store today", "utter_stock_of_stores"),
        ("is the violet monipuri one there", "utter_stock_of_variants"),
    ],
)
async def test_what_the_count_cannot_tell_is_said(shop: Acting, text: str, response: str) -> None:
    assert (await _ask(shop, "check_stock", text)).said[-1] == response


# --- facts ---


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("what is the khadi kurti made of", "Handspun khadi cotton"),
        ("how do i wash the lungi", "Machine wash"),
        ("is the honey really original or fake", "Satkhira"),
        ("earbud e mic ase?", "Bluetooth 5.3"),
        ("any nuts in the pickle", "no nuts"),
        ("how many pages is the cookbook", "224 pages"),
    ],
)
async def test_a_question_gets_the_fact_it_asks_for(shop: Acting, text: str, words: str) -> None:
    outcome = await _ask(shop, "ask_product", text)
    assert outcome.said == ["utter_product_facts"]
    assert words in _argument(outcome, "facts")


async def test_facts_are_told_in_bengali(shop: Acting) -> None:
    outcome = await _ask(shop, "ask_product", "জামদানি কোথায় তৈরি, আসল তো?", language="bn")
    assert _argument(outcome, "facts") == ("কোথায় তৈরি: নারায়ণগঞ্জের রূপগঞ্জে হাতে বোনা, সঙ্গে তাঁতির ট্যাগ থাকে")


async def test_what_nobody_wrote_down_is_not_guessed(shop: Acting) -> None:
    outcome = await _ask(shop, "ask_product", "is the lungi halal, any chemicals in it")
    assert outcome.said == ["utter_product_fact_unknown"]
    assert outcome.slots["offer"] == "product_question"


async def test_a_general_question_gets_a_description(shop: Acting) -> None:
    outcome = await _ask(shop, "ask_product", "tell me about the fitness watch")
    assert outcome.said == ["utter_product_description"]
    assert _argument(outcome, "line") == "Fitness watch: Tk 3,290"
    assert len(_argument(outcome, "facts").splitlines()) == 4


async def test_the_question_for_a_colleague_keeps_the_customers_words(shop: Acting) -> None:
    unknown = await _ask(shop, "ask_product", "is the lungi halal")
    clicked = [entity("product", "CLO-LUN-05"), entity("wish", "question")]
    outcome = await _ask(shop, "ask_product", "Ask a colleague", *clicked, **unknown.slots)
    assert outcome.said == ["utter_product_question_passed_on"]
    assert _argument(outcome, "number").startswith("TK-")


async def test_what_is_not_sold_is_said_by_its_name(shop: Acting) -> None:
    outcome = await _ask(shop, "check_price", "air fryer er dam koto", entity("product", "air fryer"))
    assert outcome.said == ["utter_product_not_sold"]
    assert _argument(outcome, "product") == "air fryer"


async def test_without_a_product_the_shop_window_is_shown(shop: Acting) -> None:
    outcome = await _ask(shop, "ask_product", "what do you sell")
    assert outcome.said == ["utter_shop_window"]
    assert len(outcome.buttons) == 10


async def test_a_kind_from_the_window_shows_its_products(shop: Acting) -> None:
    outcome = await _ask(shop, "ask_product", "For children", entity("category", "kids"))
    assert outcome.said == ["utter_products"]
    assert len(outcome.buttons) == 3


# --- sizes, compatibility, warranty ---


async def test_sizes_come_with_their_measurements(shop: Acting) -> None:
    outcome = await _ask(shop, "check_size", "nagra ki chowra paye hobe")
    assert outcome.said == ["utter_product_facts"]
    assert "take one size up" in _argument(outcome, "facts")


async def test_a_size_question_without_a_product_is_answered_generally_and_left_open(shop: Acting) -> None:
    general = await _ask(shop, "check_size", "size chart?")
    assert general.said == ["utter_size_help"]
    named = await _ask(shop, "ask_product", "the sandals", **general.slots)
    assert "EU 39-43" in _argument(named, "facts")


async def test_it_works_with_what_is_noted(shop: Acting) -> None:
    outcome = await _ask(shop, "check_compatibility", "ghori ta iphone e cholbe?")
    assert outcome.said == ["utter_works_with"]
    assert "iOS 12" in _argument(outcome, "fact")


async def test_compatibility_nobody_noted_goes_to_a_colleague(shop: Acting) -> None:
    assert (await _ask(shop, "check_compatibility", "can i use the shawl with a car")).said == [
        "utter_product_fact_unknown"
    ]


async def test_a_warranty_of_something_bought_has_its_last_day(acting: Acting) -> None:
    await acting.visit("shirin")
    outcome = await _ask(acting, "check_warranty", "earbud er warranty koto din", language="bn-Latn")
    assert outcome.said == ["utter_warranty", "utter_warranty_of_purchase"]
    assert outcome.responses[1]["until"] == "11 May 2027"
    assert outcome.slots["offer"] == "warranty_claim"


async def test_a_claim_opens_a_ticket_about_the_order(acting: Acting) -> None:
    await acting.visit("shirin")
    clicked = [entity("product", "ELE-EAR-01"), entity("wish", "claim")]
    outcome = await _ask(acting, "check_warranty", "Claim", *clicked)
    assert outcome.said == ["utter_product_claim_passed_on"]


async def test_a_visitor_learns_the_terms_and_nothing_of_anybody(acting: Acting) -> None:
    await acting.visit(None)
    asked = Message("check_warranty", "my kettle died, warranty?")
    outcome = await acting.run("action_check_warranty", asked)
    assert outcome.said == ["utter_warranty", "utter_warranty_how_to_claim"]


async def test_what_has_no_warranty_can_still_go_back(shop: Acting) -> None:
    outcome = await _ask(shop, "check_warranty", "guarantee on sarees?")
    assert outcome.said == ["utter_warranty_none"]


async def test_warranty_in_general_lists_what_has_one(shop: Acting) -> None:
    outcome = await _ask(shop, "check_warranty", "warranty?")
    assert outcome.said == ["utter_warranty_general"]
    assert "Pressure cooker, 5 litres: 24 months" in _argument(outcome, "lines")


# --- which product ---


async def test_it_means_the_product_being_talked_about(shop: Acting) -> None:
    outcome = await _ask(shop, "check_price", "how much is it", product="ELE-FAN-03")
    assert _argument(outcome, "product") == "Rechargeable table fan"


async def test_it_means_the_only_article_of_the_order_being_talked_about(shop: Acting) -> None:
    outcome = await _ask(shop, "check_size", "which size is it", order_number="KT-10301")
    assert _argument(outcome, "product") == "Embroidered Eid panjabi"


async def test_an_unclear_question_has_the_form_ask(shop: Acting) -> None:
    outcome = await _ask(shop, "check_price", "dam koto")
    assert (outcome.said, outcome.next_action) == ([], "product_form")
    assert outcome.slots["product_question"]["intent"] == "check_price"


async def test_inside_another_form_only_the_name_is_asked_for(shop: Acting) -> None:
    busy = Dialogue(dict(VERIFIED), form="cancel_order_form", asked="cancel_confirmed")
    outcome = await shop.run(
        "action_check_compatibility", Message("check_compatibility", "does it work"), busy
    )
    assert (outcome.said, outcome.next_action) == (["utter_which_product_in_between"], None)


def _in_form(**slots: object) -> Dialogue:
    question = {"intent": "check_size", "text": "which size for me", "quantity": 1}
    return Dialogue(
        {**VERIFIED, "task": "product_form", "product_question": question, **slots},
        form="product_form",
        asked="product",
    )


async def test_the_form_takes_a_name(shop: Acting) -> None:
    outcome = await shop.run("validate_product_form", Message("ask_product", "cotton panjabi"), _in_form())
    assert outcome.slots["product"] == "CLO-PAN-01"


@pytest.mark.parametrize(
    ("text", "entities", "sku"),
    [
        ("the second one", [entity("option", "2")], "SAR-RAJ-03"),
        ("the peacock blue one", [], "SAR-RAJ-03"),
        ("মেরুনটা", [], "SAR-JAM-01"),
        ("tangail", [], "SAR-TAN-02"),
    ],
)
async def test_the_form_takes_a_pick(
    shop: Acting, text: str, entities: list[dict[str, object]], sku: str
) -> None:
    offered = _in_form(offered_choices=["SAR-JAM-01", "SAR-RAJ-03", "SAR-TAN-02"])
    outcome = await shop.run("validate_product_form", Message("pick_option", text, entities), offered)
    assert outcome.slots["product"] == sku


async def test_the_form_narrows_down(shop: Acting) -> None:
    outcome = await shop.run("validate_product_form", Message("ask_product", "panjabi"), _in_form())
    assert outcome.slots["offered_choices"] == ["CLO-PAN-01", "CLO-PAN-02", "KID-PAN-02"]
    assert outcome.slots["product"] is None


async def test_the_form_takes_another_question_instead(shop: Acting) -> None:
    outcome = await shop.run("validate_product_form", Message("check_price", "and the price?"), _in_form())
    assert outcome.slots["product_question"]["intent"] == "check_price"


async def test_the_form_leaves_other_topics_to_their_rules(shop: Acting) -> None:
    outcome = await shop.run("validate_product_form", Message("track_order", "where is my order"), _in_form())
    assert outcome.events == []


async def test_the_form_ends_when_it_is_not_sold_or_not_wanted(shop: Acting) -> None:
    fridge = Message("ask_product", "a fridge", [entity("product", "fridge")])
    assert (await shop.run("validate_product_form", fridge, _in_form())).said == ["utter_product_not_sold"]
    no = await shop.run("validate_product_form", Message("deny", "no"), _in_form())
    assert no.said == ["utter_dropped_product_form"]
    assert no.slots["requested_slot"] is None


async def test_the_answer_belongs_to_the_question_asked_first(shop: Acting) -> None:
    filled = _in_form(product="CLO-PAN-01")
    outcome = await shop.run("action_answer_about_product", Message("pick_option", "the first"), filled)
    assert outcome.said == ["utter_product_facts"]
    assert "chest 40 in" in _argument(outcome, "facts")


async def test_a_form_that_ended_early_says_no_more(shop: Acting) -> None:
    assert (await shop.run("action_answer_about_product", Message("deny"), _in_form(product=None))).said == []


async def test_the_form_asks_with_the_buttons_that_fit(shop: Acting) -> None:
    offered = _in_form(offered_choices=["CLO-PAN-01", "CLO-PAN-02"])
    outcome = await shop.run("action_ask_product", Message("ask_product"), offered)
    assert outcome.said == ["utter_which_product_of"]
    assert outcome.buttons[0]["payload"] == '/check_size{"product": "CLO-PAN-01"}'
    assert (await shop.run("action_ask_product", Message("ask_product"), _in_form())).said == [
        "utter_which_product"
    ]


# --- buying ---


async def test_buying_shows_price_and_the_way(shop: Acting) -> None:
    two = {**entity("quantity", "2"), "value": 2}
    outcome = await _ask(shop, "place_order", "moshari 2 ta nibo", two)
    assert outcome.said == ["utter_place_order"]
    assert _argument(outcome, "total") == "Tk 1,380"
    assert outcome.slots["offer"] == "product_order"


async def test_an_order_that_is_noted_gets_a_number(shop: Acting) -> None:
    bought = await _ask(shop, "place_order", "ekta ketli book koren")
    clicked = [entity("product", "ELE-KET-04"), entity("wish", "order")]
    outcome = await _ask(shop, "place_order", "Note my order", *clicked, **bought.slots)
    assert outcome.said == ["utter_product_order_passed_on"]


async def test_what_is_sold_out_cannot_be_bought(shop: Acting) -> None:
    assert (await _ask(shop, "place_order", "achar kinbo")).said == ["utter_stock_sold_out"]


async def test_how_to_order_needs_no_product(shop: Acting) -> None:
    assert (await _ask(shop, "place_order", "how do i order")).said == ["utter_how_to_order"]


async def test_ordering_again_offers_the_articles_of_the_last_order(shop: Acting) -> None:
    outcome = await _ask(shop, "place_order", "ager order ta abar den")
    assert outcome.said == ["utter_order_again"]
    assert [button["title"] for button in outcome.buttons] == ["Embroidered Eid panjabi"]


async def test_ordering_again_without_a_past(acting: Acting) -> None:
    await acting.visit("john")
    assert (await _ask(acting, "place_order", "order again")).said == ["utter_order_again_none"]


@pytest.mark.rules("G5")
async def test_ordering_again_needs_a_log_in(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_place_order", Message("place_order", "same as last time"))
    assert outcome.said == ["utter_login_needed"]


# --- every product, every question, every language ---


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("intent", QUESTIONS)
async def test_every_question_about_every_product_has_an_answer(
    shop: Acting, intent: str, language: str
) -> None:
    for product in await list_catalogue(shop.store):
        outcome = await _ask(shop, intent, "?", entity("product", product.sku), language=language)
        assert outcome.said, product.sku


# --- what the words ask for ---


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("কাপড় কী দিয়ে বানানো", FactKind.MATERIAL),
        ("eta dhobo kemne", FactKind.CARE),
        ("চায়ের মেয়াদ কতদিন", FactKind.CARE),
        ("country of origin", FactKind.ORIGIN),
        ("ki ki color ase", FactKind.COLOURS),
        ("ওজন কত", FactKind.DIMENSIONS),
        ("বাক্সের ভেতর কী কী থাকে", FactKind.CONTENTS),
        ("how long does the battery last", FactKind.FEATURES),
    ],
)
def test_the_words_tell_the_kind_of_fact(text: str, kind: FactKind) -> None:
    assert kind in asked_kinds(text)


def test_a_plain_question_asks_for_no_kind() -> None:
    assert asked_kinds("tell me more about it") == []


@pytest.mark.parametrize("text", ["notify me", "ashle janaiyen", "এলে জানাবেন", "খবর দিয়েন"])
def test_wanting_to_be_told_is_heard(text: str) -> None:
    assert asks_for("restock", text)


async def test_what_a_thing_of_a_budget_costs_is_told_with_its_facts(shop: Acting) -> None:
    money = {**entity("money", ""), "value": {"amount": 200000, "currency": "BDT"}}
    text = "do you have any cotton panjabi under 2000 taka"
    outcome = await _ask(shop, "ask_product", text, money, {**entity("product", "Cotton panjabi")})
    assert outcome.said == ["utter_product_description"]
    assert "1,250" in _argument(outcome, "line")


@pytest.mark.parametrize("text", ["something for my wife, budget 3k", "gift, 3K max", "1.5k er moddhe kichu"])
async def test_a_budget_in_thousands_is_a_budget(shop: Acting, text: str) -> None:
    outcome = await _ask(shop, "ask_product", text)
    assert outcome.said in (["utter_products"], ["utter_products_some"])


async def test_an_amount_below_its_price_is_about_something_else(
    shop: Acting,
) -> None:
    money = {**entity("money", ""), "value": {"amount": 50000, "currency": "BDT"}}
    talked_about = Dialogue({"product": "SAR-JAM-01"})
    asked = Message("check_price", "৫০০ টাকার মধ্যে", [money])
    outcome = await shop.run("action_check_price", asked, talked_about)
    assert outcome.said in (["utter_products"], ["utter_products_some"])


async def test_advice_is_not_about_what_was_talked_about(shop: Acting) -> None:
    asked = Message("ask_product", "can you recommend me something")
    outcome = await shop.run("action_describe_product", asked, Dialogue({"product": "SAR-JAM-01"}))
    assert outcome.said == ["utter_shop_window"]
