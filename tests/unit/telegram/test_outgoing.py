"""Messages as Telegram calls: whole, within its limits, entities its own parser agrees with (TG8, TG10)."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from aiogram.methods import EditMessageText, SendMessage
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.channels.telegram.keyboards import inline_keyboard, with_link, with_links_only
from bot.channels.telegram.outgoing import MAX_TEXT, Writer, pieces_of, written
from bot.channels.wording import load_wording
from crm_store.domain.agents import AgentName
from crm_store.domain.conversations import Author, StoredButton
from crm_store.domain.outbox import OutboxItem
from tests.unit.telegram.telegram_parser import parse
from tests.unit.telegram.test_marked import AWKWARD

WRITER = Writer(load_wording("telegram"), "https://t.me/kotha_bot?start=private")
FARHANA = AgentName(uuid4(), "Farhana", "ফারহানা")
PICTURE = {"id": str(uuid4()), "name": "a.png", "type": "image/png", "size": 10, "width": 40, "height": 30}
BILL = {
    "id": str(uuid4()),
    "name": "a.pdf",
    "type": "application/pdf",
    "size": 10,
    "width": None,
    "height": None,
}
ORDER = {
    "type": "order",
    "number": "KB-1042",
    "status": "shipped",
    "promised_by": "2026-11-24",
    "items": [{"name": "Saree <b> & 👗", "name_bn": "শাড়ি", "quantity": 1, "unit_price": 1}],
    "total": 250000,
    "tracking_number": "PTH-1",
    "carrier": "Pathao",
    "destination": "ধানমন্ডি",
}


def item(text: str | None = "Hello", **changes: Any) -> OutboxItem:
    """A message of the bot in Rahima's private chat, unless the test says otherwise."""
    made = OutboxItem(
        id=1,
        conversation_id=uuid4(),
        message_id=uuid4(),
        channel="telegram",
        account="111",
        destination="user:7",
        author=Author.BOT,
        text=text,
        buttons=(),
        card=None,
        language="en",
        attempts=1,
        lease_token=uuid4(),
        address={"chat": 7},
    )
    return replace(made, **changes)


def buttons(*titles: str) -> tuple[StoredButton, ...]:
    return tuple(StoredButton(f"opaque-{number}", title) for number, title in enumerate(titles))


def test_a_text_is_one_call_to_the_chat() -> None:
    (part,) = WRITER.parts(item("Hello"))
    assert (part["method"], part["chat_id"], part["text"], part["entities"]) == (
        "sendMessage",
        7,
        "Hello",
        [],
    )
    assert "reply_markup" not in part


def test_the_same_message_makes_the_same_calls_at_every_attempt() -> None:
    message = item("long " * 3000, buttons=buttons("Yes"), card=ORDER)
    assert WRITER.parts(message) == WRITER.parts(message)


def test_a_person_who_has_not_written_yet_has_their_own_chat() -> None:
    assert WRITER.parts(item(address={}))[0]["chat_id"] == 7


def test_a_topic_is_answered_in_the_topic() -> None:
    (part,) = WRITER.parts(item(address={"chat": -1001, "thread": 9}, place="-1001:9", is_public=True))
    assert (part["chat_id"], part["message_thread_id"]) == (-1001, 9)


def test_in_a_group_the_first_part_answers_its_message() -> None:
    public = item("a " * 3000, is_public=True, address={"chat": -1}, reply_to={"message": 5})
    first, second = WRITER.parts(public)
    assert first["reply_parameters"] == {"message_id": 5, "allow_sending_without_reply": True}
    assert "reply_parameters" not in second


@pytest.mark.rules("CH6")
def test_only_the_bots_own_answers_in_groups_lead_out_of_them() -> None:
    public = item(is_public=True, address={"chat": -1})
    (part,) = WRITER.parts(public)
    assert part["reply_markup"]["inline_keyboard"][-1][0]["url"] == "https://t.me/kotha_bot?start=private"
    (by_agent,) = WRITER.parts(replace(public, author=Author.AGENT, agent=FARHANA))
    assert "reply_markup" not in by_agent
    assert "reply_markup" not in WRITER.parts(item())[0]


@pytest.mark.rules("TG8")
def test_buttons_carry_opaque_ids_of_at_most_64_bytes() -> None:
    keyboard = inline_keyboard([StoredButton("x" * 64, "Yes"), StoredButton("x" * 65, "No")])
    assert keyboard == {"inline_keyboard": [[{"text": "Yes", "callback_data": "x" * 64}]]}


def test_short_buttons_stand_side_by_side_and_long_ones_below_each_other() -> None:
    keyboard = inline_keyboard(buttons("1", "2", "3", "4", "5", "Talk to a person now, please"))
    assert keyboard is not None
    assert [len(row) for row in keyboard["inline_keyboard"]] == [5, 1]


