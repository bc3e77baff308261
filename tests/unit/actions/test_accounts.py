"""Accounts: steps that fit, a person when they do not help, details corrected, and what a secret meets."""

import pytest

from actions.labels import LANGUAGES
from crm_store.use_cases.accounts import choose_marketing, find_account
from crm_store.use_cases.applied_actions import ActionKey
from tests.unit.actions.acting import Acting, Dialogue, Message, Outcome, entity

FORM = "edit_account_form"
VALIDATE = f"validate_{FORM}"
LOGGED_IN = {"verified": True}
YES = Message("affirm", "yes")
NO = Message("deny", "no")


def _asking(**slots: object) -> Dialogue:
    asked = "account_confirmed" if slots.get("account_value") else "account_value"
    return Dialogue({"task": FORM, **slots}, form=FORM, asked=asked)


async def _begin(acting: Acting, text: str, *entities: dict[str, object]) -> Outcome:
    return await acting.run(
        VALIDATE, Message("edit_account", text, list(entities)), Dialogue(form=FORM, begins=True)
    )


# --- steps ---


@pytest.mark.parametrize(
    "topic", ["create_account", "registration_problems", "recover_password", "switch_account"]
)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_steps_fit_whether_somebody_is_logged_in(acting: Acting, topic: str, language: str) -> None:
    await acting.visit(None)
    stranger = await acting.run(f"action_{topic}", Message(topic), Dialogue({"language": language}))
    await acting.visit("rahima")
    customer = await acting.run(
        f"action_{topic}", Message(topic), Dialogue({"language": language, **LOGGED_IN})
    )
    assert (stranger.said, customer.said) == ([f"utter_{topic}"], [f"utter_{topic}_logged_in"])


async def test_asked_twice_a_person_is_offered(acting: Acting) -> None:
    await acting.visit(None)
    first = await acting.run("action_recover_password", Message("recover_password"))
    again = await acting.run(
        "action_recover_password",
        Message("recover_password"),
        Dialogue({"account_help": first.slots["account_help"]}),
    )
    assert again.said == ["utter_account_steps_did_not_help"]
    assert (again.slots["offer"], again.slots["account_help"]) == ("handoff", None)


