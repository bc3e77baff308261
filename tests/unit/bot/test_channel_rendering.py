"""Messages on platforms that can do less: nothing is lost, it only looks plainer."""

from dataclasses import replace
from uuid import UUID

import pytest

from bot.channels.port import Capabilities
from bot.channels.rendering import PlainText
from crm_store.domain.conversations import Author, StoredButton
from crm_store.domain.outbox import OutboxItem
from crm_store.domain.received import read_pick

NOBODY = UUID(int=0)
ITEM = OutboxItem(
    id=1,
    conversation_id=NOBODY,
    message_id=NOBODY,
    channel="plain",
    account="a",
    destination="user:1",
    author=Author.BOT,
    text="Shall I cancel it?",
    buttons=(StoredButton("x", "Yes"), StoredButton("y", "No")),
    card={
        "type": "return",
        "number": "RT-1",
        "order_number": "KT-10234",
        "status": "approved",
        "refund": None,
    },
    language="en",
    attempts=1,
    lease_token=NOBODY,
    attachments=({"id": "1", "name": "invoice.pdf", "type": "application/pdf", "size": 5},),
)


def test_everything_a_platform_cannot_show_is_written_out() -> None:
    text = PlainText(Capabilities()).text(ITEM)
    assert text.startswith("Shall I cancel it?\n\n")
    assert "RT-1" in text
    assert "KT-10234" in text
    assert "invoice.pdf" in text
    assert text.endswith("1. Yes\n2. No\nReply with the number.")


def test_what_a_platform_shows_itself_is_left_to_it() -> None:
    able = Capabilities(buttons=True, cards=True, files_out=True)
    assert PlainText(able).text(ITEM) == "Shall I cancel it?"


def test_bengali_counts_in_bengali_and_leaves_titles_as_they_are() -> None:
    asked = replace(ITEM, language="bn", card=None, attachments=(), buttons=(StoredButton("x", "KT-10234"),))
    assert "১. KT-10234" in PlainText(Capabilities()).text(asked)


def test_a_long_text_becomes_several() -> None:
    long = replace(ITEM, text="word " * 100, buttons=(), card=None, attachments=())
    pieces = PlainText(Capabilities(text_limit=100)).pieces(long)
    assert len(pieces) > 4
    assert max(map(len, pieces)) <= 100


def test_nothing_at_all_is_no_text() -> None:
    empty = replace(ITEM, text=None, buttons=(), card={"type": "unheard of"}, attachments=())
    assert PlainText(Capabilities()).pieces(empty) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2", 2),
        (" ২ ", 2),
        ("2.", 2),
        ("12)", 12),
        ("10234", None),
        ("2 please", None),
        ("", None),
        ("-1", None),
    ],
)
def test_a_bare_number_is_a_pick(text: str, number: int | None) -> None:
    assert read_pick(text) == number


@pytest.mark.rules("G5")
def test_a_way_in_that_cannot_be_shown_alone_is_fetched_on_the_website() -> None:
    card = {"type": "connect", "channels": ["telegram"]}
    asked = replace(ITEM, text="You can connect Telegram.", card=card, buttons=(), attachments=())
    assert (
        PlainText(Capabilities())
        .text(asked)
        .endswith("in the chat on our website, when you are logged in there.")
    )