def test_an_invoice_has_a_button_that_fetches_a_link_and_none_where_others_read_along() -> None:
    card = {
        "type": "invoice",
        "number": "INV-1",
        "order_number": "KB-1042",
        "total": 100,
        "due": 0,
        "currency": "BDT",
    }
    (part,) = WRITER.parts(item(card=card, language="bn-Latn"))
    button = part["reply_markup"]["inline_keyboard"][-1][0]
    assert button == {"text": "Invoice khulun", "callback_data": "invoice:bn-Latn:KB-1042"}
    (public,) = WRITER.parts(item(card=card, is_public=True, address={"chat": -1}))
    assert "callback_data" not in public["reply_markup"]["inline_keyboard"][-1][0]


def test_a_keyboard_that_has_served_keeps_what_leads_somewhere() -> None:
    link = {"text": "Site", "url": "https://kotha.example/"}
    keyboard = {
        "inline_keyboard": [
            [{"text": "Yes", "callback_data": "a"}, link],
            [{"text": "No", "callback_data": "b"}],
        ]
    }
    assert with_links_only(keyboard) == {"inline_keyboard": [[link]]}
    assert with_links_only({"inline_keyboard": [[{"text": "No", "callback_data": "b"}]]}) is None
    assert with_link(keyboard, "b", link)["inline_keyboard"] == [keyboard["inline_keyboard"][0], [link]]


def test_a_long_title_is_shortened() -> None:
    keyboard = inline_keyboard(buttons("ক" * 100))
    assert keyboard is not None
    assert len(keyboard["inline_keyboard"][0][0]["text"]) == 64


def test_a_single_picture_carries_a_short_text() -> None:
    (part,) = WRITER.parts(item("Like this.", attachments=(PICTURE,)))
    assert (part["method"], part["caption"]) == ("sendPhoto", "Like this.")
    assert part["file"] == {"field": "photo", "attachment": PICTURE["id"]}


def test_several_files_follow_their_text() -> None:
    parts = WRITER.parts(item("Both.", attachments=(PICTURE, BILL)))
    assert [part["method"] for part in parts] == ["sendMessage", "sendPhoto", "sendDocument"]


def test_a_picture_telegram_would_refuse_as_a_photo_goes_as_a_file() -> None:
    panorama = {**PICTURE, "width": 9000, "height": 200}
    moving = {**PICTURE, "type": "image/gif"}
    for attachment in (panorama, moving):
        assert WRITER.parts(item(None, attachments=(attachment,)))[0]["method"] == "sendDocument"


def test_an_edit_changes_what_is_there_sends_the_rest_and_takes_away_what_is_left() -> None:
    short = WRITER.parts(item("Short now.", edit_of=("7:1", "7:2")))
    assert [(part["method"], part["message_id"]) for part in short] == [
        ("editMessageText", 1),
        ("deleteMessage", 2),
    ]
    long = WRITER.parts(item("word " * 1500, edit_of=("7:1",), buttons=buttons("Yes")))
    assert [part["method"] for part in long] == ["editMessageText", "sendMessage"]
    assert "reply_markup" in long[1]


def test_an_agents_name_stands_bold_above_their_words_in_the_customers_script() -> None:
    said = written(item("দেখছি।", author=Author.AGENT, agent=FARHANA, language=None))
    assert said.text == "ফারহানা\nদেখছি।"
    assert said.entities() == [{"type": "bold", "offset": 0, "length": 7}]


def test_a_message_without_words_is_nothing_to_send() -> None:
    assert WRITER.parts(item(None)) == ()
    assert WRITER.parts(item("  \n ")) == ()


@pytest.mark.parametrize("language", ["en", "bn", "bn-Latn"])
def test_a_card_is_text_with_its_titles_bold(language: str) -> None:
    text = written(item(None, card={"type": "orders", "orders": [ORDER, ORDER]}, language=language))
    assert text.text.count("KB-1042") == 2
    assert [entity["type"] for entity in text.entities()] == ["bold", "bold"]
    assert parse(text) == (text.text, text.entities())


@pytest.mark.rules("TG10", "TG8")
@settings(max_examples=150, deadline=None)
@given(
    words=some.lists(some.sampled_from(AWKWARD), max_size=60).map("".join),
    by_agent=some.booleans(),
    card=some.sampled_from([None, ORDER, {"type": "orders", "orders": [ORDER] * 3}, {"type": "unknown"}]),
    language=some.sampled_from(["en", "bn", "bn-Latn", None]),
    times=some.sampled_from([1, 1, 40]),
)
def test_telegrams_own_parser_agrees_with_every_outgoing_text(
    words: str, by_agent: bool, card: dict[str, Any] | None, language: str | None, times: int
) -> None:
    said = written(
        item(
            words * times,
            author=Author.AGENT if by_agent else Author.BOT,
            agent=FARHANA if by_agent else None,
            card=card,
            language=language,
        )
    )
    for piece in pieces_of(said):
        assert parse(piece) == (piece.text, piece.entities())
        assert 0 < len(piece.text.encode("utf-16-le")) // 2 <= MAX_TEXT


def test_aiogram_takes_every_kind_of_part() -> None:
    (sent,) = WRITER.parts(item(card=ORDER, buttons=buttons("Yes")))
    (edited,) = WRITER.parts(item(card=ORDER, edit_of=("7:1",)))
    for part, kind in ((sent, SendMessage), (edited, EditMessageText)):
        call = kind(**{name: value for name, value in part.items() if name != "method"})
        assert call.text == part["text"]