async def test_another_question_is_not_a_second_try(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run(
        "action_registration_problems",
        Message("registration_problems"),
        Dialogue({"account_help": "recover_password"}),
    )
    assert outcome.said == ["utter_registration_problems"]


async def test_switching_says_whose_account_this_is_and_hides_the_address(acting: Acting) -> None:
    await acting.visit("rahima")
    outcome = await acting.run("action_switch_account", Message("switch_account"), Dialogue(LOGGED_IN))
    assert outcome.responses[0]["name"] == "Rahima Khatun"
    assert outcome.responses[0]["contact"] == "r•••@example.com"


@pytest.mark.rules("G5")
async def test_switching_names_nobody_when_only_the_slot_says_verified(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_switch_account", Message("switch_account"), Dialogue(LOGGED_IN))
    assert outcome.said == ["utter_switch_account"]


# --- passwords and codes ---


@pytest.mark.parametrize(
    "text",
    [
        "my password is Rahim@1234 and still cannot get in",
        "pin 4821 does not work",
        "আমার পাসওয়ার্ড হলো rahima77, কিন্তু ঢুকতে পারি না",
        "otp holo 483920, ekhon ki korbo",
        "the code is 7731",
    ],
)
async def test_a_typed_secret_is_warned_about_and_never_kept(acting: Acting, text: str) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_recover_password", Message("recover_password", text))
    assert outcome.said == ["utter_secret_typed", "utter_recover_password"]
    assert not any(text in str(value) for value in outcome.slots.values())


@pytest.mark.parametrize(
    "text",
    [
        "my password is wrong",
        "i forgot my pin number",
        "error code 5001 when I sign in",
        "promo code 4455 does not work",
        "পাসওয়ার্ড ভুলে গেছি",
        "password reset koren plz",
    ],
)
async def test_talking_about_passwords_is_no_secret(acting: Acting, text: str) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_recover_password", Message("recover_password", text))
    assert outcome.said == ["utter_recover_password"]


async def test_a_bare_number_after_the_steps_is_a_code(acting: Acting) -> None:
    await acting.visit(None)
    code = Message("inform", "483920")
    expected = await acting.run(
        "action_take_information", code, Dialogue({"account_help": "recover_password"})
    )
    unexpected = await acting.run("action_take_information", code)
    assert (expected.said, unexpected.said) == (["utter_secret_typed"], ["utter_information_for_what"])


async def test_a_secret_that_was_not_understood_is_warned_about_all_the_same(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_offer_meanings", Message("nlu_fallback", "password: hunter2!"))
    assert outcome.said == ["utter_secret_typed"]


# --- seeing and correcting ---


@pytest.mark.parametrize("text", ["show my account details", "আমার তথ্যগুলো দেখান", "amar info dekhte chai"])
async def test_what_is_stored_is_shown_masked(acting: Acting, text: str) -> None:
    await acting.visit("rahima")
    outcome = await _begin(acting, text)
    assert outcome.said == ["utter_account_details"]
    assert outcome.slots["requested_slot"] is None
    details = outcome.responses[0]["details"]
    assert "Rahima Khatun" in details
    assert "rahima@" not in details
    assert "01711" not in details


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("change my email", "email"),
        ("my name is spelt wrong", "name"),
        ("নতুন নাম্বার দিতে চাই", "phone"),
        ("নামের বানান ঠিক করেন", "name"),
        ("amar mobile no bodlabo", "phone"),
        ("update my details", None),
        ("name and email both changed", None),
    ],
)
async def test_the_part_that_is_named_is_not_asked_for(acting: Acting, text: str, detail: str | None) -> None:
    await acting.visit("rahima")
    outcome = await _begin(acting, text)
    assert outcome.slots.get("account_detail") == detail
    assert outcome.slots.get("account_value") is None


@pytest.mark.parametrize(
    ("text", "detail", "value"),
    [
        ("please call me Rafi Hasan from now on", "name", "Rafi Hasan"),
        ("my name is wrong, it's Shahriar not Sharier", "name", "Shahriar"),
        ("আমার নাম শাহরিয়ার, শারিয়ার না", "name", "শাহরিয়ার"),
        ("use Farhan.K@Gmail.com from now on", "email", "farhan.k@gmail.com"),
        ("amar notun number 01912-345678", "phone", "+8801912345678"),
    ],
)
async def test_a_value_given_at_once_is_only_confirmed(
    acting: Acting, text: str, detail: str, value: str
) -> None:
    await acting.visit("john")
    outcome = await _begin(acting, text)
    assert (outcome.slots["account_detail"], outcome.slots["account_value"]) == (detail, value)


async def test_a_birthday_is_changed_elsewhere(acting: Acting) -> None:
    await acting.visit("john")
    outcome = await _begin(acting, "correct my date of birth")
    assert outcome.said == ["utter_account_detail_elsewhere"]
    assert outcome.slots["requested_slot"] is None


async def test_nothing_is_shown_or_asked_without_a_log_in(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await _begin(acting, "change my email")
    assert outcome.said == ["utter_account_login_needed"]
    assert outcome.slots["requested_slot"] is None


@pytest.mark.parametrize("intent", ["inform", "nlu_fallback", "out_of_scope"])
async def test_a_bare_name_answers_the_question(acting: Acting, intent: str) -> None:
    await acting.visit("john")
    outcome = await acting.run(VALIDATE, Message(intent, "Nusrat Jahan"), _asking(account_detail="name"))
    assert outcome.slots["account_value"] == "Nusrat Jahan"


@pytest.mark.parametrize(
    ("detail", "text", "said"),
    [
        ("name", "12345", "utter_name_unclear"),
        ("email", "rina at home", "utter_email_unclear"),
        ("phone", "০১৭১২৩", "utter_phone_unclear"),
    ],
)
async def test_what_cannot_be_one_is_refused_and_asked_again(
    acting: Acting, detail: str, text: str, said: str
) -> None:
    await acting.visit("john")
    outcome = await acting.run(VALIDATE, Message("inform", text), _asking(account_detail=detail))
    assert outcome.said == [said]
    assert outcome.slots["account_value"] is None
    assert "requested_slot" not in outcome.slots


async def test_a_question_in_between_is_no_name(acting: Acting) -> None:
    await acting.visit("john")
    question = Message("delivery_period", "how long does delivery take")
    outcome = await acting.run(VALIDATE, question, _asking(account_detail="name"))
    assert "account_value" not in outcome.slots


async def test_another_part_named_later_is_taken_instead(acting: Acting) -> None:
    await acting.visit("john")
    outcome = await acting.run(
        VALIDATE, Message("edit_account", "no, the phone number"), _asking(account_detail="email")
    )
    assert outcome.slots["account_detail"] == "phone"


async def test_a_new_value_corrects_the_confirmation(acting: Acting) -> None:
    await acting.visit("john")
    outcome = await acting.run(
        VALIDATE,
        Message("inform", "j.gomes@example.com"),
        _asking(account_detail="email", account_value="jon@example.com"),
    )
    assert outcome.slots["account_value"] == "j.gomes@example.com"
    assert "account_confirmed" not in outcome.slots


async def test_what_is_stored_already_needs_no_change(acting: Acting) -> None:
    await acting.visit("rahima")
    outcome = await _begin(acting, "set my number to 01711-000234")
    assert outcome.said == ["utter_account_value_same"]
    assert outcome.slots["requested_slot"] is None


async def test_the_second_of_the_offered_parts_is_the_address(acting: Acting) -> None:
    await acting.visit("rahima")
    picked = Message("pick_option", "the second one", [entity("option", "2")])
    outcome = await acting.run(VALIDATE, picked, Dialogue({"task": FORM}, form=FORM, asked="account_detail"))
    assert outcome.slots["account_detail"] == "email"


@pytest.mark.parametrize("asked", ["account_detail", "account_value"])
async def test_a_no_leaves_the_account_as_it_is(acting: Acting, asked: str) -> None:
    await acting.visit("rahima")
    outcome = await acting.run(VALIDATE, NO, Dialogue({"task": FORM}, form=FORM, asked=asked))
    assert (outcome.slots["account_confirmed"], outcome.slots["requested_slot"]) == (False, None)


async def _confirmed(acting: Acting, detail: str, value: str, *, yes: bool = True) -> Outcome:
    slots = {"account_detail": detail, "account_value": value, "account_confirmed": yes}
    return await acting.run("action_edit_account", YES if yes else NO, Dialogue(slots))


async def test_a_name_is_changed_at_once(acting: Acting) -> None:
    await acting.visit("john")
    outcome = await _confirmed(acting, "name", "Jonathan Gomes")
    assert outcome.said == ["utter_name_changed"]
    assert (await find_account(acting.store, acting.conversation_id)).name == "Jonathan Gomes"


@pytest.mark.parametrize(("detail", "value"), [("email", "j@example.com"), ("phone", "+8801912345678")])
async def test_what_opens_an_account_is_changed_by_a_person_only(
    acting: Acting, detail: str, value: str
) -> None:
    await acting.visit("john")
    before = await find_account(acting.store, acting.conversation_id)
    outcome = await _confirmed(acting, detail, value)
    again = await _confirmed(acting, detail, value)
    assert outcome.said == ["utter_account_change_requested"]
    assert again.said == ["utter_account_change_already_requested"]
    assert outcome.responses[0]["ticket"] == again.responses[0]["ticket"]
    assert await find_account(acting.store, acting.conversation_id) == before


async def test_after_a_no_nothing_has_changed(acting: Acting) -> None:
    await acting.visit("john")
    outcome = await _confirmed(acting, "name", "Jonathan Gomes", yes=False)
    assert outcome.said == ["utter_account_kept"]
    assert (await find_account(acting.store, acting.conversation_id)).name == "John Gomes"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("detail", ["name", "email", "phone"])
async def test_every_part_is_asked_for_and_confirmed(acting: Acting, detail: str, language: str) -> None:
    await acting.visit("rahima")
    slots = {"task": FORM, "language": language, "account_detail": detail, "account_value": "new"}
    asked = await acting.run("action_ask_account_value", YES, Dialogue(slots, form=FORM))
    confirming = await acting.run("action_ask_account_confirmed", YES, Dialogue(slots, form=FORM))
    assert asked.said == [f"utter_ask_account_{detail}"]
    assert confirming.said == [f"utter_confirm_account_{detail}"]
    assert confirming.responses[0]["confirms"].startswith(FORM)


# --- offers ---


async def _get_offers(acting: Acting, *, allowed: bool) -> None:
    await acting.run("action_greet", Message("greet"))
    key = ActionKey(acting.message_id, "test", 0)
    await choose_marketing(acting.store, acting.conversation_id, allowed=allowed, key=key)


@pytest.mark.parametrize(
    ("text", "before", "after", "said"),
    [
        ("unsubscribe", True, False, "utter_newsletter_off"),
        ("why do you send so many mails, turn them off", True, False, "utter_newsletter_off"),
        ("অফারের মেসেজ আর দিয়েন না", True, False, "utter_newsletter_off"),
        ("newsletter bondho koren", False, False, "utter_newsletter_already_off"),
        ("how do i sign up for the newsletter", False, True, "utter_newsletter_on"),
        ("ভুল করে আনসাবস্ক্রাইব করেছি, আবার চালু করুন", False, True, "utter_newsletter_on"),
        ("offer er khobor pete chai", True, True, "utter_newsletter_already_on"),
        ("newsletter", True, True, "utter_newsletter_is_on"),
        ("am i on your mailing list?", False, False, "utter_newsletter_is_off"),
        ("subscribe my wife to the newsletter", False, False, "utter_newsletter_is_off"),
    ],
)
async def test_offers_follow_the_words_and_doubt_changes_nothing(
    acting: Acting, text: str, before: bool, after: bool, said: str
) -> None:
    await acting.visit("rahima")
    await _get_offers(acting, allowed=before)
    outcome = await acting.run("action_newsletter_subscription", Message("newsletter_subscription", text))
    assert outcome.said == [said]
    assert (await find_account(acting.store, acting.conversation_id)).gets_offers is after


@pytest.mark.parametrize(("click", "after"), [("on", True), ("off", False), ("keep", False)])
async def test_a_button_says_exactly_what_is_wanted(acting: Acting, click: str, after: bool) -> None:
    await acting.visit("rahima")
    await _get_offers(acting, allowed=False)
    clicked = Message("newsletter_subscription", "", [entity("subscription", click)])
    await acting.run("action_newsletter_subscription", clicked)
    assert (await find_account(acting.store, acting.conversation_id)).gets_offers is after


async def test_yes_after_the_question_subscribes(acting: Acting) -> None:
    await acting.visit("rahima")
    await _get_offers(acting, allowed=False)
    asked = await acting.run(
        "action_newsletter_subscription", Message("newsletter_subscription", "newsletter?")
    )
    outcome = await acting.run("action_affirm", YES, Dialogue({"offer": asked.slots["offer"]}))
    assert outcome.said == ["utter_newsletter_on"]


async def test_offers_need_a_log_in(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run(
        "action_newsletter_subscription", Message("newsletter_subscription", "unsubscribe me")
    )
    assert outcome.said == ["utter_account_login_needed"]
