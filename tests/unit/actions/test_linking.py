"""Connecting a messenger and taking the connection away; what somebody who is not known is told where."""

from typing import Any

import pytest

from actions.labels import LANGUAGES
from actions.settings import ACCOUNT_URL
from crm_store.domain.received import Place, Sender
from crm_store.use_cases.linking import introduce_account, list_accounts, offer_link
from tests.contracts.linking import redeem_link
from tests.unit.actions.acting import Acting, Dialogue, Message, Outcome, entity

PHONE = Sender("telegram", "7001", "user:42", username="@rahima")
OFFICE = Sender("slack", "T1", "user:U1", display_name="Rahima B.")
HERE = Place(address={"chat": 42})
FORM = "disconnect_account_form"
CONNECT, DISCONNECT = Message("connect_account"), Message("disconnect_account")
YES, NO = Message("affirm", "yes"), Message("deny", "no")


async def introduce(acting: Acting) -> None:
    url = "https://t.me/kotha_bot?start={token}"
    await introduce_account(acting.store, "telegram", "7001", name="@kotha_bot", connect_url=url)
    await introduce_account(acting.store, "slack", "T1", name="Kotha", connect_url=None)


async def connect(acting: Acting, *senders: Sender) -> list[str]:
    for sender in senders:
        offer = await offer_link(acting.store, acting.conversation_id)
        await redeem_link(acting.store, sender, HERE, offer.token)
    return await connected(acting)


async def connected(acting: Acting) -> list[str]:
    accounts = await list_accounts(acting.store, acting.conversation_id)
    return [str(each.identity_id) for each in accounts if each.channel != "web"]


def lines_of(outcome: Outcome, response: str) -> str:
    return next(str(said["lines"]) for said in outcome.responses if said["response"] == response)


def channels_of(outcome: Outcome) -> list[str]:
    """What the card that was said can connect."""
    said = next(said for said in outcome.responses if said["response"] == "utter_connect_ways")
    channels: list[str] = said["custom"]["card"]["channels"]
    return channels


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_card_shows_what_can_be_connected(acting: Acting, language: str) -> None:
    await introduce(acting)
    await acting.visit("rahima")
    outcome = await acting.run("action_connect_account", CONNECT, Dialogue({"language": language}))
    assert outcome.said == ["utter_connect_ways"]
    assert sorted(channels_of(outcome)) == ["slack", "telegram"]


@pytest.mark.rules("G5")
async def test_neither_link_nor_code_is_said_or_remembered(acting: Acting) -> None:
    """What is said is stored, and agents, their threads and exports show it."""
    await introduce(acting)
    await acting.visit("rahima")
    outcome = await acting.run("action_connect_account", CONNECT)
    for secret in ("start=", "/link", "/kotha link"):
        assert secret not in str((outcome.responses, outcome.events))


async def test_only_the_messenger_that_was_named_is_offered(acting: Acting) -> None:
    await introduce(acting)
    await acting.visit("rahima")
    named = Message("connect_account", "connect slack", [entity("messenger", "slack")])
    outcome = await acting.run("action_connect_account", named)
    assert channels_of(outcome) == ["slack"]


async def test_what_is_connected_is_listed_with_a_way_to_disconnect_it(acting: Acting) -> None:
    await introduce(acting)
    await acting.visit("rahima")
    [phone] = await connect(acting, PHONE)
    outcome = await acting.run("action_connect_account", CONNECT)
    assert outcome.said == ["utter_connected_accounts", "utter_connect_ways"]
    assert "@rahima" in lines_of(outcome, "utter_connected_accounts")
    assert channels_of(outcome) == ["slack"]
    assert [button["payload"] for button in outcome.buttons] == [
        f'/disconnect_account{{"linked_account": "{phone}"}}'
    ]


async def test_where_nothing_can_be_connected_that_is_said(acting: Acting) -> None:
    await acting.visit("rahima")
    assert (await acting.run("action_connect_account", CONNECT)).said == ["utter_connect_nothing"]


PERSONAL: list[tuple[str, Message, str]] = [
    ("action_track_order", Message("track_order"), "utter_login_needed"),
    ("action_connect_account", CONNECT, "utter_connect_login_needed"),
    ("action_delete_account", Message("delete_account"), "utter_account_login_needed"),
    ("action_check_loyalty_points", Message("check_loyalty_points"), "utter_points_login"),
]


@pytest.mark.rules("G5", "CH6")
@pytest.mark.parametrize(("action", "message", "on_website"), PERSONAL)
async def test_the_next_step_is_the_one_of_the_place(
    acting: Acting, action: str, message: Message, on_website: str
) -> None:
    async def said(**slots: Any) -> list[str]:
        outcome = await acting.run(action, message, Dialogue({"delete_confirmed": True, **slots}))
        return outcome.said

    await acting.visit(None)
    assert await said(channel="web", place="private") == [on_website]
    assert await said() == [on_website]
    assert await said(channel="telegram", place="private") == ["utter_connect_needed"]
    assert await said(channel="slack", place="private") == ["utter_connect_needed"]
    assert await said(channel="telegram", place="public") == ["utter_private_needed"]


async def test_the_shops_page_is_named_to_whoever_writes_from_a_messenger(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_connect_account", CONNECT, Dialogue({"channel": "telegram"}))
    assert outcome.responses[0]["url"] == ACCOUNT_URL


def begun() -> Dialogue:
    return Dialogue(form=FORM, begins=True)


async def test_the_only_account_is_meant_and_asked_about(acting: Acting) -> None:
    await acting.visit("rahima")
    [phone] = await connect(acting, PHONE)
    outcome = await acting.run(f"validate_{FORM}", DISCONNECT, begun())
    assert outcome.slots["linked_account"] == phone
    asked = Dialogue({"linked_account": phone, "task": FORM}, form=FORM)
    outcome = await acting.run("action_ask_disconnect_confirmed", DISCONNECT, asked)
    assert outcome.responses[0]["account"] == "Telegram (@rahima)"


async def test_of_two_the_messenger_named_is_meant(acting: Acting) -> None:
    await acting.visit("rahima")
    _, office = await connect(acting, PHONE, OFFICE)
    named = Message("disconnect_account", "unlink slack", [entity("messenger", "slack")])
    assert (await acting.run(f"validate_{FORM}", named, begun())).slots["linked_account"] == office


async def test_of_two_neither_is_meant_until_one_is_chosen(acting: Acting) -> None:
    await acting.visit("rahima")
    phone, office = await connect(acting, PHONE, OFFICE)
    assert "linked_account" not in {
        name
        for name, value in (await acting.run(f"validate_{FORM}", DISCONNECT, begun())).slots.items()
        if value
    }
    asked = Dialogue({"task": FORM}, form=FORM, asked="linked_account")
    outcome = await acting.run("action_ask_linked_account", DISCONNECT, asked)
    assert outcome.slots["offered_choices"] == [phone, office]
    picked = Message("pick_option", "the second one", [entity("option", "2")])
    asked = Dialogue({"task": FORM, "offered_choices": [phone, office]}, form=FORM, asked="linked_account")
    assert (await acting.run(f"validate_{FORM}", picked, asked)).slots["linked_account"] == office
    typed = Message("inform", "the telegram", [entity("messenger", "telegram")])
    assert (await acting.run(f"validate_{FORM}", typed, asked)).slots["linked_account"] == phone


@pytest.mark.rules("G5")
async def test_somebody_elses_account_in_a_button_is_nobodys(acting: Acting) -> None:
    await acting.visit("rahima")
    [phone] = await connect(acting, PHONE)
    await acting.visit("tanvir")
    await connect(acting, OFFICE)
    clicked = Message("disconnect_account", "", [entity("linked_account", phone)])
    outcome = await acting.run(f"validate_{FORM}", clicked, begun())
    assert outcome.slots["linked_account"] != phone
    forced = Dialogue({"linked_account": phone, "disconnect_confirmed": True})
    outcome = await acting.run("action_disconnect_account", YES, forced)
    assert outcome.said == ["utter_disconnect_nothing"]
    await acting.visit("rahima")
    assert await connected(acting) == [phone]


async def test_a_yes_disconnects_once_and_a_repeat_says_the_same(acting: Acting) -> None:
    await acting.visit("rahima")
    [phone] = await connect(acting, PHONE)
    confirmed = Dialogue({"linked_account": phone, "disconnect_confirmed": True, "task": FORM})
    first = await acting.run("action_disconnect_account", YES, confirmed)
    again = await acting.run_again("action_disconnect_account", YES, confirmed)
    assert first.said == again.said == ["utter_disconnected"]
    assert await connected(acting) == []


async def test_a_no_leaves_it_connected(acting: Acting) -> None:
    await acting.visit("rahima")
    [phone] = await connect(acting, PHONE)
    declined = Dialogue({"linked_account": phone, "disconnect_confirmed": False})
    assert (await acting.run("action_disconnect_account", NO, declined)).said == ["utter_disconnect_kept"]
    assert await connected(acting) == [phone]


async def test_with_nothing_connected_there_is_nothing_to_ask(acting: Acting) -> None:
    await acting.visit("rahima")
    assert (await acting.run(f"validate_{FORM}", DISCONNECT, begun())).said == ["utter_disconnect_nothing"]
